using Shouldly;
using TorchSharp;
using VitNotebooks.Models;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Models;

/// <summary>A name of a registered model is only that model's.</summary>
public sealed class ModelNamesTests
{
    private static nn.Module<Tensor, Tensor> Linear(PartPlace place) => nn.Linear(place.Width, place.Output[^1]);

    [Fact]
    public void Config_WhatSetsItApart_IsInTheName()
    {
        var tiny = VisionModels.Vit().Tiny();
        tiny.Config.Name.ShouldBe("vit_tiny_patch16_224");
        tiny.Classes(7).DropPath(0.2).WithRelativeLocalization().Config.Name.ShouldBe("vit_tiny_patch16_224");
        tiny.Attention("locality", Linear).Config.Name.ShouldBe("vit_tiny_patch16_224.attention_locality");
        tiny.Block("mine", Linear)
            .Head("cosine", Linear)
            .Config.Name.ShouldBe("vit_tiny_patch16_224.block_mine.head_cosine");
        tiny.QkvBias(false).Config.Name.ShouldBe("vit_tiny_patch16_224.qkv_bias_false");
        VisionModels
            .Swin()
            .Tiny()
            .Head("cosine", Linear)
            .Config.Name.ShouldBe("swin_tiny_patch4_window7_224.head_cosine");
        VisionModels.ResNet().Layers18().CifarStem().ImageSize(32).Config.Name.ShouldBe("resnet18.stem_cifar");
        VisionModels.ResNet().Layers50().Depths(3, 4, 6, 3).Config.Name.ShouldBe("resnet50");
    }

    [Fact]
    public void Registered_EveryModel_HasItsStandardName()
    {
        foreach (var name in VisionModels.List())
        {
            VisionModels.ConfigOf(name).StandardName().ShouldBe(name);
        }
    }

    [Fact]
    public void Create_AnotherImage_IsWhatTheChainBuilds()
    {
        foreach (
            var (name, size, chain) in new (string, int, ModelConfig)[]
            {
                ("vit_mini_patch4_32", 64, VisionModels.Vit().Mini().ImageSize(64).Config),
                ("swin_mini_patch2_window4_32", 64, VisionModels.Swin().Mini().ImageSize(64).Config),
                ("cvt_mini_32", 48, VisionModels.Cvt().Mini().ImageSize(48).Config),
                ("resnet_mini_32", 64, VisionModels.ResNet().Mini().ImageSize(64).Config),
            }
        )
        {
            using var model = VisionModels.Create(name, imageSize: size);
            model.Config.ShouldBe(chain);
            model.Config.Fingerprint().ShouldBe(chain.Fingerprint());
        }
    }

    [Fact]
    public void ConfigOf_OtherCase_IsTheSameModel() =>
        VisionModels.ConfigOf("ViT_Base_Patch16_224").Name.ShouldBe("vit_base_patch16_224");

    [Fact]
    public void Resized_NameOfTheUsers_Stays() =>
        VisionModels.Vit().Mini().Named("mine").Config.Resized(classes: 3, imageSize: 64).Name.ShouldBe("mine");

    [Fact]
    public void Chain_ImageAndClassesFirst_StayWhateverSizeFollows()
    {
        var first = VisionModels.Vit().Classes(100).ImageSize(64).Mini().Config;
        first.ShouldBe(VisionModels.Vit().Mini().Classes(100).ImageSize(64).Config);
        VisionModels.Vit().Mini().Tiny().PatchSize(4).Config.ImageSize.ShouldBe(32);
        VisionModels.Vit().From("vit_mini_patch4_32").Config.ShouldBe(VisionModels.ConfigOf("vit_mini_patch4_32"));
        VisionModels.Dhvt().Channels(1).From("dhvt_tiny_imagenet_patch16").Config.Heads.ShouldBe(3);
        VisionModels.Dhvt().Channels(1).From("dhvt_tiny_imagenet_patch16").Config.Channels.ShouldBe(1);
        Should
            .Throw<ModelConfigException>(() => VisionModels.Swin().From("vit_mini_patch4_32"))
            .Message.ShouldContain("'vit_mini_patch4_32' is a ViT");
        VisionModels.Vit().Head("cosine", Linear).From("vit_mini_patch4_32").Config.Head!.Name.ShouldBe("cosine");
    }

    [Fact]
    public void Build_TwoPartsOfOneName_EachChainKeepsItsOwn()
    {
        using var scope = NewDisposeScope();
        var mini = VisionModels.Vit().Mini().Depth(1);
        var plain = mini.Head("tests-two", place => nn.Linear(place.Width, place.Output[^1]));
        var unbiased = mini.Head("tests-two", place => nn.Linear(place.Width, place.Output[^1], hasBias: false));
        using var first = plain.Build();
        using var second = unbiased.Build();
        first.named_parameters().ShouldContain(p => p.name == "head.bias");
        second.named_parameters().ShouldNotContain(p => p.name == "head.bias");
        using var stored = ModelConfig.FromJson(plain.Config.ToJson()).Build();
        stored.named_parameters().ShouldNotContain(p => p.name == "head.bias");
    }
}
