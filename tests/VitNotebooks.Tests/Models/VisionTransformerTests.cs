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

public sealed class VisionTransformerTests(ITestOutputHelper output)
{
    [Fact]
    public void Forward_TorchvisionsWeights_GivesItsLogitsGradientsAndAdamWStep()
    {
        using var scope = NewDisposeScope();
        using var reference = new TorchvisionReference("vit_torchvision.py");
        var map = StateDictMap.Torchvision("ViT");
        using var model = VisionModels.Create("vit_base_patch16_224");
        OfficialNames.Of(model).ShouldBe(OfficialNames.Of("vit_base_patch16_224"));
        model.summary().Parameters.ShouldBe(86_567_656);
        using (var weightScope = NewDisposeScope())
        {
            model.LoadWeights(reference.Load("weights"), map);
        }

        model.eval();

        var values = reference.Load("values");
        var logits = model.call(values["images"]);
        nn.functional.cross_entropy(logits, values["labels"]).backward();

        var logitError = TorchvisionReference.RelativeError(logits, values["logits"]);
        var gradients = reference.Load("gradients");
        var (worst, gradientError) = TorchvisionReference.WorstGradient(model, gradients, map);

        // One AdamW step, fed the reference's gradients, within 1e-6.
        using (no_grad())
        {
            foreach (var (foreign, gradient) in gradients)
            {
                model.get_parameter(map.Translate(foreign)!)!.grad!.copy_(gradient);
            }
        }

        using var optimizer = optim.AdamW(model.parameters(), lr: 1e-3, weight_decay: 0.05);
        optimizer.step();
        var stepped = reference.Load("stepped");
        stepped
            .Keys.Select(foreign => map.Translate(foreign)!)
            .ShouldBe(model.named_parameters().Select(p => p.Item1), ignoreOrder: true);
        var stepError = stepped.Max(p => StepError(model.get_parameter(map.Translate(p.Key)!)!, p.Value));

        output.WriteLine($"logits {logitError:e2}, gradients {gradientError:e2} ({worst}), AdamW step {stepError:e2}");
        logitError.ShouldBeLessThan(1e-5);
        gradientError.ShouldBeLessThan(1e-4, worst);
        stepError.ShouldBeLessThan(1e-6f);
    }

    // The oracle keeps every 61st number: AdamW treats each alone, and all of them would be 346 MB.
    private static float StepError(Tensor parameter, Tensor sample)
    {
        using var scope = NewDisposeScope();
        var ours = parameter.detach().flatten()[TensorIndex.Slice(0, null, 61)];
        ours.shape.ShouldBe(sample.shape);
        return (ours - sample).abs().max().ToSingle();
    }

