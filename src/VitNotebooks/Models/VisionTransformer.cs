using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using VitNotebooks.Layers;
using VitNotebooks.Losses;
using static TorchSharp.torch;

namespace VitNotebooks.Models;

// ViT, "An Image is Worth 16x16 Words", arXiv 2010.11929; names and initialization of huggingface/pytorch-image-models.
// The localization head, where attached, starts from PyTorch's own linear initialization, as the loss's authors leave it.
// From scratch on small data expect little: that is what the localization loss is for. Batch 8 at 224 px on 2 CPU cores:
// about 0.7 s a step for ViT-S/16, 2.6 s for ViT-B/16. Shown by notebooks/01-relative-localization.ipynb.

/// <summary>Vision transformer; its one map holds the patch tokens of the last block before the final norm.</summary>
public sealed class VisionTransformer : VisionModel
{
    private readonly VitConfig _config;

    [ComponentName(Name = "cls_token")]
    private readonly Parameter? _classToken;

    [ComponentName(Name = "pos_embed")]
    private readonly Parameter _positions;

    [ComponentName(Name = "patch_embed")]
    private readonly nn.Module<Tensor, Tensor> _patchEmbed;

    [ComponentName(Name = "blocks")]
    private readonly ModuleList<nn.Module<Tensor, Tensor>> _blocks;

    [ComponentName(Name = "norm")]
    private readonly LayerNorm _norm;

    internal VisionTransformer(VitConfig config)
        : base(config)
    {
        _config = config;
        var side = config.LastMapSide;
        var hasClassToken = config.Pooling == VitPooling.ClassToken;
        _classToken = hasClassToken ? nn.Parameter(zeros(1, 1, config.EmbedDim)) : null;
        _positions = nn.Parameter(zeros(1, side * side + (hasClassToken ? 1 : 0), config.EmbedDim));
        _patchEmbed = config.Stem is { } stem
            ? stem.Create(
                new PartPlace(
                    "patch_embed",
                    config,
                    [1, config.Channels, config.ImageSize, config.ImageSize],
                    [1, side, side, config.EmbedDim]
                )
            )
            : new PatchEmbedding(config.Channels, config.EmbedDim, config.PatchSize, normalize: false);
        _blocks = nn.ModuleList(Blocks(config));
        _norm = nn.LayerNorm(config.EmbedDim, 1e-6);
        RegisterComponents();
        AttachHead("head", config.EmbedDim, Initialization.TruncatedNormal);

        nn.init.trunc_normal_(_positions, std: Initialization.Deviation);
        if (_classToken is not null)
            nn.init.normal_(_classToken, std: 1e-6);
        Initialization.TruncatedNormal(this);
        AttachLosses();
    }

    /// <inheritdoc/>
    public override Features forward_features(Tensor images, FeatureRequest request = FeatureRequest.None)
    {
        CheckImages(images);
        using var scope = NewDisposeScope();
        var trace = Trace(request);
        var tokens = Embed(images);
        for (var i = 0; i < _blocks.Count; i++)
            tokens = trace.Run($"blocks.{i}", _blocks[i], tokens);
        var (batch, side, first) = (tokens.shape[0], _config.LastMapSide, _classToken is null ? 0 : 1);
        var patches = tokens.narrow(1, first, side * side);
        var map = patches.transpose(1, 2).view(batch, _config.EmbedDim, side, side);
        var classToken = _classToken is null ? null : tokens.select(1, 0);
        // A norm is taken token by token: normalizing the class token alone gives the same bits for 1/197 of the work.
        var final = classToken is null ? _norm.call(patches).mean([1]) : _norm.call(classToken);
        return new Features([new FeatureMap("blocks", map, _config.PatchSize)], final, classToken)
        {
            Attention = trace.Attention,
            Blocks = trace.Blocks,
        }.MoveToOuterDisposeScope();
    }

    private Tensor Embed(Tensor images)
    {
        using var scope = NewDisposeScope();
        var patches = _patchEmbed.call(images).flatten(1, 2);
        if (_classToken is not null)
            patches = cat([_classToken.expand(patches.shape[0], -1, -1), patches], dim: 1);
        return patches.add(_positions).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override IReadOnlySet<string> no_weight_decay() =>
        _classToken is null ? new HashSet<string> { "pos_embed" } : new HashSet<string> { "pos_embed", "cls_token" };

    /// <inheritdoc/>
    public override IReadOnlyList<IReadOnlyList<string>> layers() =>
        [
            ["cls_token", "pos_embed", "patch_embed."],
            .. Enumerable.Range(0, _blocks.Count).Select(i => (IReadOnlyList<string>)[$"blocks.{i}."]),
            ["norm.", "head."],
        ];

    private static nn.Module<Tensor, Tensor>[] Blocks(VitConfig config)
    {
        var dropPath = DropPath.LinearRule(config.DropPath, config.Depth);
        return [.. dropPath.Select((rate, i) => Block(config, i, rate))];
    }

    private static nn.Module<Tensor, Tensor> Block(VitConfig config, int index, double dropPath)
    {
        var tokens = config.LastMapSide * config.LastMapSide + (config.Pooling == VitPooling.ClassToken ? 1 : 0);
        long[] shape = [1, tokens, config.EmbedDim];
        var place = new PartPlace($"blocks.{index}", config, shape, shape)
        {
            Block = index,
            Blocks = config.Depth,
            Heads = config.Heads,
            DropPath = dropPath,
        };
        if (config.Block is { } block)
            return block.Create(place);
        var attention =
            config.Attention?.Create(place with { Path = $"blocks.{index}.attn" })
            ?? new SelfAttention(config.EmbedDim, config.Heads, config.QkvBias);
        var mlp = new Mlp(config.EmbedDim, (int)(config.EmbedDim * config.MlpRatio));
        return new TransformerBlock(config.EmbedDim, attention, mlp, new() { DropPath = dropPath });
    }
}
