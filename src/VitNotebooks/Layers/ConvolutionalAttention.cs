using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>
/// CvT's attention, <c>[B, N, C] -> [B, N, C]</c>: queries, keys and values are convolved over the map before they are projected,
/// keys and values to fewer cells; a class token passes the convolutions by (arXiv 2103.15808).
/// </summary>
/// <remarks>
/// Names as in Microsoft's code. Their scale is one over the root of the whole width, not of a head's: their checkpoints want it.
/// </remarks>
public sealed class ConvolutionalAttention : nn.Module<Tensor, Tensor>, IShowsAttention
{
    private readonly int _numHeads;
    private readonly int _side;
    private readonly bool _classToken;
    private readonly int _stride;
    private readonly float _scale;

    [ComponentName(Name = "conv_proj_q")]
    private readonly ConvolutionalProjection _convolveQueries;

    [ComponentName(Name = "conv_proj_k")]
    private readonly ConvolutionalProjection _convolveKeys;

    [ComponentName(Name = "conv_proj_v")]
    private readonly ConvolutionalProjection _convolveValues;

    [ComponentName(Name = "proj_q")]
    private readonly Linear _queries;

    [ComponentName(Name = "proj_k")]
    private readonly Linear _keys;

    [ComponentName(Name = "proj_v")]
    private readonly Linear _values;

    [ComponentName(Name = "proj")]
    private readonly Linear _proj;

    /// <param name="embedDim">Width C of a token.</param>
    /// <param name="numHeads">Heads; they divide C.</param>
    /// <param name="side">Side of the square map, in cells: N is its square, and one more with a class token.</param>
    /// <param name="classToken">Whether the first token is a class token.</param>
    /// <param name="kernel">Side of the depthwise kernels, odd.</param>
    /// <param name="stride">Stride of keys and values.</param>
    /// <param name="qkvBias">Whether the linear projections have a bias.</param>
    public ConvolutionalAttention(
        int embedDim,
        int numHeads,
        int side,
        bool classToken,
        int kernel = 3,
        int stride = 2,
        bool qkvBias = true
    )
        : base(nameof(ConvolutionalAttention))
    {
        (_numHeads, _side, _classToken, _stride) = (numHeads, side, classToken, stride);
        _scale = (float)Math.Pow(embedDim, -0.5);
        _convolveQueries = new ConvolutionalProjection(embedDim, kernel, stride: 1);
        _convolveKeys = new ConvolutionalProjection(embedDim, kernel, stride);
        _convolveValues = new ConvolutionalProjection(embedDim, kernel, stride);
        _queries = nn.Linear(embedDim, embedDim, hasBias: qkvBias);
        _keys = nn.Linear(embedDim, embedDim, hasBias: qkvBias);
        _values = nn.Linear(embedDim, embedDim, hasBias: qkvBias);
        _proj = nn.Linear(embedDim, embedDim);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => Run(input, keepWeights: false).Output;

    /// <inheritdoc/>
    /// <remarks>Keys lie on the grid that the stride of their convolution leaves, behind the class token.</remarks>
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
        var (queries, keys, values) = Project(input);
        var weights = ScaledProduct.Softmax(queries, keys, _scale);
        queries.Dispose(); // without gradients, each tensor is gone as soon as it has been used
        keys.Dispose();
        Tensor? kept = null;
        if (keepWeights)
        {
            kept = weights.view(input.shape[0], _numHeads, weights.shape[1], weights.shape[2]);
            weights = kept.view(weights.shape); // what is handed out lies on the way of the gradient
        }
        var joined = Join(weights, values, input.shape);
        values.Dispose();
        weights.Dispose();
        return (_proj.call(joined).MoveToOuterDisposeScope(), kept?.MoveToOuterDisposeScope());
    }

    private (Tensor Queries, Tensor Keys, Tensor Values) Project(Tensor input)
    {
        using var scope = NewDisposeScope();
        var (batch, width) = (input.shape[0], input.shape[2]);
        var token = _classToken ? input.narrow(1, 0, 1) : null;
        var cells = _classToken ? input.narrow(1, 1, (long)_side * _side).contiguous() : input; // one copy for three convolutions
        var map = cells.reshape(batch, _side, _side, width).permute(0, 3, 1, 2);
        return scope.MoveToOuter(
            Heads(map, token, _convolveQueries, _queries),
            Heads(map, token, _convolveKeys, _keys),
            Heads(map, token, _convolveValues, _values)
        );
    }

    // [B * heads, tokens, C/heads].
    private Tensor Heads(Tensor map, Tensor? token, ConvolutionalProjection convolve, Linear project)
    {
        using var scope = NewDisposeScope();
        var cells = convolve.call(map);
        var tokens = token is null ? cells : cat([token, cells], dim: 1);
        var (batch, count, width) = (tokens.shape[0], tokens.shape[1], tokens.shape[2]);
        return project
            .call(tokens)
            .view(batch, count, _numHeads, width / _numHeads)
            .transpose(1, 2)
            .reshape(batch * _numHeads, count, width / _numHeads)
            .MoveToOuterDisposeScope();
    }

    private Tensor Join(Tensor weights, Tensor values, long[] shape)
    {
        using var scope = NewDisposeScope();
        return weights
            .bmm(values)
            .view(shape[0], _numHeads, shape[1], -1)
            .transpose(1, 2)
            .reshape(shape)
            .MoveToOuterDisposeScope();
    }
}
