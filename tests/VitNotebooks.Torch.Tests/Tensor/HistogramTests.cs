using System.Text.Json;
using Shouldly;
using TorchSharp;
using VitNotebooks.Oracles;
using Xunit;

namespace VitNotebooks.Torch.Tests;

/// <summary>Histograms whose bins follow a rule, against numpy's.</summary>
public class HistogramTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("[-1.0, 2.5]")]
    public void Histogram_EachRule_HasNumpysBinsAndCounts(string? range)
    {
        var random = new Random(3);
        var values = Enumerable
            .Range(0, 500)
            .Select(_ => Math.Exp(random.NextDouble() * 2) - random.NextDouble())
            .ToArray();
        string[] arguments = range is null
            ? [JsonSerializer.Serialize(values)]
            : [JsonSerializer.Serialize(values), range];
        using var oracle = PythonOracle.RunJson("histogram_bins.py", TimeSpan.FromMinutes(1), arguments);
        (double, double)? ends = range is null ? null : (-1.0, 2.5);
        using var scope = torch.NewDisposeScope();
        var input = torch.tensor(values);

        foreach (var rule in Enum.GetValues<HistogramBinSelector>())
        {
            var (counts, edges) = torch.histogram(input, rule, ends);
            var expected = oracle.RootElement.GetProperty(rule.ToString().ToLowerInvariant());
            counts.data<double>().ToArray().ShouldBe(Numbers(expected, "counts"), $"{rule}");
            edges.data<double>().ToArray().ShouldBe(Numbers(expected, "edges"), 1e-9, $"{rule}");
        }
    }

    [Fact]
    public void Histogram_ConstantData_IsOneBin()
    {
        using var scope = torch.NewDisposeScope();
        var (counts, edges) = torch.histogram(torch.ones(7), HistogramBinSelector.Scott);
        counts.ToSingle().ShouldBe(7);
        edges.data<float>().ToArray().ShouldBe([0.5f, 1.5f]);
    }

    private static double[] Numbers(JsonElement of, string name) =>
        [.. of.GetProperty(name).EnumerateArray().Select(e => e.GetDouble())];
}
