using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>
/// Self attention in which the heads talk to each other through tokens of their own, <c>[B, N, C] -> [B, N, C]</c>, the class token
/// first (DHVT's HI-MHSA, arXiv 2210.05958); names as in ArieSeirack/DHVT.
/// </summary>
/// <remarks>
/// Each head's part of the mean token is embedded to a head token; these attend and are attended to like all others, and the
/// mean of what comes out of them is added to the class token.
/// </remarks>
public sealed class HeadTokenAttention : nn.Module<Tensor, Tensor>, IShowsAttention
{
    private readonly int _numHeads;
    private readonly float _scale;

    [ComponentName(Name = "pos_embed")]
    private readonly Parameter _positions;

    [ComponentName(Name = "qkv")]
    private readonly Linear _qkv;

    [ComponentName(Name = "proj")]
    private readonly Linear _proj;

    [ComponentName(Name = "ht_proj")]
    private readonly Linear _headProj;

    [ComponentName(Name = "ht_norm")]
    private readonly LayerNorm _headNorm;

    /// <param name="embedDim">Width C of a token.</param>
    /// <param name="numHeads">Heads; they divide C.</param>
    /// <param name="qkvBias">Whether the projection to queries, keys and values has a bias.</param>
    public HeadTokenAttention(int embedDim, int numHeads, bool qkvBias)
        : base(nameof(HeadTokenAttention))
    {
        var head = embedDim / numHeads;
        _numHeads = numHeads;
        _scale = (float)Math.Pow(head, -0.5);
        _qkv = nn.Linear(embedDim, 3 * embedDim, hasBias: qkvBias);
        _proj = nn.Linear(embedDim, embedDim);
        _headProj = nn.Linear(head, embedDim);
        _headNorm = nn.LayerNorm(head);
        _positions = nn.Parameter(zeros(1, numHeads, embedDim));
        nn.init.trunc_normal_(_positions, std: Initialization.Deviation);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var (output, weights) = forward_with_attention(input);
        weights.Dispose();
        return output.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    /// <remarks>The head tokens are the last ones: the weights are <c>[B, heads, N + heads, N + heads]</c>.</remarks>
    public (Tensor Output, Tensor Weights) forward_with_attention(Tensor input)
    {
        using var scope = NewDisposeScope();
        var (queries, keys, values) = Split(cat([input, HeadTokens(input)], dim: 1));
        var weights = Weights(queries, keys);
        queries.Dispose(); // without gradients, each tensor is gone as soon as it has been used
        keys.Dispose();
        var mixed = _proj.call(Mix(weights, values));
        values.Dispose();
        return scope.MoveToOuter(Merge(mixed, input.shape[1]), weights);
    }

    /// <inheritdoc/>
    /// <remarks>Behind the tokens stand those of the heads, among queries and keys.</remarks>
    public (TokenGrid Queries, TokenGrid Keys) attention_grids(TokenGrid tokens)
    {
        var all = tokens with { Suffix = tokens.Suffix + _numHeads };
        return (all, all);
    }

    // [B, heads, C]: the mean of all tokens, cut into the heads' parts, each embedded to a token.
    private Tensor HeadTokens(Tensor input)
    {
        using var scope = NewDisposeScope();
        var (batch, head) = (input.shape[0], input.shape[2] / _numHeads);
        var parts = input.mean([1]).view(batch, _numHeads, head);
        var embedded = _headProj.call(parts).view(batch, _numHeads, _numHeads, head);
        return _headNorm.call(embedded).gelu().flatten(2).add(_positions).MoveToOuterDisposeScope();
    }

    // Three [B, heads, N, C/heads], views of one copy.
    private (Tensor Queries, Tensor Keys, Tensor Values) Split(Tensor tokens)
    {
        using var scope = NewDisposeScope();
        var parts = _qkv.call(tokens)
            .view(tokens.shape[0], tokens.shape[1], 3, _numHeads, tokens.shape[2] / _numHeads)
            .permute(2, 0, 3, 1, 4)
            .contiguous()
            .unbind(0);
        return scope.MoveToOuter(parts[0], parts[1], parts[2]);
    }

    private Tensor Weights(Tensor queries, Tensor keys)
    {
        using var scope = NewDisposeScope();
        return (queries * _scale).matmul(keys.transpose(-2, -1)).softmax(-1).MoveToOuterDisposeScope();
    }

    private static Tensor Mix(Tensor weights, Tensor values)
    {
        using var scope = NewDisposeScope();
        return weights.matmul(values).transpose(1, 2).flatten(2).MoveToOuterDisposeScope();
    }

    private Tensor Merge(Tensor mixed, long tokens)
    {
        using var scope = NewDisposeScope();
        var heads = mixed.narrow(1, tokens, _numHeads).mean([1], keepdim: true);
        var classToken = mixed.narrow(1, 0, 1).add(heads);
        return cat([classToken, mixed.narrow(1, 1, tokens - 1)], dim: 1).MoveToOuterDisposeScope();
    }
}
