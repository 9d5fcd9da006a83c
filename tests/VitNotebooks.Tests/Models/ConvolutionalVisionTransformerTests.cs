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
public sealed class ConvolutionalVisionTransformerTests(ITestOutputHelper output)
{
    // What Microsoft's code counts; its paper says 19.98 M and 31.54 M, see CvtVariants.
    [Theory]
    [InlineData("cvt_13", 19_997_480)]
    [InlineData("cvt_21", 31_622_696)]
    public void Build_AVariant_HasMicrosoftsNamesShapesAndParameters(string name, long parameters)
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Create(name);
        OfficialNames.Of(model).ShouldBe(OfficialNames.Of(name));
        model.parameters().Sum(p => p.numel()).ShouldBe(parameters);
    }

    [Fact]
    public void Build_CvtW24_HasMicrosoftsNamesAndShapesABlock()
    {
        using var scope = NewDisposeScope();
        var config = (CvtConfig)VisionModels.ConfigOf("cvt_w24");
        config.Depths.ToString().ShouldBe("2-2-20");
        using var model = VisionModels.FromConfig(config with { Depths = [2, 2, 2] });
        OfficialNames.Of(model).ShouldBe(OfficialNames.Folded("cvt_w24", period: 2));
        OfficialNames.Parameters("cvt_w24").ShouldBe(277_196_392);
    }

    /// <summary>The paper rounds other numbers than its code counts, and no part that might have been left out is between them in both.</summary>
    [Fact]
    public void Parameters_OfThePaper_AreLessThanItsCodeHasInAWayThatNoPartExplains()
    {
        var (small, large) = (OfficialNames.Parameters("cvt_13"), OfficialNames.Parameters("cvt_21"));
        var (lackingInSmall, lackingInLarge) = (small - 19.98e6, large - 31.54e6);
        const double Rounding = 0.005e6;
        var (fewer, more) = (
            ((CvtConfig)VisionModels.ConfigOf("cvt_13")).Depths,
            ((CvtConfig)VisionModels.ConfigOf("cvt_21")).Depths
        );
        fewer.Zip(more).ShouldAllBe(stage => stage.Second <= 2 * stage.First);
        // Parts of blocks at least half, other parts as a whole.
        (lackingInSmall + Rounding).ShouldBeLessThan((lackingInLarge - Rounding) / 2);
    }

    [Theory]
    [InlineData(224, "cvt_13")]
    [InlineData(160, "cvt_13_160")]
    public void Forward_OfTheAuthorsCode_IsOurs(int size, string values)
    {
        using var model = VisionModels.Cvt().Layers13().ImageSize(size).Classes(10).DropPath(0).Build();
        output.WriteLine(Original.Read(values).Compare(model, tolerance: 5e-5).ToString());
    }

    [Theory]
    [InlineData(CvtPositions.First, "cvt_96.pos_first")]
    [InlineData(CvtPositions.Last, "cvt_96.pos_last")]
    [InlineData(CvtPositions.Every, "cvt_96.pos_every")]
    public void Forward_WithPositions_IsTheAuthorsCodeWithThemAdded(CvtPositions positions, string values)
    {
        using var model = Short().Positions(positions).Build();
        output.WriteLine(Original.Read(values).Compare(model, tolerance: 5e-5).ToString());
        model
            .no_weight_decay()
            .Order(StringComparer.Ordinal)
            .ShouldBe(
                positions switch
                {
                    CvtPositions.First => ["stage0.pos_embed", "stage2.cls_token"],
                    CvtPositions.Last => ["stage2.cls_token", "stage2.pos_embed"],
                    _ => ["stage0.pos_embed", "stage1.pos_embed", "stage2.cls_token", "stage2.pos_embed"],
                }
            );
    }

    [Fact]
    public void Forward_WithoutAClassTokenAndWithOtherStrides_IsTheAuthorsCode()
    {
        using var model = Short().ClassToken(false).KeyValueStrides(4, 2, 1).Build();
        output.WriteLine(Original.Read("cvt_96.mean").Compare(model, tolerance: 5e-5).ToString());
        model.Config.Name.ShouldBe("cvt_custom_96");
    }

    [Fact]
    public void DecayGroups_Intended_AreTheAuthors()
    {
        using var model = VisionModels.Create("cvt_13");
        StartingWeights.Read("cvt_13").CompareDecay(model, DecayGrouping.Intended);
    }

    [Fact]
    public void Resample_PositionsOfAnotherImage_AreAsTheAuthorsLoaderMakesThem()
    {
        using var scope = NewDisposeScope();
        using var source = Short().ImageSize(128).Depths(1, 1, 1).Positions(CvtPositions.Last).Build();
        using var target = Short().Depths(1, 1, 1).Positions(CvtPositions.Last).Build();
        ResampledWeights.Compare("cvt_resampled", source, target);
        target.Resample("head.weight", zeros(10, 384), [7, 384]).ShouldBeNull();
        target.Resample("stage2.pos_embed", zeros(1, 64, 384), [1, 37, 384]).ShouldBeNull(); // no class token
    }

    [Fact]
    public void Layers_OfCvt13_NameEveryParameterOnce()
    {
        using var model = VisionModels.Cvt().Mini().Positions(CvtPositions.Every).Build();
        var layers = model.layers();
        layers.Count.ShouldBe(1 + 4 + 1);
        foreach (var (name, _) in model.named_parameters())
        {
            layers.SelectMany(layer => layer).Count(name.StartsWith).ShouldBe(1, name);
        }
    }

    [Fact]
    public void Forward_OneImage_KeepsItsBatchDimension()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Create("cvt_mini_32");
        model.eval();
        model.call(zeros(1, 3, 32, 32)).shape.ShouldBe([1, 10]);
    }

    [Theory]
    [InlineData("cvt_13_384", 24)]
    [InlineData("cvt_w24", 24)]
    [InlineData("cvt_13", 14)]
    public void LastMapSide_OfRegisteredModels_IsTheConvolutions(string name, int side) =>
        VisionModels.ConfigOf(name).LastMapSide.ShouldBe(side);

    [Fact]
    public void Name_OfAShape_IsTheRegisteredOneOrTellsTheDifference()
    {
        VisionModels.Cvt().Layers21().Config.Name.ShouldBe("cvt_21");
        VisionModels.Cvt().Layers21().ImageSize(384).Config.ShouldBe(VisionModels.ConfigOf("cvt_21_384"));
        VisionModels.Cvt().Wide24().ImageSize(384).Config.ShouldBe(VisionModels.ConfigOf("cvt_w24"));
        VisionModels.Cvt().Mini().Config.ShouldBe(VisionModels.ConfigOf("cvt_mini_32"));
        VisionModels.Cvt().Positions(CvtPositions.Every).Config.Name.ShouldBe("cvt_13.pos_every");
    }

    [Fact]
    public void Build_SeveralFaults_ReportsAllAtOnce()
    {
        var builder = VisionModels.Cvt().Heads(1, 3).Kernel(4).DropPath(-1).PatchStrides(4, 0, 2);
        var fault = Should.Throw<ModelConfigException>(() => builder.Build());
        fault.Faults.ShouldBe([
            "CvT: 0 among the patch strides (4-0-2) is not in 1..64; nearest: 1.",
            "CvT: 2 stages of heads (1-3) do not match 3 stages of depths (1-2-10); give one number a stage to both.",
            "CvT: drop path -1 is not in [0, 1); nearest: 0.",
            "CvT: kernel 4 is not an odd number in 1..15; nearest: 5.",
        ]);
        Should
            .Throw<ModelConfigException>(() => VisionModels.Cvt().ImageSize(2).Build())
            .Message.ShouldBe("CvT: image 2 leaves no cell in stage 0, whose squares of 7 do not fit; nearest: 3.");
    }

    private static CvtBuilder Short() =>
        VisionModels.Cvt().Layers13().ImageSize(96).Depths(1, 1, 2).Classes(10).DropPath(0);
}
