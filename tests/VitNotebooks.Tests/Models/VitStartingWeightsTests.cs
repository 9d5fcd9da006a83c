using Shouldly;
using TorchSharp;
using VitNotebooks.Layers;
using VitNotebooks.Models;
using VitNotebooks.Oracles;
using VitNotebooks.Tests.Training;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Models;

/// <summary>The starting weights that are flax's, which the formulas give; the others are in <see cref="StartingWeightsTests"/>.</summary>
[Collection(Alone.Name)] // draws from the default generator, alone
public sealed class VitStartingWeightsTests
{
    [Fact]
    public void Build_BigVision_HasFlaxsDeviations()
    {
        using var scope = NewDisposeScope();
        manual_seed(7);
        var builder = VisionModels
            .Vit()
            .Tiny()
            .Depth(1)
            .Classes(10)
            .BigVision()
            .Origin(VitOrigin.BigVision, headBias: -6.9);
        using var model = builder.Pooling(VitPooling.Attention).PreLogits(96).Build();
        foreach (var (name, deviation) in Flax(192))
        {
            var parameter = model.get_parameter(name)!;
            parameter.std().ToDouble().ShouldBe(deviation, 5 * deviation / Math.Sqrt(parameter.numel()), name);
        }
        model.get_parameter("head.weight")!.abs().max().ToSingle().ShouldBe(0);
        model.get_parameter("head.bias")!.mean().ToSingle().ShouldBe(-6.9f, 1e-6f);
        model.get_parameter("blocks.0.attn.qkv.bias")!.abs().max().ToSingle().ShouldBe(0);
        // Cut at two deviations of the normal that is 1/sqrt(fan in) after the cut.
        var bound = 2 * Math.Sqrt(1.0 / (3 * 16 * 16)) / 0.8796;
        ((double)model.get_parameter("patch_embed.proj.weight")!.abs().max().ToSingle()).ShouldBeInRange(
            0.99 * bound,
            bound
        );
    }

    private static IEnumerable<(string Name, double Deviation)> Flax(int width)
    {
        var square = Math.Sqrt(6.0 / (2 * width)) / Math.Sqrt(3); // Xavier's uniform
        yield return ("patch_embed.proj.weight", Math.Sqrt(1.0 / (3 * 16 * 16)));
        yield return ("pos_embed", Math.Sqrt(1.0 / width));
        yield return ("blocks.0.attn.qkv.weight", square);
        yield return ("blocks.0.attn.proj.weight", square);
        yield return ("blocks.0.mlp.fc1.weight", Math.Sqrt(6.0 / (5 * width)) / Math.Sqrt(3));
        yield return ("blocks.0.mlp.fc1.bias", 1e-6);
        yield return ("attn_pool.latent", Math.Sqrt(6.0 / (1 + width)) / Math.Sqrt(3));
        yield return ("attn_pool.kv.weight", square);
        yield return ("pre_logits.fc.weight", Math.Sqrt(1.0 / width));
    }

    [Fact]
    public void ResetClassifier_DistilledModel_ReplacesBoth()
    {
        using var scope = NewDisposeScope();
        using var model = SmallVit.Of("deit_distilled_64").Build();
        model.reset_classifier(7);
        model.get_parameter("head_dist.weight")!.shape.ShouldBe([7, 96]);
        model.get_parameter("head_dist.weight")!.std().ToSingle().ShouldBe(0.02f, 0.005f);
        model.call(randn(2, 3, 64, 64)).shape.ShouldBe([2, 7]);
    }
}
