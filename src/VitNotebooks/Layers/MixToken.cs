using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>
/// MixToken (LV-ViT, arXiv 2104.10858): CutMix on the embedded tokens. A box of cells comes from the partner, which for image i is image
/// B - 1 - i; what the model says of those cells is put back to the image that they came from, so that labels of cells stay as they are.
/// </summary>
/// <param name="Rows">Rows of the map.</param>
/// <param name="Columns">Columns of the map.</param>
/// <param name="Top">First row of the box.</param>
/// <param name="Bottom">The row after its last.</param>
/// <param name="Left">First column of the box.</param>
/// <param name="Right">The column after its last.</param>
public readonly record struct MixToken(int Rows, int Columns, int Top, int Bottom, int Left, int Right)
{
    /// <summary>Whether the box holds no cell.</summary>
    public bool IsEmpty => Bottom <= Top || Right <= Left;

    /// <summary>What stays of the image itself: 1 less the box's part of the map.</summary>
    public double Share => IsEmpty ? 1 : 1 - (double)((Bottom - Top) * (Right - Left)) / (Rows * Columns);

    /// <summary>Draws a box: its share is uniform in [0, 1), that is Beta(1, 1), and so is its centre.</summary>
    /// <param name="rows">Rows of the map.</param>
    /// <param name="columns">Columns of the map.</param>
    /// <param name="generator">Source of the draws, on the CPU; null for the default one.</param>
    public static MixToken Draw(int rows, int columns, Generator? generator = null)
    {
        using var scope = NewDisposeScope();
        var drawn = rand([3], dtype: float64, device: CPU, generator: generator).data<double>().ToArray();
        return Of(rows, columns, drawn[0], (int)(drawn[1] * rows), (int)(drawn[2] * columns));
    }

    /// <summary>The box of a share and a centre.</summary>
    /// <param name="rows">Rows of the map.</param>
    /// <param name="columns">Columns of the map.</param>
    /// <param name="share">What would stay if the box did not reach over the border, in [0, 1].</param>
    /// <param name="row">Row of the centre.</param>
    /// <param name="column">Column of the centre.</param>
    /// <remarks>Source: <c>rand_bbox</c> of zihangJiang/TokenLabeling; its sides are rounded down to even numbers.</remarks>
    public static MixToken Of(int rows, int columns, double share, int row, int column)
    {
        var side = Math.Sqrt(1 - share);
        var (height, width) = ((int)(rows * side) / 2, (int)(columns * side) / 2);
        return new(
            rows,
            columns,
            Math.Clamp(row - height, 0, rows),
            Math.Clamp(row + height, 0, rows),
            Math.Clamp(column - width, 0, columns),
            Math.Clamp(column + width, 0, columns)
        );
    }

    /// <summary>Exchanges the box between partners; a second time puts everything back.</summary>
    /// <param name="map">A map; it is left as it is.</param>
    /// <param name="rowDimension">Dimension of the rows, which the columns follow: 2 for <c>[B, C, H, W]</c>, 1 for <c>[B, H, W, C]</c>.</param>
    public Tensor Apply(Tensor map, int rowDimension)
    {
        var mixed = map.clone();
        if (IsEmpty)
        {
            return mixed;
        }

        using var source = Box(map, rowDimension);
        using var partner = source.flip(0);
        using var target = Box(mixed, rowDimension);
        target.copy_(partner);
        return mixed;
    }

    /// <summary>What the mixed images shall be taken for: targets <c>[B, classes]</c>, each a distribution, mixed by <see cref="Share"/>.</summary>
    public Tensor Targets(Tensor targets)
    {
        using var scope = NewDisposeScope();
        return targets.mul(Share).add(targets.flip(0), alpha: 1 - Share).MoveToOuterDisposeScope();
    }

    private Tensor Box(Tensor map, int rowDimension)
    {
        using var band = map.narrow(rowDimension, Top, Bottom - Top);
        return band.narrow(rowDimension + 1, Left, Right - Left);
    }
}
