using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VitNotebooks.Data;

/// <summary>
/// Pillow's <c>Image.transform(size, AFFINE, ..)</c> on 8-bit RGB, to the bit: nearest in 16.16 fixed point (a pure scale or translation in
/// floating point), bilinear and bicubic in double, results cut off below the point. Oracle: tests/oracles/augmentations.py.
/// </summary>
internal static class AffineWarp
{
    /// <summary>Warps into an image of the same size.</summary>
    /// <param name="image">Replaced.</param>
    /// <param name="matrix">From the result's places to the source's.</param>
    /// <param name="sampling">Nearest, bilinear or bicubic.</param>
    /// <param name="fill">What lies outside.</param>
    public static void Apply(PixelBuffer image, AffineMatrix matrix, WarpSampling sampling, RgbColor fill)
    {
        if (matrix == AffineMatrix.Identity)
        {
            return;
        }
        var (width, height) = (image.Width, image.Height);
        var target = image.Scratch(width, height);
        Fill(target, width * 3, fill);
        ReadOnlySpan<byte> source = image.Pixels;
        switch (sampling)
        {
            case WarpSampling.Nearest when matrix.B == 0 && matrix.D == 0:
                Scale(source, target, width, height, matrix);
                break;
            case WarpSampling.Nearest when FitsFixedPoint(matrix, width, height):
                FixedPoint(source, target, width, height, matrix);
                break;
            case WarpSampling.Nearest:
                FloatingPoint(source, target, width, height, matrix);
                break;
            case WarpSampling.Bilinear:
                Between<Bilinear>(source, target, width, height, matrix);
                break;
            case WarpSampling.Bicubic
                when Resampler.UseVectors && matrix is { A: 1, D: 0, E: 1 } && width >= RowWarp.LeastWidth:
                RowWarp.Run(source, target, width, height, matrix);
                break;
            case WarpSampling.Bicubic:
                Between<Bicubic>(source, target, width, height, matrix);
                break;
            default:
                throw new ArgumentOutOfRangeException(
                    nameof(sampling),
                    sampling,
                    $"AffineWarp: sampling {sampling} must be drawn before; expected Nearest, Bilinear or Bicubic."
                );
        }
        image.Commit(width, height);
    }

    private static void Fill(Span<byte> target, int stride, RgbColor color)
    {
        if (color == RgbColor.Black)
        {
            target.Clear();
            return;
        }
        var row = target[..stride];
        for (var i = 0; i + 2 < row.Length; i += 3)
        {
            (row[i], row[i + 1], row[i + 2]) = (color.R, color.G, color.B);
        }
        for (var at = stride; at < target.Length; at += stride)
        {
            row.CopyTo(target[at..]);
        }
    }

    private static void Scale(ReadOnlySpan<byte> source, Span<byte> target, int width, int height, AffineMatrix m)
    {
        var yy = m.F + (m.E * 0.5);
        for (var y = 0; y < height; y++, yy += m.E)
        {
            var fromY = Cell(yy);
            if (fromY < 0 || fromY >= height)
            {
                continue;
            }
            var xx = m.C + (m.A * 0.5);
            for (var x = 0; x < width; x++, xx += m.A)
            {
                var fromX = Cell(xx);
                if (fromX >= 0 && fromX < width)
                {
                    Copy(source, ((fromY * width) + fromX) * 3, target, ((y * width) + x) * 3);
                }
            }
        }
    }

    private static bool FitsFixedPoint(AffineMatrix m, int width, int height) =>
        Fits(m, 0, 0) && Fits(m, width, height) && Fits(m, 0, height) && Fits(m, width, 0);

    private static bool Fits(AffineMatrix m, int x, int y) =>
        Math.Abs((x * m.A) + (y * m.B) + m.C) < 32768.0 && Math.Abs((x * m.D) + (y * m.E) + m.F) < 32768.0;

    private static void FixedPoint(ReadOnlySpan<byte> source, Span<byte> target, int width, int height, AffineMatrix m)
    {
        var rowX = Fixed(m.C + (m.A * 0.5) + (m.B * 0.5));
        var rowY = Fixed(m.F + (m.D * 0.5) + (m.E * 0.5));
        var (stepX, stepY) = (Fixed(m.A), Fixed(m.D));
        var (nextX, nextY) = (Fixed(m.B), Fixed(m.E));
        for (var y = 0; y < height; y++, rowX += nextX, rowY += nextY)
        {
            var (xx, yy) = (rowX, rowY);
            for (var x = 0; x < width; x++, xx += stepX, yy += stepY)
            {
                var (fromX, fromY) = (xx >> 16, yy >> 16);
                if (fromX >= 0 && fromX < width && fromY >= 0 && fromY < height)
                {
                    Copy(source, ((fromY * width) + fromX) * 3, target, ((y * width) + x) * 3);
                }
            }
        }
    }

