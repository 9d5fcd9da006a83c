using System.Globalization;
using System.Text.Json;
using Shouldly;
using VitNotebooks.Oracles;
using Xunit;

namespace VitNotebooks.Tests.Models;

/// <summary>The table of docs/accuracy-of-models.md, which eng/accuracy.sh makes, has every comparison with the authors' code and keeps its bounds.</summary>
public sealed class AccuracyOfModelsTests
{
    private const double Asked = 1e-4;

    [Fact]
    public void Table_OfTheDocument_HasEveryComparisonOfEverySource()
    {
        var values = Directory
            .EnumerateFiles(Path.Combine(PythonOracle.Folder, "values", "originals"), "*.json")
            .Select(Source)
            .OfType<string>();
        Rows()
            .GroupBy(cells => cells[1], cells => int.Parse(cells[2], CultureInfo.InvariantCulture))
            .ToDictionary(source => source.Key, source => source.Sum())
            .ShouldBe(
                values.GroupBy(source => source).ToDictionary(source => source.Key, source => source.Count()),
                ignoreOrder: true,
                "eng/accuracy.sh"
            );
    }

    [Fact]
    public void Table_OfTheDocument_KeepsItsBounds()
    {
        foreach (var cells in Rows())
        {
            var bound = double.Parse(cells[^1], CultureInfo.InvariantCulture);
            bound.ShouldBeLessThanOrEqualTo(Asked, cells[0]);
            foreach (var reached in cells[3..^1].Where(cell => cell.Length > 0))
            {
                double.Parse(reached, CultureInfo.InvariantCulture).ShouldBeLessThan(bound, string.Join(" | ", cells));
            }
        }
    }

    private static string[][] Rows()
    {
        var lines = File.ReadAllLines(Path.Combine(PythonOracle.Folder, "..", "..", "docs", "accuracy-of-models.md"));
        string[][] rows =
        [
            .. lines
                .Where(line => line.StartsWith('|'))
                .Skip(2)
                .Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray()),
        ];
        rows.ShouldNotBeEmpty();
        return rows;
    }

    // Repository and commit of a file that has what a model computes; null of others.
    private static string? Source(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.TryGetProperty("eval", out _)
            ? string.Join(' ', document.RootElement.GetProperty("source").GetString()!.Split(' ').Take(2))
            : null;
    }
}
