using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VitNotebooks.Data;

/// <summary>
/// Pillow's antialiased resampling of 8-bit RGB, to the bit: separable filters, weights rounded to 22 fractional bits, columns first, rows
/// second, rounding to bytes after each. Oracle: tests/oracles/transforms.py.
/// </summary>
/// <remarks>
/// A weight w is split into w = 4096 high + low, both of which fit 16 bits, so that one multiply-add instruction takes two taps at
/// once and the sum is still exact. Owned by one buffer; not thread-safe.
/// </remarks>
internal sealed class Resampler
{
    private const int FractionBits = 22;
    private const int SplitBits = 12;
    private readonly Axis _horizontal = new();
    private readonly Axis _vertical = new();
    private byte[] _rows = [];

    /// <summary>Off in a test, to compare both ways of computing.</summary>
    internal static bool UseVectors { get; set; } = Avx2.IsSupported;

    /// <summary>Resamples a box of the source. The source array must go on for <see cref="PixelBuffer.Slack"/> bytes after its last pixel.</summary>
    public void Run(
        byte[] source,
        int sourceWidth,
        CropBox box,
        Span<byte> target,
        int width,
        int height,
        Interpolation interpolation
    )
    {
        int stride = sourceWidth * 3;
        int offset = (box.Top * stride) + (box.Left * 3);
        byte[] rows = source;
        if (box.Width != width)
        {
            _horizontal.Prepare(box.Width, width, interpolation);
            int needed = (width * 3 * box.Height) + PixelBuffer.Slack;
            if (_rows.Length < needed)
            {
                _rows = GC.AllocateUninitializedArray<byte>(needed);
            }
            for (int y = 0; y < box.Height; y++)
            {
                Horizontal(source, offset + (y * stride), _rows, y * width * 3, width);
            }
            rows = _rows;
            offset = 0;
            stride = width * 3;
        }
        int bytes = width * 3;
        if (box.Height == height)
        {
            for (int y = 0; y < height; y++)
            {
                rows.AsSpan(offset + (y * stride), bytes).CopyTo(target[(y * bytes)..]);
            }
            return;
        }
        _vertical.Prepare(box.Height, height, interpolation);
        for (int y = 0; y < height; y++)
        {
            Vertical(rows, offset, stride, y, target.Slice(y * bytes, bytes));
        }
    }

    private void Horizontal(byte[] source, int from, byte[] target, int to, int width)
    {
        if (UseVectors)
        {
            HorizontalVector(source, from, target, to, width);
            return;
        }
        for (int x = 0; x < width; x++)
        {
            int at = from + (_horizontal.Starts[x] * 3);
            int r = 1 << (FractionBits - 1);
            int g = r;
            int b = r;
            foreach (int weight in _horizontal.WeightsOf(x))
            {
                r += source[at] * weight;
                g += source[at + 1] * weight;
                b += source[at + 2] * weight;
                at += 3;
            }
            target[to] = Clip(r);
            target[to + 1] = Clip(g);
            target[to + 2] = Clip(b);
            to += 3;
        }
    }

