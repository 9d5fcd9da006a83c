using Shouldly;
using TorchSharp;
using VitNotebooks.Layers;
using VitNotebooks.Models;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Models;

/// <summary>What a user may get wrong, family by family, and the words that must be in the sentence about it.</summary>
public sealed class BadInputTests
{
    // A wrong configuration of a family; a word that the message must have, each.
    private static readonly (ModelConfig Config, string[] Words)[] Wrong =
    [
        (VisionModels.Vit().ImageSize(225).Config, ["ViT: image 225", "patch 16", "224, 240"]),
        (VisionModels.Vit().ImageSize(8).Config, ["ViT: patch 16", "1..8", "nearest: 8"]),
        (VisionModels.Vit().PatchSize(0).Config, ["ViT: patch 0", "1..224", "nearest: 1"]),
        (VisionModels.Vit().PatchSize(300).Config, ["ViT: patch 300", "1..224", "nearest: 224"]),
        (VisionModels.Vit().Small().Heads(7).Config, ["ViT: width 384", "7 heads", "nearest: 6, 8 heads"]),
        (VisionModels.Vit().Heads(0).Config, ["ViT: 0 heads", "1..768", "nearest: 1"]),
        (VisionModels.Vit().Depth(0).Config, ["ViT: depth 0", "1..256", "nearest: 1"]),
        (VisionModels.Vit().EmbedDim(-1).Config, ["ViT: width -1", "1..16384", "nearest: 1"]),
        (VisionModels.Vit().MlpRatio(0).Config, ["ViT: MLP ratio 0", "(0, 64]", "usual: 4"]),
        (VisionModels.Vit().MlpRatio(double.NaN).Config, ["ViT: MLP ratio NaN", "(0, 64]"]),
        (VisionModels.Vit().DropPath(1.5).Config, ["ViT: drop path 1.5", "[0, 1)", "nearest: 0.99"]),
        (VisionModels.Vit().LayerScale(double.NaN).Config, ["ViT: layer scale NaN", "usual"]),
        (VisionModels.Vit().NormEpsilon(0).Config, ["ViT: epsilon 0", "(0, 1]", "usual: 1e-6"]),
        (VisionModels.Vit().PreLogits(0).Config, ["ViT: representation 0", "1..65536", "nearest: 1"]),
        (VisionModels.Vit().Pooling((VitPooling)9).Config, ["ViT: pooling 9", "ClassToken, Average, Attention"]),
        (
            VisionModels.Vit().EmbedDim(30).Heads(3).Positions(VitPositions.SinCos2d).Config,
            ["ViT: width 30", "multiple of 4", "nearest: 28"]
        ),
        (
            VisionModels.Vit().Stem(ConvStemConfig.C4GF).PatchSize(8).Config,
            ["ViT: the strides of the conv stem (2-2-2-2)", "16", "patch 8", "PatchSize(16)"]
        ),
        (VisionModels.Vit().Distilled().Pooling(VitPooling.Average).Config, ["ViT: a distilled model", "two tokens"]),
        (VisionModels.Swin().ImageSize(225).Config, ["Swin: image 225", "28", "nearest: 224, 252"]),
        (VisionModels.Swin().WindowSize(5).Config, ["Swin: image 224", "window 5 = 20", "220, 240", "or window 4, 7"]),
        (VisionModels.Swin().WindowSize(0).Config, ["Swin: window 0", "1..64", "nearest: 1"]),
        (VisionModels.Swin().PatchSize(0).Config, ["Swin: patch 0", "1..224", "nearest: 1"]),
        (VisionModels.Swin().Depths(2, 2, 6).Config, ["Swin: 4 stages of heads (3-6-12-24)", "3 stages", "2-2-6"]),
        (VisionModels.Swin().Heads(3, 6, 12, 25).Config, ["Swin: width 768 in stage 3", "25 heads", "24, 32"]),
        (VisionModels.Swin().EmbedDim(97).Config, ["Swin: width 97 in stage 0", "3 heads", "1, 97 heads"]),
        (VisionModels.Swin().DropPath(-0.1).Config, ["Swin: drop path -0.1", "[0, 1)", "nearest: 0"]),
        (VisionModels.T2t().ImageSize(225).Config, ["T2T-ViT: image 225", "strides 4-2-2 = 16", "224, 240"]),
        (VisionModels.T2t().Heads(7).Config, ["T2T-ViT: width 384", "7 heads", "6, 8"]),
        (VisionModels.T2t().Kernels(7, 3).Config, ["T2T-ViT: 2 kernels (7-3)", "3 strides (4-2-2)"]),
        (VisionModels.T2t().Strides(4, 4, 2).Config, ["T2T-ViT: stride of split 1", "4", "1..3", "nearest: 3"]),
        (VisionModels.T2t().TokenDim(0).Config, ["T2T-ViT: width of the tokens", "0", "2..4096", "nearest: 2"]),
        (VisionModels.T2t().TokenDropout(1).Config, ["T2T-ViT: dropout of the performers 1", "[0, 1)"]),
        (VisionModels.T2t().DropPath(1.5).Config, ["T2T-ViT: drop path 1.5", "nearest: 0.99"]),
        (VisionModels.Cvt().ImageSize(2).Config, ["CvT: image 2", "stage 0", "squares of 7", "nearest: 3"]),
        (VisionModels.Cvt().Depths(1, 2).Config, ["CvT: 3 stages of patch sizes (7-3-3)", "2 stages of depths (1-2)"]),
        (VisionModels.Cvt().Heads(1, 3, 7).Config, ["CvT: width 384 in stage 2", "7 heads", "6, 8"]),
        (VisionModels.Cvt().PatchStrides(4, 0, 2).Config, ["CvT: 0 among the patch strides (4-0-2)", "nearest: 1"]),
        (VisionModels.Cvt().Kernel(4).Config, ["CvT: kernel 4", "odd", "1..15", "nearest: 5"]),
        (VisionModels.Cvt().DropPath(1.5).Config, ["CvT: drop path 1.5", "nearest: 0.99"]),
        (VisionModels.Cvt().Depths().Config, ["CvT: number of stages 0", "1..8", "nearest: 1"]),
        (VisionModels.DrlocCvt().Depths(1, 2).Config, ["DrlocCvT: 3 stages of patch strides", "2 stages of depths"]),
        (VisionModels.DrlocCvt().PatchStrides(0, 2, 2).Config, ["DrlocCvT: 0 among the patch strides", "nearest: 1"]),
        (VisionModels.DrlocCvt().PatchSizes(6, 3, 3).Config, ["DrlocCvT: 6 among", "odd", "nearest: 7"]),
        (VisionModels.DrlocCvt().Dropout(1).Config, ["DrlocCvT: dropout 1", "[0, 1)", "nearest: 0.99"]),
        (VisionModels.DrlocVit().ImageSize(225).Config, ["DrlocViT: image 225", "patch 16", "224, 240"]),
        (VisionModels.DrlocVit().PatchSize(0).Config, ["DrlocViT: patch 0", "1..224", "nearest: 1"]),
        (VisionModels.DrlocVit().Heads(0).Config, ["DrlocViT: heads 0", "1..1024", "nearest: 1"]),
        (VisionModels.DrlocVit().MlpDim(0).Config, ["DrlocViT: hidden width of an MLP 0", "1..65536"]),
        (VisionModels.LvVit().ImageSize(225).Config, ["LV-ViT: image 225", "patch 16", "224, 240"]),
        (VisionModels.LvVit().PatchSize(7).Config, ["LV-ViT: patch 7", "odd", "6, 8"]),
        (VisionModels.LvVit().PatchSize(0).Config, ["LV-ViT: patch 0", "2..224", "nearest: 2"]),
        (VisionModels.LvVit().Heads(7).Config, ["LV-ViT: width 384", "7 heads", "6, 8"]),
        (VisionModels.LvVit().SkipLambda(0).Config, ["LV-ViT: skip lambda 0", "above 0", "1, 2 or 3"]),
        (VisionModels.LvVit().DenseHead(false).MixToken(true).Config, ["LV-ViT: MixToken", "MixToken(false)"]),
        (VisionModels.Cct().PatchTokens(5).Config, ["CCT: image 32", "patch 5", "30, 35"]),
        (VisionModels.Cct().PatchTokens(0).Config, ["CCT: patch 0", "1..32", "nearest: 1"]),
        (VisionModels.Cct().ConvolutionalTokens(0, 1).Config, ["CCT: kernel 0", "1..31", "nearest: 1"]),
        (VisionModels.Cct().ConvolutionalTokens(3, 0).Config, ["CCT: convolutions 0", "1..8", "nearest: 1"]),
        (VisionModels.Cct().Heads(7).Config, ["CCT: width 256", "7 heads", "4, 8"]),
        (VisionModels.Cct().AttentionDropout(1).Config, ["CCT: attention dropout 1", "[0, 1)"]),
        (VisionModels.Dhvt().ImageSize(33).Config, ["DHVT: image 33", "patch 4", "32, 36"]),
        (VisionModels.Dhvt().PatchSize(3).Config, ["DHVT: patch 3", "2, 4, 8 or 16", "nearest: 2"]),
        (VisionModels.Dhvt().PatchSize(0).Config, ["DHVT: patch 0", "2, 4, 8 or 16", "nearest: 2"]),
        (VisionModels.Dhvt().Heads(7).Config, ["DHVT: width 192", "7 heads", "6, 8"]),
        (VisionModels.Mixer().ImageSize(225).Config, ["Mixer: image 225", "patch 16", "224, 240"]),
        (VisionModels.Mixer().PatchSize(0).Config, ["Mixer: patch 0", "1..224", "nearest: 1"]),
        (VisionModels.Mixer().MlpRatios(0, 4).Config, ["Mixer: MLP ratio 0", "(0, 64]"]),
        (VisionModels.ResNet().Depths().Config, ["ResNet: stages 0", "1..8", "nearest: 1"]),
        (VisionModels.ResNet().Depths(3, 0, 6, 3).Config, ["ResNet: blocks of a stage 0", "1..256", "nearest: 1"]),
        (VisionModels.ResNet().Width(0).Config, ["ResNet: width 0", "1..4096", "nearest: 1"]),
        (VisionModels.WideResNet().Depth(15).Config, ["WRN: depth 15", "6n + 4", "nearest: 16"]),
        (VisionModels.WideResNet().Widening(0).Config, ["WRN: widening 0", "1..64", "nearest: 1"]),
    ];

