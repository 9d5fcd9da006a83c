using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using VitNotebooks.Layers;
using static TorchSharp.torch;

namespace VitNotebooks.Models;

// DHVT, "Bridging the Gap Between Vision Transformers and Convolutional Neural Networks on Small Datasets", arXiv 2210.05958;
// ArieSeirack/DHVT a86feda: names, initialization and numbers are theirs. Batch norms are local, where theirs are synchronized
// between processes. No position embedding but that of the head tokens, which they decay, as they decay the stem's affine factors.
// Expect 80.9 / 82.9 on CIFAR-100 for T / S of patch 4, 83.5 / 85.7 of patch 2, after 300 epochs from scratch (theirs).
// Shown by `vitnb summary dhvt_tiny_cifar_patch4`.

/// <summary>Dynamic hybrid vision transformer; its one map holds the patch tokens of the last block before the final norm.</summary>
public sealed class DynamicHybridTransformer : VisionModel
{
    private readonly DhvtConfig _config;
    private readonly bool _started;

    [ComponentName(Name = "cls_token")]
    private readonly Parameter _classToken;

    [ComponentName(Name = "patch_embed")]
    private readonly OverlappingPatchEmbedding _patchEmbed;

    [ComponentName(Name = "blocks")]
    private readonly ModuleList<TransformerBlock> _blocks;

    [ComponentName(Name = "norm")]
    private readonly LayerNorm _norm;

    internal DynamicHybridTransformer(DhvtConfig config)
        : base(config)
    {
        _config = config;
        _patchEmbed = new OverlappingPatchEmbedding(config.Channels, config.EmbedDim, config.PatchSize);
        _classToken = nn.Parameter(zeros(1, 1, config.EmbedDim));
        var rates = DropPath.LinearRule(config.DropPath, config.Depth);
        _blocks = nn.ModuleList([.. rates.Select(rate => Block(config, rate))]);
        _norm = nn.LayerNorm(config.EmbedDim, 1e-6);
        RegisterComponents();
        AttachHead("head", config.EmbedDim, Restart);
        nn.init.trunc_normal_(_classToken, std: Initialization.Deviation);
        Initialization.TruncatedNormal(this);
        _started = true;
        AttachLosses();
    }

    /// <inheritdoc/>
    public override Features forward_features(Tensor images, FeatureRequest request = FeatureRequest.None)
    {
        CheckImages(images);
        using var scope = NewDisposeScope();
        var trace = Trace(request);
        var grid = TokenGrid.Square(_config.LastMapSide, _config.PatchSize, prefix: 1);
        var tokens = Embed(images);
        for (var i = 0; i < _blocks.Count; i++)
        {
            tokens = trace.Run($"blocks.{i}", _blocks[i], tokens, grid);
        }

        var classToken = tokens.select(1, 0);
        return new Features(
            [new BlockOutput("blocks", tokens, grid).AsMap()],
            _norm.call(classToken), // a norm is taken token by token
            classToken
        )
        {
            Attention = trace.Attention,
            Blocks = trace.Blocks,
        }.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override IReadOnlySet<string> no_weight_decay() => new HashSet<string> { "cls_token" };

    /// <inheritdoc/>
    public override IReadOnlyList<IReadOnlyList<string>> layers() =>
        [
            ["cls_token", "patch_embed."],
            .. Enumerable.Range(0, _blocks.Count).Select(i => (IReadOnlyList<string>)[$"blocks.{i}."]),
            ["norm.", "head."],
        ];

    private Tensor Embed(Tensor images)
    {
        using var scope = NewDisposeScope();
        var patches = _patchEmbed.call(images).flatten(1, 2);
        return cat([_classToken.expand(patches.shape[0], -1, -1), patches], dim: 1).MoveToOuterDisposeScope();
    }

    // The first classifier starts with the other layers, in their order; one that takes its place starts alone.
    private void Restart(Linear classifier)
    {
        if (_started)
        {
            Initialization.TruncatedNormal(classifier);
        }
    }

    private static TransformerBlock Block(DhvtConfig config, double dropPath)
    {
        var attention = new HeadTokenAttention(config.EmbedDim, config.Heads, config.QkvBias);
        var hidden = (int)(config.EmbedDim * config.MlpRatio);
        var mlp = new AggregationFeedForward(config.EmbedDim, hidden, config.LastMapSide);
        return new TransformerBlock(config.EmbedDim, attention, mlp, new() { DropPath = dropPath });
    }
}
