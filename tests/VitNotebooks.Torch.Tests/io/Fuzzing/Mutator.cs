using System.Buffers.Binary;
using System.Text;

namespace VitNotebooks.Fuzzing;

/// <summary>
/// Damages files the way that breaks readers: lengths and offsets where the format keeps them, single bits, runs, parts doubled, moved or cut off,
/// pickle opcodes and digits exchanged. The same seed makes the same file.
/// </summary>
internal sealed class Mutator(ulong seed)
{
    private static readonly ulong[] s_numbers =
    [
        0,
        1,
        2,
        7,
        8,
        0x7f,
        0x80,
        0xff,
        0x100,
        0x7fff,
        0xffff,
        0x10000,
        0x7fffffff,
        0x80000000,
        0xffffffff,
        0x100000000,
        0x3fffffffffffffff,
        0x7fffffffffffffff,
        0x8000000000000000,
        0xffffffffffffffff,
        0x4000000000000000,
        1000000000000,
    ];

    private static readonly byte[] s_opcodes =
    [
        .. "(.012FGIJKLMNPQRSTUVXabcdeghijlopqrstu}])BC"u8,
        .. (byte[])[0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8b, 0x8c, 0x8d, 0x8e, 0x8f],
        .. (byte[])[0x90, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98],
    ];

    private static readonly string[] s_numerals =
    [
        "0",
        "-1",
        "1",
        "9223372036854775807",
        "9223372036854775808",
        "4294967296",
        "1e9",
        "1000000000000",
    ];

    private ulong _state = seed;

    private ulong Next()
    {
        // splitmix64
        _state += 0x9E3779B97F4A7C15;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    private int Below(int bound) => bound <= 0 ? 0 : (int)(Next() % (ulong)bound);

    /// <summary>One to four kinds of damage to a copy.</summary>
    /// <param name="file">A whole file.</param>
    /// <param name="points">Places where the format keeps lengths, offsets and codes; hit more often than their share.</param>
    public byte[] Damage(byte[] file, IReadOnlyList<int> points)
    {
        var bytes = (byte[])file.Clone();
        for (var times = 1 + Below(4); times > 0 && bytes.Length > 0; times--)
        {
            bytes = Once(bytes, points);
        }
        return bytes;
    }

    private byte[] Once(byte[] bytes, IReadOnlyList<int> points)
    {
        var at =
            points.Count > 0 && Below(3) > 0
                ? Math.Min(points[Below(points.Count)] + Below(8), bytes.Length - 1)
                : Below(bytes.Length);
        switch (Below(10))
        {
            case 0:
                bytes[at] ^= (byte)(1 << Below(8));
                return bytes;
            case 1:
                bytes[at] = (byte)Next();
                return bytes;
            case 2:
                return Number(bytes, at);
            case 3:
                return bytes[..Below(bytes.Length)];
            case 4:
                var length = 1 + Below(Math.Min(64, bytes.Length - at));
                return [.. bytes[..(at + length)], .. bytes[at..]];
            case 5:
                var cut = 1 + Below(Math.Min(64, bytes.Length - at));
                return [.. bytes[..at], .. bytes[(at + cut)..]];
            case 6:
                bytes[at] = s_opcodes[Below(s_opcodes.Length)];
                return bytes;
            case 7:
                return Numeral(bytes, at);
            case 8:
                var from = Below(bytes.Length);
                var run = Below(Math.Min(32, bytes.Length - Math.Max(at, from)));
                Array.Copy(bytes, from, bytes, at, run);
                return bytes;
            default:
                var extra = new byte[Below(40)];
                for (var i = 0; i < extra.Length; i++)
                {
                    extra[i] = (byte)Next();
                }
                return [.. bytes[..at], .. extra, .. bytes[at..]];
        }
    }

    /// <summary>A number that lies at the edge of something, in 1, 2, 4 or 8 bytes.</summary>
    private byte[] Number(byte[] bytes, int at)
    {
        Span<byte> whole = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(whole, s_numbers[Below(s_numbers.Length)] + (ulong)Below(3) - 1);
        var width = Math.Min(1 << Below(4), bytes.Length - at);
        whole[..width].CopyTo(bytes.AsSpan(at));
        return bytes;
    }

    /// <summary>Another number where one is written in digits: JSON, numpy's headers, pickles of protocol 0.</summary>
    private byte[] Numeral(byte[] bytes, int at)
    {
        while (at < bytes.Length && !char.IsAsciiDigit((char)bytes[at]))
        {
            at++;
        }
        var end = at;
        while (end < bytes.Length && char.IsAsciiDigit((char)bytes[end]))
        {
            end++;
        }
        return [.. bytes[..at], .. Encoding.ASCII.GetBytes(s_numerals[Below(s_numerals.Length)]), .. bytes[end..]];
    }
}