    // Two pixels a step: bytes r0 g0 b0 r1 g1 b1 become the 16-bit pairs (r0 r1) (g0 g1) (b0 b1).
    private void HorizontalVector(byte[] source, int from, byte[] target, int to, int width)
    {
        Vector128<byte> pairs = Vector128
            .Create(0, 255, 3, 255, 1, 255, 4, 255, 2, 255, 5, 255, 255, 255, 255, 255)
            .AsByte();
        ref byte first = ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(source);
        for (int x = 0; x < width; x++)
        {
            nuint at = (nuint)(from + (_horizontal.Starts[x] * 3));
            Vector128<int> high = Vector128<int>.Zero;
            Vector128<int> low = Vector128.Create(1 << (FractionBits - 1));
            foreach ((int highPair, int lowPair) in _horizontal.PairsOf(x))
            {
                Vector128<byte> bytes = Vector128
                    .CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, at)))
                    .AsByte();
                Vector128<short> pixels = Ssse3.Shuffle(bytes, pairs).AsInt16();
                high += Sse2.MultiplyAddAdjacent(pixels, Vector128.Create(highPair).AsInt16());
                low += Sse2.MultiplyAddAdjacent(pixels, Vector128.Create(lowPair).AsInt16());
                at += 6;
            }
            Vector128<int> sum = (high << SplitBits) + low;
            Vector128<int> value = Vector128.Min(
                Vector128.Max(sum >> FractionBits, Vector128<int>.Zero),
                Vector128.Create(255)
            );
            target[to] = (byte)value.GetElement(0);
            target[to + 1] = (byte)value.GetElement(1);
            target[to + 2] = (byte)value.GetElement(2);
            to += 3;
        }
    }

    private void Vertical(byte[] rows, int offset, int stride, int y, Span<byte> target)
    {
        int start = offset + (_vertical.Starts[y] * stride);
        int x = 0;
        if (UseVectors)
        {
            x = VerticalVector(rows, start, stride, y, target);
        }
        ReadOnlySpan<int> weights = _vertical.WeightsOf(y);
        for (; x < target.Length; x++)
        {
            int at = start + x;
            int sum = 1 << (FractionBits - 1);
            foreach (int weight in weights)
            {
                sum += rows[at] * weight;
                at += stride;
            }
            target[x] = Clip(sum);
        }
    }

    // Eight columns a step, two rows at once: bytes a0..a7 and b0..b7 become the 16-bit pairs (a0 b0) .. (a7 b7).
    private int VerticalVector(byte[] rows, int start, int stride, int y, Span<byte> target)
    {
        ReadOnlySpan<(int High, int Low)> pairs = _vertical.PairsOf(y);
        bool odd = (_vertical.Counts[y] & 1) != 0;
        ref byte first = ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(rows);
        int x = 0;
        for (; x + 8 <= target.Length; x += 8)
        {
            Vector256<int> high = Vector256<int>.Zero;
            Vector256<int> low = Vector256.Create(1 << (FractionBits - 1));
            nuint at = (nuint)(start + x);
            for (int i = 0; i < pairs.Length; i++)
            {
                ulong a = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, at));
                // The partner of an odd last row has weight 0 and may lie past the image.
                ulong b =
                    odd && i == pairs.Length - 1
                        ? 0
                        : Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, at + (nuint)stride));
                Vector128<byte> both = Sse2.UnpackLow(
                    Vector128.CreateScalarUnsafe(a).AsByte(),
                    Vector128.CreateScalarUnsafe(b).AsByte()
                );
                Vector256<short> pixels = Avx2.ConvertToVector256Int16(both);
                high += Avx2.MultiplyAddAdjacent(pixels, Vector256.Create(pairs[i].High).AsInt16());
                low += Avx2.MultiplyAddAdjacent(pixels, Vector256.Create(pairs[i].Low).AsInt16());
                at += (nuint)(2 * stride);
            }
            Vector256<int> sum = ((high << SplitBits) + low) >> FractionBits;
            Vector128<short> words = Sse2.PackSignedSaturate(sum.GetLower(), sum.GetUpper());
            ulong result = Sse2.PackUnsignedSaturate(words, words).AsUInt64().ToScalar();
            Unsafe.WriteUnaligned(ref target[x], result);
        }
        return x;
    }

    private static byte Clip(int sum) => (byte)Math.Clamp(sum >> FractionBits, 0, 255);

    /// <summary>For each output position: the first input position and the weights from there on.</summary>
    private sealed class Axis
    {
        private int _taps;
        private int[] _weights = [];
        private (int High, int Low)[] _pairs = [];
        private double[] _row = [];
        private (int From, int To, Interpolation Filter) _made;

        public int[] Starts { get; private set; } = [];

        public int[] Counts { get; private set; } = [];

        public ReadOnlySpan<int> WeightsOf(int position) => _weights.AsSpan(position * _taps, Counts[position]);

        public ReadOnlySpan<(int High, int Low)> PairsOf(int position) =>
            _pairs.AsSpan(position * (_taps / 2), (Counts[position] + 1) / 2);

        public void Prepare(int from, int to, Interpolation filter)
        {
            if (_made == (from, to, filter))
            {
                return;
            }
            double scale = (double)from / to;
            double stretch = Math.Max(scale, 1.0);
            double support = (filter == Interpolation.Bicubic ? 2.0 : 1.0) * stretch;
            _taps = ((int)Math.Ceiling(support) * 2) + 2;
            if (_weights.Length < to * _taps)
            {
                _weights = new int[to * _taps];
                _pairs = new (int, int)[to * _taps / 2];
            }
            if (Starts.Length < to)
            {
                Starts = new int[to];
                Counts = new int[to];
            }
            if (_row.Length < _taps)
            {
                _row = new double[_taps];
            }
            for (int i = 0; i < to; i++)
            {
                double center = (i + 0.5) * scale;
                int start = Math.Max(0, (int)(center - support + 0.5));
                int count = Math.Min(from, (int)(center + support + 0.5)) - start;
                FillRow(start, count, center, 1.0 / stretch, filter);
                Starts[i] = start;
                Counts[i] = count;
                Round(i, count);
            }
            _made = (from, to, filter);
        }

        private void FillRow(int start, int count, double center, double inverse, Interpolation filter)
        {
            double total = 0;
            for (int k = 0; k < count; k++)
            {
                double x = Math.Abs((k + start - center + 0.5) * inverse);
                double w = filter == Interpolation.Bicubic ? Cubic(x) : Math.Max(0.0, 1.0 - x);
                _row[k] = w;
                total += w;
            }
            for (int k = 0; k < count && total != 0; k++)
            {
                _row[k] /= total;
            }
        }

        private void Round(int position, int count)
        {
            Span<int> weights = _weights.AsSpan(position * _taps, _taps);
            weights[count..].Clear();
            for (int k = 0; k < count; k++)
            {
                double w = _row[k] * (1 << FractionBits);
                weights[k] = (int)(w < 0 ? w - 0.5 : w + 0.5);
            }
            Span<(int High, int Low)> pairs = _pairs.AsSpan(position * (_taps / 2), _taps / 2);
            for (int k = 0; k < pairs.Length; k++)
            {
                int a = weights[2 * k];
                int b = weights[(2 * k) + 1];
                pairs[k] = (
                    Pack(a >> SplitBits, b >> SplitBits),
                    Pack(a & ((1 << SplitBits) - 1), b & ((1 << SplitBits) - 1))
                );
            }
        }

        private static int Pack(int first, int second) => (first & 0xFFFF) | (second << 16);

        private static double Cubic(double x) =>
            x < 1 ? ((((-0.5 + 2) * x) - (-0.5 + 3)) * x * x) + 1
            : x < 2 ? ((((x - 5) * x) + 8) * x - 4) * -0.5
            : 0;
    }
}
