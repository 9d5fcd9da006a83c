using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VitNotebooks.Data;

/// <summary>
/// What mixes a pixel's channels: Pillow's <c>convert("L")</c>, <c>ImageEnhance.Color</c> and the way over HSV by which torchvision turns the hue, to
/// the bit. Oracle: tests/oracles/augmentations.py.
/// </summary>
internal static class ColorOperations
{
    private const int RedWeight = 19595;
    private const int GreenWeight = 38470;
    private const int BlueWeight = 7471;

    // Of each 8-bit hue: its sixth of the circle, and how far it lies in it.
    private static readonly (int Sector, float Within)[] Sectors =
    [
        .. Enumerable
            .Range(0, 256)
            .Select(h => h * 6.0 / 255.0)
            .Select(place => ((int)Math.Floor(place) % 6, (float)(place - Math.Floor(place)))),
    ];

    /// <summary>The grey of a pixel: ITU-R 601 weights of 16 fractional bits, rounded.</summary>
    public static int GreyOf(byte r, byte g, byte b) =>
        ((r * RedWeight) + (g * GreenWeight) + (b * BlueWeight) + 0x8000) >> 16;

    /// <summary>Sum of all pixels' greys.</summary>
    public static long GreySum(PixelBuffer image)
    {
        ReadOnlySpan<byte> pixels = image.Pixels;
        long sum = 0;
        var i = 0;
        if (Resampler.UseVectors)
        {
            ref var first = ref MemoryMarshal.GetReference(pixels);
            while (i + 24 <= pixels.Length)
            {
                // 2^19 steps of at most 255 a lane stay below 2^31.
                var end = Math.Min(pixels.Length - 23, i + (24 << 19));
                var sums = Vector256<int>.Zero;
                for (; i < end; i += 24)
                {
                    sums += Grey(Eight(ref Unsafe.Add(ref first, i)));
                }
                sum += Vector256.Sum(Vector256.WidenLower(sums) + Vector256.WidenUpper(sums));
            }
        }
        for (; i + 2 < pixels.Length; i += 3)
        {
            sum += GreyOf(pixels[i], pixels[i + 1], pixels[i + 2]);
        }
        return sum;
    }

    /// <summary>All three channels become the pixel's grey.</summary>
    public static void Grey(PixelBuffer image) => Color(image, 0);

    /// <summary>Blends each pixel with its grey.</summary>
    /// <param name="image">Changed in place.</param>
    /// <param name="factor">0 grey, 1 unchanged, above 1 more colour.</param>
    public static void Color(PixelBuffer image, double factor)
    {
        var share = (float)factor;
        if (share == 1)
        {
            return;
        }
        var pixels = image.Pixels;
        var i = 0;
        if (Resampler.UseVectors)
        {
            ref var first = ref MemoryMarshal.GetReference(pixels);
            for (; i + 24 <= pixels.Length; i += 24)
            {
                ref var at = ref Unsafe.Add(ref first, i);
                var bytes = Eight(ref at);
                var grey = Grey(bytes);
                var r = Blend(grey, Avx2.Shuffle(bytes, Channel(0)).AsInt32(), share);
                var g = Blend(grey, Avx2.Shuffle(bytes, Channel(1)).AsInt32(), share);
                var b = Blend(grey, Avx2.Shuffle(bytes, Channel(2)).AsInt32(), share);
                Write(r | (g << 8) | (b << 16), ref at);
            }
        }
        for (; i + 2 < pixels.Length; i += 3)
        {
            var grey = GreyOf(pixels[i], pixels[i + 1], pixels[i + 2]);
            for (var c = i; c < i + 3; c++)
            {
                pixels[c] = PointOperations.Blend(grey, pixels[c], share);
            }
        }
    }

    /// <summary>Turns the hue: Pillow's HSV with 8 bits a channel, to which 255 times the factor is added, cut off and modulo 256.</summary>
    /// <param name="image">Changed in place.</param>
    /// <param name="factor">-0.5..0.5 of the circle.</param>
    public static void Hue(PixelBuffer image, double factor)
    {
        var turn = TurnOf(factor);
        var pixels = image.Pixels;
        for (var i = 0; i + 2 < pixels.Length; i += 3)
        {
            var (h, s, v) = ToHsv(pixels[i], pixels[i + 1], pixels[i + 2]);
            (pixels[i], pixels[i + 1], pixels[i + 2]) = FromHsv(unchecked((byte)(h + turn)), s, v);
        }
    }

    /// <summary>What is added to an 8-bit hue, modulo 256.</summary>
    /// <param name="factor">-0.5..0.5 of the circle.</param>
    public static byte TurnOf(double factor) => unchecked((byte)(int)(factor * 255));

