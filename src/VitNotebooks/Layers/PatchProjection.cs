using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>
/// Cuts an image into squares and projects each, <c>[B, C, H, W] -> [B, H/p * W/p, D]</c>, as vit-pytorch does: a linear layer on
/// pixels row by row with the channel last, named <c>1</c>. A convolution computes the same with its weight reordered.
/// </summary>
public sealed class PatchProjection : nn.Module<Tensor, Tensor>
{
    private readonly int _patchSize;
    private readonly Linear _project;

    /// <param name="channels">Channels C of the image.</param>
    /// <param name="embedDim">Width D of a token.</param>
    /// <param name="patchSize">Side p of a patch in pixels.</param>
    public PatchProjection(int channels, int embedDim, int patchSize)
        : base(nameof(PatchProjection))
    {
        _patchSize = patchSize;
        _project = nn.Linear((long)channels * patchSize * patchSize, embedDim);
        register_module("1", _project);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var (batch, channels, p) = (input.shape[0], input.shape[1], _patchSize);
        var (rows, columns) = (input.shape[2] / p, input.shape[3] / p);
        var patches = input
            .reshape(batch, channels, rows, p, columns, p)
            .permute(0, 2, 4, 3, 5, 1)
            .reshape(batch, rows * columns, channels * p * p);
        return _project.call(patches).MoveToOuterDisposeScope();
    }
}
