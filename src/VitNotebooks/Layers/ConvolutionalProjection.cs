using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>
/// CvT's convolutional projection (arXiv 2103.15808, section 3.2): a depthwise convolution and a batch norm in front of the linear
/// one, <c>[B, C, H, W] -> [B, N', C]</c>, row by row. A stride of 2 leaves a quarter of the keys and values.
/// </summary>
public sealed class ConvolutionalProjection : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "conv")]
    private readonly Conv2d _conv;

    [ComponentName(Name = "bn")]
    private readonly BatchNorm2d _bn;

    /// <param name="embedDim">Channels C.</param>
    /// <param name="kernel">Side of the kernel, odd; the padding is half of it.</param>
    /// <param name="stride">By how much the map shrinks.</param>
    public ConvolutionalProjection(int embedDim, int kernel, int stride)
        : base(nameof(ConvolutionalProjection))
    {
        _conv = nn.Conv2d(
            embedDim,
            embedDim,
            kernel,
            stride: stride,
            padding: kernel / 2,
            groups: embedDim,
            bias: false
        );
        _bn = nn.BatchNorm2d(embedDim);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var map = _conv.call(input);
        var normalized = _bn.call(map);
        map.Dispose();
        return normalized.flatten(2).transpose(1, 2).MoveToOuterDisposeScope();
    }
}