    public static TheoryData<int> Rows => [.. Enumerable.Range(0, Wrong.Length)];

    public static TheoryData<string> Small => RegisteredModelsTests.Small;

    [Theory]
    [MemberData(nameof(Rows))]
    public void Build_AWrongConfiguration_SaysValueRangeAndTheNearestChoice(int row)
    {
        var (config, words) = Wrong[row];
        var fault = Should.Throw<ModelConfigException>(() => config.Build());
        fault.Faults.ShouldAllBe(sentence => sentence.EndsWith('.'));
        fault.Faults.ShouldContain(sentence => words.All(word => sentence.Contains(word)), fault.Message);
        config.ToString().ShouldContain(config.Name); // a cell shows it without an exception of its own
    }

    [Fact]
    public void Build_EveryFamily_HasAWrongConfigurationHere() =>
        ModelFamilies
            .All.Values.Where(type => type.Assembly == typeof(ModelConfig).Assembly)
            .ShouldBe(Wrong.Select(row => row.Config.GetType()).Distinct(), ignoreOrder: true);

    [Theory]
    [MemberData(nameof(Small))]
    public void Build_WhatEveryFamilyHas_IsHeldToItsRange(string name)
    {
        var config = VisionModels.ConfigOf(name);
        var family = config.Family;
        Says(config with { ImageSize = 0 }, $"{family}: image 0 is not in 1..8192; nearest: 1.");
        Says(config with { ImageSize = -224 }, $"{family}: image -224 is not in 1..8192; nearest: 1.");
        Says(config with { ImageSize = 100_000 }, $"{family}: image 100000 is not in 1..8192; nearest: 8192.");
        Says(config with { Channels = 0 }, $"{family}: channels 0 is not in 1..1024; nearest: 1.");
        Says(config with { Classes = -1 }, $"{family}: classes -1 is not in 1..1000000; nearest: 1.");
        using var model = config.Build();
        Should
            .Throw<ModelConfigException>(() => model.reset_classifier(-1))
            .Faults.ShouldBe([$"{family}: classes -1 is not in 1..1000000; nearest: 1."]);
        model.Config.ShouldBe(config);
        Says(config with { Name = " " }, $"{family}: the model has no name; give it one with Named(\"...\").");

        static void Says(ModelConfig config, string sentence) =>
            Should.Throw<ModelConfigException>(() => config.Build()).Faults.ShouldContain(sentence);
    }

