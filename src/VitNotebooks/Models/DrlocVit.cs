using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using VitNotebooks.Layers;
using static TorchSharp.torch;

namespace VitNotebooks.Models;

// ViT (arXiv 2010.11929) as "Efficient Training of Visual Transformers with Small Datasets", arXiv 2106.03746, trains it:
// yhlleo/VTs-Drloc 6ac2c44 (models/vit.py, after lucidrains/vit-pytorch). Names, initialization and numbers are theirs. Not
// timm's: linear layers start as PyTorch draws them and positions with deviation 1, queries, keys and values have no bias, dropout is
// 0.1 and drop path none, epsilon 1e-5, a patch is flattened with its channel last. Expect 71.7 on CIFAR-10 from scratch (theirs).
// `vitnb summary vit_base.drloc` shows it.

/// <summary>The ViT of the localization paper's code; its one map holds the patch tokens of the last block before the final norm.</summary>
public sealed class DrlocVit : VisionModel
{
    private readonly DrlocVitConfig _config;

    [ComponentName(Name = "pos_embedding")]
    private readonly Parameter _positions;

    [ComponentName(Name = "cls_token")]
    private readonly Parameter _classToken;

    [ComponentName(Name = "to_patch_embedding")]
    private readonly PatchProjection _patchEmbed;

    [ComponentName(Name = "transformer")]
    private readonly PreNormTransformer _transformer;

    [ComponentName(Name = "mlp_head")]
    private readonly HeadNorm _head;

    internal DrlocVit(DrlocVitConfig config)
        : base(config)
    {
        _config = config;
        var side = config.LastMapSide;
        _patchEmbed = new PatchProjection(config.Channels, config.EmbedDim, config.PatchSize);
        _positions = nn.Parameter(randn(1, (long)side * side + 1, config.EmbedDim));
        _classToken = nn.Parameter(randn(1, 1, config.EmbedDim));
        _transformer = new PreNormTransformer(Blocks(config));
        _head = new HeadNorm(config.EmbedDim);
        RegisterComponents();
        AttachHead("mlp_head.1", config.EmbedDim, initialize: null);
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
        for (var i = 0; i < _transformer.Blocks.Count; i++)
        {
            tokens = trace.Run($"transformer.layers.{i}", _transformer.Blocks[i], tokens, grid);
        }

        var classToken = tokens.select(1, 0);
        return new Features([new BlockOutput("transformer", tokens, grid).AsMap()], _head.call(classToken), classToken)
        {
            Attention = trace.Attention,
            Blocks = trace.Blocks,
        }.MoveToOuterDisposeScope();
    }

    private Tensor Embed(Tensor images)
    {
        using var scope = NewDisposeScope();
        var patches = _patchEmbed.call(images);
        var tokens = cat([_classToken.expand(patches.shape[0], -1, -1), patches], dim: 1);
        return tokens.add_(_positions).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    /// <remarks>Bicubic; the localization paper's code knows one size only.</remarks>
    protected internal override Tensor? Resample(string name, Tensor source, IReadOnlyList<long> shape) =>
        name == "pos_embedding" ? GridResampling.Bicubic(source, shape, first: 1) : null;

    /// <inheritdoc/>
    public override IReadOnlyList<IReadOnlyList<string>> layers() =>
        [
            ["cls_token", "pos_embedding", "to_patch_embedding."],
            .. Enumerable
                .Range(0, _transformer.Blocks.Count)
                .Select(i => (IReadOnlyList<string>)[$"transformer.layers.{i}."]),
            ["mlp_head."],
        ];

    /// <inheritdoc/>
    /// <remarks>As ViT's authors mean it; the localization paper's code decays both by accident.</remarks>
    public override IReadOnlySet<string> no_weight_decay() => new HashSet<string> { "pos_embedding", "cls_token" };

    // What stands in front of the classifier, whose official name is mlp_head.1.
    private sealed class HeadNorm : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = "0")]
        private readonly LayerNorm _norm;

        public HeadNorm(int embedDim)
            : base(nameof(HeadNorm))
        {
            _norm = nn.LayerNorm(embedDim);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => _norm.call(input);
    }

    private static PreNormBlock[] Blocks(DrlocVitConfig config)
    {
        var blocks = new PreNormBlock[config.Depth];
        for (var i = 0; i < blocks.Length; i++)
        {
            blocks[i] = new PreNormBlock(
                nn.LayerNorm(config.EmbedDim),
                new PreNormAttention(config.EmbedDim, config.Heads, config.HeadDim, config.Dropout),
                nn.LayerNorm(config.EmbedDim),
                FeedForward.OnTokens(config.EmbedDim, config.MlpDim, config.Dropout)
            );
        }

        return blocks;
    }
}
