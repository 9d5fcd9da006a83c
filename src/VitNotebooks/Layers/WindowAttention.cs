using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>Multi-head self attention inside windows, with a learned bias a relative offset (Swin, arXiv 2103.14030).</summary>
/// <remarks>
/// Names as in Microsoft's code, <c>relative_position_index</c> included. Queries, keys and values are split with one
/// <c>unbind</c>, whose backward pass is one stack; the scale rides on the addition of the bias and costs nothing.
/// </remarks>
public sealed class WindowAttention : nn.Module<Tensor, Tensor?, Tensor>
{
    private readonly int _numHeads;
    private readonly int _cells;
    private readonly double _scale;

    [ComponentName(Name = "relative_position_bias_table")]
    private readonly Parameter _table;

    [ComponentName(Name = "relative_position_index")]
    private readonly Tensor _index;

    [ComponentName(Name = "qkv")]
    private readonly Linear _qkv;

    [ComponentName(Name = "proj")]
    private readonly Linear _proj;

    /// <param name="embedDim">Width C of a token.</param>
    /// <param name="windowSide">Side of a window, in cells.</param>
    /// <param name="numHeads">Heads; they divide C.</param>
    /// <param name="qkvBias">Whether the projection to queries, keys and values has a bias.</param>
    public WindowAttention(int embedDim, int windowSide, int numHeads, bool qkvBias)
        : base(nameof(WindowAttention))
    {
        _numHeads = numHeads;
        _cells = windowSide * windowSide;
        _scale = Math.Pow(embedDim / numHeads, -0.5);
        var offsets = 2 * windowSide - 1;
        _table = nn.Parameter(zeros(offsets * offsets, numHeads));
        _index = tensor(OffsetIndex(windowSide), [_cells, _cells]);
        _qkv = nn.Linear(embedDim, 3 * embedDim, hasBias: qkvBias);
        _proj = nn.Linear(embedDim, embedDim);
        RegisterComponents();
        nn.init.trunc_normal_(_table, std: 0.02);
    }

    /// <summary>Attends inside each window.</summary>
    /// <param name="windows">Tokens, <c>[B * windows, cells, C]</c>.</param>
    /// <param name="mask">What is added to the logits, <c>[windows, cells, cells]</c>; null for none.</param>
    /// <returns><c>[B * windows, cells, C]</c>.</returns>
    public override Tensor forward(Tensor windows, Tensor? mask) => Run(windows, mask, images: null).Output;

    /// <summary><see cref="forward"/>, and how much each cell attends to each other one of its window.</summary>
    /// <param name="windows">Tokens, <c>[B * windows, cells, C]</c>.</param>
    /// <param name="mask">What is added to the logits, <c>[windows, cells, cells]</c>; null for none.</param>
    /// <param name="images">Number B of images.</param>
    /// <returns>
    /// The output, <c>[B * windows, cells, C]</c>, and the weights after the softmax, <c>[B, windows, heads, cells, cells]</c>.
    /// </returns>
    public (Tensor Output, Tensor Weights) forward_with_attention(Tensor windows, Tensor? mask, long images)
    {
        var (output, weights) = Run(windows, mask, images);
        return (output, weights!);
    }

    private (Tensor Output, Tensor? Weights) Run(Tensor windows, Tensor? mask, long? images)
    {
        using var scope = NewDisposeScope();
        var (queries, keys, values) = Split(windows, mask?.shape[0] ?? 1);
        var weights = Weights(queries, keys, mask);
        queries.Dispose(); // without gradients, each tensor is gone as soon as it has been used
        keys.Dispose();
        Tensor? kept = null;
        if (images is { } count)
        {
            kept = weights.view(count, -1, _numHeads, weights.shape[3], weights.shape[4]);
            weights = kept.view(weights.shape); // what is handed out lies on the way of the gradient
        }
        var joined = Mix(weights, values, windows.shape);
        values.Dispose();
        weights.Dispose();
        return (_proj.call(joined).MoveToOuterDisposeScope(), kept?.MoveToOuterDisposeScope());
    }

    // Three [B, windows, heads, cells, C/heads], views of one copy.
    private (Tensor Queries, Tensor Keys, Tensor Values) Split(Tensor windows, long perImage)
    {
        using var scope = NewDisposeScope();
        var (count, cells, width) = (windows.shape[0], windows.shape[1], windows.shape[2]);
        var parts = _qkv.call(windows)
            .view(count / perImage, perImage, cells, 3, _numHeads, width / _numHeads)
            .permute(3, 0, 1, 4, 2, 5)
            .contiguous()
            .unbind(0);
        return scope.MoveToOuter(parts[0], parts[1], parts[2]);
    }

    private static Tensor Mix(Tensor weights, Tensor values, long[] shape)
    {
        using var scope = NewDisposeScope();
        return weights.matmul(values).transpose(2, 3).reshape(shape).MoveToOuterDisposeScope();
    }

    /// <summary>The bias of every pair of cells, <c>[heads, cells, cells]</c>, gathered from the table of offsets.</summary>
    public Tensor RelativePositionBias()
    {
        using var scope = NewDisposeScope();
        return _table
            .index_select(0, _index.view(-1))
            .view(_cells, _cells, _numHeads)
            .permute(2, 0, 1)
            .contiguous()
            .MoveToOuterDisposeScope();
    }

    private Tensor Weights(Tensor queries, Tensor keys, Tensor? mask)
    {
        using var scope = NewDisposeScope();
        var bias = RelativePositionBias();
        if (mask is not null)
        {
            bias = bias.add(mask.unsqueeze(1)); // [windows, heads, cells, cells]
        }

        var products = queries.matmul(keys.transpose(-2, -1));
        var logits = bias.add(products, _scale);
        products.Dispose();
        return logits.softmax(-1).MoveToOuterDisposeScope();
    }

    // Row (dy + side - 1) * (2 side - 1) + (dx + side - 1) of the table holds the bias of offset (dy, dx).
    private static long[] OffsetIndex(int side)
    {
        var cells = side * side;
        var index = new long[cells * cells];
        for (var i = 0; i < cells; i++)
        {
            for (var j = 0; j < cells; j++)
            {
                index[i * cells + j] =
                    (i / side - j / side + side - 1) * (2 * side - 1) + (i % side - j % side + side - 1);
            }
        }

        return index;
    }
}
