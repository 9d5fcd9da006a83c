using System.Globalization;
using Shouldly;
using TorchSharp;
using TorchSharp.Modules;
using VitNotebooks.Losses;
using VitNotebooks.Models;
using VitNotebooks.Oracles;
using VitNotebooks.Tests.Training;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Models;

/// <summary>What fine-tuning asks of every family: frozen backbones, layers to count rates by, other sizes.</summary>
[Collection(Alone.Name)]
public sealed class FineTuningTests
{
    public static TheoryData<string> Small => [.. RegisteredModelsTests.SmallNames, "distilled"];

    private static VisionModel Build(string name, params AuxiliaryLossOptions[] losses)
    {
        var config = name == "distilled" ? VisionModels.Vit().Mini().Distilled().Config : VisionModels.ConfigOf(name);
        return (config with { Losses = [.. losses] }).Build();
    }

    // Where the logits come from, by the official names.
    private static string[] Heads(ModelConfig config) =>
        config switch
        {
            VitConfig { Distilled: true } => ["head.", "head_dist."],
            LvVitConfig => ["head.", "aux_head."],
            DrlocVitConfig => ["mlp_head.1."],
            CompactConfig => ["classifier.fc."],
            ResNetConfig or WideResNetConfig => ["fc."],
            _ => ["head."],
        };

    [Theory]
    [MemberData(nameof(Small))]
    public void FreezeBackbone_AModelWithItsLoss_LeavesExactlyHeadsAndLossTrainable(string name)
    {
        using var scope = NewDisposeScope();
        using var model = Build(name, RelativeLocalizationOptions.Compat);
        var heads = Heads(model.Config);
        var all = model.named_parameters().Select(p => p.Item1).ToArray();
        heads.ShouldAllBe(head => all.Count(parameter => parameter.StartsWith(head)) == 2);

        model.freeze_backbone();
        Trainable().ShouldBe(all.Where(p => StartsWithOneOf(p, [.. heads, "drloc."])));
        HoldSummary();
        model.freeze_backbone(losses: false);
        Trainable().ShouldBe(all.Where(p => StartsWithOneOf(p, heads)));
        HoldSummary();
        model.reset_classifier(7);
        Trainable().Length.ShouldBe(2 * heads.Length); // fresh ones train
        model.freeze_backbone(freeze: false);
        Trainable()
            .ShouldBe(
                model.named_parameters().Select(p => p.Item1).Where(p => !model.constant_parameters().Contains(p))
            );
        HoldSummary();

        string[] Trainable() => [.. model.named_parameters().Where(p => p.Item2.requires_grad).Select(p => p.Item1)];

        void HoldSummary()
        {
            var summary = model.summary();
            summary.Parameters.ShouldBe(model.parameters().Sum(p => p.numel()));
            summary.Frozen.ShouldBe(model.parameters().Where(p => !p.requires_grad).Sum(p => p.numel()));
            var trainable = summary.Parameters - summary.Frozen;
            trainable.ShouldBeGreaterThan(0);
            if (summary.Frozen > 0)
            {
                summary
                    .ToString()
                    .ShouldContain($"{summary.Frozen.ToString("N0", CultureInfo.InvariantCulture)} are frozen.");
            }
        }
    }

    [Theory]
    [InlineData("resnet_mini_32")]
    [InlineData("cvt_mini_32")]
    public void FreezeBackbone_AModelWithBatchNorms_KeepsTheirStatisticsWhileTheHeadTrains(string name)
    {
        using var scope = NewDisposeScope();
        using var model = Build(name);
        model.freeze_backbone();
        var (buffers, head) = (Copies(model.named_buffers()), model.classifier.parameters().First().clone());
        buffers.Keys.ShouldContain(buffer => buffer.EndsWith(".running_var", StringComparison.Ordinal));
        Train();
        model.eval();
        Train();
        model.training.ShouldBeTrue();
        Changed().ShouldBeEmpty();
        head.Equals(model.classifier.parameters().First()).ShouldBeFalse();

        model.freeze_backbone(freeze: false);
        Train();
        Changed().ShouldBe(buffers.Keys, ignoreOrder: true);

        void Train()
        {
            model.train();
            using var optimizer = optim.SGD(model.parameters().Where(p => p.requires_grad), 0.1);
            for (var step = 0; step < 2; step++)
            {
                optimizer.zero_grad();
                nn.functional.cross_entropy(model.call(randn(4, 3, 32, 32)), arange(4, dtype: int64)).backward();
                optimizer.step();
            }
        }

        IEnumerable<string> Changed() =>
            model.named_buffers().Where(b => !b.Item2.Equals(buffers[b.Item1])).Select(b => b.Item1);
    }

