using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>Learned values on the cells of a square grid, resampled to a grid of another side: what weights of one resolution, window or patch
/// become for another.</summary>
internal static class GridResampling
{
    /// <summary>Bicubic, pixel centres apart (<c>align_corners</c> false), as Swin's authors resample tables and positions.</summary>
    /// <param name="source">A row a cell, <c>[s * s, C]</c> or <c>[1, s * s, C]</c>.</param>
    /// <param name="shape">The shape that is wanted: the same, with another number of cells.</param>
    /// <param name="first">Rows in front of the cells, which stay: 1 where there is a class token.</param>
    /// <returns>The resampled values, or null where one of the two is no square grid or the channels differ.</returns>
    public static Tensor? Bicubic(Tensor source, IReadOnlyList<long> shape, int first = 0) =>
        Resized(source, shape, first, InterpolationMode.Bicubic, alignCorners: false);

    /// <summary>Bilinear, corners on corners, as CvT's authors resample positions; leading rows that are no cells stay.</summary>
    /// <param name="source">A row a cell, <c>[1, first + s * s, C]</c>.</param>
    /// <param name="shape">The shape that is wanted: the same, with another number of cells.</param>
    /// <param name="first">Rows in front of the cells: 1 where there is a class token.</param>
    /// <returns>The resampled values, or null where one of the two is no square grid or the channels differ.</returns>
    public static Tensor? Bilinear(Tensor source, IReadOnlyList<long> shape, int first) =>
        Resized(source, shape, first, InterpolationMode.Bilinear, alignCorners: true);

    /// <summary>
    /// Kernels of a patch embedding for patches of another side, such that a patch and the same patch resized give the same token: the
    /// pseudo-inverse of bilinear resizing (FlexiViT, arXiv 2212.08013; google-research/big_vision 0127fb6, models/proj/flexi/vit.py).
    /// </summary>
    /// <param name="source">The kernels, <c>[D, C, p, p]</c>.</param>
    /// <param name="shape">The shape that is wanted, <c>[D, C, q, q]</c>.</param>
    /// <returns>The kernels, exact for q of at least p and nearest in the mean square below; null where one of the two is not square or the others differ.</returns>
    public static Tensor? Patches(Tensor source, IReadOnlyList<long> shape)
    {
        var from = source.shape;
        if (from.Length != 4 || shape.Count != 4 || from[0] != shape[0] || from[1] != shape[1])
        {
            return null;
        }

        var (p, q) = (from[2], shape[2]);
        if (from[3] != p || shape[3] != q)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var pixels = eye(p * p, dtype: float64, device: source.device).view(p * p, 1, p, p);
        var resized = nn.functional.interpolate(pixels, [q, q], mode: InterpolationMode.Bilinear, align_corners: false);
        var inverse = linalg.pinv(resized.view(p * p, q * q)); // [q q, p p]
        var kernels = source.to(float64).reshape(-1, p * p).matmul(inverse.transpose(0, 1));
        return kernels.view([.. shape]).to(source.dtype).MoveToOuterDisposeScope();
    }

    private static Tensor? Resized(
        Tensor source,
        IReadOnlyList<long> shape,
        int first,
        InterpolationMode mode,
        bool alignCorners
    )
    {
        if (source.dim() != shape.Count || shape.Count < 2 || source.shape[^1] != shape[^1])
        {
            return null;
        }

        if (shape.Count > 2 && (source.numel() != source.shape[^1] * source.shape[^2] || shape[0] != 1))
        {
            return null;
        }

        var (old, side) = (Side(source.shape[^2] - first), Side(shape[^2] - first));
        if (old == 0 || side == 0)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        var channels = shape[^1];
        var rows = source.reshape(-1, channels);
        var grid = rows.narrow(0, first, old * old).transpose(0, 1).reshape(1, channels, old, old);
        var resized = nn.functional.interpolate(grid, [side, side], mode: mode, align_corners: alignCorners);
        var cells = resized.reshape(channels, side * side).transpose(0, 1);
        if (first > 0)
        {
            cells = cat([rows.narrow(0, 0, first), cells], dim: 0);
        }

        return cells.reshape([.. shape]).MoveToOuterDisposeScope();
    }

    // Side of a square of so many cells; 0 where there is none.
    private static long Side(long cells)
    {
        var side = (long)Math.Round(Math.Sqrt(Math.Max(cells, 0)));
        return side * side == cells ? side : 0;
    }
}
