using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>
/// CvT's convolutional token embedding (arXiv 2103.15808, section 3.1): squares that overlap, each embedded and normalized,
/// <c>[B, C, H, W] -> [B, H', W', C']</c> with <c>H' = (H + 2 padding - kernel) / stride + 1</c>, channels last.
/// </summary>
public sealed class ConvolutionalEmbedding : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "proj")]
    private readonly Conv2d _proj;

    [ComponentName(Name = "norm")]
    private readonly LayerNorm _norm;

    /// <param name="channels">Channels C of the map.</param>
    /// <param name="embedDim">Width C' of a token.</param>
    /// <param name="kernel">Side of a square, in cells of the map.</param>
    /// <param name="stride">From one square to the next.</param>
    /// <param name="padding">Zeros around the map.</param>
    public ConvolutionalEmbedding(int channels, int embedDim, int kernel, int stride, int padding)
        : base(nameof(ConvolutionalEmbedding))
    {
        _proj = nn.Conv2d(channels, embedDim, kernel, stride: stride, padding: padding);
        _norm = nn.LayerNorm(embedDim);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return _norm.call(_proj.call(input).permute(0, 2, 3, 1)).MoveToOuterDisposeScope();
    }
}
