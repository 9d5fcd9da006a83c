using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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
    private const int Rows = 4;
    private const int Columns = 16;
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
        var stride = sourceWidth * 3;
        var offset = (box.Top * stride) + (box.Left * 3);
        var rows = source;
        if (box.Width != width)
        {
            _horizontal.Prepare(box.Width, width, interpolation);
            var needed = (width * 3 * box.Height) + PixelBuffer.Slack;
            if (_rows.Length < needed)
            {
                _rows = GC.AllocateUninitializedArray<byte>(needed);
            }
            var y = 0;
            if (UseVectors)
            {
                for (; y < box.Height; y += Rows)
                {
                    HorizontalVector(
                        source,
                        offset + (y * stride),
                        stride,
                        box.Height - y,
                        _rows,
                        y * width * 3,
                        width
                    );
                }
            }
            for (; y < box.Height; y++)
            {
                Horizontal(source, offset + (y * stride), _rows, y * width * 3, width);
            }
            rows = _rows;
            offset = 0;
            stride = width * 3;
        }
        var bytes = width * 3;
        if (box.Height == height)
        {
            for (var y = 0; y < height; y++)
            {
                rows.AsSpan(offset + (y * stride), bytes).CopyTo(target[(y * bytes)..]);
            }
            return;
        }
        _vertical.Prepare(box.Height, height, interpolation);
        for (var y = 0; y < height; y++)
        {
            Vertical(rows, offset, stride, y, target.Slice(y * bytes, bytes));
        }
    }

    private void Horizontal(byte[] source, int from, byte[] target, int to, int width)
    {
        for (var x = 0; x < width; x++)
        {
            var at = from + (_horizontal.Starts[x] * 3);
            var r = 1 << (FractionBits - 1);
            var g = r;
            var b = r;
            foreach (var weight in _horizontal.WeightsOf(x))
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

    // Four pixels of four rows a step: bytes r0 g0 b0 .. r3 g3 b3 become the 16-bit pairs (r0 r1) (g0 g1) (b0 b1) and, in the upper half,
    // (r2 r3) (g2 g3) (b2 b3). Of fewer than four rows the last one is made more than once.
    private void HorizontalVector(byte[] source, int from, int stride, int left, byte[] target, int to, int width)
    {
        var pairs = Vector256.Create(
            Vector128.Create(0, 255, 3, 255, 1, 255, 4, 255, 2, 255, 5, 255, 255, 255, 255, 255).AsByte(),
            Vector128.Create(6, 255, 9, 255, 7, 255, 10, 255, 8, 255, 11, 255, 255, 255, 255, 255).AsByte()
        );
        ref var first = ref MemoryMarshal.GetArrayDataReference(source);
        ref var result = ref MemoryMarshal.GetArrayDataReference(target);
        ref var weights = ref MemoryMarshal.GetArrayDataReference(_horizontal.Quads);
        var second = (nuint)(stride * Math.Min(1, left - 1));
        var third = (nuint)(stride * Math.Min(2, left - 1));
        var fourth = (nuint)(stride * Math.Min(3, left - 1));
        var down = (nuint)(width * 3);
        var half = Vector256.Create(
            1 << (FractionBits - 1),
            1 << (FractionBits - 1),
            1 << (FractionBits - 1),
            0,
            0,
            0,
            0,
            0
        );
        for (var x = 0; x < width; x++)
        {
            var at = (nuint)(from + (_horizontal.Starts[x] * 3));
            var high0 = Vector256<int>.Zero;
            var high1 = Vector256<int>.Zero;
            var high2 = Vector256<int>.Zero;
            var high3 = Vector256<int>.Zero;
            var low0 = half;
            var low1 = half;
            var low2 = half;
            var low3 = half;
            var quad = (nuint)(x * _horizontal.QuadsEach * 2);
            var quads = (_horizontal.Counts[x] + 3) / 4;
            for (var i = 0; i < quads; i++)
            {
                var high = Unsafe.Add(ref weights, quad);
                var low = Unsafe.Add(ref weights, quad + 1);
                var pixels = Four(ref Unsafe.Add(ref first, at), pairs);
                high0 += Avx2.MultiplyAddAdjacent(pixels, high);
                low0 += Avx2.MultiplyAddAdjacent(pixels, low);
                pixels = Four(ref Unsafe.Add(ref first, at + second), pairs);
                high1 += Avx2.MultiplyAddAdjacent(pixels, high);
                low1 += Avx2.MultiplyAddAdjacent(pixels, low);
                pixels = Four(ref Unsafe.Add(ref first, at + third), pairs);
                high2 += Avx2.MultiplyAddAdjacent(pixels, high);
                low2 += Avx2.MultiplyAddAdjacent(pixels, low);
                pixels = Four(ref Unsafe.Add(ref first, at + fourth), pairs);
                high3 += Avx2.MultiplyAddAdjacent(pixels, high);
                low3 += Avx2.MultiplyAddAdjacent(pixels, low);
                at += 12;
                quad += 2;
            }
            // Each row's sum is that of its two halves: rows 0 and 1 side by side, rows 2 and 3, and then bytes r0 g0 b0 - r2 g2 b2 - | r1 .. r3 ..
            var one = Halves((high0 << SplitBits) + low0, (high1 << SplitBits) + low1);
            var two = Halves((high2 << SplitBits) + low2, (high3 << SplitBits) + low3);
            var words = Avx2.PackSignedSaturate(one, two);
            var bytes = Avx2.PackUnsignedSaturate(words, words).AsUInt64();
            var even = bytes.ToScalar();
            var uneven = bytes.GetElement(2);
            ref var place = ref Unsafe.Add(ref result, (nuint)(to + (x * 3)));
            if (x < width - 1 && left >= Rows)
            {
                // The fourth byte is the next pixel's first, which follows.
                Unsafe.WriteUnaligned(ref place, (uint)even);
                Unsafe.WriteUnaligned(ref Unsafe.Add(ref place, down), (uint)uneven);
                Unsafe.WriteUnaligned(ref Unsafe.Add(ref place, 2 * down), (uint)(even >> 32));
                Unsafe.WriteUnaligned(ref Unsafe.Add(ref place, 3 * down), (uint)(uneven >> 32));
                continue;
            }
            Put(ref place, (uint)even);
            if (left > 1)
            {
                Put(ref Unsafe.Add(ref place, down), (uint)uneven);
            }
            if (left > 2)
            {
                Put(ref Unsafe.Add(ref place, 2 * down), (uint)(even >> 32));
            }
            if (left > 3)
            {
                Put(ref Unsafe.Add(ref place, 3 * down), (uint)(uneven >> 32));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Halves(Vector256<int> first, Vector256<int> second) =>
        (Avx2.Permute2x128(first, second, 0x20) + Avx2.Permute2x128(first, second, 0x31)) >> FractionBits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Four(ref byte at, Vector256<byte> pairs) =>
        Avx2.Shuffle(Vector256.Create(Unsafe.ReadUnaligned<Vector128<byte>>(ref at)), pairs).AsInt16();

    // Three bytes: a fourth would be the first of the next row, which is there already.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(ref byte at, uint value)
    {
        Unsafe.WriteUnaligned(ref at, (ushort)value);
        Unsafe.Add(ref at, 2) = (byte)(value >> 16);
    }

    private void Vertical(byte[] rows, int offset, int stride, int y, Span<byte> target)
    {
        var start = offset + (_vertical.Starts[y] * stride);
        var x = 0;
        if (UseVectors)
        {
            x = VerticalVector(rows, start, stride, y, target);
        }
        var weights = _vertical.WeightsOf(y);
        for (; x < target.Length; x++)
        {
            var at = start + x;
            var sum = 1 << (FractionBits - 1);
            foreach (var weight in weights)
            {
                sum += rows[at] * weight;
                at += stride;
            }
            target[x] = Clip(sum);
        }
    }

    // Sixteen columns a step, two rows at once: bytes a0..a15 and b0..b15 become the 16-bit pairs (a0 b0) .. (a15 b15).
    private int VerticalVector(byte[] rows, int start, int stride, int y, Span<byte> target)
    {
        var pairs = _vertical.PairsOf(y);
        var odd = (_vertical.Counts[y] & 1) != 0;
        var whole = pairs.Length - (odd ? 1 : 0);
        ref var first = ref MemoryMarshal.GetArrayDataReference(rows);
        var half = Vector256.Create(1 << (FractionBits - 1));
        var x = 0;
        for (; x + Columns <= target.Length; x += Columns)
        {
            var (high0, high1) = (Vector256<int>.Zero, Vector256<int>.Zero);
            var (low0, low1) = (half, half);
            ref var at = ref Unsafe.Add(ref first, (nuint)(start + x));
            for (var i = 0; i < pairs.Length; i++)
            {
                var a = Unsafe.ReadUnaligned<Vector128<byte>>(ref at);
                // The partner of an odd last row has weight 0 and may lie past the image.
                var b =
                    i < whole
                        ? Unsafe.ReadUnaligned<Vector128<byte>>(ref Unsafe.Add(ref at, (nuint)stride))
                        : Vector128<byte>.Zero;
                var left = Avx2.ConvertToVector256Int16(Sse2.UnpackLow(a, b));
                var right = Avx2.ConvertToVector256Int16(Sse2.UnpackHigh(a, b));
                var high = Vector256.Create(pairs[i].High).AsInt16();
                var low = Vector256.Create(pairs[i].Low).AsInt16();
                high0 += Avx2.MultiplyAddAdjacent(left, high);
                high1 += Avx2.MultiplyAddAdjacent(right, high);
                low0 += Avx2.MultiplyAddAdjacent(left, low);
                low1 += Avx2.MultiplyAddAdjacent(right, low);
                at = ref Unsafe.Add(ref at, (nuint)(2 * stride));
            }
            var bytes = Sse2.PackUnsignedSaturate(Words(high0, low0), Words(high1, low1));
            Unsafe.WriteUnaligned(ref target[x], bytes);
        }
        return x;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> Words(Vector256<int> high, Vector256<int> low)
    {
        var sum = ((high << SplitBits) + low) >> FractionBits;
        return Sse2.PackSignedSaturate(sum.GetLower(), sum.GetUpper());
    }

    private static byte Clip(int sum) => (byte)Math.Clamp(sum >> FractionBits, 0, 255);

    /// <summary>For each output position: the first input position and the weights from there on.</summary>
    private sealed class Axis
    {
        private int _taps;
        private int[] _weights = [];
        private (int High, int Low)[] _pairs = [];

        /// <summary>Of four taps each the high halves, (w0 w1) three times and (w2 w3) three times, and then the low ones.</summary>
        public Vector256<short>[] Quads { get; private set; } = [];

        /// <summary>Groups of four taps a position.</summary>
        public int QuadsEach { get; private set; }

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
            var scale = (double)from / to;
            var stretch = Math.Max(scale, 1.0);
            var support = (filter == Interpolation.Bicubic ? 2.0 : 1.0) * stretch;
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
            QuadsEach = (_taps + 3) / 4;
            if (Quads.Length < to * QuadsEach * 2)
            {
                Quads = new Vector256<short>[to * QuadsEach * 2];
            }
            for (var i = 0; i < to; i++)
            {
                var center = (i + 0.5) * scale;
                var start = Math.Max(0, (int)(center - support + 0.5));
                var count = Math.Min(from, (int)(center + support + 0.5)) - start;
                FillRow(start, count, center, 1.0 / stretch, filter);
                Starts[i] = start;
                Counts[i] = count;
                Round(i, count);
                if (UseVectors)
                {
                    Spread(i);
                }
            }
            _made = (from, to, filter);
        }

        private void FillRow(int start, int count, double center, double inverse, Interpolation filter)
        {
            double total = 0;
            for (var k = 0; k < count; k++)
            {
                var x = Math.Abs((k + start - center + 0.5) * inverse);
                var w = filter == Interpolation.Bicubic ? Cubic(x) : Math.Max(0.0, 1.0 - x);
                _row[k] = w;
                total += w;
            }
            for (var k = 0; k < count && total != 0; k++)
            {
                _row[k] /= total;
            }
        }

        private void Round(int position, int count)
        {
            var weights = _weights.AsSpan(position * _taps, _taps);
            weights[count..].Clear();
            for (var k = 0; k < count; k++)
            {
                var w = _row[k] * (1 << FractionBits);
                weights[k] = (int)(w < 0 ? w - 0.5 : w + 0.5);
            }
            var pairs = _pairs.AsSpan(position * (_taps / 2), _taps / 2);
            for (var k = 0; k < pairs.Length; k++)
            {
                var a = weights[2 * k];
                var b = weights[(2 * k) + 1];
                pairs[k] = (
                    Pack(a >> SplitBits, b >> SplitBits),
                    Pack(a & ((1 << SplitBits) - 1), b & ((1 << SplitBits) - 1))
                );
            }
        }

        private void Spread(int position)
        {
            ReadOnlySpan<(int High, int Low)> pairs = _pairs.AsSpan(position * (_taps / 2), _taps / 2);
            var quads = Quads.AsSpan(position * QuadsEach * 2, QuadsEach * 2);
            for (var k = 0; k < QuadsEach; k++)
            {
                var first = pairs[2 * k];
                (int High, int Low) second = (2 * k) + 1 < pairs.Length ? pairs[(2 * k) + 1] : (0, 0);
                quads[2 * k] = Vector256.Create(Vector128.Create(first.High), Vector128.Create(second.High)).AsInt16();
                quads[(2 * k) + 1] = Vector256
                    .Create(Vector128.Create(first.Low), Vector128.Create(second.Low))
                    .AsInt16();
            }
        }

        private static int Pack(int first, int second) => (first & 0xFFFF) | (second << 16);

        private static double Cubic(double x) =>
            x < 1 ? ((((-0.5 + 2) * x) - (-0.5 + 3)) * x * x) + 1
            : x < 2 ? ((((x - 5) * x) + 8) * x - 4) * -0.5
            : 0;
    }
}
