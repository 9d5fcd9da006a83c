using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VitNotebooks.Data;

/// <summary>
/// What looks at a pixel's neighbours: Pillow's <c>ImageEnhance.Sharpness</c> with its 3 x 3 SMOOTH filter, and <c>ImageFilter.GaussianBlur</c> as
/// three passes of a box with a soft edge (Gwosdek et al. 2011), to the bit. Oracle: tests/oracles/augmentations.py.
/// </summary>
internal static class Smoothing
{
    private const int Passes = 3;

    /// <summary>Blends with the smoothed image; the outermost pixels, and images under 3 pixels, stay.</summary>
    /// <param name="image">Replaced.</param>
    /// <param name="factor">0 smoothed, 1 unchanged, above 1 sharper.</param>
    public static void Sharpness(PixelBuffer image, double factor)
    {
        var (width, height) = (image.Width, image.Height);
        var share = (float)factor;
        if (share == 1 || width < 3 || height < 3)
        {
            return;
        }
        var stride = width * 3;
        var target = image.Scratch(width, height);
        ReadOnlySpan<byte> source = image.Pixels;
        source[..stride].CopyTo(target);
        source[^stride..].CopyTo(target[^stride..]);
        for (var y = 1; y < height - 1; y++)
        {
            var row = y * stride;
            source.Slice(row, 3).CopyTo(target[row..]);
            source.Slice(row + stride - 3, 3).CopyTo(target[(row + stride - 3)..]);
            SharpenRow(source, target, row + 3, row + stride - 3, stride, share);
        }
        image.Commit(width, height);
    }

    /// <summary>Blurs with a bell of the given width.</summary>
    /// <param name="image">Replaced.</param>
    /// <param name="radius">Standard deviation in pixels, above 0.</param>
    public static void GaussianBlur(PixelBuffer image, double radius)
    {
        var (width, height) = (image.Width, image.Height);
        var box = Box.Of((float)radius);
        var pixels = image.Pixels;
        var rented = ArrayPool<byte>.Shared.Rent(pixels.Length);
        var sums = ArrayPool<uint>.Shared.Rent(3 * Math.Max(width, height));
        var other = rented.AsSpan(0, pixels.Length);
        // Vectors go along a row, so rows are blurred as columns of the transposed image: it lies in the rented array, and after an odd number of
        // passes in the image.
        Transpose(pixels, other, width, height);
        BlurColumns(other, pixels, sums.AsSpan(0, height * 3), width, box);
        Transpose(pixels, other, height, width);
        BlurColumns(other, pixels, sums.AsSpan(0, width * 3), height, box);
        ArrayPool<byte>.Shared.Return(rented);
        ArrayPool<uint>.Shared.Return(sums);
    }

    // 13 s = sum of nine, the middle one five times; rounding s to the nearest byte never meets a half.
    private static void SharpenRow(
        ReadOnlySpan<byte> source,
        Span<byte> target,
        int from,
        int to,
        int stride,
        float share
    )
    {
        var i = from;
        if (Resampler.UseVectors)
        {
            ref var first = ref MemoryMarshal.GetReference(source);
            for (; i + 16 <= to; i += 16)
            {
                ref var at = ref Unsafe.Add(ref first, i);
                var middle = Wide(ref at);
                var sum =
                    Three(ref Unsafe.Add(ref at, -stride)) + Three(ref at) + Three(ref Unsafe.Add(ref at, stride));
                sum += (middle << 2) + Vector256.Create((ushort)6);
                // 20165 / 2^18 is 1 / 13 for all sums up to 3321.
                var smooth = Avx2.MultiplyHigh(sum, Vector256.Create((ushort)20165)) >> 2;
                var low = Blend(smooth.GetLower(), middle.GetLower(), share);
                var high = Blend(smooth.GetUpper(), middle.GetUpper(), share);
                var a = Sse2.PackSignedSaturate(low.GetLower(), low.GetUpper());
                var b = Sse2.PackSignedSaturate(high.GetLower(), high.GetUpper());
                Sse2.PackUnsignedSaturate(a, b).CopyTo(target[i..]);
            }
        }
        for (; i < to; i++)
        {
            var sum =
                source[i - stride - 3]
                + source[i - stride]
                + source[i - stride + 3]
                + source[i - 3]
                + (5 * source[i])
                + source[i + 3]
                + source[i + stride - 3]
                + source[i + stride]
                + source[i + stride + 3];
            target[i] = PointOperations.Blend((sum + 6) / 13, source[i], share);
        }
    }

    private static Vector256<ushort> Wide(ref byte at) =>
        Avx2.ConvertToVector256Int16(Unsafe.ReadUnaligned<Vector128<byte>>(ref at)).AsUInt16();

    private static Vector256<ushort> Three(ref byte at) =>
        Wide(ref Unsafe.Add(ref at, -3)) + Wide(ref at) + Wide(ref Unsafe.Add(ref at, 3));

