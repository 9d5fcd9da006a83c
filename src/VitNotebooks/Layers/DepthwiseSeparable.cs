using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>
/// A depthwise convolution, a batch norm and a 1x1 convolution, none with a bias:
/// <c>[B, C, H, W] -> [B, C', ceil(H / stride), ceil(W / stride)]</c>; what makes queries, keys and values in vit-pytorch's CvT.
/// </summary>
public sealed class DepthwiseSeparable : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "net")]
    private readonly Sequential _net;

    /// <param name="input">Channels C.</param>
    /// <param name="output">Channels C'.</param>
    /// <param name="kernel">Side of the depthwise kernel, odd; the padding is half of it.</param>
    /// <param name="stride">By how much the map shrinks.</param>
    public DepthwiseSeparable(int input, int output, int kernel, int stride)
        : base(nameof(DepthwiseSeparable))
    {
        _net = nn.Sequential(
            nn.Conv2d(input, input, kernel, stride: stride, padding: kernel / 2, groups: input, bias: false),
            nn.BatchNorm2d(input),
            nn.Conv2d(input, output, 1, bias: false)
        );
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => _net.call(input);
}
