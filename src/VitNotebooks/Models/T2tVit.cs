using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using VitNotebooks.Layers;
using static TorchSharp.torch;

namespace VitNotebooks.Models;

// T2T-ViT, "Tokens-to-Token ViT: Training Vision Transformers from Scratch on ImageNet", arXiv 2101.11986; yitu-opensource/T2T-ViT
// 0f63dc9, whose names, numbers and initialization these are (bit for bit from a seed). Its registered constructors with pretrained=True
// scale attention by width^-1/2; its training and its released weights do not, and neither do we. Expect top-1 on ImageNet-1k after 310
// epochs: 71.7 (7), 75.2 (10), 76.5 (12), 81.5 (14), 81.9 (19), 82.3 (24); with token transformers 81.7, 82.4, 82.6.
// Shown by VisionModels.T2t().Vit14().Build().summary().

/// <summary>T2T-ViT; a map behind every token transformer, and the patch tokens behind the final norm, which is where the localization
/// paper's code takes them.</summary>
public sealed class T2tVit : VisionModel
{
    private readonly T2tConfig _config;
    private readonly bool _built;

    [ComponentName(Name = "cls_token")]
    private readonly Parameter _classToken;

    [ComponentName(Name = "pos_embed")]
    private readonly Parameter _positions;

    [ComponentName(Name = "tokens_to_token")]
    private readonly TokensToToken _tokensToToken;

    [ComponentName(Name = "blocks")]
    private readonly ModuleList<TransformerBlock> _blocks;

    [ComponentName(Name = "norm")]
    private readonly LayerNorm _norm;

    internal T2tVit(T2tConfig config)
        : base(config)
    {
        _config = config;
        var side = config.LastMapSide;
        _tokensToToken = new TokensToToken(
            config.Channels,
            config.Kernels,
            config.Strides,
            config.TokenDim,
            config.EmbedDim,
            width =>
                config.Tokens == T2tTokens.Performer
                    ? new TokenPerformer(width, config.TokenDim, config.TokenDropout)
                    : new TokenTransformer(width, config.TokenDim)
        );
        _classToken = nn.Parameter(zeros(1, 1, config.EmbedDim));
        _positions = nn.Parameter(SinusoidPositions.Table(side * side + 1, config.EmbedDim), requires_grad: false);
        _blocks = nn.ModuleList(Blocks(config));
        _norm = nn.LayerNorm(config.EmbedDim);
        RegisterComponents();
        AttachHead("head", config.EmbedDim, InitializeLater);
        AttachLosses(); // their heads start as all linear layers do, as the localization paper's code has it

        nn.init.trunc_normal_(_classToken, std: Initialization.Deviation);
        Initialization.TruncatedNormal(this);
        _built = true;
    }

    /// <inheritdoc/>
    public override Features forward_features(Tensor images, FeatureRequest request = FeatureRequest.None)
    {
        CheckImages(images);
        using var scope = NewDisposeScope();
        var trace = Trace(request);
        var grid = TokenGrid.Square(_config.LastMapSide, _config.Stride, prefix: 1);
        var (patches, maps) = _tokensToToken.Embed(images, trace, "tokens_to_token.");
        var tokens = WithPositions(patches);
        for (var i = 0; i < _blocks.Count; i++)
        {
            tokens = trace.Run($"blocks.{i}", _blocks[i], tokens, grid);
        }

        var normalized = _norm.call(tokens);
        return new Features(
            [.. maps, new BlockOutput("norm", normalized, grid).AsMap() with { IsNormalized = true }],
            normalized.select(1, 0),
            tokens.select(1, 0)
        )
        {
            Attention = trace.Attention,
            Blocks = trace.Blocks,
        }.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override IReadOnlySet<string> no_weight_decay() => new HashSet<string> { "cls_token" };

    /// <inheritdoc/>
    public override IReadOnlySet<string> constant_parameters() =>
        _config.Tokens == T2tTokens.Transformer
            ? new HashSet<string> { "pos_embed" }
            :
            [
                "pos_embed",
                .. Enumerable
                    .Range(0, _config.Kernels.Count - 1)
                    .Select(i => $"tokens_to_token.{TokensToToken.AttentionName(i)}.w"),
            ];

    /// <inheritdoc/>
    public override IReadOnlyList<IReadOnlyList<string>> layers() =>
        [
            ["cls_token", "pos_embed", "tokens_to_token."],
            .. Enumerable.Range(0, _blocks.Count).Select(i => (IReadOnlyList<string>)[$"blocks.{i}."]),
            ["norm.", "head."],
        ];

    /// <inheritdoc/>
    protected internal override Tensor? Resample(string name, Tensor source, IReadOnlyList<long> shape) =>
        name == "pos_embed" ? PositionGrid.Resample(source, shape, first: 1) : null;

    private Tensor WithPositions(Tensor patches)
    {
        using var scope = NewDisposeScope();
        var tokens = cat([_classToken.expand(patches.shape[0], -1, -1), patches], dim: 1);
        patches.Dispose();
        return tokens.add(_positions).MoveToOuterDisposeScope();
    }

    // The first time, the initialization of the whole model reaches the head: its draws come in the authors' order.
    private void InitializeLater(Linear head)
    {
        if (_built)
        {
            Initialization.TruncatedNormal(head);
        }
    }

    private static TransformerBlock[] Blocks(T2tConfig config)
    {
        var dropPath = DropPath.LinearRule(config.DropPath, config.Depth);
        return [.. dropPath.Select(rate => Block(config, rate))];
    }

    private static TransformerBlock Block(T2tConfig config, double dropPath) =>
        new(
            config.EmbedDim,
            new SelfAttention(config.EmbedDim, config.Heads, config.QkvBias),
            new Mlp(config.EmbedDim, (int)(config.EmbedDim * config.MlpRatio)),
            new() { NormEpsilon = 1e-5, DropPath = dropPath }
        );
}
