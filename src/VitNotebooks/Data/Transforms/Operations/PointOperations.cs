using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VitNotebooks.Data;

/// <summary>
/// What gives every byte a new value that depends on nothing but the byte and its channel: Pillow's <c>ImageOps.invert</c>, <c>solarize</c>,
/// <c>posterize</c>, <c>autocontrast</c>, <c>equalize</c> and <c>ImageEnhance.Brightness</c>, <c>Contrast</c>, to the bit. Oracle: tests/oracles/augmentations.py.
/// </summary>
internal static class PointOperations
{
    // 256 values of red, then of green, then of blue.
    private const int Tables = 3 * 256;

    /// <summary><c>255 - v</c>.</summary>
    public static void Invert(PixelBuffer image) => Each(image, default(Negative));

    /// <summary>Inverts what is not below the threshold.</summary>
    /// <param name="image">Changed in place.</param>
    /// <param name="threshold">256 changes nothing, 0 inverts all.</param>
    public static void Solarize(PixelBuffer image, double threshold)
    {
        var first = (int)Math.Clamp(Math.Ceiling(threshold), 0, 256);
        if (first == 0)
        {
            Invert(image);
        }
        else if (first < 256)
        {
            Each(image, new NegativeFrom((byte)first));
        }
    }

    /// <summary>Adds to what is below the threshold, at most to 255.</summary>
    /// <param name="image">Changed in place.</param>
    /// <param name="addition">0..255; more counts as 255.</param>
    /// <param name="threshold">1..255.</param>
    public static void SolarizeAdd(PixelBuffer image, int addition, byte threshold = 128) =>
        Each(image, new RaisedBelow((byte)Math.Clamp(addition, 0, 255), threshold));

    /// <summary>Keeps the highest bits and clears the others.</summary>
    /// <param name="image">Changed in place.</param>
    /// <param name="bits">0 (all black) to 8 (unchanged).</param>
    public static void Posterize(PixelBuffer image, int bits)
    {
        if (bits < 8)
        {
            Each(image, new Masked((byte)(0xFF << (8 - Math.Max(bits, 0)))));
        }
    }

    /// <summary>Stretches each channel so that its darkest value becomes 0 and its brightest 255.</summary>
    public static void AutoContrast(PixelBuffer image)
    {
        Span<byte> low = stackalloc byte[3];
        Span<byte> high = stackalloc byte[3];
        Extremes(image.Pixels, low, high);
        Span<byte> table = stackalloc byte[Tables];
        for (var c = 0; c < 3; c++)
        {
            Stretch(low[c], high[c], table.Slice(c * 256, 256));
        }
        Look(image, table);
    }

    /// <summary>Gives each channel a histogram as even as can be.</summary>
    public static void Equalize(PixelBuffer image)
    {
        // Two counts for neighbours, which are often alike: one counter twice in a row would wait for itself.
        Span<int> counts = stackalloc int[2 * Tables];
        counts.Clear();
        Count(image.Pixels, counts);
        for (var v = 0; v < Tables; v++)
        {
            counts[v] += counts[Tables + v];
        }
        Span<byte> table = stackalloc byte[Tables];
        for (var c = 0; c < 3; c++)
        {
            Even(counts.Slice(c * 256, 256), table.Slice(c * 256, 256));
        }
        Look(image, table);
    }

    /// <summary>Blends with black.</summary>
    /// <param name="image">Changed in place.</param>
    /// <param name="factor">0 black, 1 unchanged, above 1 brighter.</param>
    public static void Brightness(PixelBuffer image, double factor) => BlendWith(image, 0, (float)factor);

    /// <summary>Blends with the image's mean grey.</summary>
    /// <param name="image">Changed in place.</param>
    /// <param name="factor">0 all grey, 1 unchanged, above 1 more contrast.</param>
    public static void Contrast(PixelBuffer image, double factor)
    {
        var mean = (double)ColorOperations.GreySum(image) / ((long)image.Width * image.Height);
        BlendWith(image, (byte)(mean + 0.5), (float)factor);
    }

