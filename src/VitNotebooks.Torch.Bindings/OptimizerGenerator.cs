using System;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace VitNotebooks.Torch.Bindings;

/// <summary>Makes, from <c>optimizers.txt</c>, all of an optimizer but its mathematics.</summary>
[Generator]
public sealed class OptimizerGenerator : IIncrementalGenerator
{
    private static readonly DiagnosticDescriptor s_badTable = new(
        "VNB002",
        "A block of optimizers.txt cannot be read",
        "{0}",
        "Bindings",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true
    );

    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var files = context
            .AdditionalTextsProvider.Where(file => file.Path.EndsWith("optimizers.txt", StringComparison.Ordinal))
            .Select((file, token) => file.GetText(token)?.ToString() ?? "");
        context.RegisterSourceOutput(files, Generate);
    }

    private static void Generate(SourceProductionContext context, string text)
    {
        try
        {
            foreach (var table in OptimizerTable.Parse(text))
            {
                var code = new OptimizerWriter(table).Write();
                context.AddSource($"{table.Name}.g.cs", SourceText.From(code, Encoding.UTF8));
            }
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException or ArgumentException)
        {
            context.ReportDiagnostic(Diagnostic.Create(s_badTable, Location.None, e.Message));
        }
    }
}
