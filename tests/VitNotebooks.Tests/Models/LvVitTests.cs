using Shouldly;
using TorchSharp;
using VitNotebooks.Layers;
using VitNotebooks.Models;
using VitNotebooks.Tests.Models.Originals;
using VitNotebooks.Training;
using Xunit;
using Xunit.Abstractions;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Models;

public sealed class LvVitTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("lvvit_t", 8_534_720)]
    [InlineData("lvvit_s", 26_151_824)]
    [InlineData("lvvit_m", 55_830_544)]
    public void Build_Variant_HasTheAuthorsNamesShapesAndParameters(string name, long parameters)
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Create(name);
        OfficialNames.Of(model).ShouldBe(OfficialNames.Of(name));
        model.parameters().Sum(p => p.numel()).ShouldBe(parameters);
    }

    [Fact]
    public void Build_LargeOfTwoBlocks_HasTheAuthorsNamesShapesAndParametersOfAllTwentyFour()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.LvVit().Large().Depth(2).Build();
        var official = OfficialNames.Of("lvvit_l");
        var later = Enumerable.Range(2, 22).Select(i => $"blocks.{i}.").ToArray();
        OfficialNames
            .Of(model)
            .ShouldBe(official.Where(line => !later.Any(start => line.StartsWith(start, StringComparison.Ordinal))));
        var block = Lines("blocks.0.");
        foreach (var start in later)
        {
            Lines(start).ShouldBe(block, start);
        }

        var one = model.named_parameters().Where(p => p.name.StartsWith("blocks.1.")).Sum(p => p.parameter.numel());
        (model.parameters().Sum(p => p.numel()) + (22 * one)).ShouldBe(150_473_552);

        string[] Lines(string start) =>
            [.. official.Where(line => line.StartsWith(start)).Select(line => line[start.Length..])];
    }

    [Fact]
    public void Build_WithoutTheDenseHead_HasTheParametersOfTheirPlainModel()
    {
        using var scope = NewDisposeScope();
        using var model = (LvVit)VisionModels.LvVit().Small().DenseHead(false).Build();
        model.Config.Name.ShouldBe("lvvit_s_plain");
        model.parameters().Sum(p => p.numel()).ShouldBe(25_766_824);
        Should
            .Throw<InvalidOperationException>(() => model.forward_labeling(zeros(1, 3, 224, 224)))
            .Message.ShouldContain("lvvit_s_plain has no dense head");
    }

    // In eval classes and the largest of the cells; in training both heads, with tokens mixed in a given box.
    [Theory]
    [InlineData("lvvit_t_224", 0.6, 4, 11)]
    [InlineData("lvvit_t_3_96", 0.3, 1, 2)]
    public void Forward_OfTheAuthorsCode_IsOurs(string values, double share, int row, int column)
    {
        var chain = VisionModels.LvVit().Tiny().Classes(10).DropPath(0);
        if (values == "lvvit_t_3_96")
        {
            chain = chain.ImageSize(96).Depth(3).SkipLambda(2);
        }

        using var model = (LvVit)chain.Build();
        var side = model.Config.LastMapSide;
        var mix = MixToken.Of(side, side, share, row, column);
        mix.IsEmpty.ShouldBeFalse();
        var found = Original.Read(values).Compare(model, tolerance: 5e-5, forward: Labeled);
        output.WriteLine($"{values}: {found}");

        Tensor Labeled(Tensor images)
        {
            if (!model.training)
            {
                return model.call(images);
            }

            var (classes, cells, _) = model.forward_labeling(images, mix);
            return classes + (cells * HashedWeights.Unit("cells", cells.shape).to(float32)).sum(1);
        }
    }

    [Fact]
    public void Forward_OfTheAuthorsPlainModelWithTheWideStem_IsOurs()
    {
        var chain = VisionModels.LvVit().StemWidth(128).EmbedDim(96).Depth(2).Heads(3).SkipLambda(3).DenseHead(false);
        using var model = chain.ImageSize(64).Classes(10).DropPath(0).Build();
        var found = Original.Read("lvvit_plain_2_64").Compare(model, tolerance: 5e-5);
        output.WriteLine($"{found}");
    }

    [Fact]
    public void DecayGroups_Intended_ArePositionsClassTokenAndVectors()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Create("lvvit_t");
        var groups = DecayGroups.Of(model, DecayGrouping.Intended);
        groups.Undecayed.Count.ShouldBe(97);
        groups
            .Undecayed.Where(p => p.Parameter.shape.Length > 1)
            .Select(p => p.Name)
            .ShouldBe(["cls_token", "pos_embed"]);
    }

    [Fact]
    public void ForwardLabeling_InTraining_MixesTokensAndPutsCellsBack()
    {
        using var scope = NewDisposeScope();
        using var model = (LvVit)VisionModels.LvVit().Mini().DropPath(0).Depth(1).Build();
        var images = randn(4, 3, 32, 32);
        using var generator = new Generator(7, CPU);
        using var inner = NewDisposeScope();
        var (classes, cells, mix) = model.forward_labeling(images, generator);
        inner.DisposablesCount.ShouldBe(2);
        classes.shape.ShouldBe([4, 10]);
        cells.shape.ShouldBe([4, 64, 10]);
        mix.ShouldBe(MixToken.Draw(8, 8, new Generator(7, CPU)));

        model.eval();
        model.forward_labeling(images).Mix.IsEmpty.ShouldBeTrue();
        var logits = model.forward_head(model.forward_features(images));
        var (plain, dense, _) = model.forward_labeling(images);
        var (largest, _) = dense.max(1);
        logits.Equals(plain + 0.5 * largest).ShouldBeTrue();
    }

    [Fact]
    public void ForwardFeatures_ABoxOfAnotherMap_IsRefused()
    {
        using var scope = NewDisposeScope();
        using var model = (LvVit)VisionModels.Create("lvvit_mini_32");
        var fault = Should.Throw<ArgumentException>(() =>
            model.forward_features(zeros(2, 3, 32, 32), MixToken.Of(14, 14, 0.5, 3, 3))
        );
        fault.Message.ShouldStartWith(
            "lvvit_mini_32: a box drawn for 14 x 14 cells does not fit a map of 8 x 8; draw it with MixToken.Draw(8, 8)."
        );
    }

    [Fact]
    public void ResetClassifier_OtherClasses_ReplacesBothHeads()
    {
        using var scope = NewDisposeScope();
        using var model = (LvVit)VisionModels.Create("lvvit_mini_32");
        model.reset_classifier(7);
        model.get_parameter("head.weight")!.shape.ShouldBe([7, 64]);
        model.get_parameter("aux_head.weight")!.shape.ShouldBe([7, 64]);
        model.eval();
        model.call(randn(2, 3, 32, 32)).shape.ShouldBe([2, 7]);
        model.freeze_backbone();
        model
            .named_parameters()
            .Where(p => p.parameter.requires_grad)
            .Select(p => p.name)
            .ShouldBe(["head.weight", "head.bias", "aux_head.weight", "aux_head.bias"]);
    }

    [Fact]
    public void Build_MixTokenWithoutDenseHeadAndAnOddPatch_ReportsBoth()
    {
        var chain = VisionModels.LvVit().DenseHead(false).MixToken(true).PatchSize(7);
        var fault = Should.Throw<ModelConfigException>(() => chain.Build());
        fault.Faults.ShouldBe([
            "LV-ViT: patch 7 is odd, and the stem halves it; nearest: 6, 8.",
            "LV-ViT: MixToken needs the dense head; call MixToken(false), or DenseHead(true).",
        ]);
    }
}