    /// <summary>Blends with one grey value.</summary>
    public static void BlendWith(PixelBuffer image, byte grey, float factor)
    {
        if (factor == 1)
        {
            return;
        }
        var pixels = image.Pixels;
        var i = 0;
        if (Resampler.UseVectors)
        {
            ref var first = ref MemoryMarshal.GetReference(pixels);
            for (; i + 16 <= pixels.Length; i += 16)
            {
                ref var at = ref Unsafe.Add(ref first, i);
                var low = Blend(grey, ref at, factor);
                var high = Blend(grey, ref Unsafe.Add(ref at, 8), factor);
                var a = Sse2.PackSignedSaturate(low.GetLower(), low.GetUpper());
                var b = Sse2.PackSignedSaturate(high.GetLower(), high.GetUpper());
                Unsafe.WriteUnaligned(ref at, Sse2.PackUnsignedSaturate(a, b));
            }
        }
        for (; i < pixels.Length; i++)
        {
            pixels[i] = Blend(grey, pixels[i], factor);
        }
    }

    /// <summary>Pillow's <c>Image.blend</c> of one byte: in float32, cut off below the point, clipped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte Blend(int from, int to, float factor)
    {
        var value = from + (factor * (to - from));
        return value <= 0 ? (byte)0
            : value >= 255 ? (byte)255
            : (byte)value;
    }

