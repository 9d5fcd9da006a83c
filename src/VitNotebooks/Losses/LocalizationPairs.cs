using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Losses;

/// <summary>Random pairs of cells of a square map, and how far apart they are.</summary>
/// <param name="Rows">
/// Rows of the cells in the batch's flat table of tokens, <c>[B * m * 2]</c>, int64: first and second cell of a pair in turn;
/// cell (b, row, column) is row <c>b k k + row k + column</c>.
/// </param>
/// <param name="Offsets">Absolute offsets in cells, rows then columns, <c>[B * m, 2]</c>, float32, 0..k-1.</param>
public sealed record LocalizationPairs(Tensor Rows, Tensor Offsets)
{
    /// <summary>
    /// Draws m pairs an image, uniformly and with replacement: the first cells of the whole batch in one call, then the second ones,
    /// as <c>randn_sampling</c> of yhlleo/VTs-Drloc does, so that one seed gives the pairs that Python gives.
    /// </summary>
    /// <param name="batch">Images.</param>
    /// <param name="pairs">Pairs an image, m.</param>
    /// <param name="side">Side k of the map, in cells.</param>
    /// <param name="generator">Source of the draws, on the CPU; null for the default one.</param>
    public static LocalizationPairs Draw(long batch, int pairs, int side, Generator? generator)
    {
        using var scope = NewDisposeScope();
        long[] shape = [batch, pairs, 2];
        var first = randint(0L, side, shape, dtype: int64, device: CPU, generator: generator);
        var second = randint(0L, side, shape, dtype: int64, device: CPU, generator: generator);
        var cells = stack([first, second], dim: 2); // [B, m, cell, coordinate]
        var images = arange(batch, dtype: int64).mul((long)side * side).view(batch, 1, 1);
        var rows = cells.select(3, 0).mul(side).add(cells.select(3, 1)).add(images).view(-1);
        var offsets = first.sub(second).abs().to(float32).view(-1, 2);
        return new LocalizationPairs(rows.MoveToOuterDisposeScope(), offsets.MoveToOuterDisposeScope());
    }
}
