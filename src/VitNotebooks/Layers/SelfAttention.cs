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
            return (Out(mixed, input.shape[0]).MoveToOuterDisposeScope(), null);
        }
        // What is handed out lies on the way of the gradient.
        var kept = ScaledProduct
            .Softmax(queries.flatten(0, 1), keys.flatten(0, 1), _scale)
            .view(input.shape[0], _numHeads, input.shape[1], input.shape[1]);
        var weights = kept.view(-1, input.shape[1], input.shape[1]);
        if (training && _dropout > 0)
        {
            weights = nn.functional.dropout(weights, _dropout, training: true);
        }

        var output = Out(weights.bmm(values.flatten(0, 1)), input.shape[0]);
        return (output.MoveToOuterDisposeScope(), kept.MoveToOuterDisposeScope());
    }

    private (Tensor Queries, Tensor Keys, Tensor Values) Split(Tensor input)
    {
        using var scope = NewDisposeScope();
        var (queries, keys, values) = AttentionHeads.Split(_qkv.call(input), _numHeads);
        return scope.MoveToOuter(queries, keys, values);
    }

    private Tensor Out(Tensor mixed, long batch)
    {
        using var scope = NewDisposeScope();
        return _proj.call(AttentionHeads.Join(mixed, batch, _numHeads)).MoveToOuterDisposeScope();
    }
}
