using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>Position embeddings for another number of cells.</summary>
public static class PositionGrid
{
    /// <summary>
    /// Resamples the square grid of a table bicubically, as the authors of ViT, T2T-ViT and LV-ViT do for another image size; what stands
    /// before the grid (a class token's position) is kept.
    /// </summary>
    /// <param name="source">The table that came, <c>[1, first + side * side, C]</c>.</param>
    /// <param name="shape">The shape that is wanted, <c>[1, first + newSide * newSide, C]</c>.</param>
    /// <param name="first">Positions before the grid.</param>
    /// <returns>The table, or null where either is no square grid of the same width.</returns>
    public static Tensor? Resample(Tensor source, IReadOnlyList<long> shape, int first)
    {
        var from = source.shape;
        if (from.Length != 3 || shape.Count != 3 || from[0] != shape[0] || from[2] != shape[2])
        {
            return null;
        }

        var (side, newSide) = (Side(from[1] - first), Side(shape[1] - first));
        if (side == 0 || newSide == 0)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        var grid = source.narrow(1, first, side * side).transpose(1, 2).reshape(from[0], from[2], side, side);
        var resampled = nn.functional.interpolate(
            grid,
            [newSide, newSide],
            mode: InterpolationMode.Bicubic,
            align_corners: false
        );
        var cells = resampled.flatten(2).transpose(1, 2);
        return (
            first == 0 ? cells.contiguous() : cat([source.narrow(1, 0, first), cells], dim: 1)
        ).MoveToOuterDisposeScope();
    }

    // 0 where the count is no square.
    private static long Side(long cells)
    {
        var side = cells < 1 ? 0 : (long)Math.Round(Math.Sqrt(cells));
        return side * side == cells ? side : 0;
    }
}
