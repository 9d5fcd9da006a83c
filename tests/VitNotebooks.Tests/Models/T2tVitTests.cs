using Shouldly;
using TorchSharp;
using VitNotebooks.Models;
using VitNotebooks.Oracles;
using VitNotebooks.Tests.Models.Originals;
using VitNotebooks.Training;
using Xunit;
using Xunit.Abstractions;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Models;

[Collection(Alone.Name)]
public sealed class T2tVitTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("t2t_vit_7", 4_310_222, 4_255_694)]
    [InlineData("t2t_vit_10", 5_889_230, 5_834_702)]
    [InlineData("t2t_vit_12", 6_941_902, 6_887_374)]
    [InlineData("t2t_vit_14", 21_545_550, 21_465_806)]
    [InlineData("t2t_vit_19", 39_177_422, 39_085_070)]
    [InlineData("t2t_vit_24", 64_105_934, 64_000_974)]
    [InlineData("t2t_vit_t_14", 21_541_070, 21_465_422)]
    [InlineData("t2t_vit_t_19", 39_172_942, 39_084_686)]
    [InlineData("t2t_vit_t_24", 64_101_454, 64_000_590)]
    public void Build_Variant_HasTheAuthorsNamesShapesAndParameters(string name, long parameters, long trainable)
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Create(name);
        OfficialNames.Of(model).ShouldBe(OfficialNames.Of(name));
        model.parameters().Sum(p => p.numel()).ShouldBe(parameters);
        model.parameters().Where(p => p.requires_grad).Sum(p => p.numel()).ShouldBe(trainable);
    }

    [Theory]
    [InlineData("t2t_vit_7_224")]
    [InlineData("t2t_vit_7_160")]
    [InlineData("t2t_vit_t_2_128")]
    public void Forward_OfTheAuthorsCode_IsOurs(string values)
    {
        var size = int.Parse(values[^3..]);
        var chain = values.StartsWith("t2t_vit_7", StringComparison.Ordinal)
            ? VisionModels.T2t().Vit7()
            : VisionModels.T2t().Vit14().Tokens(T2tTokens.Transformer).Depth(2);
        using var model = chain.ImageSize(size).Classes(10).DropPath(0).TokenDropout(0).Build();
        var found = Original.Read(values).Compare(model, tolerance: 5e-5);
        output.WriteLine($"{values}: {found}");
    }

    [Fact]
    public void Positions_OfTheTable_AreSinesAndCosinesThatNeverTrain()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Create("t2t_vit_7");
        var table = model.get_parameter("pos_embed")!;
        table.mean().ToDouble().ShouldBe(0.319469, 1e-6);
        table[0, 5, 0].ToDouble().ShouldBe(Math.Sin(5), 1e-7);
        table[0, 5, 3].ToDouble().ShouldBe(Math.Cos(5 / Math.Pow(10000, 2.0 / 256)), 1e-7);
        string[] constant = ["pos_embed", "tokens_to_token.attention1.w", "tokens_to_token.attention2.w"];
        Frozen().ShouldBe(constant, ignoreOrder: true);

        model.freeze_backbone();
        Frozen().Length.ShouldBe(model.parameters().Count() - 2);
        model.freeze_backbone(freeze: false);
        Frozen().ShouldBe(constant, ignoreOrder: true);

        string[] Frozen() => [.. model.named_parameters().Where(p => !p.parameter.requires_grad).Select(p => p.name)];
    }

    [Fact]
    public void DecayGroups_BothForms_DifferInTheClassToken()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Create("t2t_vit_14");
        var intended = DecayGroups.Of(model, DecayGrouping.Intended);
        intended.Undecayed.Count.ShouldBe(119);
        intended.Undecayed.Where(p => p.Parameter.shape.Length > 1).Select(p => p.Name).ShouldBe(["cls_token"]); // yitu's; the localization paper's code decays it
        DecayGroups.Of(model, DecayGrouping.AsInDrlocCode).Undecayed.Count.ShouldBe(118);

        using var localized = VisionModels.T2t().Vit14().WithRelativeLocalization().Build();
        localized.parameters().Sum(p => p.numel()).ShouldBe(22_202_960);
        StartingWeights.Read("t2t_vit_14.drloc").CompareDecay(localized, DecayGrouping.AsInDrlocCode);
    }

    [Fact]
    public void Features_At224_AreTheMapsOfTheTokenModuleAndTheNormalizedPatches()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.T2t().Vit7().Depth(1).Build();
        model.eval();
        var features = model.forward_features(randn(1, 3, 224, 224));
        features
            .Maps.Select(map => (map.Name, map.Stride, map.Map.shape[1], map.Map.shape[2]))
            .ShouldBe([
                ("tokens_to_token.attention1", 4, 64, 56),
                ("tokens_to_token.attention2", 8, 64, 28),
                ("norm", 16, 256, 14),
            ]);
        features.Last.Map.mean([1]).abs().max().ToDouble().ShouldBeLessThan(1e-5);
    }

    [Fact]
    public void Checkpointing_InTraining_GivesTheSameGradients()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.T2t().Mini().DropPath(0).TokenDropout(0).Build();
        var images = randn(2, 3, 32, 32);
        var plain = Gradient(false);
        Gradient(true).Equals(plain).ShouldBeTrue();

        Tensor Gradient(bool checkpointing)
        {
            model.zero_grad();
            model.gradient_checkpointing = checkpointing;
            model.call(images).square().sum().backward();
            return model.get_parameter("tokens_to_token.attention1.kqv.weight")!.grad!.clone();
        }
    }

    [Theory]
    [InlineData("t2t_vit_14", 224, false)]
    [InlineData("t2t_vit_14_384", 384, false)]
    [InlineData("t2t_vit_t_14", 224, true)]
    public void Config_OfAShape_IsNamedByIt(string name, int size, bool plain)
    {
        var chain = VisionModels.T2t().ImageSize(size).Tokens(plain ? T2tTokens.Transformer : T2tTokens.Performer);
        chain.Config.Name.ShouldBe(name);
        chain.MlpRatio(4).Config.Name.ShouldContain("custom");
    }

    [Fact]
    public void Build_ImageThatStridesDoNotDivide_NamesTheNearestSizes()
    {
        var fault = Should.Throw<ModelConfigException>(() => VisionModels.T2t().ImageSize(230).Build());
        fault.Message.ShouldBe("T2T-ViT: image 230 is not a multiple of strides 4-2-2 = 16; nearest: 224, 240.");
    }

    [Fact]
    public void Build_SplitsThatSkipPixels_AreRefused()
    {
        var fault = Should.Throw<ModelConfigException>(() => VisionModels.T2t().Strides(4, 4, 2).Build());
        fault.Message.ShouldBe("T2T-ViT: stride of split 1 (kernel 3) 4 is not in 1..3; nearest: 3.");
        fault = Should.Throw<ModelConfigException>(() => VisionModels.T2t().Strides(4, 4).Build());
        fault.Message.ShouldStartWith("T2T-ViT: 3 kernels (7-3-3) and 2 strides (4-4) are no 2..5 soft splits;");
    }
}
