using Shouldly;
using TorchSharp;
using TorchSharp.Modules;
using VitNotebooks.Acceleration;
using VitNotebooks.Layers;
using VitNotebooks.Losses;
using VitNotebooks.Models;
using VitNotebooks.Oracles;
using VitNotebooks.Tests.Training;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Models;

/// <summary>
/// The contract that every registered model keeps. Those for 32 pixels are held to it whole, and to more; the others at their own
/// image and width with one block a stage, since what they are made of does not change with depth.
/// </summary>
[Collection(Alone.Name)] // draws from the default generator, and counts tensors
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
        return Build(config with { Losses = localized ? [RelativeLocalizationOptions.Compat] : [] });
    }

    private static VisionModel Build(ModelConfig config)
    {
        var model = VisionModels.FromConfig(config);
        // A classifier that starts at zero lets no gradient through, and gives all models the same logits.
        if (model.classifier is Linear { weight: var weight } && weight.count_nonzero().ToInt64() == 0)
        {
            nn.init.normal_(weight, std: 0.02);
        }

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
        {
            VisionModels.ConfigOf(name).LastMapSide.ShouldBeGreaterThanOrEqualTo(7, name);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    [Trait("Category", "Slow")]
    public void Contract_OfEveryModel_IsKept(string name)
    {
        var tensors = Tensor.TotalCount;
        using (NewDisposeScope())
        {
            var whole = VisionModels.ConfigOf(name);
            var config = SmallNames.Contains(name) ? whole : whole.Shallow(1);
            using var model = Build(config with { Losses = [RelativeLocalizationOptions.Compat] });
            manual_seed(1);
            // In four, drop path leaves out a branch for all of them only by a rare chance.
            var batch = config == whole ? 4 : 2;
            var images = randn(batch, config.Channels, config.ImageSize, config.ImageSize);
            FeaturesHaveTheShapesAndStridesTheySay(model, images);
            EveryParameterLearns(model, images);
            CheckpointedIsPlain(model, images);
            StateDictIsTheWholeModel(model, images);
        }
        Tensor.TotalCount.ShouldBeLessThanOrEqualTo(tensors);
    }

    private static void FeaturesHaveTheShapesAndStridesTheySay(VisionModel model, Tensor images)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        model.eval();
        var (features, size) = (model.forward_features(images), model.Config.ImageSize);
        foreach (var map in features.Maps)
        {
            map.Map.shape.Length.ShouldBe(4, map.Name);
            map.Map.shape[0].ShouldBe(images.shape[0], map.Name);
            map.Map.shape[2].ShouldBe((size + map.Stride - 1) / map.Stride, map.Name);
            map.Map.shape[3].ShouldBe(map.Map.shape[2], map.Name);
            map.Map.isfinite().all().ToBoolean().ShouldBeTrue(map.Name);
        }
        features.Maps.Select(map => map.Stride).ShouldBeInOrder();
        features.Last.Map.shape[2].ShouldBe(model.Config.LastMapSide);
        features.Last.Map.shape[2].ShouldBeGreaterThanOrEqualTo(7);
        features.Last.Map.shape[1].ShouldBe(model.Config.LastMapWidth);
        features
            .Scales.Select(scale => new MapShape((int)scale.Map.shape[1], (int)scale.Map.shape[2]))
            .ShouldBe(model.Config.Scales());
        features.Attention.ShouldBeEmpty();
        features.Blocks.ShouldBeEmpty();
        features.Final.shape[0].ShouldBe(images.shape[0]);
        var logits = model.forward_head(features);
        logits.shape.ShouldBe([images.shape[0], model.Config.Classes]);
        logits.isfinite().all().ToBoolean().ShouldBeTrue();
    }

    private static void EveryParameterLearns(VisionModel model, Tensor images)
    {
        using var scope = NewDisposeScope();
        Backward(model, images, checkpointing: false);
        var constant = model.constant_parameters();
        foreach (var (name, parameter) in model.named_parameters())
        {
            parameter.requires_grad.ShouldBe(!constant.Contains(name), name);
            if (!parameter.requires_grad)
            {
                continue;
            }

            parameter.grad.ShouldNotBeNull(name);
            parameter.grad!.isfinite().all().ToBoolean().ShouldBeTrue(name);
            parameter.grad.abs().max().ToSingle().ShouldBeGreaterThan(0, name);
        }
    }

    // The gradients that the model has are the plain ones.
    private static void CheckpointedIsPlain(VisionModel model, Tensor images)
    {
        using var scope = NewDisposeScope();
        var plain = model
            .named_parameters()
            .Where(p => p.parameter.requires_grad)
            .ToDictionary(p => p.name, p => p.parameter.grad!.clone());
        Dictionary<string, int> runs = [];
        var hooks = model
            .named_modules()
            .Select(m => (m.name, Module: m.module as nn.Module<Tensor, Tensor>))
            .Where(m => m.Module is not null)
            .Select(m =>
                m.Module!.register_forward_hook(
                    (_, _, output) =>
                    {
                        runs[m.name] = runs.GetValueOrDefault(m.name) + 1;
                        return output;
                    }
                )
            )
            .ToArray();
        Backward(model, images, checkpointing: true);
        foreach (var hook in hooks)
        {
            hook.remove();
        }

        runs.Values.Max().ShouldBe(2); // there are blocks that ran again
        foreach (var (name, gradient) in plain)
        {
            model.get_parameter(name)!.grad!.Equals(gradient).ShouldBeTrue(name);
        }
    }

    // The same batch with the same drop path and the same pairs of cells.
    private static void Backward(VisionModel model, Tensor images, bool checkpointing)
    {
        using var scope = NewDisposeScope();
        model.train();
        model.zero_grad();
        model.gradient_checkpointing = checkpointing;
        manual_seed(3);
        using var generator = new Generator(5, CPU);
        var before = scope.DisposablesCount;
        var features = model.forward_features(images);
        var localization = model.auxiliary_losses.Single().forward(features, generator);
        scope.DisposablesCount.ShouldBe(before + features.OwnedTensors.Count() + 1); // nothing but what it gives
        var classes = arange(images.shape[0], dtype: int64).remainder(model.Config.Classes);
        var loss = nn.functional.cross_entropy(model.forward_head(features), classes) + localization;
        if (model is IDenseClassifier dense)
        {
            loss += dense.forward_dense(features).square().mean();
        }

        loss.isfinite().ToBoolean().ShouldBeTrue();
        loss.backward();
        model.gradient_checkpointing = false;
    }

    // Another one, which has no weights of its own, takes them and sees the same, bit for bit: eval mode leaves nothing to chance.
    private static void StateDictIsTheWholeModel(VisionModel model, Tensor images)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var other = model.Config.BuildEmpty();
        other.LoadWeights(model.state_dict());
        model.eval();
        other.eval();
        var seen = other.forward_head(other.forward_features(images));
        using var inner = NewDisposeScope();
        var logits = model.call(images);
        inner.DisposablesCount.ShouldBe(1);
        logits.Equals(seen).ShouldBeTrue();
    }

    /// <summary>Those for 32 pixels, and forms that lay their tokens or show their attention otherwise.</summary>
    public static TheoryData<string> Shown =>
        [.. SmallNames, "distilled", "average", "attention", "class token", "t2t_t"];

    private static VisionModel Shows(string name) =>
        name switch
        {
            "distilled" => Build(VisionModels.Vit().Mini().Distilled().Config),
            "average" => Build(VisionModels.Vit().Mini().Pooling(VitPooling.Average).Config),
            "attention" => Build(VisionModels.Vit().Mini().Pooling(VitPooling.Attention).Config),
            "class token" => Build(VisionModels.Cct().Mini().Pooling(CompactPooling.ClassToken).Config),
            "t2t_t" => Build(VisionModels.T2t().Mini().Tokens(T2tTokens.Transformer).Config),
            _ => Build(name, localized: false),
        };

    [Theory]
    [MemberData(nameof(Shown))]
    public void Features_AttentionAndBlocksAskedFor_AreThoseOfTheLogits(string name)
    {
        using var scope = NewDisposeScope();
        using var model = Shows(name);
        model.eval();
        var images = randn(2, 3, 32, 32);
        var plain = model.forward_features(images);
        using var inner = NewDisposeScope();
        using var features = model.forward_features(images, FeatureRequest.Attention | FeatureRequest.Blocks);
        inner.DisposablesCount.ShouldBe(features.OwnedTensors.Count());
        // A fused kernel shows no weights: where libtorch has one, from 2 on, what is shown is summed in another order.
        var exact = TorchRuntime.Current.Version.StartsWith("1.", StringComparison.Ordinal);
        (exact ? features.Final.Equals(plain.Final) : features.Final.allclose(plain.Final, 1e-5, 1e-5)).ShouldBeTrue();

        // A block shows its attention for what is inside it; what pools is no block.
        var shows = model
            .named_modules()
            .Where(m => m.module is IShowsAttention { ShowsAttention: true })
            .Select(m => m.name)
            .ToHashSet();
        var outermost = shows.Where(name => !shows.Any(o => name.StartsWith(o + ".", StringComparison.Ordinal)));
        features.Attention.Select(a => a.Name).ShouldBe(outermost);
        features.Blocks.Select(b => b.Name).Where(shows.Contains).ShouldBe(outermost.Where(o => o != "attn_pool"));
        features.Blocks.ShouldNotBeEmpty();
        BlocksLieAsTheirGridsSay(model, features);
        AttentionLiesAsItsGridsSay(features);
        Tensor[] watched =
        [
            .. features.Attention.Select(a => a.Weights),
            features.Blocks[0].Tokens,
            features.Blocks[^1].Tokens,
        ];
        foreach (var tensor in watched)
        {
            tensor.retain_grad();
        }

        model.forward_head(features).sum().backward();
        foreach (var tensor in watched)
        {
            tensor.grad!.abs().max().ToSingle().ShouldBeGreaterThan(0);
        }
    }

    private static void BlocksLieAsTheirGridsSay(VisionModel model, Features features)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        foreach (var block in features.Blocks)
        {
            var (grid, map) = (block.Grid, block.AsMap());
            block.Tokens.shape[1].ShouldBe(grid.Prefix + grid.Rows * grid.Columns + grid.Suffix, block.Name);
            (map.Name, map.Stride, map.IsNormalized).ShouldBe((block.Name, grid.Stride, false));
            map.Map.shape.ShouldBe([2, block.Tokens.shape[2], grid.Rows, grid.Columns], block.Name);
            grid.Rows.ShouldBe((model.Config.ImageSize + grid.Stride - 1) / grid.Stride, block.Name);
            grid.Columns.ShouldBe(grid.Rows, block.Name);
        }
        // Every map is a block's; one that is normalized is named after the norm behind the last block.
        foreach (var map in features.Maps)
        {
            var norm = model.named_modules().SingleOrDefault(m => m.name == map.Name).module as LayerNorm;
            map.IsNormalized.ShouldBe(norm is not null, map.Name);
            var last = features.Blocks[^1];
            var seen = norm is null
                ? features.Blocks.Last(b => b.Name.StartsWith(map.Name, StringComparison.Ordinal)).AsMap()
                : new BlockOutput(last.Name, norm.call(last.Tokens), last.Grid).AsMap();
            (seen.Stride, seen.Map.Equals(map.Map)).ShouldBe((map.Stride, true), map.Name);
        }
        features.Blocks[^1].Grid.Stride.ShouldBe(features.Last.Stride);
        (features.ClassToken is null).ShouldBe(features.Blocks[^1].Grid.Prefix == 0);
        if (features.ClassToken is { } classToken)
        {
            features.Blocks[^1].Tokens.select(1, 0).Equals(classToken).ShouldBeTrue();
        }
    }

    private static void AttentionLiesAsItsGridsSay(Features features)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        foreach (var attention in features.Attention)
        {
            var (name, weights, queries, keys) = (attention.Name, attention.Weights, attention.Queries, attention.Keys);
            weights.shape[0].ShouldBe(2, name);
            weights.sum(-1).sub(1).abs().max().ToSingle().ShouldBeLessThan(1e-5f, name);
            if (features.Blocks.SingleOrDefault(b => b.Name == name) is { } block)
            {
                (queries with { Suffix = 0 }).ShouldBe(block.Grid with { Suffix = 0 }, name);
            }

            var extent = queries.Rows == 0 ? 32 : queries.Rows * queries.Stride;
            keys.Rows.ShouldBe((extent + keys.Stride - 1) / keys.Stride, name);
            if (attention.Windows is null)
            {
                weights.shape[^2].ShouldBe(queries.Prefix + queries.Rows * queries.Columns + queries.Suffix, name);
                weights.shape[^1].ShouldBe(keys.Prefix + keys.Rows * keys.Columns + keys.Suffix, name);
            }
            var heads = weights.shape[attention.Windows is null ? 1 : 2];
            for (var token = 0; token < queries.Tokens; token++)
            {
                var map = attention.MapOfToken(token);
                map.shape.ShouldBe([2, heads, keys.Rows, keys.Columns], name);
                var total = map.sum([2, 3]);
                if (attention.Windows is null)
                {
                    var row = weights.select(2, token);
                    total += row.narrow(2, 0, keys.Prefix).sum(2);
                    total += row.narrow(2, keys.Tokens - keys.Suffix, keys.Suffix).sum(2);
                }
                total.sub(1).abs().max().ToSingle().ShouldBeLessThan(1e-5f, $"{name}, token {token}");
            }
        }
    }

    /// <summary>A model that permuted its cells would show a change of the image elsewhere.</summary>
    [Theory]
    [MemberData(nameof(Shown))]
    public void Blocks_AChangeOfTheImage_ShowItWhereItIs(string name)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = Shows(name);
        model.eval();
        var images = randn(1, 3, 32, 32);
        foreach (var (row, column) in new[] { (0, 0), (8, 24), (20, 4), (28, 12) })
        {
            var changed = images.clone();
            changed.narrow(2, row, 4).narrow(3, column, 4).add_(1);
            var before = model.forward_features(images, FeatureRequest.Blocks).Blocks;
            var after = model.forward_features(changed, FeatureRequest.Blocks).Blocks;
            foreach (var (old, seen) in before.Zip(after, (b, a) => (b.AsMap().Map, a.AsMap())))
            {
                var most = seen.Map.sub(old).abs().sum(1).flatten().argmax().ToInt64();
                var (y, x) = (most / seen.Map.shape[3], most % seen.Map.shape[3]);
                // The middle of the square, give or take a cell, for convolutions look beside it.
                Math.Abs((y + 0.5) * seen.Stride - (row + 2)).ShouldBeLessThanOrEqualTo(2 + seen.Stride, seen.Name);
                Math.Abs((x + 0.5) * seen.Stride - (column + 2)).ShouldBeLessThanOrEqualTo(2 + seen.Stride, seen.Name);
            }
        }
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
