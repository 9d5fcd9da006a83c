using Shouldly;
using TorchSharp;
using TorchSharp.Modules;
using VitNotebooks.Evaluation;
using VitNotebooks.Files;
using VitNotebooks.Models;
using VitNotebooks.Tests.Training;
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

    [Fact]
    public void LoadPretrained_TrainedWithALoss_IntoAModelWithoutIt_SaysSo()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var trained = VisionModels.Vit().Mini().WithRelativeLocalization().Build();
        VisionCheckpoint.Save(trained, folder["own.safetensors"]);
        Safetensors.Save(folder["foreign.safetensors"], trained.state_dict()); // says nothing of its model: the loss is a registered one
        foreach (var file in (string[])["own.safetensors", "foreign.safetensors"])
        {
            using var model = VisionModels.Vit().Mini().Classes(7).Build();
            var loaded = model.LoadPretrained(folder[file]);
            loaded.KeptHeads.ShouldBe(["head"]);
            loaded.Lines.Count.ShouldBe(2);
            loaded.Lines[0].ShouldStartWith("head: 10 classes of 64 channels in the weights, 7 classes");
            loaded
                .Lines[1]
                .ShouldBe("drloc: in the weights alone, a part of the loss that they were trained with, and left out.");
            model.get_parameter("pos_embed")!.Equals(trained.get_parameter("pos_embed")!).ShouldBeTrue();
        }
        using var again = VisionModels.Vit().Mini().WithRelativeLocalization().Build();
        again
            .LoadPretrained(folder["own.safetensors"])
            .Lines.ShouldBe(["drloc: a part of the loss, which stays this model's own."]);
    }

    [Fact]
    public void LoadWeights_TrainedWithALossThatNobodyNames_SaysHowToLeaveItOut()
    {
        using var scope = NewDisposeScope();
        using var trained = VisionModels.Vit().Mini().WithRelativeLocalization().Build();
        using var model = VisionModels.Vit().Mini().Build();
        Should
            .Throw<WeightsException>(() => model.LoadWeights(trained.state_dict()))
            .Message.ShouldEndWith(
                "Only the heads of a loss are left over: pass except: \"drloc\" to leave them out, or build the model with the loss."
            );
        model.LoadWeights(trained.state_dict(), except: "drloc");
        model.get_parameter("pos_embed")!.Equals(trained.get_parameter("pos_embed")!).ShouldBeTrue();
    }

    // Learns what Swin's blocks compute, under the same names.
    private sealed class Masked : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter attn_mask;

        public Masked(PartPlace place)
            : base(nameof(Masked))
        {
            attn_mask = nn.Parameter(randn(place.Width));
            RegisterComponents();
            register_buffer("relative_position_index", randn(place.Width));
        }

        public override Tensor forward(Tensor input) =>
            input.mul(attn_mask).add(get_buffer("relative_position_index")!);
    }

    [Fact]
    public void LoadWeights_APartsOwnMask_IsLoaded()
    {
        using var scope = NewDisposeScope();
        var chain = VisionModels.Vit().Mini().Depth(1).Attention("tests-masked", p => new Masked(p));
        using var trained = chain.Build();
        using var model = chain.Build();
        model.LoadWeights(trained.state_dict()).Lines.ShouldBeEmpty();
        foreach (var name in (string[])["blocks.0.attn.attn_mask", "blocks.0.attn.relative_position_index"])
        {
            model.state_dict()[name].Equals(trained.state_dict()[name]).ShouldBeTrue(name);
        }

        var weights = trained.state_dict();
        weights.Remove("blocks.0.attn.attn_mask");
        Should.Throw<WeightsException>(() => model.LoadWeights(weights)).Missing.ShouldBe(["blocks.0.attn.attn_mask"]);
    }

    [Fact]
    public void LoadWeights_WhatSwinComputes_MayLackAndIsLeftOut()
    {
        using var scope = NewDisposeScope();
        using var trained = VisionModels.Create("swin_mini_patch2_window4_32");
        using var model = VisionModels.Create("swin_mini_patch2_window4_32");
        var weights = trained.state_dict().Where(t => !model.IsComputed(t.Key)).ToDictionary();
        weights.Count.ShouldBeLessThan(trained.state_dict().Count);
        var index = model.state_dict()["layers.0.blocks.0.attn.relative_position_index"].clone();
        model.LoadWeights(weights).Lines.ShouldBeEmpty();
        weights["layers.0.blocks.0.attn.relative_position_index"] = zeros(3);
        weights["layers.0.blocks.0.attn_mask"] = zeros(3); // of another size, where this model has none
        model.LoadWeights(weights).Lines.ShouldBeEmpty();
        model.state_dict()["layers.0.blocks.0.attn.relative_position_index"].Equals(index).ShouldBeTrue();
    }

    [Theory]
    [InlineData("ViT", "official, torchvision, deit3, pycls, big_vision")]
    [InlineData("WRN", "official, szagoruyko")]
    [InlineData("CvT", "official")]
    public void Of_ANamingThatAFamilyHasNot_SaysWhichItHas(string family, string namings)
    {
        foreach (var naming in namings.Split(", "))
        {
            StateDictMap.Of(naming, family).ShouldNotBeNull();
        }

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
