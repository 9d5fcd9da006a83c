using System.Text.Json;
using Shouldly;
using TorchSharp;
using VitNotebooks.Models;
using VitNotebooks.Oracles;
using VitNotebooks.Training;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Models.Originals;

/// <summary>
/// How the authors' own code starts behind a seed, and what their optimizer leaves undecayed, checked in
/// (tests/oracles/values/originals/*.start.json, made with tests/oracles/originals/starting.py): of every parameter its first
/// element, mean, deviation and projection. Whoever compares stands in a collection that nothing runs beside: the default generator
/// is one for all.
/// </summary>
internal sealed class StartingWeights
{
    private readonly JsonElement _values;

    private StartingWeights(JsonElement values) => _values = values;

    /// <summary>Reads the values of a model.</summary>
    /// <param name="name">File name without <c>.start.json</c>, e.g. <c>cvt_13</c>.</param>
    public static StartingWeights Read(string name)
    {
        var path = Path.Combine(PythonOracle.Folder, "values", "originals", $"{name}.start.json");
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return new(document.RootElement.Clone());
    }

    /// <summary>Holds a model whose draws come in the authors' order to their numbers themselves: the tolerances are those of nine
    /// written digits and of a sum's order, and of the last bit where a library's rounding differs.</summary>
    /// <param name="build">Builds the model, drawing from the default generator.</param>
    /// <param name="map">How the original's names become ours; by default they are.</param>
    public void AreThoseOf(Func<VisionModel> build, StateDictMap? map = null) =>
        Compare(
            build,
            map,
            (name, ours, wanted) =>
            {
                var scale = Math.Max(Math.Abs(wanted.Mean) + wanted.Deviation, 1e-12);
                var norm = Math.Sqrt(ours.numel()) * scale;
                Hold(ours.flatten()[0], wanted.First, 2e-7 * scale, $"{name}, first");
                Hold(ours.mean(), wanted.Mean, 2e-7 * scale, $"{name}, mean");
                Hold(ours.std(unbiased: false), wanted.Deviation, 2e-7 * scale, $"{name}, deviation");
                var projection = (ours * HashedWeights.Unit("start " + name, ours.shape)).sum();
                Hold(projection, wanted.Projection, 2e-7 * norm, $"{name}, projection");
            }
        );

    /// <summary>Holds a model to the authors' distributions: means and deviations, within what a sample of that size varies.</summary>
    /// <inheritdoc cref="AreThoseOf"/>
    public void AreDistributedAsThoseOf(Func<VisionModel> build, StateDictMap? map = null) =>
        Compare(
            build,
            map,
            (name, ours, wanted) =>
            {
                var sampling = 6 / Math.Sqrt(ours.numel()); // six deviations of the mean of one sample, four of a difference of two
                Hold(ours.mean(), wanted.Mean, sampling * wanted.Deviation + 1e-12, $"{name}, mean");
                Hold(
                    ours.std(unbiased: false),
                    wanted.Deviation,
                    sampling * wanted.Deviation + 1e-12,
                    $"{name}, deviation"
                );
            }
        );

    /// <summary>Sorts the parameters and holds the undecayed ones to those of the authors' optimizer, by name.</summary>
    /// <param name="model">The model.</param>
    /// <param name="grouping">Whose grouping theirs is.</param>
    public void CompareDecay(VisionModel model, DecayGrouping grouping) =>
        DecayGroups
            .Of(model, grouping)
            .Undecayed.Select(p => p.Name)
            .Where(name => !name.EndsWith(".bias", StringComparison.Ordinal))
            .Where(name => model.get_parameter(name)!.dim() > 1)
            .Order(StringComparer.Ordinal)
            .ShouldBe(
                _values
                    .GetProperty("undecayed")
                    .EnumerateArray()
                    .Select(name => name.GetString()!)
                    .Order(StringComparer.Ordinal)
            );

    private readonly record struct Numbers(double First, double Mean, double Deviation, double Projection);

    private void Compare(Func<VisionModel> build, StateDictMap? map, Action<string, Tensor, Numbers> check)
    {
        using var scope = NewDisposeScope();
        manual_seed(_values.GetProperty("seed").GetInt64());
        using var model = build();
        map ??= StateDictMap.Official;
        var ours = model.named_parameters().ToDictionary(p => p.Item1, p => p.Item2, StringComparer.Ordinal);
        var wanted = _values.GetProperty("weights").EnumerateObject().ToArray();
        wanted.Select(w => map.Translate(w.Name)).ShouldBe(ours.Keys, ignoreOrder: true);
        foreach (var weight in wanted)
        {
            using var inner = NewDisposeScope();
            var (first, mean, deviation, projection) = (
                weight.Value[0].GetDouble(),
                weight.Value[1].GetDouble(),
                weight.Value[2].GetDouble(),
                weight.Value[3].GetDouble()
            );
            var parameter = ours[map.Translate(weight.Name)!].detach().to(float64);
            check(weight.Name, parameter, new(first, mean, deviation, projection));
        }
    }

    private static void Hold(Tensor value, double wanted, double tolerance, string what) =>
        Math.Abs(value.ToDouble() - wanted).ShouldBeLessThanOrEqualTo(tolerance, what);
}