    private static void FloatingPoint(
        ReadOnlySpan<byte> source,
        Span<byte> target,
        int width,
        int height,
        AffineMatrix m
    )
    {
        var rowX = m.C + (m.B * 0.5) + (m.A * 0.5);
        var rowY = m.F + (m.E * 0.5) + (m.D * 0.5);
        for (var y = 0; y < height; y++, rowX += m.B, rowY += m.E)
        {
            var (xx, yy) = (rowX, rowY);
            for (var x = 0; x < width; x++, xx += m.A, yy += m.D)
            {
                var (fromX, fromY) = (Cell(xx), Cell(yy));
                if (fromX >= 0 && fromX < width && fromY >= 0 && fromY < height)
                {
                    Copy(source, ((fromY * width) + fromX) * 3, target, ((y * width) + x) * 3);
                }
            }
        }
    }

    private static void Between<TFilter>(
        ReadOnlySpan<byte> source,
        Span<byte> target,
        int width,
        int height,
        AffineMatrix m
    )
        where TFilter : struct, IFilter
    {
        for (var y = 0; y < height; y++)
        {
            Between<TFilter>(source, target, width, height, m, y, 0, width);
        }
    }

    // Some columns of one row of the result.
    private static void Between<TFilter>(
        ReadOnlySpan<byte> source,
        Span<byte> target,
        int width,
        int height,
        AffineMatrix m,
        int y,
        int from,
        int behind
    )
        where TFilter : struct, IFilter
    {
        ref var first = ref MemoryMarshal.GetReference(source);
        ref var to = ref Unsafe.Add(ref MemoryMarshal.GetReference(target), ((y * width) + from) * 3);
        var yc = y + 0.5;
        for (var x = from; x < behind; x++, to = ref Unsafe.Add(ref to, 3))
        {
            var xc = x + 0.5;
            var xx = (m.A * xc) + (m.B * yc) + m.C;
            var yy = (m.D * xc) + (m.E * yc) + m.F;
            if (xx >= 0 && xx < width && yy >= 0 && yy < height)
            {
                Write(TFilter.At(ref first, width, height, xx - 0.5, yy - 0.5), ref to);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<double> Cubic(
        Vector256<double> a,
        Vector256<double> b,
        Vector256<double> c,
        Vector256<double> d,
        Vector256<double> t
    )
    {
        var one = c - a;
        var two = ((a - b) * 2.0) + c - d;
        var three = b - a - c + d;
        return b + (t * (one + (t * (two + (t * three)))));
    }

    private static int Cell(double place) => place < 0 ? -1 : (int)place;

    private static int Fixed(double value) => (int)Math.Floor((value * 65536.0) + 0.5);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy(ReadOnlySpan<byte> source, int from, Span<byte> target, int to)
    {
        ref var pixel = ref Unsafe.Add(ref MemoryMarshal.GetReference(source), from);
        ref var place = ref Unsafe.Add(ref MemoryMarshal.GetReference(target), to);
        Unsafe.WriteUnaligned(ref place, Unsafe.ReadUnaligned<ushort>(ref pixel));
        Unsafe.Add(ref place, 2) = Unsafe.Add(ref pixel, 2);
    }

    // Red, green, blue and whatever comes next, which no one looks at; the last pixel's neighbour lies in the buffer's slack.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Load(ref byte row, int x)
    {
        ref var at = ref Unsafe.Add(ref row, x * 3);
        return Resampler.UseVectors
            ? Avx.ConvertToVector256Double(
                Sse41.ConvertToVector128Int32(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(ref at)).AsByte())
            )
            : Vector256.Create((double)at, Unsafe.Add(ref at, 1), Unsafe.Add(ref at, 2), 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write(Vector256<double> value, ref byte to)
    {
        value = Vector256.Min(Vector256.Max(value, Vector256<double>.Zero), Vector256.Create(255.0));
        if (Resampler.UseVectors)
        {
            var whole = Avx.ConvertToVector128Int32WithTruncation(value);
            to = (byte)whole.ToScalar();
            Unsafe.Add(ref to, 1) = (byte)whole.GetElement(1);
            Unsafe.Add(ref to, 2) = (byte)whole.GetElement(2);
            return;
        }
        for (var c = 0; c < 3; c++)
        {
            Unsafe.Add(ref to, c) = (byte)value.GetElement(c);
        }
    }

    /// <summary>Bicubic, some columns of one row of the result.</summary>
    internal static void Bicubically(
        ReadOnlySpan<byte> source,
        Span<byte> target,
        int width,
        int height,
        AffineMatrix m,
        int y,
        int from,
        int behind
    ) => Between<Bicubic>(source, target, width, height, m, y, from, behind);

    private interface IFilter
    {
        /// <summary>The value at a place counted from the first pixel's middle.</summary>
        static abstract Vector256<double> At(ref byte first, int width, int height, double xx, double yy);
    }

    private readonly struct Bilinear : IFilter
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<double> At(ref byte first, int width, int height, double xx, double yy)
        {
            var x = (int)Math.Floor(xx);
            var y = (int)Math.Floor(yy);
            var dx = xx - x;
            var dy = yy - y;
            var x0 = Math.Max(x, 0);
            var x1 = Math.Min(x + 1, width - 1);
            var upper = Row(ref Unsafe.Add(ref first, Math.Max(y, 0) * width * 3), x0, x1, dx);
            var lower = y + 1 < height ? Row(ref Unsafe.Add(ref first, (y + 1) * width * 3), x0, x1, dx) : upper;
            return upper + ((lower - upper) * dy);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<double> Row(ref byte row, int x0, int x1, double dx)
        {
            var left = Load(ref row, x0);
            return left + ((Load(ref row, x1) - left) * dx);
        }
    }

    private readonly struct Bicubic : IFilter
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<double> At(ref byte first, int width, int height, double xx, double yy)
        {
            var x = (int)Math.Floor(xx);
            var y = (int)Math.Floor(yy);
            var dx = xx - x;
            var dy = yy - y;
            var stride = width * 3;
            if (dy == 0)
            {
                // The place lies on a row, as in every shear and translation along x: the other three weigh nothing.
                return Row(ref Unsafe.Add(ref first, y * stride), x, width - 1, dx);
            }
            if (dx == 0 && y >= 1 && y + 2 < height)
            {
                // Between rows of one column, as in every shear along y.
                ref var upper = ref Unsafe.Add(ref first, ((y - 1) * stride) + (x * 3));
                return Cubic(
                    Load(ref upper, 0),
                    Load(ref Unsafe.Add(ref upper, stride), 0),
                    Load(ref Unsafe.Add(ref upper, 2 * stride), 0),
                    Load(ref Unsafe.Add(ref upper, 3 * stride), 0),
                    Vector256.Create(dy)
                );
            }
            if (Resampler.UseVectors && x >= 1 && x + 2 < width && y >= 1 && y + 2 < height)
            {
                // All sixteen lie in the image. With a part of 0 the others weigh nothing, and the sum is the one to the bit.
                ref var corner = ref Unsafe.Add(ref first, ((y - 1) * stride) + ((x - 1) * 3));
                var part = Vector256.Create(dx);
                return Cubic(
                    Four(ref corner, part),
                    Four(ref Unsafe.Add(ref corner, stride), part),
                    Four(ref Unsafe.Add(ref corner, 2 * stride), part),
                    Four(ref Unsafe.Add(ref corner, 3 * stride), part),
                    Vector256.Create(dy)
                );
            }
            // A row outside repeats its neighbour's value.
            var a = Row(ref Unsafe.Add(ref first, Math.Max(y - 1, 0) * stride), x, width - 1, dx);
            var b = y >= 0 ? Row(ref Unsafe.Add(ref first, y * stride), x, width - 1, dx) : a;
            var c = y + 1 < height ? Row(ref Unsafe.Add(ref first, (y + 1) * stride), x, width - 1, dx) : b;
            var d = y + 2 < height ? Row(ref Unsafe.Add(ref first, (y + 2) * stride), x, width - 1, dx) : c;
            return Cubic(a, b, c, d, Vector256.Create(dy));
        }

        // Four pixels of a row by one load of sixteen bytes; the last four are whatever comes next, at the image's end its slack.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<double> Four(ref byte row, Vector256<double> dx)
        {
            var pixels = Vector128.LoadUnsafe(ref row);
            return Cubic(
                Widen(pixels, Vector128.Create(0xFFFFFF00u, 0xFFFFFF01u, 0xFFFFFF02u, 0xFFFFFFFFu)),
                Widen(pixels, Vector128.Create(0xFFFFFF03u, 0xFFFFFF04u, 0xFFFFFF05u, 0xFFFFFFFFu)),
                Widen(pixels, Vector128.Create(0xFFFFFF06u, 0xFFFFFF07u, 0xFFFFFF08u, 0xFFFFFFFFu)),
                Widen(pixels, Vector128.Create(0xFFFFFF09u, 0xFFFFFF0Au, 0xFFFFFF0Bu, 0xFFFFFFFFu)),
                dx
            );
        }

        // Three bytes as numbers; a place of FF gives 0.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<double> Widen(Vector128<byte> pixels, Vector128<uint> places) =>
            Avx.ConvertToVector256Double(Ssse3.Shuffle(pixels, places.AsByte()).AsInt32());

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<double> Row(ref byte row, int x, int last, double dx) =>
            dx == 0
                ? Load(ref row, x)
                : Cubic(
                    Load(ref row, Math.Max(x - 1, 0)),
                    Load(ref row, Math.Max(x, 0)),
                    Load(ref row, Math.Min(x + 1, last)),
                    Load(ref row, Math.Min(x + 2, last)),
                    Vector256.Create(dx)
                );
    }
}