    private static (byte H, byte S, byte V) ToHsv(byte r, byte g, byte b)
    {
        var most = Math.Max(r, Math.Max(g, b));
        var least = Math.Min(r, Math.Min(g, b));
        if (most == least)
        {
            return (0, 0, most);
        }
        float range = most - least;
        var saturation = range / most;
        var red = (most - r) / range;
        var green = (most - g) / range;
        var blue = (most - b) / range;
        var hue =
            r == most ? blue - green
            : g == most ? (float)(2.0 + red - blue)
            : (float)(4.0 + green - red);
        // Five sixths to eleven sixths: modulo 1 is a subtraction, and exact.
        var turns = (hue / 6.0) + 1.0;
        hue = (float)(turns >= 1 ? turns - 1 : turns);
        return (Byte((int)(hue * 255.0)), Byte((int)(saturation * 255.0)), most);
    }

    private static (byte R, byte G, byte B) FromHsv(byte h, byte s, byte v)
    {
        if (s == 0)
        {
            return (v, v, v);
        }
        var (sector, rest) = Sectors[h];
        var saturation = (float)(s / 255.0);
        var p = Rounded(v * (1.0 - saturation));
        var q = Rounded(v * (1.0 - (saturation * rest)));
        var t = Rounded(v * (1.0 - (saturation * (1.0 - rest))));
        return sector switch
        {
            0 => (v, t, p),
            1 => (q, v, p),
            2 => (p, v, t),
            3 => (p, q, v),
            4 => (t, p, v),
            _ => (v, p, q),
        };
    }

    // Halves away from zero, as C's round; the value is 0..255.
    private static byte Rounded(double value)
    {
        var whole = (int)value;
        return (byte)(value - whole >= 0.5 ? whole + 1 : whole);
    }

    private static byte Byte(int value) => (byte)Math.Clamp(value, 0, 255);

    // Four pixels in each half. Reads four bytes too many, which lie in the next pixel or in the buffer's slack.
    private static Vector256<byte> Eight(ref byte at) =>
        Vector256.Create(
            Unsafe.ReadUnaligned<Vector128<byte>>(ref at),
            Unsafe.ReadUnaligned<Vector128<byte>>(ref Unsafe.Add(ref at, 12))
        );

    // A lane holds a pixel. 38470 does not fit 16 signed bits: green counts twice with its half.
    private static Vector256<int> Grey(Vector256<byte> bytes)
    {
        var redGreen = Avx2.Shuffle(bytes, Pair(0)).AsInt16();
        var greenBlue = Avx2.Shuffle(bytes, Pair(1)).AsInt16();
        var first = Vector256.Create(RedWeight | ((GreenWeight / 2) << 16)).AsInt16();
        var second = Vector256.Create((GreenWeight / 2) | (BlueWeight << 16)).AsInt16();
        var sum = Avx2.MultiplyAddAdjacent(redGreen, first) + Avx2.MultiplyAddAdjacent(greenBlue, second);
        return (sum + Vector256.Create(0x8000)) >> 16;
    }

    private static Vector256<int> Blend(Vector256<int> from, Vector256<int> to, float share)
    {
        var value =
            Avx.ConvertToVector256Single(from) + (Vector256.Create(share) * Avx.ConvertToVector256Single(to - from));
        value = Avx.Min(Avx.Max(value, Vector256<float>.Zero), Vector256.Create(255f));
        return Avx.ConvertToVector256Int32WithTruncation(value);
    }

    // Writes exactly 24 bytes.
    private static void Write(Vector256<int> pixels, ref byte at)
    {
        var packed = Avx2.Shuffle(pixels.AsByte(), Packing);
        Unsafe.WriteUnaligned(ref at, packed.GetLower());
        var upper = packed.GetUpper();
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref at, 12), upper.AsUInt64().ToScalar());
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref at, 20), upper.AsUInt32().GetElement(2));
    }

    private static Vector256<byte> Packing
    {
        get
        {
            var half = Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 255, 255, 255, 255);
            return Vector256.Create(half, half);
        }
    }

    // One channel of four pixels into four lanes of 32 bits.
    private static Vector256<byte> Channel(int channel)
    {
        var half = Vector128.Create(0, 3, 6, 9) + Vector128.Create(channel);
        var mask = (half | Vector128.Create(unchecked((int)0xFFFFFF00))).AsByte();
        return Vector256.Create(mask, mask);
    }

    // Two neighbouring channels of four pixels into four pairs of 16 bits.
    private static Vector256<byte> Pair(int channel)
    {
        var half = Vector128.Create(0x00010000, 0x00040003, 0x00070006, 0x000A0009);
        half += Vector128.Create(channel * 0x00010001);
        var mask = (half | Vector128.Create(unchecked((int)0xFF00FF00))).AsByte();
        return Vector256.Create(mask, mask);
    }
}
