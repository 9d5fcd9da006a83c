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
        (int width, int height) = (image.Width, image.Height);
        float share = (float)factor;
        if (share == 1 || width < 3 || height < 3)
        {
            return;
        }
        int stride = width * 3;
        Span<byte> target = image.Scratch(width, height);
        ReadOnlySpan<byte> source = image.Pixels;
        source[..stride].CopyTo(target);
        source[^stride..].CopyTo(target[^stride..]);
        for (int y = 1; y < height - 1; y++)
        {
            int row = y * stride;
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
        (int width, int height) = (image.Width, image.Height);
        Box box = Box.Of((float)radius);
        Span<byte> pixels = image.Pixels;
        byte[] rented = ArrayPool<byte>.Shared.Rent(pixels.Length);
        uint[] sums = ArrayPool<uint>.Shared.Rent(3 * Math.Max(width, height));
        Span<byte> other = rented.AsSpan(0, pixels.Length);
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
        int i = from;
        if (Resampler.UseVectors)
        {
            ref byte first = ref MemoryMarshal.GetReference(source);
            for (; i + 16 <= to; i += 16)
            {
                ref byte at = ref Unsafe.Add(ref first, i);
                Vector256<ushort> middle = Wide(ref at);
                Vector256<ushort> sum =
                    Three(ref Unsafe.Add(ref at, -stride)) + Three(ref at) + Three(ref Unsafe.Add(ref at, stride));
                sum += (middle << 2) + Vector256.Create((ushort)6);
                // 20165 / 2^18 is 1 / 13 for all sums up to 3321.
                Vector256<ushort> smooth = Avx2.MultiplyHigh(sum, Vector256.Create((ushort)20165)) >> 2;
                Vector256<int> low = Blend(smooth.GetLower(), middle.GetLower(), share);
                Vector256<int> high = Blend(smooth.GetUpper(), middle.GetUpper(), share);
                Vector128<short> a = Sse2.PackSignedSaturate(low.GetLower(), low.GetUpper());
                Vector128<short> b = Sse2.PackSignedSaturate(high.GetLower(), high.GetUpper());
                Sse2.PackUnsignedSaturate(a, b).CopyTo(target[i..]);
            }
        }
        for (; i < to; i++)
        {
            int sum =
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
        Vector256<int> start = Avx2.ConvertToVector256Int32(from);
        Vector256<int> way = Avx2.ConvertToVector256Int32(to) - start;
        Vector256<float> value =
            Avx.ConvertToVector256Single(start) + (Vector256.Create(share) * Avx.ConvertToVector256Single(way));
        value = Avx.Min(Avx.Max(value, Vector256<float>.Zero), Vector256.Create(255f));
        return Avx.ConvertToVector256Int32WithTruncation(value);
    }

    private static void Transpose(ReadOnlySpan<byte> source, Span<byte> target, int width, int height)
    {
        // Blocks of 16 x 16, so that neither side leaves the cache.
        const int Block = 16;
        for (int top = 0; top < height; top += Block)
        {
            for (int left = 0; left < width; left += Block)
            {
                for (int y = top; y < Math.Min(top + Block, height); y++)
                {
                    for (int x = left; x < Math.Min(left + Block, width); x++)
                    {
                        int from = ((y * width) + x) * 3;
                        int to = ((x * height) + y) * 3;
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
        int stride = sums.Length;
        sums.Clear();
        for (int k = -box.Radius - 1; k < box.Radius; k++)
        {
            ReadOnlySpan<byte> row = source.Slice(Math.Clamp(k, 0, height - 1) * stride, stride);
            for (int i = 0; i < sums.Length && i < row.Length; i++)
            {
                sums[i] += row[i];
            }
        }
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<byte> before = source.Slice(Math.Max(y - box.Radius - 1, 0) * stride, stride);
            ReadOnlySpan<byte> added = source.Slice(Math.Min(y + box.Radius, height - 1) * stride, stride);
            ReadOnlySpan<byte> after = source.Slice(Math.Min(y + box.Radius + 1, height - 1) * stride, stride);
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
        int i = 0;
        if (Resampler.UseVectors)
        {
            for (; i + 8 <= sums.Length; i += 8)
            {
                Vector256<int> left = Ints(before, i);
                Vector256<int> sum = Vector256.Create<uint>(sums.Slice(i, 8)).AsInt32() + Ints(added, i) - left;
                sum.AsUInt32().CopyTo(sums[i..]);
                Vector256<uint> mean =
                    (
                        (sum.AsUInt32() * Vector256.Create(box.Weight))
                        + ((left + Ints(after, i)).AsUInt32() * Vector256.Create(box.EdgeWeight))
                        + Vector256.Create(1u << 23)
                    ) >> 24;
                Vector128<short> words = Sse2.PackSignedSaturate(mean.GetLower().AsInt32(), mean.GetUpper().AsInt32());
                ulong bytes = Sse2.PackUnsignedSaturate(words, words).AsUInt64().ToScalar();
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
            float variance = deviation * deviation / Passes;
            float length = (float)Math.Sqrt((12.0 * variance) + 1.0);
            float whole = (float)Math.Floor((length - 1.0) / 2.0);
            float part = ((2 * whole) + 1) * ((whole * (whole + 1)) - (3 * variance));
            part /= 6 * (variance - ((whole + 1) * (whole + 1)));
            float radius = whole + part;
            int inner = (int)radius;
            uint weight = (uint)((float)(1 << 24) / ((radius * 2) + 1));
            uint edge = ((1u << 24) - ((((uint)inner * 2) + 1) * weight)) / 2;
            return new Box(inner, weight, edge);
        }
    }
}
