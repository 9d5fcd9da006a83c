using System.Text.Json;
using Shouldly;
using TorchSharp;
using VitNotebooks.Models;
using VitNotebooks.Oracles;
using VitNotebooks.Tests.Models.Originals;
using VitNotebooks.Tests.Training;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Models;

/// <summary>
/// What the authors' own constructors leave behind a seed, checked in as norm and projection of every parameter (made by
/// tests/oracles/originals/starting.py): ours draw the same numbers in the same order. Not beside others, for all draw from
/// the default generator.
/// </summary>
[Collection(TrainingCollection.Name)]
public sealed class StartingWeightsTests
{
    [Theory]
    [InlineData("cct_7_3x1_32")]
    [InlineData("vit_7_4_32")]
    [InlineData("vit_7_4_32_sine")]
    [InlineData("dhvt_tiny_cifar_patch4")]
    [InlineData("mixer_s16_224")]
    [InlineData("resnet18")]
    [InlineData("resnet50")]
    [InlineData("wrn_16_8")]
    public void Build_BehindASeed_StartsAsTheOriginal(string name)
    {
        var path = Path.Combine(PythonOracle.Folder, "values", "originals", $"{name}-start.json");
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        var expected = document
            .RootElement.GetProperty("weights")
            .EnumerateObject()
            .ToDictionary(p => p.Name, p => p.Value.EnumerateArray().Select(e => e.GetDouble()).ToArray());
        using var scope = NewDisposeScope();
        manual_seed(document.RootElement.GetProperty("seed").GetInt64());
        using var model = VisionModels.Create(name);
        model.named_parameters().Select(p => p.Item1).ShouldBe(expected.Keys, ignoreOrder: true);
        foreach (var (parameter, weight) in model.named_parameters())
        {
            using var inner = NewDisposeScope();
            var value = weight.detach().to(float64);
            var (norm, projected) = (expected[parameter][0], expected[parameter][1]);
            var error = Math.Max(
                Math.Abs(value.norm().ToDouble() - norm),
                Math.Abs((value * HashedWeights.Unit("start " + parameter, value.shape)).sum().ToDouble() - projected)
            );
            error.ShouldBeLessThanOrEqualTo(2e-6 * norm, $"{parameter}: norm {norm}, projection {projected}");
        }
    }
}
