using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;
using Shouldly;
using Xunit;

namespace VitNotebooks.Cli.Tests.Docs;

/// <summary>The C# of the README and of docs/ compiles as pasted, and the files that the README names exist.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string Readme = Text("README.md");

    public static TheoryData<string, int> Snippets
    {
        get
        {
            TheoryData<string, int> snippets = [];
            foreach (var document in (string[])["README.md", .. Documents])
            {
                for (var i = 0; i < CSharpBlock().Count(Text(document)); i++)
                {
                    snippets.Add(document, i);
                }
            }

            return snippets;
        }
    }

    private static IEnumerable<string> Documents =>
        Directory
            .EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md")
            .Select(path => Path.GetRelativePath(Repository.Root, path))
            .Order(StringComparer.Ordinal);

    [Theory]
    [MemberData(nameof(Snippets))]
    public void Snippet_AsPasted_Compiles(string document, int index)
    {
        var code = CSharpBlock().Matches(Text(document))[index].Groups[1].Value;
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
    public void Snippets_OfTheReadme_AreThere() => CSharpBlock().Count(Readme).ShouldBeGreaterThan(0);

    [Fact]
    public void Paths_NamedInTheReadme_Exist()
    {
        var paths = NamedPath().Matches(Readme).Select(match => match.Groups[1].Value).Distinct().ToList();

        paths.ShouldNotBeEmpty();
        paths.Where(path => !Path.Exists(Path.Combine(Repository.Root, path))).ShouldBeEmpty();
    }

    private static string Text(string document) => File.ReadAllText(Path.Combine(Repository.Root, document));

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharpBlock();

    // What stands in code quotes and begins with a folder of the repository.
    [GeneratedRegex("`((?:src|notebooks|benchmarks|tests|eng)/[A-Za-z0-9_./-]*)`")]
    private static partial Regex NamedPath();
}
