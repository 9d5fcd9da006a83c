using Shouldly;
using TorchSharp;
using VitNotebooks.Losses;
using VitNotebooks.Models;
using VitNotebooks.Oracles;
using VitNotebooks.Tests.Models.Originals;
using VitNotebooks.Tests.Training;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Models;

/// <summary>
/// Behind a seed every family starts as its authors' constructors leave it: the same numbers, where ours draw in their order, else
/// the same distributions, tensor by tensor. Not beside others, for all draw from the default generator.
/// </summary>
[Collection(Alone.Name)]
public sealed class StartingWeightsTests
{
    [Theory]
    [InlineData("cct_7_3x1_32")]
    [InlineData("cvt_13")]
    [InlineData("deit_tiny_patch16_224")]
    [InlineData("dhvt_tiny_cifar_patch4")]
    [InlineData("lvvit_t")]
    [InlineData("mixer_s16_224")]
    [InlineData("resnet18")]
    [InlineData("resnet50")]
    [InlineData("swin_tiny_patch4_window7_224")]
    [InlineData("t2t_vit_7")]
    [InlineData("t2t_vit_t_14")]
    [InlineData("vit_7_4_32")]
    [InlineData("vit_7_4_32_sine")]
    [InlineData("vit_tiny_patch16_224")]
    [InlineData("wrn_16_8")]
    public void Build_ARegisteredModel_StartsAsTheAuthors(string name) =>
        StartingWeights.Read(name).AreThoseOf(() => VisionModels.Create(name));

    [Fact]
    public void Build_Deit3_StartsAsTheAuthors() =>
        StartingWeights
            .Read("deit3_tiny_patch16_224")
            .AreThoseOf(() => VisionModels.Create("deit3_tiny_patch16_224"), StateDictMap.Deit3);

    [Theory]
    [InlineData("vit_options_64")]
    [InlineData("vit_gap_64")]
    [InlineData("vit_map_64")]
    [InlineData("deit_distilled_64")]
    public void Build_VitWithOptions_StartsAsTheAuthors(string name) =>
        StartingWeights.Read(name).AreThoseOf(() => SmallVit.Of(name).Build());

    [Fact]
    public void Build_SwinWithPositions_StartsAsTheAuthors() =>
        StartingWeights
            .Read("swin_tiny_patch4_window4_128.ape")
            .AreThoseOf(() =>
                VisionModels.Swin().Tiny().ImageSize(128).WindowSize(4).AbsolutePositions().DropPath(0).Build()
            );

    // The localization paper's models with its loss, as its code builds them.
    [Theory]
    [InlineData("cvt_13.drloc")]
    [InlineData("t2t_vit_14.drloc")]
    [InlineData("vit_base.drloc")]
    public void Build_WithLocalization_StartsAsTheLossesAuthors(string name) =>
        StartingWeights
            .Read(name)
            .AreThoseOf(() =>
                name switch
                {
                    "cvt_13.drloc" => VisionModels
                        .DrlocCvt()
                        .WithRelativeLocalization(l => l.Pooling(MapPooling.Average3x3))
                        .Build(),
                    "t2t_vit_14.drloc" => VisionModels
                        .T2t()
                        .Vit14()
                        .WithRelativeLocalization(l => l.Pooling(MapPooling.Average3x3))
                        .Build(),
                    _ => VisionModels.DrlocVit().WithRelativeLocalization().Build(),
                }
            );

    // Torch's attention draws its output projection first, in an order that our names do not have.
    [Theory]
    [InlineData("vitp_1gf_patch16_224")]
    [InlineData("vitc_1gf_patch16_224")]
    public void Build_EarlyConvolutions_StartsDistributedAsTheAuthors(string name) =>
        StartingWeights.Read(name).AreDistributedAsThoseOf(() => VisionModels.Create(name), StateDictMap.Pycls);

    [Fact]
    public void AreThoseOf_TwoElementsSwappedOrAnotherSeed_Fails()
    {
        using var scope = NewDisposeScope();
        var original = StartingWeights.Read("vit_map_64");
        Should.Throw<ShouldAssertException>(() =>
            original.AreThoseOf(() =>
            {
                var model = SmallVit.Of("vit_map_64").Build();
                using var quiet = no_grad();
                var weight = model.get_parameter("blocks.1.mlp.fc1.weight")!;
                weight.copy_(weight.roll(1, 1)); // mean and deviation stay
                return model;
            })
        );
        Should.Throw<ShouldAssertException>(() =>
            original.AreThoseOf(() =>
            {
                manual_seed(1);
                return SmallVit.Of("vit_map_64").Build();
            })
        );
        original.AreDistributedAsThoseOf(() =>
        {
            manual_seed(1);
            return SmallVit.Of("vit_map_64").Build();
        });
    }
}
