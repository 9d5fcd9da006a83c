using VitNotebooks.Layers;
using static TorchSharp.torch;

namespace VitNotebooks.Models;

/// <summary>How much each token of a block attends to each other one, and where both lie.</summary>
public sealed record BlockAttention
{
    /// <param name="name">The block, e.g. <c>blocks.3</c> or <c>layers.1.blocks.0</c>.</param>
    /// <param name="weights">The weights, of a shape that <see cref="Weights"/> names.</param>
    /// <param name="queries">How the tokens lie that attend.</param>
    /// <param name="keys">How those lie that are attended to; null where they are the same.</param>
    /// <param name="windows">How the map was cut into windows; null where every token sees every other one.</param>
    /// <exception cref="ArgumentException">The weights have another shape than grids and windows say.</exception>
    public BlockAttention(
        string name,
        Tensor weights,
        TokenGrid queries,
        TokenGrid? keys = null,
        ShiftedWindows? windows = null
    )
    {
        (Name, Weights, Queries, Keys, Windows) = (name, weights, queries, keys ?? queries, windows);
        var shape = weights.shape;
        if (shape.Length != (windows is null ? 4 : 5))
        {
            throw Unfit(windows is null ? "[B, heads, N, M]" : "[B, windows, heads, cells, cells]");
        }

        if (windows is null)
        {
            const string Remedy = "an attention that sees other tokens than its input's says so in attention_grids";
            Queries.Require($"{name}, queries", shape[2], Remedy);
            Keys.Require($"{name}, keys", shape[3], Remedy);
        }
        else if (
            (shape[1], shape[3], shape[4]) != (windows.Rows * windows.Columns, windows.Cells, windows.Cells)
            || queries != new TokenGrid(0, windows.Height, windows.Width, 0, queries.Stride)
        )
        {
            throw Unfit(
                $"[B, {windows.Rows * windows.Columns}, heads, {windows.Cells}, {windows.Cells}] on a grid of {windows.Height} x {windows.Width} cells alone"
            );
        }

        ArgumentException Unfit(string expected) =>
            new(
                $"{name}: attention of shape [{string.Join(", ", shape)}] does not fit; expected {expected}.",
                nameof(weights)
            );
    }

    /// <summary>The block, e.g. <c>blocks.3</c> or <c>layers.1.blocks.0</c>.</summary>
    public string Name { get; }

    /// <summary>
    /// After the softmax, every row sums to 1: <c>[B, heads, N, M]</c>, N and M the tokens of <see cref="Queries"/> and <see cref="Keys"/>, or
    /// <c>[B, windows, heads, cells, cells]</c> inside windows. They lie on the way of the gradient.
    /// </summary>
    public Tensor Weights { get; }

    /// <summary>How the tokens lie that attend: the block's, with what the attention appends to them. The query that pools has no place: it is
    /// the one token before no cells.</summary>
    public TokenGrid Queries { get; }

    /// <summary>How the tokens lie that are attended to; in CvT a coarser grid than the queries'.</summary>
    public TokenGrid Keys { get; }

    /// <summary>How the map was cut into windows; null where every token sees every other one.</summary>
    public ShiftedWindows? Windows { get; }

    /// <summary>Where a cell looks, as a map of <see cref="Keys"/>: <c>[B, heads, rows, columns]</c>.</summary>
    /// <param name="row">Row of the cell on the grid of <see cref="Queries"/>, from 0 at the top.</param>
    /// <param name="column">Its column, from 0 at the left.</param>
    /// <remarks>As <see cref="MapOfToken"/>.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The grid has no such cell.</exception>
    public Tensor MapOfCell(int row, int column) => MapOfToken(Queries.TokenAt(row, column));

    /// <summary>Where a token looks, as a map of <see cref="Keys"/>: <c>[B, heads, rows, columns]</c>.</summary>
    /// <param name="token">Number of the token among <see cref="Queries"/>: 0 is the class token where there is one.</param>
    /// <remarks>
    /// A map sums to 1 less what goes to tokens beside the cells and, in windows that reach over the border, to the zeros that pad the map.
    /// Outside its token's window it is zero.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token.</exception>
    public Tensor MapOfToken(int token)
    {
        if (token < 0 || token >= Queries.Tokens)
        {
            throw new ArgumentOutOfRangeException(
                nameof(token),
                $"{Name}: there is no token {token} among {Queries.Tokens}; give one in 0..{Queries.Tokens - 1}."
            );
        }

        using var scope = NewDisposeScope();
        var map = Windows is null
            ? Keys.Map(Weights.select(2, token))
            : OfWindow(Windows, token / Queries.Columns, token % Queries.Columns);
        return map.MoveToOuterDisposeScope();
    }

    // The row of its window among windows of zeros, put back as the block puts back its cells.
    private Tensor OfWindow(ShiftedWindows windows, int row, int column)
    {
        var (window, cell) = windows.Locate(row, column);
        var (batch, heads) = (Weights.shape[0], Weights.shape[2]);
        var seen = Weights.new_zeros(batch, windows.Rows * windows.Columns, windows.Cells, heads);
        seen.select(1, window).copy_(Weights.select(1, window).select(2, cell).transpose(1, 2));
        return windows.Reverse(seen.flatten(0, 1)).permute(0, 3, 1, 2);
    }
}
