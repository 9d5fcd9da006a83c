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
public sealed class SwinTransformerTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("swin_tiny_patch4_window7_224", 28_288_354)]
    [InlineData("swin_small_patch4_window7_224", 49_606_258)]
    [InlineData("swin_base_patch4_window7_224", 87_768_224)]
    public void Build_AVariant_HasMicrosoftsNamesShapesAndParameters(string name, long parameters)
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Create(name);
        OfficialNames.Of(model).ShouldBe(OfficialNames.Of(name));
        model.parameters().Sum(p => p.numel()).ShouldBe(parameters);
    }

    [Theory]
    [InlineData("swin_base_patch4_window12_384", 87_903_584)]
    [InlineData("swin_large_patch4_window7_224", 196_532_476)]
    public void Build_ALargeVariant_HasMicrosoftsNamesAndShapesABlock(string name, long parameters)
    {
        using var scope = NewDisposeScope();
        var config = (SwinConfig)VisionModels.ConfigOf(name);
        config.Depths.ToString().ShouldBe("2-2-18-2");
        using var model = VisionModels.FromConfig(config with { Depths = [2, 2, 2, 2] });
        OfficialNames.Of(model).ShouldBe(OfficialNames.Folded(name, period: 2));
        OfficialNames.Parameters(name).ShouldBe(parameters);
    }

    [Fact]
    public void Forward_OfTheAuthorsCode_IsOurs()
    {
        using var model = VisionModels.Swin().Tiny().Classes(10).DropPath(0).Build();
        var found = Original.Read("swin_tiny_patch4_window7_224").Compare(model, tolerance: 2e-5);
        output.WriteLine(found.ToString());
    }

    [Fact]
    public void Forward_AnotherWindowAndAbsolutePositions_IsTheAuthorsCode()
    {
        using var model = WithPositions().Classes(10).DropPath(0).Build();
        var found = Original.Read("swin_tiny_patch4_window4_128.ape").Compare(model, tolerance: 2e-5);
        output.WriteLine(found.ToString());
    }

    [Fact]
    public void Build_AbsolutePositions_HasMicrosoftsNamesShapesAndLayers()
    {
        using var scope = NewDisposeScope();
        using var model = WithPositions().Build();
        model.Config.Name.ShouldBe("swin_tiny_patch4_window4_128.ape");
        OfficialNames.Of(model).ShouldBe(OfficialNames.Of("swin_tiny_patch4_window4_128.ape"));
        var layers = model.layers();
        layers.Count.ShouldBe(1 + 12 + 1);
        foreach (var (name, _) in model.named_parameters())
        {
            layers.SelectMany(layer => layer).Count(name.StartsWith).ShouldBe(1, name);
        }
    }

    [Theory]
    [InlineData("swin_tiny_patch4_window7_224", false)]
    [InlineData("swin_tiny_patch4_window4_128.ape", true)]
    public void DecayGroups_BothForms_AreTheAuthors(string name, bool positions)
    {
        var original = StartingWeights.Read(name);
        using var model = (positions ? WithPositions() : VisionModels.Swin().Tiny()).Build();
        original.CompareDecay(model, DecayGrouping.Intended);
        original.CompareDecay(model, DecayGrouping.AsInDrlocCode); // the same in Swin
    }

    [Fact]
    public void Resample_TablesAndPositionsOfAnotherSize_AreAsTheAuthorsLoaderMakesThem()
    {
        using var scope = NewDisposeScope();
        var builder = VisionModels.Swin().EmbedDim(24).Depths(2, 1).Heads(2, 4).Classes(10).AbsolutePositions();
        using var source = builder.ImageSize(56).WindowSize(7).Build();
        using var target = builder.ImageSize(32).WindowSize(4).Build();
        ResampledWeights.Compare("swin_resampled", source, target);
        const string Table = "layers.0.blocks.0.attn.relative_position_bias_table";
        target.Resample(Table, zeros(169, 3), [49, 2]).ShouldBeNull(); // other heads
        target.Resample("head.weight", zeros(10, 48), [7, 48]).ShouldBeNull();
    }

    [Fact]
    public void Features_OfEveryStage_AreThePublishedScales()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = VisionModels.Swin().Tiny().Build();
        model.eval();
        var maps = model.forward_features(zeros(1, 3, 224, 224)).Maps;
        maps.Select(map => map.Stride).ShouldBe([4, 8, 16, 32]);
        maps.Select(map => map.Map.shape[1]).ShouldBe([96, 192, 384, 768]);
        maps.Select(map => map.Map.shape[2]).ShouldBe([56, 28, 14, 7]);
    }

    private static SwinBuilder WithPositions() =>
        VisionModels.Swin().Tiny().ImageSize(128).WindowSize(4).AbsolutePositions();

    [Fact]
    public void Summary_SwinTinyWithLocalization_CountsParametersMultiplyAddsAndShapes()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Swin().Tiny().Classes(10).WithRelativeLocalization().Build();
        var summary = model.summary();
        summary.Parameters.ShouldBe(28_577_670);
        var loss = summary.Children.Single(c => c.Path == "drloc").Children.Single();
        loss.Path.ShouldBe("drloc.0");
        loss.Macs.ShouldBe(64 * (1536 * 512 + 512 * 512 + 512 * 2));
        // The authors log 4.4936 G without the loss, of layer norms one a value where fvcore has 5.
        ((double)(summary.Macs - loss.Macs)).ShouldBe(4.4936e9, 0.03e9);
        summary.Find("layers.3")!.OutputShape.ShouldBe([1, 7, 7, 768]);
        summary.ToString().ShouldContain("28,577,670");
        model.named_parameters().Select(p => p.Item1).ShouldContain("drloc.0.layers.4.weight");
    }

    [Fact]
    public void Forward_TorchvisionsWeights_GivesItsLogitsGradientsAndAdamWStep()
    {
        using var scope = NewDisposeScope();
        using var reference = new TorchvisionReference("swin_torchvision.py");
        var map = StateDictMap.Torchvision("Swin");
        var values = reference.Load("values");
        var weights = reference.Load("weights");
        using var model = VisionModels.Swin().Tiny().Build();
        model.LoadWeights(weights, map);
        model.eval();

        var logits = model.call(values["images"]);
        var logitError = TorchvisionReference.RelativeError(logits, values["logits"]);
        nn.functional.cross_entropy(logits, values["labels"]).backward();
        var gradients = reference.Load("gradients");
        var (worst, gradientError) = TorchvisionReference.WorstGradient(model, gradients, map);

        using (no_grad())
        {
            foreach (var (foreign, gradient) in gradients)
            {
                model.get_parameter(map.Translate(foreign)!)!.grad!.copy_(gradient);
            }
        }

        using var optimizer = optim.AdamW(model.parameters(), lr: 1e-3, weight_decay: 0.05);
        optimizer.step();
        var stepError = reference
            .Load("stepped")
            .Max(p => (model.get_parameter(map.Translate(p.Key)!)! - p.Value).abs().max().ToSingle());

        output.WriteLine($"logits {logitError:e2}, gradients {gradientError:e2} ({worst}), AdamW step {stepError:e2}");
        logitError.ShouldBeLessThan(1e-5);
        gradientError.ShouldBeLessThan(1e-4, worst);
        stepError.ShouldBeLessThan(1e-6f);

        // 252 px: maps of 63, 32, 16 and 8 cells, which windows of 7 do not divide, are padded as torchvision pads them.
        using var larger = VisionModels.Swin().Tiny().ImageSize(252).Build();
        larger.LoadWeights(weights, map);
        larger.eval();
        using (no_grad())
        {
            TorchvisionReference
                .RelativeError(larger.call(values["images252"]), values["logits252"])
                .ShouldBeLessThan(1e-5);
        }
    }

    [Fact]
    public void Build_ImageThatWindowsDoNotDivide_NamesTheNearestSizes()
    {
        var fault = Should.Throw<ModelConfigException>(() => VisionModels.Swin().Tiny().ImageSize(225).Build());
        fault.Message.ShouldBe("Swin: image 225 is not a multiple of patch 4 x window 7 = 28; nearest: 224, 252.");
    }

    [Fact]
    public void Build_SeveralFaults_ReportsAllAtOnce()
    {
        var builder = VisionModels.Swin().Tiny().Classes(0).DropPath(1).ImageSize(224).Heads(3, 6, 12);
        var fault = Should.Throw<ModelConfigException>(() => builder.Build());
        fault.Faults.Count.ShouldBe(3);
        fault.Faults.ShouldContain("Swin: classes 0 is not in 1..1000000; nearest: 1.");
        fault.Faults.ShouldContain("Swin: drop path 1 is not in [0, 1); nearest: 0.99.");
        fault.Faults.ShouldContain(
            "Swin: 3 stages of heads (3-6-12) do not match 4 stages of depths (2-2-6-2); give one number a stage to both."
        );
    }

    [Fact]
    public void Build_HeadsThatDoNotDivide_NamesTheNearestHeads()
    {
        var fault = Should.Throw<ModelConfigException>(() => VisionModels.Swin().Tiny().Heads(3, 6, 12, 25).Build());
        fault.Message.ShouldBe("Swin: width 768 in stage 3 is not a multiple of 25 heads; nearest: 24, 32 heads.");
    }

    [Fact]
    public void ResetClassifier_OtherClasses_KeepsTheBackbone()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Create("swin_mini_patch2_window4_32");
        var before = model.get_parameter("layers.0.blocks.0.attn.qkv.weight")!.clone();
        model.reset_classifier(7);
        model.Config.Classes.ShouldBe(7);
        model.get_parameter("head.weight")!.shape.ShouldBe([7, 64]);
        model.get_parameter("layers.0.blocks.0.attn.qkv.weight")!.Equals(before).ShouldBeTrue();
        model.eval();
        model.call(randn(2, 3, 32, 32)).shape.ShouldBe([2, 7]);
    }

    [Fact]
    public void NoWeightDecay_Swin_NamesTheTablesOfPositions()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Create("swin_mini_patch2_window4_32");
        model.no_weight_decay().Count.ShouldBe(6);
        model.no_weight_decay().ShouldAllBe(name => name.EndsWith("attn.relative_position_bias_table"));
    }
}
