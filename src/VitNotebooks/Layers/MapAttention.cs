using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>
/// Attention between the cells of a map, channels first, <c>[B, C, H, W] -> [B, C, H, W]</c>; keys and values share one depthwise
/// convolution. Names and computation of vit-pytorch's CvT.
/// </summary>
/// <remarks>Values are mixed as <c>v a^T</c>, which lies in memory as the map does: nothing is copied for it.</remarks>
public sealed class MapAttention : nn.Module<Tensor, Tensor>, IShowsAttention
{
    private readonly int _numHeads;
    private readonly int _headDim;
    private readonly int _stride;
    private readonly float _scale;

    [ComponentName(Name = "to_q")]
    private readonly DepthwiseSeparable _queries;

    [ComponentName(Name = "to_kv")]
    private readonly DepthwiseSeparable _keysAndValues;

    [ComponentName(Name = "to_out")]
    private readonly Sequential _out;

    /// <param name="embedDim">Channels C.</param>
    /// <param name="numHeads">Heads.</param>
    /// <param name="headDim">Width of a head; heads x width need not be C.</param>
    /// <param name="kernel">Side of the depthwise kernels, odd.</param>
    /// <param name="stride">Stride of keys and values.</param>
    /// <param name="dropout">Chance in [0, 1) that a number of the output is dropped.</param>
    public MapAttention(int embedDim, int numHeads, int headDim, int kernel, int stride, double dropout)
        : base(nameof(MapAttention))
    {
        (_numHeads, _headDim, _stride) = (numHeads, headDim, stride);
        _scale = (float)Math.Pow(headDim, -0.5);
        var inner = numHeads * headDim;
        _queries = new DepthwiseSeparable(embedDim, inner, kernel, stride: 1);
        _keysAndValues = new DepthwiseSeparable(embedDim, 2 * inner, kernel, stride);
        _out = nn.Sequential(nn.Conv2d(inner, embedDim, 1), nn.Dropout(dropout));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => Run(input, keepWeights: false).Output;

    /// <inheritdoc/>
    /// <remarks>Keys lie on the grid that the stride of their convolution leaves.</remarks>
    public (TokenGrid Queries, TokenGrid Keys) attention_grids(TokenGrid tokens) => (tokens, tokens.Strided(_stride));

    /// <inheritdoc/>
    public (Tensor Output, Tensor Weights) forward_with_attention(Tensor input)
    {
        var (output, weights) = Run(input, keepWeights: true);
        return (output, weights!);
    }

    private (Tensor Output, Tensor? Weights) Run(Tensor input, bool keepWeights)
    {
        using var scope = NewDisposeScope();
        var (batch, height, width) = (input.shape[0], input.shape[2], input.shape[3]);
        var queries = _queries.call(input).reshape(batch * _numHeads, _headDim, -1);
        var (keys, values) = KeysAndValues(input);
        var weights = ScaledProduct.Softmax(queries.transpose(1, 2), keys.transpose(1, 2), _scale);
        queries.Dispose(); // without gradients, each tensor is gone as soon as it has been used
        keys.Dispose();
        Tensor? kept = null;
        if (keepWeights)
        {
            kept = weights.view(batch, _numHeads, weights.shape[1], weights.shape[2]);
            weights = kept.view(weights.shape); // what is handed out lies on the way of the gradient
        }
        var mixed = values.bmm(weights.transpose(1, 2)).view(batch, _numHeads * _headDim, height, width);
        values.Dispose();
        weights.Dispose();
        return (_out.call(mixed).MoveToOuterDisposeScope(), kept?.MoveToOuterDisposeScope());
    }

    // Two [B * heads, C/heads, M].
    private (Tensor Keys, Tensor Values) KeysAndValues(Tensor input)
    {
        using var scope = NewDisposeScope();
        var halves = _keysAndValues.call(input).chunk(2, 1);
        return scope.MoveToOuter(
            halves[0].reshape(input.shape[0] * _numHeads, _headDim, -1),
            halves[1].reshape(input.shape[0] * _numHeads, _headDim, -1)
        );
    }
}
