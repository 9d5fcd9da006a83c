using Shouldly;
using TorchSharp;
using VitNotebooks.Losses;
using VitNotebooks.Models;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Models;

/// <summary>Parameters of the localization paper's models (arXiv 2106.03746) as its code (yhlleo/VTs-Drloc 6ac2c44) builds them.</summary>
public sealed class LocalizationPaperCountsTests
{
    [Theory]
    [InlineData(1000, 28_288_354, 19_936_296, 21_545_550, 25_557_032, 86_540_008)]
    [InlineData(345, 27_784_659, 19_684_121, 21_293_375, 24_214_937, 86_036_313)]
    [InlineData(102, 27_597_792, 19_590_566, 21_199_820, 23_717_030, 85_849_446)]
    [InlineData(100, 27_596_254, 19_589_796, 21_199_050, 23_712_932, 85_847_908)]
    [InlineData(10, 27_527_044, 19_555_146, 21_164_400, 23_528_522, 85_778_698)]
    public void BuildEmpty_ForItsDatasets_HasItsParameters(
        int classes,
        long swin,
        long cvt,
        long t2t,
        long resnet,
        long vit
    )
    {
        Parameters("swin_tiny_patch4_window7_224", classes).ShouldBe(swin);
        Parameters("cvt_13.drloc", classes).ShouldBe(cvt);
        Parameters("t2t_vit_14", classes).ShouldBe(t2t);
        Parameters("resnet50", classes).ShouldBe(resnet);
        Parameters("vit_base.drloc", classes).ShouldBe(vit);
    }

    [Theory]
    [InlineData("swin_tiny_patch4_window7_224", 29_338_980)]
    [InlineData("cvt_13.drloc", 20_593_706)]
    [InlineData("t2t_vit_14", 22_202_960)]
    [InlineData("resnet50", 27_918_378)]
    [InlineData("vit_base.drloc", 87_590_634)]
    public void BuildEmpty_WithTheLoss_HasItsParameters(string name, long parameters) =>
        Parameters(name, 1000, RelativeLocalizationOptions.Compat).ShouldBe(parameters);

    private static long Parameters(string name, int classes, params AuxiliaryLossOptions[] losses)
    {
        using var scope = NewDisposeScope();
        using var model = (VisionModels.ConfigOf(name) with { Classes = classes, Losses = [.. losses] }).BuildEmpty();
        return model.parameters().Sum(p => p.numel());
    }
}
