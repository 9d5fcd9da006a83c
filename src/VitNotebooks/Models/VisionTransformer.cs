using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using VitNotebooks.Layers;
using VitNotebooks.Losses;
using static TorchSharp.torch;

namespace VitNotebooks.Models;

// ViT, "An Image is Worth 16x16 Words", arXiv 2010.11929, and its forms in DeiT, big_vision and pycls (see VitOrigin and VitVariants).
// Names: huggingface/pytorch-image-models v1.0.28 (8ef7380); others' are maps in StateDictMap. The localization head, where attached, starts
// from PyTorch's own linear initialization, as the loss's authors leave it. From scratch on small data expect little: that is what the
// localization loss is for. Batch 8 at 224 px on 2 CPU cores: about 0.7 s a step for ViT-S/16, 2.6 s for ViT-B/16.
// Shown by notebooks/01-relative-localization.ipynb.

/// <summary>Vision transformer; its one map holds the patch tokens of the last block before the final norm.</summary>
public sealed partial class VisionTransformer : VisionModel
{
    private readonly VitConfig _config;

    [ComponentName(Name = "cls_token")]
    private readonly Parameter? _classToken;

    [ComponentName(Name = "dist_token")]
    private readonly Parameter? _distillationToken;

    [ComponentName(Name = "pos_embed")]
    private readonly Parameter? _positions;

    [ComponentName(Name = "patch_embed")]
    private readonly nn.Module<Tensor, Tensor> _patchEmbed;

    [ComponentName(Name = "norm_pre")]
    private readonly LayerNorm? _preNorm;

    [ComponentName(Name = "blocks")]
    private readonly ModuleList<nn.Module<Tensor, Tensor>> _blocks;

    [ComponentName(Name = "norm")]
    private readonly LayerNorm _norm;

    [ComponentName(Name = "attn_pool")]
    private readonly AttentionPool? _attentionPool;

    [ComponentName(Name = "pre_logits")]
    private readonly PreLogits? _preLogits;

    internal VisionTransformer(VitConfig config)
        : base(config)
    {
        _config = config;
        var (side, width) = (config.LastMapSide, config.EmbedDim);
        _classToken = config.Pooling == VitPooling.ClassToken ? nn.Parameter(zeros(1, 1, width)) : null;
        _distillationToken = config.Distilled ? nn.Parameter(zeros(1, 1, width)) : null;
        if (config.Positions == VitPositions.Learned)
        {
            _positions = nn.Parameter(zeros(1, side * side + config.EmbeddedPrefix, width));
        }

        _patchEmbed = Stem(config);
        _preNorm = config.PreNorm ? nn.LayerNorm(width, config.NormEpsilon) : null;
        _blocks = nn.ModuleList(Blocks(config));
        _norm = nn.LayerNorm(width, config.NormEpsilon);
        if (config.Pooling == VitPooling.Attention)
        {
            _attentionPool = new(width, config.Heads, config.HiddenDim, config.Activation, config.NormEpsilon);
        }

        _preLogits = config.PreLogits is { } representation ? new(width, representation) : null;
        RegisterComponents();
        if (_positions is null)
        {
            register_buffer("pos_embed", PositionEmbedding.SinCos2d(side, width), persistent: false);
        }

        var start = new VitStartingWeights(config);
        AttachHead("head", config.PreLogits ?? width, start.Head);
        start.Set(this, _positions, _classToken);
        if (_distillationToken is not null && _positions is not null)
        {
            AttachDistillation(start, _distillationToken, _positions);
        }

        AttachLosses();
    }

    /// <inheritdoc/>
    public override Features forward_features(Tensor images, FeatureRequest request = FeatureRequest.None)
    {
        CheckImages(images);
        using var scope = NewDisposeScope();
        var trace = Trace(request);
        var grid = _config.Grid;
        var tokens = Embed(images);
        for (var i = 0; i < _blocks.Count; i++)
        {
            tokens = trace.Run($"blocks.{i}", _blocks[i], tokens, grid);
        }

        var classToken = _classToken is null ? null : tokens.select(1, 0);
        var final = Pool(tokens, classToken, grid, trace);
        return new Features(
            [new BlockOutput("blocks", tokens, grid).AsMap()],
            _preLogits is null ? final : _preLogits.call(final),
            classToken
        )
        {
            Attention = trace.Attention,
            Blocks = trace.Blocks,
        }.MoveToOuterDisposeScope();
    }

    // A norm is taken token by token: normalizing the class token alone gives the same bits for 1/197 of the work.
    private Tensor Pool(Tensor tokens, Tensor? classToken, TokenGrid grid, BlockTrace trace)
    {
        if (_distillationToken is not null)
        {
            return _norm.call(tokens.narrow(1, 0, 2)).flatten(1);
        }

        if (classToken is not null)
        {
            return _norm.call(classToken);
        }

        var seen = _norm.call(tokens);
        return _attentionPool is null ? seen.mean([1]) : trace.RunPooling("attn_pool", _attentionPool, seen, grid);
    }