    // Counted with timm v1.0.28 (8ef7380) and facebookresearch/deit (7e160fe).
    [Theory]
    [InlineData("vit_mu_patch16_224", 76_712)]
    [InlineData("vit_tiny_patch16_224", 5_717_416)]
    [InlineData("vit_xs_patch28_224", 5_615_336)]
    [InlineData("vit_xs_patch16_224", 5_243_624)]
    [InlineData("vit_small_patch32_224", 22_878_952)]
    [InlineData("vit_small_patch16_224", 22_050_664)]
    [InlineData("vit_medium_patch16_224", 38_837_736)]
    [InlineData("vit_base_patch32_224", 88_224_232)]
    [InlineData("vit_base_patch16_224", 86_567_656)]
    [InlineData("vit_base_patch16_384", 86_859_496)]
    [InlineData("vit_base_patch16_gap_224", 86_566_120)]
    [InlineData("vit_base_patch16_map_224", 93_653_224)]
    [InlineData("vit_large_patch32_224", 306_535_400)]
    [InlineData("vit_large_patch16_224", 304_326_632)]
    [InlineData("vit_large_patch16_384", 304_715_752)]
    [InlineData("vit_so400m_patch14_224", 413_597_656)]
    [InlineData("vit_so400m_patch14_map_224", 428_833_704)]
    [InlineData("vit_huge_patch14_224", 632_045_800)]
    [InlineData("vit_giant_patch14_224", 1_012_611_432)]
    [InlineData("vit_giant_patch14_map_224", 1_037_857_384)]
    [InlineData("vit_gigantic_patch14_224", 1_844_440_680)]
    [InlineData("vit_gigantic_patch14_map_224", 1_882_797_416)]
    [InlineData("deit_tiny_patch16_224", 5_717_416)]
    [InlineData("deit_small_patch16_224", 22_050_664)]
    [InlineData("deit_base_patch16_224", 86_567_656)]
    [InlineData("deit_base_patch16_384", 86_859_496)]
    [InlineData("deit_tiny_distilled_patch16_224", 5_910_800)]
    [InlineData("deit_small_distilled_patch16_224", 22_436_432)]
    [InlineData("deit_base_distilled_patch16_224", 87_338_192)]
    [InlineData("deit_base_distilled_patch16_384", 87_630_032)]
    [InlineData("deit3_tiny_patch16_224", 5_721_832)]
    [InlineData("deit3_small_patch16_224", 22_059_496)]
    [InlineData("deit3_medium_patch16_224", 38_849_512)]
    [InlineData("deit3_base_patch16_224", 86_585_320)]
    [InlineData("deit3_large_patch16_224", 304_374_760)]
    [InlineData("deit3_huge_patch14_224", 632_126_440)]
    public void CreateEmpty_EveryVariant_HasTheAuthorsParameters(string name, long parameters)
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.CreateEmpty(name); // 1.84 G parameters cost nothing before they are written to
        model.parameters().Sum(p => p.numel()).ShouldBe(parameters);
    }

    [Theory]
    [InlineData("vit_tiny_patch16_224")]
    [InlineData("vit_base_patch32_224")]
    [InlineData("vit_base_patch16_gap_224")]
    [InlineData("vit_large_patch16_384")]
    [InlineData("vit_so400m_patch14_map_224")]
    [InlineData("vit_gigantic_patch14_224")]
    [InlineData("deit_small_distilled_patch16_224")]
    [InlineData("deit3_small_patch16_224")]
    public void CreateEmpty_AnOfficialVariant_HasItsNamesAndShapes(string name)
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.CreateEmpty(name);
        var map = name.StartsWith("deit3", StringComparison.Ordinal) ? StateDictMap.Deit3 : null;
        OfficialNames.Of(model).ShouldBe(OfficialNames.Of(name, map));
    }

    [Theory]
    [InlineData(224)]
    [InlineData(160)]
    public void Forward_VitTiny_IsTimms(int size)
    {
        using var model = VisionModels.Vit().Tiny().Classes(10).ImageSize(size).Build();
        output.WriteLine($"{Original.Read($"vit_tiny_patch16_{size}").Compare(model, tolerance: 2e-5)}");
    }

    [Theory]
    [InlineData("vit_options_64")]
    [InlineData("vit_gap_64")]
    [InlineData("vit_map_64")]
    [InlineData("vit_pre_logits_64")]
    [InlineData("deit_distilled_64")]
    public void Forward_EveryOption_IsTheAuthors(string name)
    {
        using var model = SmallVit.Of(name).Build();
        output.WriteLine($"{Original.Read(name).Compare(model, tolerance: 2e-5)}");
    }

    [Theory]
    [InlineData(224)]
    [InlineData(96)]
    public void Forward_Deit3_IsTheAuthors(int size)
    {
        using var model = VisionModels.Vit().From("deit3_tiny_patch16_224").Classes(10).ImageSize(size).Build();
        output.WriteLine($"{Original.Read($"deit3_tiny_patch16_{size}").Compare(model, StateDictMap.Deit3, 2e-5)}");
    }

    [Fact]
    public void ForwardDistilled_BothClassifiers_AverageToTheLogits()
    {
        using var scope = NewDisposeScope();
        using var model = (VisionTransformer)SmallVit.Of("deit_distilled_64").Build();
        model.eval();
        var images = randn(2, 3, 64, 64);
        var (logits, distilled) = model.forward_distilled(images);
        logits.Equals(distilled).ShouldBeFalse();
        ((logits + distilled) / 2).Equals(model.call(images)).ShouldBeTrue();
        using var plain = (VisionTransformer)VisionModels.Create("vit_mini_patch4_32");
        Should.Throw<InvalidOperationException>(() => plain.forward_distilled(zeros(1, 3, 32, 32)));
    }

    [Fact]
    public void Forward_ConstantDropPath_DropsInTheFirstBlockToo()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Vit().Mini().Depth(1).DropPath(0.5, DropPathRule.Constant).Build();
        using var linear = VisionModels.Vit().Mini().Depth(1).DropPath(0.5).Build();
        foreach (var (built, drops) in new[] { (model, true), (linear, false) })
        {
            var images = ones(64, 3, 32, 32);
            built.train();
            var logits = built.call(images);
            (logits - logits[0]).abs().max().ToSingle().ShouldBe(0, drops ? float.MaxValue : 1e-5f);
            ((logits - logits[0]).abs().max().ToSingle() > 1e-4f).ShouldBe(drops);
        }
    }

    [Fact]
    public void NoWeightDecay_EveryOrigin_IsTheAuthors()
    {
        Undecayed(VisionModels.Vit().Mini()).ShouldBe(["cls_token", "pos_embed"]);
        Undecayed(SmallVit.Of("deit_distilled_64")).ShouldBe(["cls_token", "dist_token", "pos_embed"]);
        Undecayed(SmallVit.Of("vit_map_64")).ShouldBe(["pos_embed"]); // timm decays the query
        Undecayed(VisionModels.Vit().Mini().BigVision().Pooling(VitPooling.Attention))
            .ShouldBe(["attn_pool.latent", "pos_embed"]);
        Undecayed(VisionModels.Vit().Mini().Origin(VitOrigin.Pycls)).ShouldBeEmpty();
    }

    private static string[] Undecayed(VitBuilder builder)
    {
        using var model = builder.Build();
        return
        [
            .. DecayGroups
                .Of(model, DecayGrouping.Intended)
                .Undecayed.Where(p => p.Parameter.dim() > 1)
                .Select(p => p.Name)
                .Order(StringComparer.Ordinal),
        ];
    }

    [Fact]
    public void LoadWeights_AnotherResolution_ResamplesThePositions()
    {
        using var scope = NewDisposeScope();
        using var small = VisionModels.Create("vit_mini_patch4_32");
        using var large = VisionModels.Create("vit_mini_patch4_32", imageSize: 48);
        large.LoadWeights(small.state_dict()).Resampled.ShouldBe(["pos_embed"]);
        var (before, after) = (small.get_parameter("pos_embed")!, large.get_parameter("pos_embed")!);
        after.shape.ShouldBe([1, 145, 64]);
        after.narrow(1, 0, 1).Equals(before.narrow(1, 0, 1)).ShouldBeTrue();
        after.Equals(PositionEmbedding.Resample(before, 12, prefix: 1)!).ShouldBeTrue();
        large.get_parameter("norm.weight")!.Equals(small.get_parameter("norm.weight")!).ShouldBeTrue();
        using var wide = VisionModels.Vit().Mini().EmbedDim(32).Build();
        Should.Throw<WeightsException>(() => wide.LoadWeights(small.state_dict())).Misshaped.ShouldNotBeEmpty();
    }

    [Fact]
    public void Pooling_Average_HasNoClassToken()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Vit().Mini().Pooling(VitPooling.Average).Build();
        model.eval();
        var features = model.forward_features(randn(2, 3, 32, 32));
        features.ClassToken.ShouldBeNull();
        features.Final.shape.ShouldBe([2, 64]);
        model.state_dict().Keys.ShouldNotContain("cls_token");
        model.no_weight_decay().ShouldBe(["pos_embed"]);
    }

    [Fact]
    public void Build_PatchThatDoesNotDivide_NamesTheNearestSizes()
    {
        var fault = Should.Throw<ModelConfigException>(() => VisionModels.Vit().Small().ImageSize(230).Build());
        fault.Message.ShouldBe("ViT: image 230 is not a multiple of patch 16; nearest: 224, 240.");
    }

    [Fact]
    public void Build_OptionsThatDoNotFit_NamesAllAtOnce()
    {
        var builder = VisionModels
            .Vit()
            .Small()
            .NormEpsilon(0)
            .PreLogits(0)
            .LayerScale(double.NaN)
            .Distilled()
            .Pooling(VitPooling.Average)
            .Positions((VitPositions)7);
        Should
            .Throw<ModelConfigException>(() => builder.Build())
            .Faults.ShouldBe([
                "ViT: representation 0 is not in 1..65536; nearest: 1.",
                "ViT: layer scale NaN is no number to start with; usual: 1e-5 to 1.",
                "ViT: epsilon 0 of the norms is not in (0, 1]; usual: 1e-6.",
                "ViT: positions 7 is not one of Learned, SinCos2d.",
                "ViT: a distilled model has two tokens with learned positions and a linear classifier each; leave pooling and positions as they are, without pre-logits and without a classifier of your own.",
            ]);
    }

    [Fact]
    public void Build_LocalizationOnASingleCell_IsRefused()
    {
        var builder = VisionModels.Vit().Small().ImageSize(16).WithRelativeLocalization();
        var fault = Should.Throw<ModelConfigException>(() => builder.Build());
        fault.Message.ShouldStartWith("ViT: relative localization needs a map of side 2 at least, this one has side 1");
    }

    [Fact]
    public void Forward_ImagesOfAnotherSize_SaysWhichFit()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Create("vit_mini_patch4_32");
        var fault = Should.Throw<ArgumentException>(() => model.forward(zeros(1, 3, 28, 28)));
        fault.Message.ShouldStartWith(
            "vit_mini_patch4_32: images of shape [1, 3, 28, 28] do not fit; expected [B, 3, 32, 32]."
        );
    }
}
