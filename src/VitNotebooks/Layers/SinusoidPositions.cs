using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>The table of positions of "Attention Is All You Need" (arXiv 1706.03762), sines and cosines in turn.</summary>
public static class SinusoidPositions
{
    /// <summary>
    /// The table, <c>[1, positions, width]</c>, float32: <c>sin(p / 10000^(2i/width))</c> in column 2i and the cosine of the same in column
    /// 2i + 1, computed in double precision.
    /// </summary>
    /// <param name="positions">Number of positions.</param>
    /// <param name="width">Width of a token.</param>
    public static Tensor Table(int positions, int width)
    {
        var table = new float[positions * width];
        for (var column = 0; column < width; column++)
        {
            var period = Math.Pow(10000, column / 2 * 2 / (double)width);
            for (var position = 0; position < positions; position++)
            {
                var angle = position / period;
                table[position * width + column] = (float)(column % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle));
            }
        }
        return tensor(table, [1, positions, width]);
    }
}
