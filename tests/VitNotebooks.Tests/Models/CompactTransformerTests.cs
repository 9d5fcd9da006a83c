using Shouldly;
using TorchSharp;
using TorchSharp.Modules;
using VitNotebooks.Models;
using VitNotebooks.Tests.Models.Originals;
using VitNotebooks.Training;
using Xunit;
using Xunit.Abstractions;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Models;

public sealed class CompactTransformerTests(ITestOutputHelper output)
{
    // Counted with the authors' code.
    [Theory]
    [InlineData("cct_2_3x2_32", 283_723)]
    [InlineData("cct_4_3x2_32", 482_123)]
    [InlineData("cct_6_3x1_32", 3_233_803)]
    [InlineData("cct_6_3x2_32", 3_326_923)]
    [InlineData("cct_7_3x1_32", 3_760_139)]
    [InlineData("cct_7_3x1_32_sine", 3_760_139)]
    [InlineData("cct_7_3x2_32", 3_853_259)]
    [InlineData("cct_7_7x2_224", 4_573_735)]
    [InlineData("cct_7_7x2_224_sine", 4_573_735)]
    [InlineData("cct_14_7x2_224", 22_367_273)]
    [InlineData("cct_14_7x2_384", 22_513_193)]
    [InlineData("cvt_2_4_32", 214_539)]
    [InlineData("cvt_4_4_32", 412_939)]
    [InlineData("cvt_6_4_32", 3_190_283)]
    [InlineData("cvt_7_4_32", 3_716_619)]
    [InlineData("vit_2_4_32", 214_666)]
    [InlineData("vit_4_4_32", 413_066)]
    [InlineData("vit_6_4_32", 3_190_538)]
    [InlineData("vit_7_4_32", 3_716_874)]
    [InlineData("vit_7_4_32_sine", 3_716_874)]
    public void Build_EveryVariant_HasTheAuthorsNamesShapesAndParameters(string name, long parameters)
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Create(name);
        model.parameters().Sum(p => p.numel()).ShouldBe(parameters);
        var list = name.StartsWith("cct", StringComparison.Ordinal) ? name.Replace("_sine", "") : name;
        OfficialNames.Of(model).ShouldBe(OfficialNames.Of(list));
        // The authors' optimizer knows no exceptions beside vectors and biases.
        model.no_weight_decay().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("cct_7_3x1_32", "cct_7_3x1_32", 32)]
    [InlineData("cct_7_7x2_224-112", "cct_7_7x2_224", 112)]
    [InlineData("cct_7_7x2_224-64", "cct_7_7x2_224", 64)]
    [InlineData("cvt_2_4_32", "cvt_2_4_32", 32)]
    [InlineData("cvt_2_4_32-64", "cvt_2_4_32", 64)]
    [InlineData("vit_7_4_32", "vit_7_4_32", 32)]
    public void Forward_OfTheAuthorsCode_IsOurs(string values, string name, int size)
    {
        var config = (CompactConfig)VisionModels.ConfigOf(name);
        using var model = (config with { ImageSize = size, Classes = 10, DropPath = 0, AttentionDropout = 0 }).Build();
        output.WriteLine($"{values}: {Original.Read(values).Compare(model)}");
    }

    [Fact]
    public void Build_Sinusoidal_FreezesItsPositions()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Create("cct_7_3x1_32_sine");
        model.parameters().Where(p => !p.requires_grad).Sum(p => p.numel()).ShouldBe(256 * 256);
        model.get_parameter("classifier.positional_emb")!.requires_grad.ShouldBeFalse();
        using var none = VisionModels.Cct().Positions(CompactPositions.None).Build();
        none.Config.Name.ShouldBe("cct_7_3x1_32_unplaced");
        none.state_dict().Keys.ShouldNotContain("classifier.positional_emb");
        none.eval();
        none.call(randn(1, 3, 32, 32)).shape.ShouldBe([1, 10]);
    }

    [Fact]
    public void DecayGroups_Intended_DecaysPositionsAndScores()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Create("vit_2_4_32");
        using var pooled = VisionModels.Create("cct_2_3x2_32");
        var decayed = DecayGroups.Of(model, DecayGrouping.Intended).Decayed.Select(p => p.Name).ToList();
        decayed.ShouldContain("classifier.positional_emb");
        decayed.ShouldContain("classifier.class_emb");
        var groups = DecayGroups.Of(pooled, DecayGrouping.Intended);
        groups.Decayed.Select(p => p.Name).ShouldContain("classifier.attention_pool.weight");
        groups.Undecayed.ShouldAllBe(p => p.Parameter.shape.Length == 1);
        groups.Undecayed.Count.ShouldBe(18); // counted with the authors' code
    }

    [Fact]
    public void Train_AttentionDropout_ChangesTheOutputButNotWhatIsShown()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Cct().Mini().DropPath(0).AttentionDropout(0.5).Build();
        var images = randn(2, 3, 32, 32);
        model.eval();
        var plain = model.call(images);
        var shown = model.forward_features(images, FeatureRequest.Attention).Attention[0].Weights;
        model.train();
        model.call(images).Equals(plain).ShouldBeFalse();
        var first = model.forward_features(images, FeatureRequest.Attention).Attention[0].Weights;
        (first - shown).abs().max().ToSingle().ShouldBeLessThan(1e-6f);
    }

    [Fact]
    public void ResetClassifier_OtherClasses_ReplacesItInsideTheEncoder()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Cct().Mini().Build();
        var before = model.get_parameter("classifier.blocks.0.linear1.weight")!.clone();
        model.classifier_name.ShouldBe("classifier.fc");
        model.reset_classifier(7);
        model.get_parameter("classifier.fc.weight")!.shape.ShouldBe([7, 64]);
        model.get_parameter("classifier.fc.weight")!.std().ToSingle().ShouldBeInRange(0.017f, 0.023f);
        model.get_parameter("classifier.blocks.0.linear1.weight")!.Equals(before).ShouldBeTrue();
        model.eval();
        model.call(randn(2, 3, 32, 32)).shape.ShouldBe([2, 7]);
        model.freeze_backbone();
        model
            .named_parameters()
            .Where(p => p.Item2.requires_grad)
            .Select(p => p.Item1)
            .ShouldBe(["classifier.fc.weight", "classifier.fc.bias"]);
    }

    [Fact]
    public void Resample_PositionsOfAnotherSize_IsBilinearAndKeepsTheClassToken()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Cct().Mini().PatchTokens(4).Pooling(CompactPooling.ClassToken).Build();
        var source = zeros(1, 17, 64);
        source[0, 0] = ones(64);
        source.narrow(1, 1, 16).copy_(arange(4, dtype: float32).repeat(4).view(1, 16, 1));
        var made = model.Resample("classifier.positional_emb", source, [1, 65, 64])!;
        made.shape.ShouldBe([1, 65, 64]);
        made[0, 0].Equals(ones(64)).ShouldBeTrue();
        made[0, 1, 0].ToSingle().ShouldBe(0);
        made[0, 2, 0].ToSingle().ShouldBe(0.25f); // between the first two, a quarter of a cell on
        made[0, 8, 0].ToSingle().ShouldBe(3);
        model.Resample("classifier.positional_emb", zeros(1, 16, 64), [1, 65, 64]).ShouldBeNull();
        model.Resample("classifier.norm.weight", zeros(32), [64]).ShouldBeNull();
    }

    [Fact]
    public void Layers_EveryParameter_BelongsToOne()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Create("cct_2_3x2_32");
        var layers = model.layers();
        layers.Count.ShouldBe(4);
        foreach (var (name, _) in model.named_parameters())
        {
            layers.Count(l => l.Any(start => name.StartsWith(start, StringComparison.Ordinal))).ShouldBe(1, name);
        }
    }

    [Fact]
    public void Build_SeveralFaults_ReportsAllAtOnce()
    {
        var builder = VisionModels.Cct().ConvolutionalTokens(33, 0).AttentionDropout(1);
        Should
            .Throw<ModelConfigException>(() => builder.Build())
            .Faults.ShouldBe([
                "CCT: kernel 33 is not in 1..31; nearest: 31.",
                "CCT: convolutions 0 is not in 1..8; nearest: 1.",
                "CCT: attention dropout 1 is not in [0, 1); nearest: 0.99.",
            ]);
        Should
            .Throw<ModelConfigException>(() => VisionModels.Cct().PatchTokens(5).Heads(3).Build())
            .Faults.ShouldBe([
                "CCT: image 32 is not a multiple of patch 5; nearest: 30, 35.",
                "CCT: width 256 is not a multiple of 3 heads; nearest: 2, 4 heads.",
            ]);
    }
}
