using Shouldly;
using TorchSharp;
using VitNotebooks.Models;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Models;

public sealed class WeightLoadingTests
{
    [Fact]
    public void LoadWeights_FaultyWeights_NamesAllFaultsAndChangesNothing()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Create("vit_mini_patch4_32");
        var before = model.get_parameter("norm.weight")!.clone();
        var weights = model.state_dict().ToDictionary(p => p.Key, p => p.Value.detach() + 1);
        weights.Remove("pos_embed");
        weights["head.weight"] = zeros(7, 64);
        weights["extra"] = zeros(1);

        var fault = Should.Throw<WeightsException>(() => model.LoadWeights(weights));
        fault.Missing.ShouldBe(["pos_embed"]);
        fault.Unexpected.ShouldBe(["extra"]);
        fault.Misshaped.ShouldBe(["head.weight: [7, 64] instead of [10, 64]"]);
        model.get_parameter("norm.weight")!.Equals(before).ShouldBeTrue();
    }

    [Fact]
    public void LoadWeights_OtherClasses_SaysHowToKeepTheHead()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Create("vit_mini_patch4_32");
        using var other = VisionModels.Create("vit_mini_patch4_32", classes: 7);
        var fault = Should.Throw<WeightsException>(() => model.LoadWeights(other.state_dict()));
        fault.Message.ShouldContain("Only the classifier differs");
        model.LoadWeights(other.state_dict(), except: "head");
        model.get_parameter("pos_embed")!.Equals(other.get_parameter("pos_embed")!).ShouldBeTrue();
    }

    [Theory]
    [InlineData("resnet_mini_32", "\"fc\"")]
    [InlineData("vit_2_4_32", "\"classifier.fc\"")]
    [InlineData("lvvit_mini_32", "\"head\", \"aux_head\"")]
    [InlineData("swin_mini_patch2_window4_32", "\"head\"")]
    public void LoadWeights_OtherClassesOfAnyFamily_NamesItsHeads(string name, string heads)
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Create(name);
        using var other = VisionModels.Create(name, classes: 7);
        Should
            .Throw<WeightsException>(() => model.LoadWeights(other.state_dict()))
            .Message.ShouldEndWith(
                $"Only the classifier differs: pass except: {heads} to keep the model's own, or build it with as many classes."
            );
        model.LoadWeights(other.state_dict(), except: heads.Replace("\"", "").Split(", ")).Resampled.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("ViT", "official, torchvision, deit3, pycls, big_vision")]
    [InlineData("WRN", "official, szagoruyko")]
    [InlineData("CvT", "official")]
    public void Of_ANamingThatAFamilyHasNot_SaysWhichItHas(string family, string namings)
    {
        foreach (var naming in namings.Split(", "))
            StateDictMap.Of(naming, family).ShouldNotBeNull();
        Should
            .Throw<ArgumentException>(() => StateDictMap.Of("timm", family))
            .Message.ShouldStartWith($"{family} has no naming 'timm'; it has {namings}.");
    }

    [Fact]
    public void LoadWeights_AnotherFamily_SaysWhatTheyLookLike()
    {
        using var scope = NewDisposeScope();
        using var swin = VisionModels.Create("swin_mini_patch2_window4_32");
        using var vit = VisionModels.Create("vit_mini_patch4_32");
        var fault = Should.Throw<WeightsException>(() => swin.LoadWeights(vit.state_dict()));
        fault.Message.ShouldContain("They are of another model or have other names: they look like ViT, timm's names");
    }

    [Theory]
    [InlineData("Swin", "features.3.1.mlp.3.bias", "layers.1.blocks.1.mlp.fc2.bias")]
    [InlineData(
        "Swin",
        "features.5.0.attn.relative_position_bias_table",
        "layers.2.blocks.0.attn.relative_position_bias_table"
    )]
    [InlineData("Swin", "features.4.reduction.weight", "layers.1.downsample.reduction.weight")]
    [InlineData("Swin", "features.1.0.attn.relative_position_index", null)]
    [InlineData("ViT", "encoder.layers.encoder_layer_11.self_attention.in_proj_weight", "blocks.11.attn.qkv.weight")]
    [InlineData("ViT", "encoder.layers.encoder_layer_0.mlp.linear_2.bias", "blocks.0.mlp.fc2.bias")]
    [InlineData("ViT", "heads.head.bias", "head.bias")]
    public void Translate_TorchvisionsNames_AreOurs(string family, string foreign, string? ours) =>
        StateDictMap.Torchvision(family).Translate(foreign).ShouldBe(ours);
}
