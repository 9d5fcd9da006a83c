using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>What a <see cref="TransformerBlock"/> has beside its attention and its MLP.</summary>
public sealed record TransformerBlockOptions
{
    /// <summary>Epsilon of both layer norms: 1e-6 in ViT, in timm as in the original JAX code; 1e-5 in Swin and T2T-ViT.</summary>
    public double NormEpsilon { get; init; } = 1e-6;

    /// <summary>Chance in [0, 1) that a sample skips a half of the block.</summary>
    public double DropPath { get; init; }

    /// <summary>Starting value of a learned scale a channel of both branches (CaiT, arXiv 2103.17239); null for none.</summary>
    public double? LayerScale { get; init; }

    /// <summary>What both branches are divided by before they are added (LV-ViT's <c>skip_lam</c>).</summary>
    public double SkipLambda { get; init; } = 1;
}

/// <summary>A pre-norm transformer block: attention and an MLP, each added back, <c>[B, N, C] -> [B, N, C]</c>; names as in timm.</summary>
public sealed class TransformerBlock : nn.Module<Tensor, Tensor>, IShowsAttention
{
    private readonly double _skipLambda;

    [ComponentName(Name = "norm1")]
    private readonly LayerNorm _norm1;

    [ComponentName(Name = "attn")]
    private readonly nn.Module<Tensor, Tensor> _attn;

    [ComponentName(Name = "ls1")]
    private readonly LayerScale? _scaleAttention;

    [ComponentName(Name = "drop_path1")]
    private readonly DropPath _addAttention;

    [ComponentName(Name = "norm2")]
    private readonly LayerNorm _norm2;

    [ComponentName(Name = "mlp")]
    private readonly nn.Module<Tensor, Tensor> _mlp;

    [ComponentName(Name = "ls2")]
    private readonly LayerScale? _scaleMlp;

    [ComponentName(Name = "drop_path2")]
    private readonly DropPath _addMlp;

    /// <param name="embedDim">Width C of a token.</param>
    /// <param name="attention">Mixes tokens, <c>[B, N, C] -> [B, N, C]</c>: <see cref="SelfAttention"/>, or one of your own.</param>
    /// <param name="mlp">Works on each token, <c>[B, N, C] -> [B, N, C]</c>: <see cref="Mlp"/>, or one of your own.</param>
    /// <param name="options">The rest; by default ViT's.</param>
    public TransformerBlock(
        int embedDim,
        nn.Module<Tensor, Tensor> attention,
        nn.Module<Tensor, Tensor> mlp,
        TransformerBlockOptions? options = null
    )
        : base(nameof(TransformerBlock))
    {
        options ??= new();
        _skipLambda = options.SkipLambda;
        _norm1 = nn.LayerNorm(embedDim, options.NormEpsilon);
        _attn = attention;
        _addAttention = new DropPath(options.DropPath);
        _norm2 = nn.LayerNorm(embedDim, options.NormEpsilon);
        _mlp = mlp;
        _addMlp = new DropPath(options.DropPath);
        if (options.LayerScale is { } start)
        {
            (_scaleAttention, _scaleMlp) = (new LayerScale(embedDim, start), new LayerScale(embedDim, start));
        }

        RegisterComponents();
    }

    /// <summary>ViT's block, with attention over all tokens and an MLP with GELU.</summary>
    /// <param name="embedDim">Width C of a token.</param>
    /// <param name="numHeads">Heads of the attention; they divide C.</param>
    /// <param name="mlpRatio">Hidden width of the MLP over C.</param>
    /// <param name="qkvBias">Whether queries, keys and values have a bias.</param>
    /// <param name="dropPath">Chance in [0, 1) that a sample skips a half of the block.</param>
    public TransformerBlock(int embedDim, int numHeads, double mlpRatio, bool qkvBias, double dropPath)
        : this(
            embedDim,
            new SelfAttention(embedDim, numHeads, qkvBias),
            new Mlp(embedDim, (int)(embedDim * mlpRatio)),
            new() { DropPath = dropPath }
        ) { }

    /// <inheritdoc/>
    public bool ShowsAttention => _attn is IShowsAttention { ShowsAttention: true };

    /// <inheritdoc/>
    public ShiftedWindows? Windows => (_attn as IShowsAttention)?.Windows;

    /// <inheritdoc/>
    public (TokenGrid Queries, TokenGrid Keys) attention_grids(TokenGrid tokens) =>
        ((IShowsAttention)_attn).attention_grids(tokens);

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => Run(input, keepWeights: false).Output;

    /// <inheritdoc/>
    public (Tensor Output, Tensor Weights) forward_with_attention(Tensor input)
    {
        var (output, weights) = Run(input, keepWeights: true);
        return (output, weights!);
    }

    private (Tensor Output, Tensor? Weights) Run(Tensor input, bool keepWeights)
    {
        using var scope = NewDisposeScope();
        var (attention, weights) = Attend(input, keepWeights);
        var attended = _addAttention.call(input, Scaled(attention, _scaleAttention));
        attention.Dispose();
        var change = _mlp.call(_norm2.call(attended));
        return (
            _addMlp.call(attended, Scaled(change, _scaleMlp)).MoveToOuterDisposeScope(),
            weights?.MoveToOuterDisposeScope()
        );
    }

    private (Tensor Output, Tensor? Weights) Attend(Tensor input, bool keepWeights)
    {
        using var scope = NewDisposeScope();
        var tokens = _norm1.call(input);
        if (!keepWeights)
        {
            return (_attn.call(tokens).MoveToOuterDisposeScope(), null);
        }

        var (output, weights) = ((IShowsAttention)_attn).forward_with_attention(tokens);
        return scope.MoveToOuter(output, weights);
    }

    private Tensor Scaled(Tensor branch, LayerScale? scale)
    {
        if (scale is not null)
        {
            branch = scale.call(branch);
        }

        return _skipLambda == 1 ? branch : branch.div(_skipLambda);
    }
}