    [Theory]
    [MemberData(nameof(Small))]
    public void Forward_ImagesThatDoNotFit_AreRefusedWithASentence(string name)
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Create(name);
        model.eval();
        Says(zeros(2, 3, 32, 48), "[2, 3, 32, 48]", "expected [B, 3, 32, 32]", "square images", "32 x 32");
        Says(zeros(2, 3, 64, 64), "[2, 3, 64, 64]", "expected [B, 3, 32, 32]", "ImageSize(...)");
        Says(zeros(2, 1, 32, 32), "[2, 1, 32, 32]", "3 channels", "Channels(1)");
        Says(zeros(2, 32, 32, 3), "[2, 32, 32, 3]", "channels last", "permute(0, 3, 1, 2)");
        Says(zeros(3, 32, 32), "[3, 32, 32]", "unsqueeze(0)");
        Says(zeros(32), "[32]", "expected [B, 3, 32, 32]");
        Says(zeros(0, 3, 32, 32), "[0, 3, 32, 32]", "empty", "one image at least");
        Says(zeros(2, 3, 32, 32, dtype: uint8), "type Byte", "to(torch.float32).div(255)");
        Says(zeros(2, 3, 32, 32, dtype: int64), "type Int64", "to(torch.float32).div(255)");
        Says(zeros(2, 3, 32, 32, dtype: float64), "type Float64", "type Float32", "images.to(torch.float32)");
        Says(zeros(2, 3, 32, 32, dtype: bfloat16), "type BFloat16", "model.to(torch.bfloat16)");
        Says(zeros(2, 3, 32, 32, device: META), "on meta", "weights on cpu", ".to(...)");