    /// <summary>Every byte through its channel's table.</summary>
    /// <param name="image">Changed in place.</param>
    /// <param name="table">256 values for red, then green, then blue.</param>
    public static void Look(PixelBuffer image, ReadOnlySpan<byte> table)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(table.Length, Tables);
        ref var red = ref MemoryMarshal.GetReference(table);
        ref var green = ref Unsafe.Add(ref red, 256);
        ref var blue = ref Unsafe.Add(ref red, 512);
        var pixels = image.Pixels;
        ref var at = ref MemoryMarshal.GetReference(pixels);
        for (var i = 0; i + 2 < pixels.Length; i += 3, at = ref Unsafe.Add(ref at, 3))
        {
            at = Unsafe.Add(ref red, (nuint)at);
            Unsafe.Add(ref at, 1) = Unsafe.Add(ref green, (nuint)Unsafe.Add(ref at, 1));
            Unsafe.Add(ref at, 2) = Unsafe.Add(ref blue, (nuint)Unsafe.Add(ref at, 2));
        }
    }

    private static Vector256<int> Blend(byte grey, ref byte at, float factor)
    {
        var from = Vector256.Create((int)grey);
        var eight = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(ref at)).AsByte();
        var way = Avx2.ConvertToVector256Int32(eight) - from;
        var value = Avx.ConvertToVector256Single(from) + (Vector256.Create(factor) * Avx.ConvertToVector256Single(way));
        value = Avx.Min(Avx.Max(value, Vector256<float>.Zero), Vector256.Create(255f));
        return Avx.ConvertToVector256Int32WithTruncation(value);
    }

    private static void Count(ReadOnlySpan<byte> pixels, Span<int> counts)
    {
        ref var first = ref MemoryMarshal.GetReference(counts);
        ref var second = ref Unsafe.Add(ref first, Tables);
        var i = 0;
        for (; i + 5 < pixels.Length; i += 6)
        {
            Unsafe.Add(ref first, (nuint)pixels[i])++;
            Unsafe.Add(ref first, (nuint)pixels[i + 1] + 256)++;
            Unsafe.Add(ref first, (nuint)pixels[i + 2] + 512)++;
            Unsafe.Add(ref second, (nuint)pixels[i + 3])++;
            Unsafe.Add(ref second, (nuint)pixels[i + 4] + 256)++;
            Unsafe.Add(ref second, (nuint)pixels[i + 5] + 512)++;
        }
        for (; i < pixels.Length; i++)
        {
            counts[pixels[i] + (i % 3 * 256)]++;
        }
    }

    private static void Stretch(byte low, byte high, Span<byte> table)
    {
        var scale = high > low ? 255.0 / (high - low) : 1;
        var offset = high > low ? -low * scale : 0;
        for (var v = 0; v < 256; v++)
        {
            table[v] = (byte)Math.Clamp((int)((v * scale) + offset), 0, 255);
        }
    }

    private static void Even(ReadOnlySpan<int> counts, Span<byte> table)
    {
        var total = 0;
        var last = 0;
        foreach (var count in counts)
        {
            total += count;
            last = count != 0 ? count : last;
        }
        var step = (total - last) / 255;
        var sum = step / 2;
        for (var v = 0; v < 256; v++)
        {
            table[v] = step == 0 ? (byte)v : (byte)Math.Min(sum / step, 255);
            sum += counts[v];
        }
    }

    // 32 pixels are three vectors, in each of which a byte's channel is always the same.
    private static void Extremes(ReadOnlySpan<byte> pixels, Span<byte> low, Span<byte> high)
    {
        low.Fill(255);
        high.Clear();
        var i = 0;
        if (Resampler.UseVectors && pixels.Length >= 96)
        {
            Span<byte> least = stackalloc byte[96];
            Span<byte> most = stackalloc byte[96];
            i = VectorExtremes(pixels, least, most);
            for (var k = 0; k < 96; k++)
            {
                low[k % 3] = Math.Min(low[k % 3], least[k]);
                high[k % 3] = Math.Max(high[k % 3], most[k]);
            }
        }
        for (; i < pixels.Length; i++)
        {
            low[i % 3] = Math.Min(low[i % 3], pixels[i]);
            high[i % 3] = Math.Max(high[i % 3], pixels[i]);
        }
    }

    private static int VectorExtremes(ReadOnlySpan<byte> pixels, Span<byte> least, Span<byte> most)
    {
        var (a, b, c) = (Vector256<byte>.AllBitsSet, Vector256<byte>.AllBitsSet, Vector256<byte>.AllBitsSet);
        var (d, e, f) = (Vector256<byte>.Zero, Vector256<byte>.Zero, Vector256<byte>.Zero);
        var i = 0;
        for (; i + 96 <= pixels.Length; i += 96)
        {
            var x = Vector256.Create(pixels.Slice(i, 32));
            var y = Vector256.Create(pixels.Slice(i + 32, 32));
            var z = Vector256.Create(pixels.Slice(i + 64, 32));
            (a, b, c) = (Vector256.Min(a, x), Vector256.Min(b, y), Vector256.Min(c, z));
            (d, e, f) = (Vector256.Max(d, x), Vector256.Max(e, y), Vector256.Max(f, z));
        }
        a.CopyTo(least);
        b.CopyTo(least[32..]);
        c.CopyTo(least[64..]);
        d.CopyTo(most);
        e.CopyTo(most[32..]);
        f.CopyTo(most[64..]);
        return i;
    }

    private static void Each<TMap>(PixelBuffer image, TMap map)
        where TMap : struct, IByteMap
    {
        var pixels = image.Pixels;
        var i = 0;
        if (Resampler.UseVectors)
        {
            for (; i + 32 <= pixels.Length; i += 32)
            {
                var part = pixels.Slice(i, 32);
                map.Of(Vector256.Create<byte>(part)).CopyTo(part);
            }
        }
        for (; i < pixels.Length; i++)
        {
            pixels[i] = map.Of(pixels[i]);
        }
    }

    private interface IByteMap
    {
        byte Of(byte value);

        Vector256<byte> Of(Vector256<byte> values);
    }

    private readonly struct Negative : IByteMap
    {
        public byte Of(byte value) => (byte)~value;

        public Vector256<byte> Of(Vector256<byte> values) => ~values;
    }

    private readonly struct NegativeFrom(byte threshold) : IByteMap
    {
        public byte Of(byte value) => value < threshold ? value : (byte)~value;

        public Vector256<byte> Of(Vector256<byte> values) =>
            Vector256.ConditionalSelect(Vector256.LessThan(values, Vector256.Create(threshold)), values, ~values);
    }

    private readonly struct RaisedBelow(byte addition, byte threshold) : IByteMap
    {
        public byte Of(byte value) => value < threshold ? (byte)Math.Min(255, value + addition) : value;

        public Vector256<byte> Of(Vector256<byte> values) =>
            Vector256.ConditionalSelect(
                Vector256.LessThan(values, Vector256.Create(threshold)),
                Avx2.AddSaturate(values, Vector256.Create(addition)),
                values
            );
    }

    private readonly struct Masked(byte mask) : IByteMap
    {
        public byte Of(byte value) => (byte)(value & mask);

        public Vector256<byte> Of(Vector256<byte> values) => values & Vector256.Create(mask);
    }
}
