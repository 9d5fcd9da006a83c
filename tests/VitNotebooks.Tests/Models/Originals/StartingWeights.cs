using System.Text.Json;
using Shouldly;
using TorchSharp;
using VitNotebooks.Models;
using VitNotebooks.Oracles;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Models.Originals;

/// <summary>
/// What the authors' code starts with after one seed, checked in (tests/oracles/values/originals/start-*.json, made by
/// tests/oracles/originals/starting_weights.py): of every parameter its first element, mean and deviation.
/// </summary>
internal static class StartingWeights
{
    /// <summary>Holds a model whose draws come in the authors' order to their numbers themselves.</summary>
    /// <param name="name">Name of the values, e.g. <c>vit_tiny_patch16_224</c>.</param>
    /// <param name="build">Builds the model, drawing from the default generator.</param>
    /// <param name="map">How the original's names become ours; by default they are.</param>
    public static void AreTheAuthors(string name, Func<VisionModel> build, StateDictMap? map = null) =>
        Compare(
            name,
            build,
            map,
            (parameter, wanted, path) =>
            {
                var tolerance = 1e-6 * Math.Max(Math.Abs(wanted[1]), wanted[2]) + 1e-15; // the values have nine digits
                parameter.flatten()[0].ToDouble().ShouldBe(wanted[0], tolerance, path);
                parameter.mean().ToDouble().ShouldBe(wanted[1], tolerance, path);
                parameter.std(unbiased: false).ToDouble().ShouldBe(wanted[2], tolerance, path);
            }
        );

    /// <summary>Holds a model to the authors' distributions: means and deviations, within what a sample of that size varies.</summary>
    /// <inheritdoc cref="AreTheAuthors"/>
    public static void AreDistributedAsTheAuthors(string name, Func<VisionModel> build, StateDictMap? map = null) =>
        Compare(
            name,
            build,
            map,
            (parameter, wanted, path) =>
            {
                var (mean, deviation) = (parameter.mean().ToDouble(), parameter.std(unbiased: false).ToDouble());
                var sampling = 6 / Math.Sqrt(parameter.numel()); // six deviations of the mean of one sample, four of a difference of two
                mean.ShouldBe(wanted[1], sampling * wanted[2] + 1e-12, path);
                deviation.ShouldBe(wanted[2], sampling * wanted[2] + 1e-12, path);
            }
        );

    private static void Compare(
        string name,
        Func<VisionModel> build,
        StateDictMap? map,
        Action<Tensor, double[], string> check
    )
    {
        var path = Path.Combine(PythonOracle.Folder, "values", "originals", $"start-{name}.json");
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        manual_seed(document.RootElement.GetProperty("seed").GetInt64());
        using var scope = NewDisposeScope();
        using var model = build();
        map ??= StateDictMap.Official;
        var ours = model.named_parameters().ToDictionary(p => p.Item1, p => p.Item2, StringComparer.Ordinal);
        var wanted = document.RootElement.GetProperty("tensors").EnumerateObject().ToArray();
        wanted.Select(t => map.Translate(t.Name)).ShouldBe(ours.Keys, ignoreOrder: true);
        foreach (var tensor in wanted)
        {
            using var inner = NewDisposeScope();
            double[] numbers = [.. tensor.Value.EnumerateArray().Select(v => v.GetDouble())];
            check(ours[map.Translate(tensor.Name)!].detach().to(float64), numbers, tensor.Name);
        }
    }
}
