using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>
/// Multihead attention pooling (MAP; Scaling Vision Transformers, arXiv 2106.04560): one learned query looks at all tokens, and an MLP
/// with a residual follows, <c>[B, N, C] -> [B, C]</c>; names as in timm.
/// </summary>
/// <remarks>The query itself is not added to what it sees, and the tokens come in normalized: the norm stands before the MLP alone.</remarks>
public sealed class AttentionPool : nn.Module<Tensor, Tensor>, IShowsAttention
{
    private readonly int _numHeads;

    [ComponentName(Name = "latent")]
    private readonly Parameter _latent;

    [ComponentName(Name = "q")]
    private readonly Linear _q;

    [ComponentName(Name = "kv")]
    private readonly Linear _kv;

    [ComponentName(Name = "proj")]
    private readonly Linear _proj;

    [ComponentName(Name = "norm")]
    private readonly LayerNorm _norm;

    [ComponentName(Name = "mlp")]
    private readonly Mlp _mlp;

    /// <param name="embedDim">Width C of a token.</param>
    /// <param name="numHeads">Heads; they divide C.</param>
    /// <param name="hiddenDim">Width between the two linear layers of the MLP.</param>
    /// <param name="activation">What stands between them.</param>
    /// <param name="normEpsilon">Epsilon of the norm before the MLP.</param>
    public AttentionPool(
        int embedDim,
        int numHeads,
        int hiddenDim,
        MlpActivation activation = MlpActivation.Gelu,
        double normEpsilon = 1e-6
    )
        : base(nameof(AttentionPool))
    {
        _numHeads = numHeads;
        _latent = nn.Parameter(zeros(1, 1, embedDim));
        _q = nn.Linear(embedDim, embedDim);
        _kv = nn.Linear(embedDim, 2 * embedDim);
        _proj = nn.Linear(embedDim, embedDim);
        _norm = nn.LayerNorm(embedDim, normEpsilon);
        _mlp = new Mlp(embedDim, hiddenDim, activation);
        RegisterComponents();
        ResetLatent();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => Run(input, keepWeights: false).Output;

    /// <inheritdoc/>
    /// <remarks>There is one query: the weights are <c>[B, heads, 1, N]</c>.</remarks>
    public (Tensor Output, Tensor Weights) forward_with_attention(Tensor input)
    {
        var (output, weights) = Run(input, keepWeights: true);
        return (output, weights!);
    }

    /// <inheritdoc/>
    /// <remarks>The learned query has no place in the image.</remarks>
    public (TokenGrid Queries, TokenGrid Keys) attention_grids(TokenGrid tokens) =>
        (new TokenGrid(Prefix: 1, Rows: 0, Columns: 0, Suffix: 0, tokens.Stride), tokens);

    private (Tensor Output, Tensor? Weights) Run(Tensor input, bool keepWeights)
    {
        using var scope = NewDisposeScope();
        var (batch, tokens, width) = (input.shape[0], input.shape[1], input.shape[2]);
        var head = width / _numHeads;
        var query = _q.call(_latent) // once for the whole batch
            .view(1, _numHeads, 1, head)
            .expand(batch, -1, -1, -1)
            .reshape(batch * _numHeads, 1, head);
        var parts = _kv.call(input)
            .view(batch, tokens, 2, _numHeads, head)
            .permute(2, 0, 3, 1, 4)
            .reshape(2, batch * _numHeads, tokens, head)
            .unbind(0);
        var weights = keepWeights
            ? ScaledProduct.Softmax(query, parts[0], (float)Math.Pow(head, -0.5)).view(batch, _numHeads, 1, tokens)
            : null;
        // What is handed out lies on the way of the gradient.
        var seen = weights is null
            ? nn.functional.scaled_dot_product_attention(query, parts[0], parts[1])
            : weights.flatten(0, 1).bmm(parts[1]);
        var pooled = _proj.call(seen.reshape(batch, width));
        return (
            pooled.add(_mlp.call(_norm.call(pooled))).MoveToOuterDisposeScope(),
            weights?.MoveToOuterDisposeScope()
        );
    }

    /// <summary>Starts the query as timm does: a normal of deviation 1 / sqrt(C), cut at two deviations.</summary>
    internal void ResetLatent() => Initialization.CutNormal(_latent, Math.Pow(_latent.shape[^1], -0.5));
}
