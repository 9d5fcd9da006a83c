using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>
/// Multi-head self attention over all tokens, <c>[B, N, C] -> [B, N, C]</c>, with the names of vit-pytorch's ViT: heads have a width
/// of their own, nothing but the output has a bias, and the output passes a dropout.
/// </summary>
public sealed class PreNormAttention : nn.Module<Tensor, Tensor>, IShowsAttention
{
    private readonly int _numHeads;
    private readonly int _headDim;

    [ComponentName(Name = "to_qkv")]
    private readonly Linear _qkv;

    [ComponentName(Name = "to_out")]
    private readonly Sequential? _out;

    /// <param name="embedDim">Width C of a token.</param>
    /// <param name="numHeads">Heads.</param>
    /// <param name="headDim">Width of a head; heads x width need not be C. One head of width C has no output projection.</param>
    /// <param name="dropout">Chance in [0, 1) that a number of the output is dropped.</param>
    public PreNormAttention(int embedDim, int numHeads, int headDim, double dropout)
        : base(nameof(PreNormAttention))
    {
        (_numHeads, _headDim) = (numHeads, headDim);
        var inner = numHeads * headDim;
        _qkv = nn.Linear(embedDim, 3 * inner, hasBias: false);
        _out =
            numHeads == 1 && headDim == embedDim
                ? null
                : nn.Sequential(nn.Linear(inner, embedDim), nn.Dropout(dropout));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var (queries, keys, values) = Split(input);
        var mixed = nn.functional.scaled_dot_product_attention(queries, keys, values);
        queries.Dispose(); // without gradients, each tensor is gone as soon as it has been used
        keys.Dispose();
        values.Dispose();
        return Out(mixed, input.shape[0]).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public (Tensor Output, Tensor Weights) forward_with_attention(Tensor input)
    {
        using var scope = NewDisposeScope();
        var (queries, keys, values) = Split(input);
        var weights = ScaledProduct.Softmax(queries.flatten(0, 1), keys.flatten(0, 1), (float)Math.Pow(_headDim, -0.5));
        var kept = weights.view(input.shape[0], _numHeads, input.shape[1], input.shape[1]);
        // What is handed out lies on the way of the gradient.
        var output = Out(kept.view(weights.shape).bmm(values.flatten(0, 1)), input.shape[0]);
        return scope.MoveToOuter(output, kept);
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
        var joined = AttentionHeads.Join(mixed, batch, _numHeads);
        return (_out is null ? joined : _out.call(joined)).MoveToOuterDisposeScope();
    }
}
