using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>Position embeddings of a square grid of tokens, row by row: fixed ones, and learned ones of another grid made to fit.</summary>
public static class PositionEmbedding
{
    /// <summary>
    /// Sines and cosines of column and row (MoCo v3, arXiv 2104.02057), <c>[1, side * side, C]</c>: a quarter of the width each for
    /// sin x, cos x, sin y, cos y, with wavelengths from 1 to 10,000 in geometric steps.
    /// </summary>
    /// <param name="side">Cells of a side.</param>
    /// <param name="embedDim">Width C, a multiple of 4 from 8 on.</param>
    public static Tensor SinCos2d(int side, int embedDim)
    {
        if (embedDim % 4 != 0 || embedDim < 8)
        {
            throw new ArgumentException(
                $"SinCos2d: width {embedDim} is not a multiple of 4 from 8 on; nearest: {Math.Max(8, embedDim / 4 * 4)}.",
                nameof(embedDim)
            );
        }

        var quarter = embedDim / 4;
        var values = new float[side * side * embedDim];
        for (var cell = 0; cell < side * side; cell++)
        {
            for (var k = 0; k < quarter; k++)
            {
                var omega = Math.Pow(10_000, -(double)k / (quarter - 1));
                var (y, x) = (cell / side * omega, cell % side * omega);
                var at = cell * embedDim + k;
                values[at] = (float)Math.Sin(x);
                values[at + quarter] = (float)Math.Cos(x);
                values[at + 2 * quarter] = (float)Math.Sin(y);
                values[at + 3 * quarter] = (float)Math.Cos(y);
            }
        }

        using var positions = tensor(values, [1, side * side, embedDim]);
        return positions.to(get_default_dtype(), copy: true);
    }

    /// <summary>Learned positions of one grid resampled for another, bicubically and with antialiasing, as timm does it when a checkpoint
    /// is loaded.</summary>
    /// <param name="source"><c>[1, prefix + n * n, C]</c>.</param>
    /// <param name="side">Cells of a side of the new grid.</param>
    /// <param name="prefix">Tokens before the grid, e.g. 1 for a class token: theirs stay as they are.</param>
    /// <returns><c>[1, prefix + side * side, C]</c> in the type of the source; null where the source is no grid.</returns>
    public static Tensor? Resample(Tensor source, int side, int prefix)
    {
        if (source.dim() != 3 || source.shape[0] != 1 || source.shape[1] <= prefix)
        {
            return null;
        }

        var cells = source.shape[1] - prefix;
        var old = (long)Math.Round(Math.Sqrt(cells));
        if (old * old != cells)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var width = source.shape[2];
        var grid = source.narrow(1, prefix, cells).to(float32).reshape(1, old, old, width).permute(0, 3, 1, 2);
        var resampled = nn
            .functional.interpolate(grid, [side, side], mode: InterpolationMode.Bicubic, antialias: true)
            .permute(0, 2, 3, 1)
            .reshape(1, (long)side * side, width)
            .to(source.dtype);
        return (
            prefix == 0 ? resampled : cat([source.narrow(1, 0, prefix), resampled], dim: 1)
        ).MoveToOuterDisposeScope();
    }
}
