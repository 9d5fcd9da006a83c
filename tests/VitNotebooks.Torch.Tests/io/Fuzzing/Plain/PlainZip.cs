using System.IO.Compression;
using System.Text;
using static VitNotebooks.Fuzzing.PlainBytes;

namespace VitNotebooks.Fuzzing;

/// <summary>An entry of a zip archive.</summary>
/// <param name="Sum">The check sum that the directory gives.</param>
/// <param name="Length">How many bytes it says that it has.</param>
/// <param name="First">So many bytes from its beginning, unpacked when they are asked for.</param>
internal sealed record PlainEntry(uint Sum, long Length, Func<long, byte[]> First)
{
    public byte[] Content() => First(Length);
}

/// <summary>A plain reading of zip archives by their directory.</summary>
internal static class PlainZip
{
    public static Dictionary<string, PlainEntry> Read(byte[] file)
    {
        var (count, at) = Directory(file);
        var entries = new Dictionary<string, PlainEntry>(StringComparer.Ordinal);
        for (var i = 0L; i < count; i++)
        {
            if (U32(file, at) != 0x02014b50)
            {
                throw new InvalidDataException("The directory breaks off.");
            }

            long packed = U32(file, at + 20),
                length = U32(file, at + 24),
                header = U32(file, at + 42);
            int name = U16(file, at + 28),
                extra = U16(file, at + 30);
            Wide(file, at + 46 + name, extra, ref length, ref packed, ref header);
            int method = U16(file, at + 10);
            entries.Add(
                Encoding.UTF8.GetString(file, (int)at + 46, name),
                new(U32(file, at + 16), length, first => Content(file, header, method, packed, first))
            );
            at += 46 + name + extra + U16(file, at + 32);
        }
        return entries;
    }

    /// <summary>How many entries there are, and where the first is described.</summary>
    private static (long Count, long At) Directory(byte[] file)
    {
        var end = file.Length - 22;
        while (U32(file, end) != 0x06054b50 || end + 22 + U16(file, end + 20) > file.Length)
        {
            end--;
        }

        long count = U16(file, end + 10),
            at = U32(file, end + 16);
        var big = count == 0xFFFF || at == 0xFFFFFFFF || U32(file, end + 12) == 0xFFFFFFFF;
        if (!big || end < 20 || U32(file, end - 20) != 0x07064b50)
        {
            return (count, at);
        }

        var record = I64(file, end - 12);
        return (I64(file, record + 32), I64(file, record + 48));
    }

    /// <summary>Numbers that 32 bits do not hold are in a field of their own.</summary>
    private static void Wide(byte[] file, long at, int size, ref long length, ref long packed, ref long header)
    {
        for (var end = at + size; at + 4 <= end; at += 4 + U16(file, at + 2))
        {
            if (U16(file, at) != 1)
            {
                continue;
            }

            var next = at + 4;
            Take(ref length);
            Take(ref packed);
            Take(ref header);
            return;

            void Take(ref long number)
            {
                if (number == 0xFFFFFFFF)
                {
                    (number, next) = (I64(file, next), next + 8);
                }
            }
        }
    }

    private static byte[] Content(byte[] file, long header, int method, long packed, long length)
    {
        var begin = checked((int)(header + 30 + U16(file, header + 26) + U16(file, header + 28)));
        if (method == 0)
        {
            return file.AsSpan(begin, checked((int)length)).ToArray();
        }

        using var unpacker = new DeflateStream(
            new MemoryStream(file, begin, checked((int)packed)),
            CompressionMode.Decompress
        );
        var content = new byte[length];
        unpacker.ReadExactly(content);
        return content;
    }
}
