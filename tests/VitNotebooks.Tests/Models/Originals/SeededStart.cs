using System.Text.Json;
using Shouldly;
using TorchSharp;
using VitNotebooks.Models;
using VitNotebooks.Oracles;
using VitNotebooks.Training;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Models.Originals;

/// <summary>
/// How the authors' own code starts behind <c>manual_seed(0)</c>, and what their optimizer leaves undecayed, checked in
/// (tests/oracles/values/originals/*.start.json, made with tests/oracles/originals/starting.py). Whoever compares stands in a
/// collection that nothing runs beside: the default generator is one for all.
/// </summary>
internal sealed class SeededStart
{
    private readonly JsonElement _values;

    private SeededStart(JsonElement values) => _values = values;

    /// <summary>Reads the values of a model.</summary>
    /// <param name="name">File name without <c>.start.json</c>, e.g. <c>cvt_13</c>.</param>
    public static SeededStart Read(string name)
    {
        var path = Path.Combine(PythonOracle.Folder, "values", "originals", $"{name}.start.json");
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return new(document.RootElement.Clone());
    }

    /// <summary>
    /// Builds a model behind the same seed and holds every parameter to the original's draws: first element, mean and deviation.
    /// </summary>
    /// <param name="build">Makes the model.</param>
    public void Compare(Func<VisionModel> build)
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        using var model = build();
        var expected = _values.GetProperty("parameters");
        foreach (var (name, parameter) in model.named_parameters())
        {
            double[] wanted = [.. expected.GetProperty(name).EnumerateArray().Select(e => e.GetDouble())];
            var value = parameter.detach().to(float64).flatten();
            var scale = Math.Abs(wanted[1]) + wanted[2];
            Hold(value[0], wanted[0], 2e-7 * scale, $"{name}, first");
            Hold(value.mean(), wanted[1], 1e-6 * scale, $"{name}, mean");
            Hold(value.std(unbiased: false), wanted[2], 1e-6 * scale, $"{name}, deviation");
        }
        model.named_parameters().Count().ShouldBe(expected.EnumerateObject().Count());
    }

    private static void Hold(Tensor value, double wanted, double tolerance, string what) =>
        Math.Abs(value.ToDouble() - wanted).ShouldBeLessThanOrEqualTo(tolerance, what);

    /// <summary>Sorts the parameters and holds the undecayed ones to those of the authors' optimizer, by name.</summary>
    /// <param name="model">The model.</param>
    /// <param name="grouping">Whose grouping theirs is.</param>
    public void CompareDecay(VisionModel model, DecayGrouping grouping)
    {
        var groups = DecayGroups.Of(model, grouping);
        groups
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
    }
}
