using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>A Swin block: window attention and an MLP, each normalized first and added back, <c>[B, H, W, C] -> [B, H, W, C]</c>.</summary>
/// <remarks>Swin, arXiv 2103.14030; names as in Microsoft's code, the buffer <c>attn_mask</c> included (shifted blocks only).</remarks>
public sealed class SwinBlock : nn.Module<Tensor, Tensor>, IShowsAttention
{
    private readonly ShiftedWindows _windows;

    [ComponentName(Name = "attn_mask")]
    private readonly Tensor? _mask;

    [ComponentName(Name = "norm1")]
    private readonly LayerNorm _norm1;

    [ComponentName(Name = "attn")]
    private readonly WindowAttention _attn;

    [ComponentName(Name = "drop_path1")]
    private readonly DropPath _addAttention;

    [ComponentName(Name = "norm2")]
    private readonly LayerNorm _norm2;

    [ComponentName(Name = "mlp")]
    private readonly Mlp _mlp;

    [ComponentName(Name = "drop_path2")]
    private readonly DropPath _addMlp;

    /// <param name="embedDim">Width C of a token.</param>
    /// <param name="windows">How the map is cut.</param>
    /// <param name="numHeads">Heads of the attention; they divide C.</param>
    /// <param name="mlpRatio">Hidden width of the MLP over C.</param>
    /// <param name="qkvBias">Whether queries, keys and values have a bias.</param>
    /// <param name="dropPath">Chance in [0, 1) that a sample skips a half of the block.</param>
    public SwinBlock(int embedDim, ShiftedWindows windows, int numHeads, double mlpRatio, bool qkvBias, double dropPath)
        : base(nameof(SwinBlock))
    {
        _windows = windows;
        _norm1 = nn.LayerNorm(embedDim);
        _attn = new WindowAttention(embedDim, windows.Side, numHeads, qkvBias);
        _addAttention = new DropPath(dropPath);
        _norm2 = nn.LayerNorm(embedDim);
        _mlp = new Mlp(embedDim, (int)(embedDim * mlpRatio));
        _addMlp = new DropPath(dropPath);
        _mask = windows.Mask();
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => Run(input, keepWeights: false).Output;

    /// <summary>How the block cuts its map.</summary>
    public ShiftedWindows Windows => _windows;

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
        var attended = _addAttention.call(input, attention);
        attention.Dispose();
        var change = _mlp.call(_norm2.call(attended));
        return (_addMlp.call(attended, change).MoveToOuterDisposeScope(), weights?.MoveToOuterDisposeScope());
    }

    private (Tensor Output, Tensor? Weights) Attend(Tensor input, bool keepWeights)
    {
        using var scope = NewDisposeScope();
        var windows = Cut(input);
        var (mixed, weights) = keepWeights
            ? _attn.forward_with_attention(windows, _mask, input.shape[0])
            : (_attn.call(windows, _mask), (Tensor?)null);
        windows.Dispose();
        return (_windows.Reverse(mixed).MoveToOuterDisposeScope(), weights?.MoveToOuterDisposeScope());
    }

    private Tensor Cut(Tensor input)
    {
        using var scope = NewDisposeScope();
        return _windows.Partition(_norm1.call(input)).MoveToOuterDisposeScope();
    }
}
