using Shouldly;
using TorchSharp;
using TorchSharp.Modules;
using VitNotebooks.Layers;
using VitNotebooks.Losses;
using VitNotebooks.Models;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Models;

/// <summary>The contract that every registered model keeps; the small members stand for their families.</summary>
public sealed class RegisteredModelsTests
{
    // CCT's authors end the names of all their models for 32 pixels so; ours among them is called mini.
    internal static IEnumerable<string> SmallNames =>
        VisionModels
            .List("*_32")
            .Where(name => VisionModels.ConfigOf(name) is not CompactConfig || name.Contains("_mini_"));

    public static TheoryData<string> Small => [.. SmallNames];

    public static TheoryData<string> All => [.. VisionModels.List()];

    private static VisionModel Build(string name, bool localized)
    {
        var config = VisionModels.ConfigOf(name);
        var model = VisionModels.FromConfig(
            config with
            {
                Losses = localized ? [RelativeLocalizationOptions.Compat] : [],
            }
        );
        // A classifier that starts at zero lets no gradient through, and gives all models the same logits.
        if (model.classifier is Linear { weight: var weight } && weight.count_nonzero().ToInt64() == 0)
            nn.init.normal_(weight, std: 0.02);
        return model;
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Config_EveryName_IsValidAndItsOwn(string name)
    {
        var config = VisionModels.ConfigOf(name);
        config.Name.ShouldBe(name);
        config.Faults().ShouldBeEmpty();
        ModelConfig.FromJson(config.ToJson()).ShouldBe(config);
    }

    /// <summary>The localization loss wants a map of side 7, the authors', and small images are what one trains on first.</summary>
    [Fact]
    public void Small_EveryFamily_HasAMemberFor32PixelsWithALastMapOfSide7()
    {
        var small = SmallNames.Select(VisionModels.ConfigOf).ToArray();
        small.ShouldAllBe(config => config.ImageSize == 32 && config.LastMapSide >= 7);
        ModelFamilies
            .All.Values.Where(type => type.Assembly == typeof(ModelConfig).Assembly)
            .Where(type => !small.Any(config => config.GetType() == type))
            .ShouldBeEmpty();
        small.OfType<VitConfig>().ShouldContain(config => config.ConvStem != null); // ViT_C
        // The official ones for 32 pixels too, and the convolutional baseline.
        foreach (
            var name in new[]
            {
                "cct_7_3x1_32",
                "cct_2_3x2_32",
                "cvt_7_4_32",
                "vit_7_4_32",
                "dhvt_small_cifar_patch4",
                "wrn_16_8",
            }
        )
            VisionModels.ConfigOf(name).LastMapSide.ShouldBeGreaterThanOrEqualTo(7, name);
    }

    [Theory]
    [MemberData(nameof(Small))]
    public void Backward_TotalLoss_ReachesEveryParameter(string name)
    {
        using var scope = NewDisposeScope();
        using var model = Build(name, localized: true);
        model.train();
        manual_seed(3);
        var features = model.forward_features(randn(4, 3, 32, 32));
        var logits = model.forward_head(features);
        var auxiliary = model.auxiliary_losses.Single();
        var loss =
            nn.functional.cross_entropy(logits, tensor(new long[] { 0, 1, 2, 3 })) + auxiliary.forward(features, null);
        if (model is IDenseClassifier dense)
            loss += dense.forward_dense(features).square().mean();
        loss.backward();
        var constant = model.constant_parameters();
        foreach (var (parameter, value) in model.named_parameters())
        {
            value.requires_grad.ShouldBe(!constant.Contains(parameter), parameter);
            if (!value.requires_grad)
                continue;
            value.grad.ShouldNotBeNull(parameter);
            value.grad!.isfinite().all().ToBoolean().ShouldBeTrue(parameter);
            value.grad.abs().max().ToSingle().ShouldBeGreaterThan(0, parameter);
        }
    }

    [Theory]
    [MemberData(nameof(Small))]
    public void Features_ABatch_HaveTheShapesAndStridesTheySay(string name)
    {
        using var scope = NewDisposeScope();
        using var model = Build(name, localized: false);
        model.eval();
        var images = randn(2, 3, 32, 32);
        var features = model.forward_features(images);
        foreach (var map in features.Maps)
        {
            map.Map.shape.Length.ShouldBe(4);
            map.Map.shape[2].ShouldBe(32 / map.Stride, map.Name);
            map.Map.shape[3].ShouldBe(32 / map.Stride, map.Name);
        }
        features.Last.Map.shape[2].ShouldBeGreaterThanOrEqualTo(7);
        features.Last.Map.shape[2].ShouldBe(model.Config.LastMapSide);
        features.Last.Map.shape[1].ShouldBe(model.Config.LastMapWidth);
        features
            .Scales.Select(scale => new MapShape((int)scale.Map.shape[1], (int)scale.Map.shape[2]))
            .ShouldBe(model.Config.Scales());
        features.Attention.ShouldBeEmpty();
        features.Blocks.ShouldBeEmpty();
        features.Final.shape.ShouldBe([2, features.Last.Map.shape[1]]);
        model.forward_head(features).Equals(model.call(images)).ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Small))]
    public void Features_AttentionAndBlocksAskedFor_AreThoseOfTheLogits(string name)
    {
        using var scope = NewDisposeScope();
        using var model = Build(name, localized: false);
        model.eval();
        var images = randn(2, 3, 32, 32);
        var plain = model.forward_features(images);
        using var inner = NewDisposeScope();
        using var features = model.forward_features(images, FeatureRequest.Attention | FeatureRequest.Blocks);
        inner.DisposablesCount.ShouldBe(features.OwnedTensors.Count());
        features.Final.Equals(plain.Final).ShouldBeTrue();

        // A block shows its attention for what is inside it.
        var shows = model
            .named_modules()
            .Where(m => m.module is IShowsAttention { ShowsAttention: true })
            .Select(m => m.name)
            .ToHashSet();
        var outermost = shows.Where(name => !shows.Any(o => name.StartsWith(o + ".", StringComparison.Ordinal)));
        features.Attention.Select(a => a.Name).ShouldBe(outermost);
        features.Blocks.Select(b => b.Name).Where(shows.Contains).ShouldBe(outermost);
        features.Blocks.ShouldNotBeEmpty();
        var last = features.Blocks[^1].Tokens;
        var cells = model.Config.LastMapSide * model.Config.LastMapSide;
        // The last map is named after what gave it: a block, or the norm behind the last one.
        var seen = model.named_modules().Single(m => m.name == features.Last.Name).module is LayerNorm norm
            ? norm.call(last)
            : last;
        seen.narrow(1, last.shape[1] - cells, cells)
            .transpose(1, 2)
            .Equals(features.Last.Map.flatten(2))
            .ShouldBeTrue();
        foreach (var (block, weights, windows) in features.Attention)
        {
            var path = model.named_modules().Single(m => m.name == block).name;
            path.ShouldBe(block);
            weights.shape[0].ShouldBe(2, block);
            if (windows is null)
                weights.shape[^2].ShouldBeGreaterThanOrEqualTo(TokensOf(block), block); // DHVT's heads add tokens
            else
                weights.shape[^2].ShouldBe(windows.Cells, block);
            weights.shape[^1].ShouldBeLessThanOrEqualTo(weights.shape[^2], block); // keys may be fewer than queries
            weights.shape.Length.ShouldBe(windows is null ? 4 : 5, block);
            if (windows is not null)
                weights.shape[1].ShouldBe(windows.Rows * windows.Columns, block);
            weights.sum(-1).sub(1).abs().max().ToSingle().ShouldBeLessThan(1e-5f, block);
        }
        Tensor[] watched =
        [
            .. features.Attention.Take(1).Select(a => a.Weights),
            features.Blocks[0].Tokens,
            features.Blocks[^1].Tokens,
        ];
        foreach (var tensor in watched)
            tensor.retain_grad();
        model.forward_head(features).sum().backward();
        foreach (var tensor in watched)
            tensor.grad!.abs().max().ToSingle().ShouldBeGreaterThan(0);

        long TokensOf(string block) => features.Blocks.Single(b => b.Name == block).Tokens.shape[1];
    }

    [Theory]
    [MemberData(nameof(Small))]
    public void Eval_TheSameImages_GiveTheSameBits(string name)
    {
        using var scope = NewDisposeScope();
        using var model = Build(name, localized: true);
        model.eval();
        var images = randn(2, 3, 32, 32);
        var first = model.call(images);
        var second = model.call(images);
        first.Equals(second).ShouldBeTrue();
        first.isfinite().all().ToBoolean().ShouldBeTrue();
        model.train();
        model.call(images).Equals(first).ShouldBeFalse(); // drop path
    }

    [Theory]
    [MemberData(nameof(Small))]
    public void LoadWeights_ItsOwnStateDict_GivesTheSameLogits(string name)
    {
        using var scope = NewDisposeScope();
        using var model = Build(name, localized: true);
        using var other = Build(name, localized: true);
        model.eval();
        other.eval();
        var images = randn(2, 3, 32, 32);
        other.call(images).Equals(model.call(images)).ShouldBeFalse();
        other.LoadWeights(model.state_dict());
        other.call(images).Equals(model.call(images)).ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Small))]
    public void Forward_WithAndWithoutGradients_LeavesOnlyItsResult(string name)
    {
        using var scope = NewDisposeScope();
        using var model = Build(name, localized: true);
        var images = randn(2, 3, 32, 32);
        using var inner = NewDisposeScope();
        using var logits = model.call(images);
        inner.DisposablesCount.ShouldBe(1);
        using var features = model.forward_features(images);
        var tensors = features.OwnedTensors.Count();
        inner.DisposablesCount.ShouldBe(1 + tensors);
        using var loss = model.auxiliary_losses[0].forward(features, null);
        inner.DisposablesCount.ShouldBe(2 + tensors);
    }

    [Theory]
    [MemberData(nameof(Small))]
    public void Summary_SmallMembers_AreTrainableInMinutes(string name)
    {
        using var scope = NewDisposeScope();
        using var model = Build(name, localized: false);
        var summary = model.summary();
        ((double)summary.Macs).ShouldBeInRange(10e6, 25e6);
        summary.Children.Sum(c => c.Parameters).ShouldBeLessThanOrEqualTo(summary.Parameters);
        summary.Parameters.ShouldBe(model.parameters().Sum(p => p.numel()));
        summary.Macs.ShouldBe(summary.Children.Sum(c => c.Macs));
        summary.ActivationBytes.ShouldBeGreaterThan(0);
        var classifier = model.classifier_name.Split('.')[^1]; // a child is named inside its parent
        summary.ToString().ShouldContain(classifier);
        summary.ToMarkdown().ShouldContain($"`{classifier}`");
    }
}