        void Says(Tensor images, params string[] words)
        {
            var fault = Should.Throw<ArgumentException>(() => model.forward_features(images));
            fault.Message.ShouldStartWith($"{name}: ");
            foreach (var word in words)
            {
                fault.Message.ShouldContain(word);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Small))]
    public void LoadWeights_FromAnotherFamily_SaysWhatTheyAre(string name)
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Create(name);
        var before = model.parameters().First().clone();
        foreach (var other in RegisteredModelsTests.SmallNames)
        {
            if (VisionModels.ConfigOf(other).Family == model.Config.Family)
            {
                continue;
            }

            using var inner = NewDisposeScope();
            using var stranger = VisionModels.Create(other);
            var fault = Should.Throw<WeightsException>(() => model.LoadWeights(stranger.state_dict()), other);
            fault.Message.ShouldStartWith($"The weights do not fit {name}, which is unchanged.");
            (fault.Missing.Count + fault.Unexpected.Count + fault.Misshaped.Count).ShouldBeGreaterThan(0, other);
            if (2 * fault.Missing.Count > model.state_dict().Count)
            {
                fault.Message.ShouldContain("they look like", customMessage: other);
            }
        }
        model.parameters().First().Equals(before).ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Small))]
    public void LoadWeights_WithNaNsOrInfinities_NamesThemAndChangesNothing(string name)
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Create(name);
        var weights = model.state_dict().ToDictionary(p => p.Key, p => p.Value.detach().clone());
        var changed = model.named_parameters().First(p => p.Item2.numel() > 4).Item1;
        var last = $"{model.classifier_name}.bias";
        weights[changed].view(-1).narrow(0, 1, 2).fill_(double.NaN);
        weights[last].view(-1).narrow(0, 0, 1).fill_(double.PositiveInfinity);
        weights[$"{model.classifier_name}.weight"].fill_(1);
        var before = model.get_parameter($"{model.classifier_name}.weight")!.clone();
        var fault = Should.Throw<WeightsException>(() => model.LoadWeights(weights));
        var (all, classes) = (weights[changed].numel(), weights[last].numel());
        fault.NotFinite.ShouldBe([$"{changed} (2 of {all})", $"{last} (1 of {classes})"], ignoreOrder: true);
        fault.Message.ShouldContain("2 not finite:");
        fault.Message.ShouldContain("take an earlier checkpoint");
        model.get_parameter($"{model.classifier_name}.weight")!.Equals(before).ShouldBeTrue();
        Should.Throw<WeightsException>(() => model.TakeWeights(weights)).NotFinite.Count.ShouldBe(2);
    }

    [Theory]
    [MemberData(nameof(Small))]
    public void LoadWeights_OfAnotherWidth_NamesBothShapes(string name)
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Create(name);
        var weights = model.state_dict().ToDictionary(p => p.Key, p => p.Value);
        var head = $"{model.classifier_name}.weight";
        var shape = weights[head].shape;
        weights[head] = zeros(shape[0], shape[1] + 1);
        var fault = Should.Throw<WeightsException>(() => model.LoadWeights(weights));
        fault.Misshaped.ShouldBe([$"{head}: [{shape[0]}, {shape[1] + 1}] instead of [{shape[0]}, {shape[1]}]"]);
    }

    [Theory]
    [InlineData("swin_tiny_patch4_window8_224", "swin_tiny_patch4_window7_224")]
    [InlineData("vit_base_patch16", "vit_base_patch16_224")]
    [InlineData("ViT_Base_Patch16", "vit_base_patch16_224")]
    [InlineData("resnet5", "resnet50")]
    [InlineData("t2t_vit_t14", "t2t_vit_t_14")]
    [InlineData("mixer_s16", "mixer_s16_224")]
    [InlineData("", "did you mean")]
    public void Create_AnUnknownName_SuggestsTheNearest(string name, string nearest)
    {
        var fault = Should.Throw<ModelConfigException>(() => VisionModels.Create(name));
        fault.Message.ShouldContain($"No model is named '{name}'");
        fault.Message.ShouldContain(nearest);
        fault.Message.ShouldContain("VisionModels.List()");
    }

    /// <summary>Numbers of a configuration, changed at random: it has a fault and says so, or it builds and gives finite logits.</summary>
    [Theory]
    [MemberData(nameof(Small))]
    public void Build_RandomNumbers_GivesASentenceOrAModel(string name)
    {
        int[] numbers = [-1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 24, 33];
        var draw = new Random(name.Length * 31 + name[0]);
        var built = 0;
        for (var i = 0; i < 24; i++)
        {
            using var scope = NewDisposeScope();
            var config = RandomConfig.Of(VisionModels.ConfigOf(name), draw, numbers);
            config.ToString().ShouldNotBeEmpty();
            var faults = config.Faults();
            faults.ShouldAllBe(sentence => sentence.StartsWith($"{config.Family}: ") && sentence.EndsWith('.'));
            if (faults.Count > 0)
            {
                continue;
            }

            if (config.Scales().Max(scale => scale.Side) > 32 || config is WideResNetConfig { Widening: > 4 })
            {
                continue; // sound, and too much for a test
            }

            built++;
            using var quiet = no_grad();
            using var model = config.Build();
            model.eval();
            var side = config.ImageSize;
            var logits = model.call(randn(1, config.Channels, side, side));
            logits.shape.ShouldBe([1, config.Classes], config.ToJson());
            logits.isfinite().all().ToBoolean().ShouldBeTrue(config.ToJson());
        }
        built.ShouldBeGreaterThan(2);
    }
}
