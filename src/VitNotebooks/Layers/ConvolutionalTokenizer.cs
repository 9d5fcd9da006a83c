using TorchSharp.Modules;
using TorchSharp.Utils;
using VitNotebooks.Models;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>Makes tokens of an image by convolutions, <c>[B, 3, H, W] -> [B, N, C]</c> (CCT, arXiv 2104.05704), cells row by row.</summary>
/// <remarks>Each convolution is followed by a ReLU and a 3x3 max pool of stride 2, but for one that cuts patches.</remarks>
public sealed class ConvolutionalTokenizer : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "conv_layers")]
    private readonly Sequential _layers;

    /// <param name="config">Says kernel, stride, padding and widths.</param>
    public ConvolutionalTokenizer(CompactConfig config)
        : base(nameof(ConvolutionalTokenizer))
    {
        var patches = config.Tokenizer == CompactTokenizer.Patches;
        var convolutions = new Conv2d[config.Convolutions];
        for (var i = 0; i < convolutions.Length; i++)
        {
            convolutions[i] = nn.Conv2d(
                i == 0 ? config.Channels : config.TokenizerWidth,
                i == convolutions.Length - 1 ? config.EmbedDim : config.TokenizerWidth,
                config.KernelSize,
                stride: config.Stride,
                padding: config.Padding,
                bias: patches
            );
        }

        _layers = nn.Sequential(
            convolutions.Select(c =>
                (nn.Module<Tensor, Tensor>)(
                    patches
                        ? nn.Sequential(c)
                        : nn.Sequential(c, nn.ReLU(inplace: true), nn.MaxPool2d(3, stride: 2, padding: 1))
                )
            )
        );
        RegisterComponents();
        foreach (var convolution in convolutions)
        {
            nn.init.kaiming_normal_(convolution.weight); // the bias stays as nn.Conv2d makes it
        }
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return _layers.call(input).flatten(2).transpose(1, 2).MoveToOuterDisposeScope();
    }
}
