using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>Multi-head self attention over all tokens, <c>[B, N, C] -> [B, N, C]</c> (ViT, arXiv 2010.11929); names as in timm.</summary>
public sealed class SelfAttention : nn.Module<Tensor, Tensor>, IShowsAttention
{
    private readonly int _numHeads;
    private readonly float _scale;
    private readonly double _dropout;

    [ComponentName(Name = "qkv")]
    private readonly Linear _qkv;

    [ComponentName(Name = "proj")]
    private readonly Linear _proj;

    /// <param name="embedDim">Width C of a token.</param>
    /// <param name="numHeads">Heads; they divide C.</param>
    /// <param name="qkvBias">Whether the projection to queries, keys and values has a bias.</param>
    /// <param name="dropout">Chance in [0, 1) that a weight is dropped in training; those that are shown are all there.</param>
    public SelfAttention(int embedDim, int numHeads, bool qkvBias, double dropout = 0)
        : base(nameof(SelfAttention))
    {
        _dropout = dropout;
        _numHeads = numHeads;
        _scale = (float)Math.Pow(embedDim / numHeads, -0.5);
        _qkv = nn.Linear(embedDim, 3 * embedDim, hasBias: qkvBias);
        _proj = nn.Linear(embedDim, embedDim);
        RegisterComponents();
    }

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
        var (queries, keys, values) = Split(input);
        if (!keepWeights)
        {
            var mixed = nn.functional.scaled_dot_product_attention(queries, keys, values, p: training ? _dropout : 0);
            queries.Dispose(); // without gradients, each tensor is gone as soon as it has been used
            keys.Dispose();
            values.Dispose();
            return (_proj.call(Join(mixed, input.shape)).MoveToOuterDisposeScope(), null);
        }
        // What is handed out lies on the way of the gradient.
        var kept = Weights(queries.flatten(0, 1), keys.flatten(0, 1))
            .view(input.shape[0], _numHeads, input.shape[1], input.shape[1]);
        var weights = kept.view(-1, input.shape[1], input.shape[1]);
        if (training && _dropout > 0)
            weights = nn.functional.dropout(weights, _dropout, training: true);
        var joined = Join(weights.bmm(values.flatten(0, 1)), input.shape);
        return (_proj.call(joined).MoveToOuterDisposeScope(), kept.MoveToOuterDisposeScope());
    }

    // Three [B, heads, N, C/heads], views of what the projection wrote: the fused kernel reads them as they lie (and wants four axes,
    // with three libtorch keeps the scores); where there is none, each is copied when it is multiplied.
    private (Tensor Queries, Tensor Keys, Tensor Values) Split(Tensor input)
    {
        using var scope = NewDisposeScope();
        var (batch, tokens, width) = (input.shape[0], input.shape[1], input.shape[2]);
        var head = width / _numHeads;
        var parts = _qkv.call(input).view(batch, tokens, 3, _numHeads, head).permute(2, 0, 3, 1, 4).unbind(0);
        return scope.MoveToOuter(parts[0], parts[1], parts[2]);
    }

    // [B, heads, N, C/heads], or with the first two as one, as [B, N, C].
    private Tensor Join(Tensor mixed, long[] shape)
    {
        using var scope = NewDisposeScope();
        return mixed
            .reshape(shape[0], _numHeads, shape[1], -1)
            .transpose(1, 2)
            .reshape(shape)
            .MoveToOuterDisposeScope();
    }

    private Tensor Weights(Tensor queries, Tensor keys)
    {
        using var scope = NewDisposeScope();
        // libtorch 1.13 multiplies products of fewer than 400 terms itself, and there a NaN that lay in the result's memory
        // outlives a beta of 0.
        if (queries.shape[1] * keys.shape[1] * keys.shape[2] < 400)
        {
            return (queries * _scale).matmul(keys.transpose(1, 2)).softmax(-1).MoveToOuterDisposeScope();
        }
        // With beta 0 the first operand is not read: the product comes out scaled, in one pass.
        var unread = queries.new_empty(1, 1, 1);
        var logits = unread.baddbmm(queries, keys.transpose(1, 2), beta: 0, alpha: _scale);
        return logits.softmax(-1).MoveToOuterDisposeScope();
    }
}
