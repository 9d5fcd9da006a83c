using Shouldly;
using TorchSharp;
using VitNotebooks.Losses;
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
public sealed class DrlocCvtTests(ITestOutputHelper output)
{
    [Fact]
    public void Build_Cvt13_HasTheNamesShapesAndParametersOfTheLocalizationCode()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Create("cvt_13.drloc");
        OfficialNames.Of(model).ShouldBe(OfficialNames.Of("cvt_13.drloc"));
        model.parameters().Sum(p => p.numel()).ShouldBe(19_936_296);
    }

    [Fact]
    public void Build_WithItsLoss_HasTheNamesOfTheLocalizationCode()
    {
        using var scope = NewDisposeScope();
        using var model = Localized().Build();
        OfficialNames.Of(model).ShouldBe(OfficialNames.Of("cvt_13.drloc.l1"));
        model.parameters().Sum(p => p.numel()).ShouldBe(20_593_706);
    }

    [Theory]
    [InlineData(224)]
    [InlineData(160)]
    public void Forward_OfTheAuthorsCode_IsOurs(int size)
    {
        using var model = VisionModels.DrlocCvt().ImageSize(size).Classes(10).Build();
        output.WriteLine(Original.Read($"cvt_13.drloc_{size}").Compare(model, tolerance: 5e-5).ToString());
    }

    [Fact]
    public void DecayGroups_AsInDrlocCode_AreTheAuthors()
    {
        using var model = Localized().Build();
        StartingWeights.Read("cvt_13.drloc").CompareDecay(model, DecayGrouping.AsInDrlocCode);
    }

    [Fact]
    public void NoWeightDecay_OfItsNorms_IsWhatWasIntended()
    {
        using var model = VisionModels.Create("cvt_mini.drloc_32");
        model.no_weight_decay().Count.ShouldBe(2 * (3 + 2 * 4));
        model.no_weight_decay().ShouldContain("layers.0.2.layers.0.0.norm.g");
        model.no_weight_decay().ShouldBeSubsetOf(model.named_parameters().Select(p => p.Item1));
    }

    [Fact]
    public void Layers_NameEveryParameterOnce()
    {
        using var model = VisionModels.Create("cvt_mini.drloc_32");
        var layers = model.layers();
        layers.Count.ShouldBe(1 + 4 + 1);
        foreach (var (name, _) in model.named_parameters())
        {
            layers.SelectMany(layer => layer).Count(name.StartsWith).ShouldBe(1, name);
        }
    }

    [Fact]
    public void Name_OfAShape_IsTheRegisteredOneOrTellsTheDifference()
    {
        VisionModels.DrlocCvt().Config.ShouldBe(VisionModels.ConfigOf("cvt_13.drloc"));
        VisionModels.DrlocCvt().Mini().Config.ShouldBe(VisionModels.ConfigOf("cvt_mini.drloc_32"));
        VisionModels.DrlocCvt().Depths(1, 2, 12).Config.Name.ShouldBe("cvt_custom.drloc_224");
    }

    [Fact]
    public void Build_EvenKernels_NamesTheNearest()
    {
        var fault = Should.Throw<ModelConfigException>(() => VisionModels.DrlocCvt().Kernels(3, 4, 3).Build());
        fault.Message.ShouldBe("DrlocCvT: 4 among the kernels (3-4-3) is not an odd number in 1..15; nearest: 5.");
    }

    private static DrlocCvtBuilder Localized() =>
        VisionModels.DrlocCvt().WithRelativeLocalization(l => l.Pooling(MapPooling.Average3x3).Weight(0.1));
}
