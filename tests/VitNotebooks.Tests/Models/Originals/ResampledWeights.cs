using System.Text.Json;
using Shouldly;
using TorchSharp;
using VitNotebooks.Models;
using VitNotebooks.Oracles;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Models.Originals;

/// <summary>What the authors' loaders make of the weights of one size for another, checked in as norms and projections.</summary>
internal static class ResampledWeights
{
    /// <summary>Resamples what the file names from one model to the other and holds the results to the authors'.</summary>
    /// <param name="file">File name without its ending, e.g. <c>swin_resampled</c>.</param>
    /// <param name="source">The model whose hashed weights come.</param>
    /// <param name="target">The model that they are for.</param>
    public static void Compare(string file, VisionModel source, VisionModel target)
    {
        using var scope = NewDisposeScope();
        var path = Path.Combine(PythonOracle.Folder, "values", "originals", $"{file}.json");
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        foreach (var tensor in document.RootElement.GetProperty("tensors").EnumerateObject())
        {
            double[] wanted = [.. tensor.Value.EnumerateArray().Select(e => e.GetDouble())];
            var old = HashedWeights.Value(tensor.Name, source.get_parameter(tensor.Name)!.shape);
            var shape = target.get_parameter(tensor.Name)!.shape;
            var value = target.Resample(tensor.Name, old, shape).ShouldNotBeNull(tensor.Name);
            value.shape.ShouldBe(shape);
            var numbers = value.to(float64);
            numbers.norm().ToDouble().ShouldBe(wanted[0], 1e-6 * wanted[0], tensor.Name);
            var projected = (numbers * HashedWeights.Unit($"resampled {tensor.Name}", shape)).sum().ToDouble();
            projected.ShouldBe(wanted[1], 1e-6 * wanted[0], tensor.Name);
        }
    }
}
