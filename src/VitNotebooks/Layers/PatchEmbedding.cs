using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>Cuts an image into squares and embeds each: <c>[B, 3, H, W] -> [B, H/p, W/p, C]</c>, channels last.</summary>
/// <remarks>A convolution whose stride is its kernel, optionally with a layer norm (Swin has one, ViT has none).</remarks>
public sealed class PatchEmbedding : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "proj")]
    private readonly Conv2d _proj;

    [ComponentName(Name = "norm")]
    private readonly LayerNorm? _norm;

    /// <param name="channels">Channels of the image.</param>
    /// <param name="embedDim">Width C of a token.</param>
    /// <param name="patchSize">Side p of a patch in pixels.</param>
    /// <param name="normalize">Whether a layer norm follows.</param>
    /// <param name="bias">Whether the convolution has a bias.</param>
    public PatchEmbedding(int channels, int embedDim, int patchSize, bool normalize, bool bias = true)
        : base(nameof(PatchEmbedding))
    {
        _proj = nn.Conv2d(channels, embedDim, kernel_size: patchSize, stride: patchSize, bias: bias);
        _norm = normalize ? nn.LayerNorm(embedDim) : null;
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var tokens = _proj.call(input).permute(0, 2, 3, 1);
        return (_norm is null ? tokens : _norm.call(tokens)).MoveToOuterDisposeScope();
    }
}
