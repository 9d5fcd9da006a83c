using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>
/// The windows of one Swin block on a map of one size: how the map is padded, shifted, cut into windows and put back
/// (arXiv 2103.14030, section 3.2).
/// </summary>
/// <remarks>
/// A map that is no larger than the window is one window without a shift, as Microsoft's code has it. A map that the
/// window does not divide is padded with zeros on the right and below.
/// </remarks>
public sealed record ShiftedWindows
{
    /// <param name="height">Rows of the map.</param>
    /// <param name="width">Columns of the map.</param>
    /// <param name="windowSize">Side of a window, in cells.</param>
    /// <param name="shifted">Whether windows are shifted by half their side.</param>
    public ShiftedWindows(int height, int width, int windowSize, bool shifted)
    {
        var one = Math.Min(height, width) <= windowSize;
        (Height, Width) = (height, width);
        Side = one ? Math.Min(height, width) : windowSize;
        Shift = one || !shifted ? 0 : windowSize / 2;
        (Rows, Columns) = ((height + Side - 1) / Side, (width + Side - 1) / Side);
    }

    /// <summary>Rows of the map.</summary>
    public int Height { get; }

    /// <summary>Columns of the map.</summary>
    public int Width { get; }

    /// <summary>Side of a window, in cells.</summary>
    public int Side { get; }

    /// <summary>Cells by which the map is rolled up and left before it is cut.</summary>
    public int Shift { get; }

    /// <summary>Rows of windows.</summary>
    public int Rows { get; }

    /// <summary>Columns of windows.</summary>
    public int Columns { get; }

    /// <summary>Cells in a window.</summary>
    public int Cells => Side * Side;

    private bool IsPadded => Rows * Side != Height || Columns * Side != Width;

    /// <summary>Cuts <c>[B, H, W, C]</c> into <c>[B * windows, cells, C]</c>; no copy where one window covers the map.</summary>
    public Tensor Partition(Tensor map)
    {
        var (batch, channels) = (map.shape[0], map.shape[3]);
        if (IsPadded)
        {
            map = nn.functional.pad(map, [0, 0, 0, Columns * Side - Width, 0, Rows * Side - Height]);
        }

        if (Shift > 0)
        {
            map = map.roll([-Shift, -Shift], [1, 2]);
        }

        return map.view(batch, Rows, Side, Columns, Side, channels)
            .permute(0, 1, 3, 2, 4, 5)
            .reshape(-1, Cells, channels);
    }

    /// <summary>Puts <c>[B * windows, cells, C]</c> back to <c>[B, H, W, C]</c>.</summary>
    public Tensor Reverse(Tensor windows)
    {
        var channels = windows.shape[2];
        var map = windows
            .view(-1, Rows, Columns, Side, Side, channels)
            .permute(0, 1, 3, 2, 4, 5)
            .reshape(-1, Rows * Side, Columns * Side, channels);
        if (Shift > 0)
        {
            map = map.roll([Shift, Shift], [1, 2]);
        }

        return IsPadded ? map.narrow(1, 0, Height).narrow(2, 0, Width) : map;
    }

    /// <summary>Where <see cref="Partition"/> puts a cell of the map.</summary>
    /// <param name="row">Row of the cell, from 0.</param>
    /// <param name="column">Column of the cell, from 0.</param>
    public (int Window, int Cell) Locate(int row, int column)
    {
        var y = (row - Shift + Rows * Side) % (Rows * Side);
        var x = (column - Shift + Columns * Side) % (Columns * Side);
        return (y / Side * Columns + x / Side, y % Side * Side + x % Side);
    }

    /// <summary>
    /// What is added to the attention logits so that cells which only the roll made neighbours do not see each other:
    /// 0 or -100, <c>[windows, cells, cells]</c>; null without a shift.
    /// </summary>
    public Tensor? Mask()
    {
        if (Shift == 0)
        {
            return null;
        }

        var (cells, windows) = (Cells, Rows * Columns);
        var mask = new float[(long)windows * cells * cells];
        for (var window = 0; window < windows; window++)
        {
            for (var i = 0; i < cells; i++)
            {
                for (var j = 0; j < cells; j++)
                {
                    if (Region(window, i) != Region(window, j))
                    {
                        mask[((long)window * cells + i) * cells + j] = -100;
                    }
                }
            }
        }

        return tensor(mask, [windows, cells, cells]);
    }

    // Before the roll the map falls into 3 x 3 regions: the whole windows, the last window's untouched part, the wrapped part.
    private int Region(int window, int cell)
    {
        var row = window / Columns * Side + cell / Side;
        var column = window % Columns * Side + cell % Side;
        return 3 * Band(row, Rows * Side) + Band(column, Columns * Side);

        int Band(int at, int length) =>
            at < length - Side ? 0
            : at < length - Shift ? 1
            : 2;
    }
}