    private static Vector256<int> Blend(Vector128<ushort> from, Vector128<ushort> to, float share)
    {
        var start = Avx2.ConvertToVector256Int32(from);
        var way = Avx2.ConvertToVector256Int32(to) - start;
        var value = Avx.ConvertToVector256Single(start) + (Vector256.Create(share) * Avx.ConvertToVector256Single(way));
        value = Avx.Min(Avx.Max(value, Vector256<float>.Zero), Vector256.Create(255f));
        return Avx.ConvertToVector256Int32WithTruncation(value);
    }

    private static void Transpose(ReadOnlySpan<byte> source, Span<byte> target, int width, int height)
    {
        // Blocks of 16 x 16, so that neither side leaves the cache.
        const int Block = 16;
        for (var top = 0; top < height; top += Block)
        {
            for (var left = 0; left < width; left += Block)
            {
                for (var y = top; y < Math.Min(top + Block, height); y++)
                {
                    for (var x = left; x < Math.Min(left + Block, width); x++)
                    {
                        var from = ((y * width) + x) * 3;
                        var to = ((x * height) + y) * 3;
                        target[to] = source[from];
                        target[to + 1] = source[from + 1];
                        target[to + 2] = source[from + 2];
                    }
                }
            }
        }
    }

    // Three passes: from the first span to the second, back, and again.
    private static void BlurColumns(Span<byte> first, Span<byte> second, Span<uint> sums, int height, Box box)
    {
        BlurColumnsOnce(first, second, sums, height, box);
        BlurColumnsOnce(second, first, sums, height, box);
        BlurColumnsOnce(first, second, sums, height, box);
    }

    private static void BlurColumnsOnce(
        ReadOnlySpan<byte> source,
        Span<byte> target,
        Span<uint> sums,
        int height,
        Box box
    )
    {
        var stride = sums.Length;
        sums.Clear();
        for (var k = -box.Radius - 1; k < box.Radius; k++)
        {
            var row = source.Slice(Math.Clamp(k, 0, height - 1) * stride, stride);
            for (var i = 0; i < sums.Length && i < row.Length; i++)
            {
                sums[i] += row[i];
            }
        }
        for (var y = 0; y < height; y++)
        {
            var before = source.Slice(Math.Max(y - box.Radius - 1, 0) * stride, stride);
            var added = source.Slice(Math.Min(y + box.Radius, height - 1) * stride, stride);
            var after = source.Slice(Math.Min(y + box.Radius + 1, height - 1) * stride, stride);
            BlurLine(before, added, after, sums, target.Slice(y * stride, stride), box);
        }
    }

    private static void BlurLine(
        ReadOnlySpan<byte> before,
        ReadOnlySpan<byte> added,
        ReadOnlySpan<byte> after,
        Span<uint> sums,
        Span<byte> target,
        Box box
    )
    {
        var i = 0;
        if (Resampler.UseVectors)
        {
            for (; i + 8 <= sums.Length; i += 8)
            {
                var left = Ints(before, i);
                var sum = Vector256.Create<uint>(sums.Slice(i, 8)).AsInt32() + Ints(added, i) - left;
                sum.AsUInt32().CopyTo(sums[i..]);
                var mean =
                    (
                        (sum.AsUInt32() * Vector256.Create(box.Weight))
                        + ((left + Ints(after, i)).AsUInt32() * Vector256.Create(box.EdgeWeight))
                        + Vector256.Create(1u << 23)
                    ) >> 24;
                var words = Sse2.PackSignedSaturate(mean.GetLower().AsInt32(), mean.GetUpper().AsInt32());
                var bytes = Sse2.PackUnsignedSaturate(words, words).AsUInt64().ToScalar();
                MemoryMarshal.Write(target[i..], in bytes);
            }
        }
        for (; i < sums.Length; i++)
        {
            sums[i] += (uint)added[i] - before[i];
            target[i] = box.Mean(sums[i], (uint)before[i] + after[i]);
        }
    }

    private static Vector256<int> Ints(ReadOnlySpan<byte> row, int i) =>
        Avx2.ConvertToVector256Int32(Vector128.CreateScalarUnsafe(MemoryMarshal.Read<ulong>(row[i..])).AsByte());

    /// <summary>A box of 2 Radius + 1 pixels, with a share of the two beside it; weights of 24 fractional bits.</summary>
    private readonly record struct Box(int Radius, uint Weight, uint EdgeWeight)
    {
        public byte Mean(uint sum, uint edges) => (byte)(((sum * Weight) + (edges * EdgeWeight) + (1u << 23)) >> 24);

        // Every value is float32 in Pillow, too; the square root is not.
        public static Box Of(float deviation)
        {
            var variance = deviation * deviation / Passes;
            var length = (float)Math.Sqrt((12.0 * variance) + 1.0);
            var whole = (float)Math.Floor((length - 1.0) / 2.0);
            var part = ((2 * whole) + 1) * ((whole * (whole + 1)) - (3 * variance));
            part /= 6 * (variance - ((whole + 1) * (whole + 1)));
            var radius = whole + part;
            var inner = (int)radius;
            var weight = (uint)((float)(1 << 24) / ((radius * 2) + 1));
            var edge = ((1u << 24) - ((((uint)inner * 2) + 1) * weight)) / 2;
            return new Box(inner, weight, edge);
        }
    }
}