    private Tensor Embed(Tensor images)
    {
        using var scope = NewDisposeScope();
        var patches = _patchEmbed.call(images).flatten(1, 2);
        var positions = _positions ?? get_buffer("pos_embed")!;
        var covers = _config.EmbeddedPrefix > 0 || _config.PrefixTokens == 0;
        var tokens = covers ? WithPrefix(patches).add(positions) : WithPrefix(patches.add(positions));
        return (_preNorm is null ? tokens : _preNorm.call(tokens)).MoveToOuterDisposeScope();
    }

    private Tensor WithPrefix(Tensor patches)
    {
        if (_classToken is null)
        {
            return patches;
        }

        var batch = patches.shape[0];
        var classToken = _classToken.expand(batch, -1, -1);
        return _distillationToken is null
            ? cat([classToken, patches], dim: 1)
            : cat([classToken, _distillationToken.expand(batch, -1, -1), patches], dim: 1);
    }

    /// <inheritdoc/>
    public override IReadOnlySet<string> no_weight_decay() =>
        _config.Origin switch
        {
            VitOrigin.Pycls => new HashSet<string>(),
            VitOrigin.BigVision => Named("pos_embed", "cls_token", "attn_pool.latent"),
            _ => Named("pos_embed", "cls_token", "dist_token"),
        };

    private HashSet<string> Named(params ReadOnlySpan<string> names)
    {
        var own = named_parameters().Select(p => p.Item1).ToHashSet(StringComparer.Ordinal);
        own.IntersectWith(names.ToArray());
        return own;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<IReadOnlyList<string>> layers() =>
        [
            ["cls_token", "dist_token", "pos_embed", "patch_embed.", "norm_pre."],
            .. Enumerable.Range(0, _blocks.Count).Select(i => (IReadOnlyList<string>)[$"blocks.{i}."]),
            ["norm.", "attn_pool.", "pre_logits.", "head.", "head_dist."],
        ];

    /// <inheritdoc/>
    /// <remarks>Positions as timm resamples them, kernels of patches as big_vision's FlexiViT does.</remarks>
    protected internal override Tensor? Resample(string name, Tensor source, IReadOnlyList<long> shape) =>
        name switch
        {
            "pos_embed" when source.dim() == 3 && source.shape[2] == shape[2] => PositionEmbedding.Resample(
                source,
                _config.LastMapSide,
                _config.EmbeddedPrefix
            ),
            "patch_embed.proj.weight" when _patchEmbed is PatchEmbedding => GridResampling.Patches(source, shape),
            _ => null,
        };

    private static nn.Module<Tensor, Tensor> Stem(VitConfig config)
    {
        if (config.ConvStem is { } convolutions)
        {
            return new ConvStem(config.Channels, config.EmbedDim, convolutions);
        }

        if (config.Stem is not { } stem)
        {
            return new PatchEmbedding(
                config.Channels,
                config.EmbedDim,
                config.PatchSize,
                normalize: false,
                bias: !config.PreNorm
            );
        }

        var side = config.LastMapSide;
        return stem.Create(
            new PartPlace(
                "patch_embed",
                config,
                [1, config.Channels, config.ImageSize, config.ImageSize],
                [1, side, side, config.EmbedDim]
            )
            {
                Grid = config.Grid with { Prefix = 0 },
            }
        );
    }

    private static nn.Module<Tensor, Tensor>[] Blocks(VitConfig config)
    {
        var dropPath = DropPath.Rates(config.DropPathRule, config.DropPath, config.Depth);
        return [.. dropPath.Select((rate, i) => Block(config, i, rate))];
    }

    private static nn.Module<Tensor, Tensor> Block(VitConfig config, int index, double dropPath)
    {
        long[] shape = [1, config.Grid.Tokens, config.EmbedDim];
        var place = new PartPlace($"blocks.{index}", config, shape, shape)
        {
            Grid = config.Grid,
            Block = index,
            Blocks = config.Depth,
            Heads = config.Heads,
            DropPath = dropPath,
        };
        if (config.Block is { } block)
        {
            return block.Create(place);
        }

        var attention =
            config.Attention?.Create(place with { Path = $"blocks.{index}.attn" })
            ?? new SelfAttention(config.EmbedDim, config.Heads, config.QkvBias);
        return new TransformerBlock(
            config.EmbedDim,
            attention,
            new Mlp(config.EmbedDim, config.HiddenDim, config.Activation),
            new()
            {
                DropPath = dropPath,
                LayerScale = config.LayerScale,
                NormEpsilon = config.NormEpsilon,
            }
        );
    }
}
