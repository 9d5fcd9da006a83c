using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;
using Shouldly;
using Xunit;

namespace VitNotebooks.Cli.Tests.Docs;

/// <summary>The README's C# compiles as pasted, and the files that it names exist.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

    public static TheoryData<int> Snippets => [.. Enumerable.Range(0, CSharpBlock().Count(Readme))];

    [Theory]
    [MemberData(nameof(Snippets))]
    public void Snippet_AsPasted_Compiles(int index)
    {
        var code = CSharpBlock().Matches(Readme)[index].Groups[1].Value;
        var trusted = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        var options = ScriptOptions
            .Default.WithReferences(trusted.Select(path => MetadataReference.CreateFromFile(path)))
            .WithImports("System", "System.Linq", "System.Collections.Generic", "System.IO", "System.Threading.Tasks");

        var errors = CSharpScript
            .Create(code, options)
            .Compile()
            .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);

        errors.ShouldBeEmpty();
    }

    [Fact]
    public void Snippets_OfTheReadme_AreThere() => Snippets.Count.ShouldBeGreaterThan(0);

    [Fact]
    public void Paths_NamedInTheReadme_Exist()
    {
        var paths = NamedPath().Matches(Readme).Select(match => match.Groups[1].Value).Distinct().ToList();

        paths.ShouldNotBeEmpty();
        paths.Where(path => !Path.Exists(Path.Combine(Repository.Root, path))).ShouldBeEmpty();
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharpBlock();

    // What stands in code quotes and begins with a folder of the repository.
    [GeneratedRegex("`((?:src|notebooks|benchmarks|tests|eng)/[A-Za-z0-9_./-]*)`")]
    private static partial Regex NamedPath();
}
