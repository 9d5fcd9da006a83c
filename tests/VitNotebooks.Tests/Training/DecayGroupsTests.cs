using Shouldly;
using TorchSharp;
using VitNotebooks.Models;
using VitNotebooks.Oracles;
using VitNotebooks.Training;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Training;

[Collection(Alone.Name)]
public class DecayGroupsTests
{
    [Fact]
    public void Of_Swin_LeavesBiasTablesAndVectorsUndecayedInBothForms()
    {
        using var model = VisionModels.Swin().Tiny().Classes(10).WithRelativeLocalization(l => l.Pairs(8)).Build();
        CheckSwin(model, DecayGrouping.Intended);
        CheckSwin(model, DecayGrouping.AsInDrlocCode);
    }

    private static void CheckSwin(VisionModel model, DecayGrouping grouping)
    {
        var groups = DecayGroups.Of(model, grouping);
        foreach ((var name, _) in groups.Undecayed)
        {
            var expected =
                name.EndsWith(".bias", StringComparison.Ordinal)
                || name.EndsWith("relative_position_bias_table", StringComparison.Ordinal)
                || name.Contains("norm", StringComparison.Ordinal);
            expected.ShouldBeTrue(name);
        }
        string[] decayed = [.. groups.Decayed.Select(p => p.Name)];
        decayed.ShouldAllBe(n => n.EndsWith(".weight", StringComparison.Ordinal) && !n.Contains("norm"));
        foreach (
            var name in new[]
            {
                "patch_embed.proj.weight",
                "layers.0.blocks.0.attn.qkv.weight",
                "layers.0.blocks.1.attn.proj.weight",
                "layers.3.blocks.1.mlp.fc2.weight",
                "layers.0.downsample.reduction.weight",
                "head.weight",
                "drloc.0.layers.0.weight",
                "drloc.0.layers.4.weight",
            }
        )
        {
            decayed.ShouldContain(name);
        }
        (groups.Decayed.Count + groups.Undecayed.Count).ShouldBe(model.named_parameters().Count());
        // 12 blocks of 4 weights, 3 mergings, patch embedding, head, 3 layers of the localization head
        groups.Decayed.Count.ShouldBe((12 * 4) + 3 + 1 + 1 + 3);
    }

    [Fact]
    public void Of_Everything_DecaysNormsAndBiasesButNothingFrozen()
    {
        using var model = VisionModels.T2t().Mini().Build();
        var groups = DecayGroups.Of(model, DecayGrouping.Everything);
        groups.Undecayed.ShouldBeEmpty();
        groups
            .Decayed.Select(p => p.Name)
            .ShouldBe(model.named_parameters().Where(p => p.parameter.requires_grad).Select(p => p.name));
        groups.Decayed.Count.ShouldBeLessThan(model.named_parameters().Count()); // positions and random features stand still
    }

    [Fact]
    public void Of_VitIntended_LeavesTokenAndPositionsUndecayed()
    {
        using var model = TinyTask.Model();
        var groups = DecayGroups.Of(model, DecayGrouping.Intended);
        string[] larger = [.. groups.Undecayed.Where(p => p.Parameter.shape.Length > 1).Select(p => p.Name)];
        larger.ShouldBe(["cls_token", "pos_embed"], ignoreOrder: true);
    }

    [Fact]
    public void Of_VitAsInTheCode_DecaysTokenAndPositionsByAccident()
    {
        using var model = TinyTask.Model();
        var groups = DecayGroups.Of(model, DecayGrouping.AsInDrlocCode);
        string[] decayed = [.. groups.Decayed.Select(p => p.Name)];
        decayed.ShouldContain("cls_token");
        decayed.ShouldContain("pos_embed");
        groups.Undecayed.ShouldAllBe(p => p.Parameter.shape.Length == 1);
    }

    [Fact]
    public void Of_LayerDecay_GivesEachLayerItsRate()
    {
        using var model = TinyTask.Model(); // a stem, two blocks, a head
        var rates = DecayGroups.Of(model, DecayGrouping.Intended, 0.5).Rates;
        rates.Count.ShouldBe(model.named_parameters().Count());
        rates["patch_embed.proj.weight"].ShouldBe(0.125);
        rates["pos_embed"].ShouldBe(0.125);
        rates["blocks.0.attn.qkv.weight"].ShouldBe(0.25);
        rates["blocks.1.mlp.fc2.bias"].ShouldBe(0.5);
        rates["head.weight"].ShouldBe(1);
        rates.Where(p => p.Key.StartsWith("drloc.", StringComparison.Ordinal)).ShouldAllBe(p => p.Value == 1);
        DecayGroups.Of(model, DecayGrouping.Intended).Rates.ShouldBeEmpty();
        Should.Throw<ArgumentOutOfRangeException>(() => DecayGroups.Of(model, DecayGrouping.Intended, 0));
    }

    // AdamW's first update is the rate times the sign of the gradient, whatever its size.
    [Fact]
    public void ClipAndStep_LayerDecay_MovesEachLayerByItsRate()
    {
        using var scope = NewDisposeScope();
        using var model = TinyTask.Model();
        var recipe = TinyTask.Recipe() with { LayerDecay = 0.5, WeightDecay = 0 };
        var groups = DecayGroups.Of(model, recipe.DecayGrouping, recipe.LayerDecay);
        using TrainingOptimizer optimizer = new(groups, recipe);
        Dictionary<string, Tensor> before = [];
        foreach (var (name, parameter) in model.named_parameters())
        {
            before[name] = parameter.detach().clone();
            parameter.sum().backward();
        }
        optimizer.ClipAndStep(0, 1e-2);
        foreach (var (name, parameter) in model.named_parameters())
        {
            (before[name] - parameter.detach()).mean().ToDouble().ShouldBe(1e-2 * groups.Rates[name], 1e-6, name);
        }
    }
}
