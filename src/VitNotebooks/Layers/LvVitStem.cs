using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>
/// The stem of LV-ViT (arXiv 2104.10858), <c>[B, 3, H, W] -> [B, C, H/p, W/p]</c>: a 7x7 convolution of stride 2 and two of 3x3, each with
/// a batch norm and ReLU, and a convolution that embeds squares of p/2. <c>PatchEmbed4_2</c> of zihangJiang/TokenLabeling, names too.
/// </summary>
public sealed class LvVitStem : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "conv1")]
    private readonly Conv2d _conv1;

    [ComponentName(Name = "bn1")]
    private readonly BatchNorm2d _bn1;

    [ComponentName(Name = "conv2")]
    private readonly Conv2d _conv2;

    [ComponentName(Name = "bn2")]
    private readonly BatchNorm2d _bn2;

    [ComponentName(Name = "conv3")]
    private readonly Conv2d _conv3;

    [ComponentName(Name = "bn3")]
    private readonly BatchNorm2d _bn3;

    [ComponentName(Name = "proj")]
    private readonly Conv2d _proj;

    /// <param name="channels">Channels of the image.</param>
    /// <param name="width">Channels of the three convolutions.</param>
    /// <param name="embedDim">Width C of a token.</param>
    /// <param name="patchSize">Side p of a patch in pixels; even.</param>
    public LvVitStem(int channels, int width, int embedDim, int patchSize)
        : base(nameof(LvVitStem))
    {
        _conv1 = nn.Conv2d(channels, width, 7, stride: 2, padding: 3, bias: false);
        _bn1 = nn.BatchNorm2d(width);
        _conv2 = nn.Conv2d(width, width, 3, padding: 1, bias: false);
        _bn2 = nn.BatchNorm2d(width);
        _conv3 = nn.Conv2d(width, width, 3, padding: 1, bias: false);
        _bn3 = nn.BatchNorm2d(width);
        _proj = nn.Conv2d(width, embedDim, kernel_size: patchSize / 2, stride: patchSize / 2);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var first = Layer(_conv1, _bn1, input);
        using var second = Layer(_conv2, _bn2, first);
        using var third = Layer(_conv3, _bn3, second);
        return _proj.call(third);
    }

    private static Tensor Layer(Conv2d convolution, BatchNorm2d norm, Tensor input)
    {
        using var map = convolution.call(input);
        return nn.functional.relu(norm.call(map), inplace: true);
    }
}
