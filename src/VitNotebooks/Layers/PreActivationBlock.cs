using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>
/// The block of a wide residual network (arXiv 1605.07146): norm, ReLU and a 3x3 convolution, twice, and the input added behind
/// them; <c>[B, C, H, W] -> [B, C', ceil(H / stride), ceil(W / stride)]</c>.
/// </summary>
/// <remarks>
/// Where the width changes, a 1x1 convolution of what left the first ReLU is added in the place of the input. Names as in
/// xternalz/WideResNet-pytorch.
/// </remarks>
public sealed class PreActivationBlock : nn.Module<Tensor, Tensor>
{
    private readonly double _dropout;

    [ComponentName(Name = "bn1")]
    private readonly BatchNorm2d _bn1;

    [ComponentName(Name = "conv1")]
    private readonly Conv2d _conv1;

    [ComponentName(Name = "bn2")]
    private readonly BatchNorm2d _bn2;

    [ComponentName(Name = "conv2")]
    private readonly Conv2d _conv2;

    [ComponentName(Name = "convShortcut")]
    private readonly Conv2d? _shortcut;

    /// <param name="input">Channels of its input.</param>
    /// <param name="output">Channels of its output.</param>
    /// <param name="stride">By how much the map shrinks; 1 where the width stays.</param>
    /// <param name="dropout">Chance in [0, 1) that a value between the convolutions is dropped in training.</param>
    public PreActivationBlock(int input, int output, int stride, double dropout)
        : base(nameof(PreActivationBlock))
    {
        _dropout = dropout;
        _bn1 = nn.BatchNorm2d(input);
        _conv1 = nn.Conv2d(input, output, 3, stride: stride, padding: 1, bias: false);
        _bn2 = nn.BatchNorm2d(output);
        _conv2 = nn.Conv2d(output, output, 3, padding: 1, bias: false);
        if (input != output)
        {
            _shortcut = nn.Conv2d(input, output, 1, stride: stride, bias: false);
        }

        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var active = nn.functional.relu(_bn1.call(input), inplace: true);
        var hidden = Hidden(active);
        var output = _conv2.call(hidden);
        hidden.Dispose();
        output.add_(_shortcut is null ? input : _shortcut.call(active));
        return output.MoveToOuterDisposeScope();
    }

    private Tensor Hidden(Tensor active)
    {
        using var scope = NewDisposeScope();
        using var map = _conv1.call(active);
        var hidden = nn.functional.relu(_bn2.call(map), inplace: true);
        if (training && _dropout > 0)
        {
            hidden = nn.functional.dropout(hidden, _dropout, training: true);
        }

        return hidden.MoveToOuterDisposeScope();
    }
}
