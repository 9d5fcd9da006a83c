using System.Numerics;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>
/// Patches that overlap, made by 3x3 convolutions of stride 2 with batch norms: <c>[B, 3, H, W] -> [B, H/p, W/p, C]</c>, channels
/// last (DHVT's SOPE, arXiv 2210.05958).
/// </summary>
/// <remarks>
/// log2(p) convolutions, each of which doubles the width; GELU stands between them, and behind the only one of p = 2. A learned
/// scale and shift a channel stand before and behind. Names as in ArieSeirack/DHVT.
/// </remarks>
public sealed class OverlappingPatchEmbedding : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "proj")]
    private readonly Sequential _proj;

    [ComponentName(Name = "pre_affine")]
    private readonly ChannelAffine _preAffine;

    [ComponentName(Name = "post_affine")]
    private readonly ChannelAffine _postAffine;

    /// <param name="channels">Channels of the image.</param>
    /// <param name="embedDim">Width C of a token; a multiple of p / 2.</param>
    /// <param name="patchSize">Side p of a patch in pixels: 2, 4, 8 or 16.</param>
    public OverlappingPatchEmbedding(int channels, int embedDim, int patchSize)
        : base(nameof(OverlappingPatchEmbedding))
    {
        var convolutions = BitOperations.Log2((uint)patchSize);
        List<nn.Module<Tensor, Tensor>> steps = [];
        var input = channels;
        for (var i = 0; i < convolutions; i++)
        {
            var output = embedDim >> (convolutions - 1 - i);
            steps.Add(
                nn.Sequential(nn.Conv2d(input, output, 3, stride: 2, padding: 1, bias: false), nn.BatchNorm2d(output))
            );
            if (i < convolutions - 1 || convolutions == 1)
            {
                steps.Add(nn.GELU());
            }

            input = output;
        }
        _proj = nn.Sequential(steps);
        _preAffine = new ChannelAffine(channels);
        _postAffine = new ChannelAffine(embedDim);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var map = _proj.call(_preAffine.call(input));
        return _postAffine.call(map).permute(0, 2, 3, 1).MoveToOuterDisposeScope();
    }
}
