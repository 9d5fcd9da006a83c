using System.Globalization;
using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace VitNotebooks.Cli.Tests;

/// <summary>notebooks/02-prototype-a-variant.ipynb: how long a part of one's own is, and that the notebook runs from top to bottom.</summary>
public sealed class PrototypeAVariantTests : IDisposable
{
    private static readonly string Path = System.IO.Path.Combine(
        Repository.Root,
        "notebooks",
        "02-prototype-a-variant.ipynb"
    );

    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _terminal = new();
    private readonly Dictionary<string, string?> _environment = [];

    public PrototypeAVariantTests()
    {
        Set("VITNB_RUNS", _folder.File("runs"));
        Set("VITNB_DATA", null); // the package's own images
    }

    public void Dispose()
    {
        foreach (var (name, value) in _environment)
        {
            Environment.SetEnvironmentVariable(name, value);
        }

        _folder.Dispose();
    }

    [Theory]
    [InlineData("LocalitySelfAttention", 30)]
    [InlineData("TwoConvolutions", 20)]
    [InlineData("ParallelBlock", 20)]
    public void Part_OfOnesOwn_IsShort(string name, int limit)
    {
        var cell = NotebookFile
            .Load(Path)
            .Cells.Single(c => c.Source.Contains($"class {name}", StringComparison.Ordinal));
        cell.Source.Split('\n').Count(IsCode).ShouldBeLessThan(limit);

        static bool IsCode(string line) =>
            line.Trim().Length > 0 && !line.TrimStart().StartsWith("//", StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Run_FromTopToBottom_ShowsTrainsSavesAndLoadsTheVariant()
    {
        var options = new RunOptions(Path)
        {
            Output = _folder.File("executed.ipynb"),
            Html = _folder.File("page.html"),
            Parameters = [("epochs", "1"), ("seeds", "1"), ("images", "192")],
        };

        var code = new NotebookRunner(options, _terminal, packages: (_, _) => new HostPackages()).Run(default);

        code.ShouldBe(ExitCode.Success, _terminal.ToString());
        var cells = NotebookFile.Load(options.Output).Cells.Where(c => c.Kind == CellKind.Code).ToArray();
        var summary = Html(Cell("display(model)"));
        summary.ShouldContain("title=\"blocks.2.attn\"");
        summary.ShouldContain(">LocalitySelfAttention</span>");
        summary.ShouldContain("title=\"drloc\"");

        Text(Cell("result.Table()")).ShouldContain("own attention");
        Text(Cell("result.Verdict(")).ShouldStartWith("'own attention' against 'plain ViT': ");
        Text(Cell("result.Cost(")).ShouldContain("parameters");

        var temperatures = Text(Cell("attn.temperature"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Skip(1)
            .Select(line => double.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture) - 4)
            .ToArray();
        temperatures.Length.ShouldBe(3);
        temperatures.ShouldAllBe(change => change != 0 && Math.Abs(change) < 0.1); // learned, in three updates
        var seen = Figure(Cell("Charts.Heatmap("))["z"]!.AsArray().SelectMany(row => Numbers(row!)).ToArray();
        seen.Length.ShouldBe(64);
        seen.ShouldAllBe(share => share >= 0);
        seen.Sum().ShouldBe(100, 0.01); // all that the class token gives, for nothing of it goes to itself

        Html(Cell("own.gradient_checkpointing")).ShouldContain("vit_mini_own");
        Text(Cell("VisionCheckpoint.Save")).ShouldBe("vit_mini_own loaded, the same logits bit for bit: True\n");

        NotebookCell Cell(string part) => cells.Single(c => c.Source.Contains(part, StringComparison.Ordinal));
    }

    private void Set(string name, string? value)
    {
        _environment[name] = Environment.GetEnvironmentVariable(name);
        Environment.SetEnvironmentVariable(name, value);
    }

    private static string Html(NotebookCell cell) =>
        string.Concat(cell.Outputs.Select(o => NotebookCell.Join(o!["data"]?["text/html"])));

    private static string Text(NotebookCell cell) =>
        string.Concat(cell.Outputs.Select(o => NotebookCell.Join(o!["data"]?["text/plain"] ?? o["text"])));

    private static JsonNode Figure(NotebookCell cell) =>
        cell.Outputs.Select(o => o!["data"]?["application/vnd.plotly.v1+json"]).Last(f => f is not null)!["data"]![0]!;

    private static double[] Numbers(JsonNode list) => [.. list.AsArray().Select(n => (double)n!)];

    /// <summary>The packages that this process is made of, without a restore.</summary>
    private sealed class HostPackages : IPackageSource
    {
        public IReadOnlyList<ResolvedPackage> Resolve(
            IReadOnlyList<PackageRequest> requests,
            CancellationToken cancellation
        ) =>
            [
                .. new[] { "VitNotebooks.Torch", "VitNotebooks", "VitNotebooks.Interactive" }.Select(
                    name => new ResolvedPackage(name, NuGetPackages.HostVersion, [HostAssemblies.Find(name)!], true)
                ),
            ];
    }
}