    private static Dictionary<string, Tensor> Copies(IEnumerable<(string Name, Tensor Tensor)> named) =>
        named.ToDictionary(t => t.Name, t => t.Tensor.clone());

    // A part with a table of its own, which is not to train.
    private sealed class WithTable : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter table;
        private readonly Parameter scale;

        public WithTable(PartPlace place)
            : base(nameof(WithTable))
        {
            table = nn.Parameter(randn(1, place.Grid!.Tokens, place.Width), requires_grad: false);
            scale = nn.Parameter(zeros(place.Width));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => input.add(table).mul(scale);
    }

    [Fact]
    public void FreezeBackbone_Thawed_LeavesFrozenWhatAPartHadFrozen()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Vit().Mini().Depth(2).Attention("tests-table", p => new WithTable(p)).Build();
        Frozen().ShouldBe(["blocks.0.attn.table", "blocks.1.attn.table"]);
        model.freeze_backbone();
        model.freeze_backbone(losses: false);
        Frozen().Length.ShouldBe(model.parameters().Count() - 2);
        model.freeze_backbone(freeze: false);
        Frozen().ShouldBe(["blocks.0.attn.table", "blocks.1.attn.table"]);

        string[] Frozen() => [.. model.named_parameters().Where(p => !p.Item2.requires_grad).Select(p => p.Item1)];
    }

    private static bool StartsWithOneOf(string name, string[] starts) =>
        Array.Exists(starts, start => name.StartsWith(start, StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Small))]
    public void Layers_OfAModel_NameEveryParameterOnceFromStemToHead(string name)
    {
        using var scope = NewDisposeScope();
        using var model = Build(name);
        var layers = model.layers();
        foreach (var (parameter, _) in model.named_parameters())
        {
            layers.SelectMany(layer => layer).Count(parameter.StartsWith).ShouldBe(1, parameter);
        }

        using var features = model.forward_features(randn(1, 3, 32, 32), FeatureRequest.Blocks);
        var parts = features.Blocks.Count(b => !b.Name.StartsWith("tokens_to_token.", StringComparison.Ordinal)); // T2T's are of its stem
        layers.Count.ShouldBe(parts + 2); // the stem, a layer a block, the head
        foreach (var head in Heads(model.Config))
        {
            layers[^1].ShouldContain(start => head.StartsWith(start, StringComparison.Ordinal));
        }
    }

    // A model at its size, the same at another, and what must be resampled between them.
    private static readonly (ModelConfig From, ModelConfig To, string[] Resampled)[] Sizes =
    [
        (VisionModels.Vit().Mini().Config, VisionModels.Vit().Mini().ImageSize(48).Config, ["pos_embed"]),
        (
            VisionModels.Vit().Mini().Distilled().Config,
            VisionModels.Vit().Mini().Distilled().ImageSize(64).Config,
            ["pos_embed"]
        ),
        (
            VisionModels.Vit().Mini().Pooling(VitPooling.Attention).Config,
            VisionModels.Vit().Mini().Pooling(VitPooling.Attention).ImageSize(24).Config,
            ["pos_embed"]
        ),
        (VisionModels.DrlocVit().Mini().Config, VisionModels.DrlocVit().Mini().ImageSize(48).Config, ["pos_embedding"]),
        (VisionModels.T2t().Mini().Config, VisionModels.T2t().Mini().ImageSize(48).Config, ["pos_embed"]),
        (VisionModels.LvVit().Mini().Config, VisionModels.LvVit().Mini().ImageSize(48).Config, ["pos_embed"]),
        (
            VisionModels.Cct().Mini().Config,
            VisionModels.Cct().Mini().ImageSize(48).Config,
            ["classifier.positional_emb"]
        ),
        (
            VisionModels.Cct().PatchTokens().Pooling(CompactPooling.ClassToken).Config,
            VisionModels.Cct().PatchTokens().Pooling(CompactPooling.ClassToken).ImageSize(48).Config,
            ["classifier.positional_emb"]
        ),
        (
            VisionModels.Cvt().Mini().Positions(CvtPositions.Every).Config,
            VisionModels.Cvt().Mini().Positions(CvtPositions.Every).ImageSize(48).Config,
            ["stage0.pos_embed", "stage1.pos_embed", "stage2.pos_embed"]
        ),
        (VisionModels.Cvt().Mini().Config, VisionModels.Cvt().Mini().ImageSize(48).Config, []),
        (VisionModels.DrlocCvt().Mini().Config, VisionModels.DrlocCvt().Mini().ImageSize(48).Config, []),
        (VisionModels.Dhvt().Mini().Config, VisionModels.Dhvt().Mini().ImageSize(48).Config, []),
        (VisionModels.ResNet().Mini().Config, VisionModels.ResNet().Mini().ImageSize(48).Config, []),
        (VisionModels.WideResNet().Mini().Config, VisionModels.WideResNet().Mini().ImageSize(48).Config, []),
        (VisionModels.Swin().Mini().Config, VisionModels.Swin().Mini().ImageSize(48).Config, []), // the same window
        (
            VisionModels.Swin().Mini().AbsolutePositions().Config,
            VisionModels.Swin().Mini().AbsolutePositions().ImageSize(48).WindowSize(6).Config,
            [
                "absolute_pos_embed",
                .. new[] { "0.blocks.0", "0.blocks.1", "1.blocks.0", "1.blocks.1", "1.blocks.2", "1.blocks.3" }.Select(
                    block => $"layers.{block}.attn.relative_position_bias_table"
                ),
            ]
        ),
    ];

    public static TheoryData<int> Pairs => [.. Enumerable.Range(0, Sizes.Length)];

    /// <summary>A slope across the old grid is a slope across the new one, and what stands before the grid stays.</summary>
    [Theory]
    [MemberData(nameof(Pairs))]
    public void LoadWeights_OfAnotherSize_ResamplesWhatBelongsToTheGrid(int pair)
    {
        var (from, to, resampled) = Sizes[pair];
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var small = from.Build();
        using var large = to.Build();
        foreach (var name in resampled)
        {
            Slope(small.get_parameter(name)!);
        }

        var loaded = large.LoadWeights(small.state_dict());
        loaded.Resampled.ShouldBe(resampled, ignoreOrder: true);
        foreach (var name in resampled)
        {
            HoldSlope(large.get_parameter(name)!, name);
        }

        foreach (var (name, parameter) in large.named_parameters().Where(p => !resampled.Contains(p.Item1)))
        {
            parameter.Equals(small.get_parameter(name)!).ShouldBeTrue(name);
        }

        large.eval();
        var logits = large.call(randn(2, 3, to.ImageSize, to.ImageSize));
        logits.isfinite().all().ToBoolean().ShouldBeTrue();
        logits.shape.ShouldBe([2, to.Classes]);
    }

    private static (long First, long Side) Grid(Tensor table)
    {
        var rows = table.numel() / table.shape[^1];
        var side = (long)Math.Sqrt(rows);
        return (rows - side * side, side);
    }

    // Row r of s has (r + 1/2) / s, in every channel; what stands before the grid has 9.
    private static void Slope(Tensor table)
    {
        var (first, side) = Grid(table);
        var rows = table.view(-1, table.shape[^1]);
        rows.narrow(0, 0, first).fill_(9);
        var slope = (arange(side, dtype: float32) + 0.5) / side;
        rows.narrow(0, first, side * side).copy_(slope.repeat_interleave(side).unsqueeze(1).expand(-1, rows.shape[1]));
    }

    private static void HoldSlope(Tensor table, string name)
    {
        var (first, side) = Grid(table);
        var rows = table.view(-1, table.shape[^1]);
        if (first > 0)
        {
            rows.narrow(0, 0, first).eq(9).all().ToBoolean().ShouldBeTrue(name);
        }

        var grid = rows.narrow(0, first, side * side).view(side, side, -1);
        (grid - grid.narrow(1, 0, 1)).abs().max().ToSingle().ShouldBeLessThan(1e-5f, name); // along a row nothing changes
        var slope = grid.select(1, 0).select(1, 0);
        slope.diff().min().ToSingle().ShouldBeGreaterThan(0, name);
        var wanted = (arange(side, dtype: float32) + 0.5) / side;
        (slope - wanted).abs().max().ToSingle().ShouldBeLessThan(0.06f, name); // the ends bend
    }

    [Fact]
    public void LoadWeights_OfAnotherSizeIntoAMixer_SaysWhyNot()
    {
        using var scope = NewDisposeScope();
        using var small = VisionModels.Mixer().Mini().Build();
        using var large = VisionModels.Mixer().Mini().ImageSize(64).Build();
        var fault = Should.Throw<WeightsException>(() => large.LoadWeights(small.state_dict()));
        fault.Misshaped.Count.ShouldBe(8 * 3);
        fault.Message.ShouldContain("The MLPs along the tokens belong to one number of patches, here 256");
        fault.Message.ShouldContain("build the Mixer with the image and the patch that the weights were trained with");
    }
}
