using Shouldly;
using TorchSharp;
using VitNotebooks.Models;
using VitNotebooks.Oracles;
using VitNotebooks.Tests.Models.Originals;
using VitNotebooks.Tests.Training;
using VitNotebooks.Training;
using Xunit;
using Xunit.Abstractions;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Models;

[Collection(Alone.Name)]
public sealed class DrlocVitTests(ITestOutputHelper output)
{
    [Fact]
    public void Build_Base_HasTheNamesShapesAndParametersOfTheLocalizationCode()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Create("vit_base.drloc");
        OfficialNames.Of(model).ShouldBe(OfficialNames.Of("vit_base.drloc"));
        model.parameters().Sum(p => p.numel()).ShouldBe(86_540_008);
    }

    [Fact]
    public void Build_BaseWithItsLoss_HasTheNamesAndDecaysAsTheAuthorsCode()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.DrlocVit().WithRelativeLocalization().Build();
        OfficialNames.Of(model).ShouldBe(OfficialNames.Of("vit_base.drloc.l1"));
        model.parameters().Sum(p => p.numel()).ShouldBe(87_590_634);
        StartingWeights.Read("vit_base.drloc").CompareDecay(model, DecayGrouping.AsInDrlocCode);
    }

    [Fact]
    public void Forward_OfTheAuthorsCode_IsOurs()
    {
        using var model = VisionModels.DrlocVit().Classes(10).Dropout(0).Build();
        output.WriteLine(Original.Read("vit_base.drloc_224").Compare(model, tolerance: 2e-5).ToString());
    }

    [Fact]
    public void Forward_OfAnotherShapeAndSizeInTraining_IsTheAuthorsCode()
    {
        using var model = VisionModels
            .DrlocVit()
            .ImageSize(96)
            .EmbedDim(192)
            .Depth(3)
            .Heads(4)
            .MlpDim(768)
            .Classes(10)
            .Dropout(0)
            .Build();
        model.Config.Name.ShouldBe("vit_custom.drloc_96");
        output.WriteLine(Original.Read("vit_custom.drloc_96").Compare(model, tolerance: 2e-5).ToString());
    }

    [Fact]
    public void ResetClassifier_OtherClasses_ReplacesTheLinearLayerBehindTheNorm()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Create("vit_mini.drloc_32");
        model.classifier_name.ShouldBe("mlp_head.1");
        model.reset_classifier(7);
        model.get_parameter("mlp_head.1.weight")!.shape.ShouldBe([7, 64]);
        model.eval();
        model.call(randn(2, 3, 32, 32)).shape.ShouldBe([2, 7]);
        model.freeze_backbone();
        model
            .named_parameters()
            .Where(p => p.Item2.requires_grad)
            .Select(p => p.Item1)
            .ShouldBe(["mlp_head.1.weight", "mlp_head.1.bias"], ignoreOrder: true);
    }

    [Fact]
    public void Resample_PositionsOfAnotherImage_KeepsTheClassTokens()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Create("vit_mini.drloc_32");
        var old = randn(1, 17, 64);
        var fresh = model.Resample("pos_embedding", old, [1, 65, 64]).ShouldNotBeNull();
        fresh.shape.ShouldBe([1, 65, 64]);
        fresh.narrow(1, 0, 1).Equals(old.narrow(1, 0, 1)).ShouldBeTrue();
        model.no_weight_decay().ShouldBe(["pos_embedding", "cls_token"], ignoreOrder: true);
    }

    [Fact]
    public void Layers_NameEveryParameterOnce()
    {
        using var model = VisionModels.Create("vit_mini.drloc_32");
        var layers = model.layers();
        layers.Count.ShouldBe(1 + 6 + 1);
        foreach (var (name, _) in model.named_parameters())
        {
            layers.SelectMany(layer => layer).Count(name.StartsWith).ShouldBe(1, name);
        }
    }

    [Fact]
    public void Build_PatchThatDoesNotDivide_NamesTheNearestSizes()
    {
        var fault = Should.Throw<ModelConfigException>(() => VisionModels.DrlocVit().ImageSize(230).Build());
        fault.Message.ShouldBe("DrlocViT: image 230 is not a multiple of patch 16; nearest: 224, 240.");
    }
}
