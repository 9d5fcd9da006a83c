using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>
/// How tokens lie along their dimension: those without a place in the image, then the cells of a map row by row, then those that a
/// layer appends.
/// </summary>
/// <param name="Prefix">Tokens before the cells: 1 with a class token, 2 in a distilled DeiT, else 0.</param>
/// <param name="Rows">Rows of the map, in cells.</param>
/// <param name="Columns">Columns of the map, in cells.</param>
/// <param name="Suffix">Tokens behind the cells: in DHVT's attention one a head, else 0.</param>
/// <param name="Stride">Pixels of the image from a cell to the next, along both sides.</param>
public sealed record TokenGrid(int Prefix, int Rows, int Columns, int Suffix, int Stride)
{
    /// <summary>A square map behind so many tokens without a place.</summary>
    /// <param name="side">Cells of a side.</param>
    /// <param name="stride">Pixels of the image a cell.</param>
    /// <param name="prefix">Tokens before the cells.</param>
    public static TokenGrid Square(int side, int stride, int prefix = 0) => new(prefix, side, side, 0, stride);

    /// <summary>Cells of the map.</summary>
    public int Cells => Rows * Columns;

    /// <summary>All tokens, N.</summary>
    public int Tokens => Prefix + Cells + Suffix;

    /// <summary>The number of a cell among the tokens, from 0.</summary>
    /// <param name="row">Its row, from 0 at the top.</param>
    /// <param name="column">Its column, from 0 at the left.</param>
    /// <exception cref="ArgumentOutOfRangeException">The map has no such cell.</exception>
    public int TokenAt(int row, int column) =>
        row >= 0 && row < Rows && column >= 0 && column < Columns
            ? Prefix + row * Columns + column
            : throw new ArgumentOutOfRangeException(
                nameof(row),
                $"There is no cell ({row}, {column}) on a map of {Rows} x {Columns}; give a row in 0..{Rows - 1} and a column in 0..{Columns - 1}."
            );

    /// <summary>How they lie behind a convolution over the cells, its kernel odd and padded by half of it; the other tokens stay.</summary>
    /// <param name="stride">The stride of the convolution.</param>
    public TokenGrid Strided(int stride) =>
        this with
        {
            Rows = (Rows - 1) / stride + 1,
            Columns = (Columns - 1) / stride + 1,
            Stride = Stride * stride,
        };

    /// <summary>The cells among tokens that lie along the last dimension, <c>[.., N] -> [.., rows, columns]</c>; a view.</summary>
    /// <param name="tokens">Anything with one number a token.</param>
    public Tensor Map(Tensor tokens)
    {
        using var scope = NewDisposeScope();
        var cells = Tokens == Cells ? tokens : tokens.narrow(-1, Prefix, Cells);
        return cells.unflatten(-1, Rows, Columns).MoveToOuterDisposeScope();
    }

    /// <summary>Refuses tokens that do not lie so.</summary>
    /// <param name="what">What they are, as the subject of a sentence.</param>
    /// <param name="count">Their number.</param>
    /// <param name="remedy">What to do about it.</param>
    internal void Require(string what, long count, string remedy)
    {
        if (count != Tokens)
        {
            throw new ArgumentException(
                $"{what}: {count} tokens are not the {Tokens} of their grid, {Prefix} before {Rows} x {Columns} cells and {Suffix} behind; {remedy}."
            );
        }
    }
}
