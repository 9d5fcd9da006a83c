using System.ComponentModel;
using System.Globalization;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace VitNotebooks.Cli;

/// <summary>Values from the command line for the variables of the cell that is tagged <c>parameters</c>.</summary>
internal static class RunParameters
{
    public const string Tag = "parameters";

    /// <summary>Checks the names before anything runs.</summary>
    /// <exception cref="UserErrorException">No such cell, or no such variable in it.</exception>
    public static void Check(NotebookFile notebook, IReadOnlyList<(string Name, string Value)> parameters, string path)
    {
        if (parameters.Count == 0)
        {
            return;
        }

        var cell =
            notebook.Cells.FirstOrDefault(c => c.Kind == CellKind.Code && c.Tags.Contains(Tag, StringComparer.Ordinal))
            ?? throw new UserErrorException(
                $"{path} has no parameters to set with -p: no code cell of it is tagged '{Tag}'. Tag the cell that defines them."
            );
        var options = CSharpParseOptions.Default.WithKind(Microsoft.CodeAnalysis.SourceCodeKind.Script);
        var names = CSharpSyntaxTree
            .ParseText(cell.Source, options)
            .GetCompilationUnitRoot()
            .DescendantNodes()
            .OfType<VariableDeclaratorSyntax>()
            .Select(v => v.Identifier.Text)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var (name, _) in parameters)
        {
            if (!names.Contains(name))
            {
                throw new UserErrorException(
                    $"-p {name}=..: {path} has no parameter {name}; it has: {string.Join(", ", names.Order(StringComparer.Ordinal))}."
                );
            }
        }
    }

    /// <summary>Sets the variables after the cell has run.</summary>
    /// <returns>A line a value set.</returns>
    /// <exception cref="UserErrorException">A value that the variable's type does not take.</exception>
    public static IEnumerable<string> Apply(ScriptEngine engine, IReadOnlyList<(string Name, string Value)> parameters)
    {
        foreach (var (name, text) in parameters)
        {
            var variable = engine.Variables.Last(v => string.Equals(v.Name, name, StringComparison.Ordinal));
            try
            {
                variable.Value =
                    variable.Type == typeof(string)
                        ? text
                        : TypeDescriptor
                            .GetConverter(variable.Type)
                            .ConvertFromString(null, CultureInfo.InvariantCulture, text);
            }
            catch (Exception e)
                when (e is ArgumentException or FormatException or NotSupportedException or InvalidOperationException)
            {
                throw new UserErrorException(
                    $"-p {name}={text}: the parameter is of type {variable.Type.Name} and '{text}' is no such value{(variable.IsReadOnly ? " (and it is read-only)" : "")}."
                );
            }

            yield return $"{name} = {text} (given on the command line)\n";
        }
    }
}
