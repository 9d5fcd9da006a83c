using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace VitNotebooks.Data;

/// <summary>A file in a tar file.</summary>
/// <param name="Name">Its path.</param>
/// <param name="Offset">Its first byte in the tar file.</param>
/// <param name="Length">Its bytes.</param>
internal readonly record struct TarMember(string Name, long Offset, long Length);

/// <summary>
/// The files in a tar file (ustar, GNU with long names, pax), by their headers alone: nothing is extracted, so that a name leads nowhere. Links, folders and
/// devices are passed over; sparse files are refused. What a header says is checked against its sum and the file's length.
/// </summary>
internal sealed class TarMembers(SafeFileHandle handle, string source, OpenOptions? options = null)
{
    private const int Block = 512;
    private const int MostName = 1 << 16;
    private const int MostExtended = 1 << 20;
    private const int Told = 1 << 22; // bytes between two words of how far it is
    private readonly byte[] _header = new byte[Block];

    /// <summary>Reads the headers between two places of the file.</summary>
    /// <param name="start">Where the archive begins.</param>
    /// <param name="length">Its bytes.</param>
    /// <exception cref="DatasetFormatException">It is truncated or no tar file.</exception>
    public IEnumerable<TarMember> Read(long start, long length)
    {
        var end = start + length;
        string? longName = null;
        Dictionary<string, string>? extended = null;
        var told = start;
        for (var at = start; ; )
        {
            if (at >= told)
            {
                options?.Reading(source, at - start, length);
                told = at + Told;
            }

            if (end - at < Block)
            {
                throw Fault(at, "the archive ends without its end mark; it is truncated");
            }

            Fill(at, _header);
            if (IsZero(_header))
            {
                yield break;
            }

            CheckSum(at);
            var size = extended?.GetValueOrDefault("size") is { } stated ? PaxSize(at, stated) : Size(at);
            var type = (char)_header[156];
            var isData = type is '0' or '\0' or '7';
            if (type is '1' or '2' or '3' or '4' or '5' or '6')
            {
                size = 0;
            }

            var data = at + Block;
            if (size > end - data)
            {
                throw Fault(at, $"'{Name()}' claims {size:N0} bytes, and {end - data:N0} are left; it is truncated");
            }

            switch (type)
            {
                case 'L':
                    longName = Encoding.UTF8.GetString(Bytes(at, data, size, MostName)).TrimEnd('\0');
                    break;
                case 'x':
                    extended = Pax(at, Bytes(at, data, size, MostExtended));
                    break;
                case 'S':
                    throw Fault(
                        at,
                        $"'{Name()}' is a sparse file, which is not read; make the archive without --sparse"
                    );
                case 'g' or 'K':
                    break;
                default:
                    if (isData)
                    {
                        yield return new TarMember(
                            extended?.GetValueOrDefault("path") ?? longName ?? Name(),
                            data,
                            size
                        );
                    }

                    longName = null;
                    extended = null;
                    break;
            }
            at = data + ((size + Block - 1) / Block * Block);
        }
    }

    /// <summary>A member's bytes.</summary>
    /// <exception cref="DatasetFormatException">It is longer than it may be.</exception>
    public byte[] Content(TarMember member, int most) => Bytes(member.Offset, member.Offset, member.Length, most);

    /// <summary>The bytes that the header at a place gives its file; null where no header of a file stands there.</summary>
    public static long? HeaderLength(SafeFileHandle handle, long at)
    {
        Span<byte> header = stackalloc byte[Block];
        for (var done = 0; done < Block; )
        {
            var read = RandomAccess.Read(handle, header[done..], at + done);
            if (read == 0)
            {
                return null;
            }

            done += read;
        }
        return HasRightSum(header) && (header[156] is (byte)'0' or 0 or (byte)'7')
            ? Octal(header.Slice(124, 12))
            : null;
    }

    private byte[] Bytes(long at, long offset, long length, int most)
    {
        if (length > most)
        {
            throw Fault(at, $"a file of {length:N0} bytes; expected at most {most:N0}");
        }

        var bytes = new byte[length];
        Fill(offset, bytes);
        return bytes;
    }

    private void Fill(long at, Span<byte> target)
    {
        for (var done = 0; done < target.Length; )
        {
            var read = RandomAccess.Read(handle, target[done..], at + done);
            if (read == 0)
            {
                throw Fault(at, "the file ends there; it is truncated, or became shorter while it was read");
            }

            done += read;
        }
    }

    private void CheckSum(long at)
    {
        if (!HasRightSum(_header))
        {
            throw Fault(at, "there is no tar header whose sum is right; the file is damaged or no tar file");
        }
    }

    private static bool HasRightSum(ReadOnlySpan<byte> header)
    {
        long unsigned = 0,
            signed = 0;
        for (var i = 0; i < Block; i++)
        {
            var value = i is >= 148 and < 156 ? (byte)' ' : header[i];
            unsigned += value;
            signed += (sbyte)value;
        }
        return Octal(header.Slice(148, 8)) is { } stated && (stated == unsigned || stated == signed);
    }

    private long Size(long at)
    {
        var field = _header.AsSpan(124, 12);
        if ((field[0] & 0x80) != 0)
        {
            // GNU: a number in base 256.
            var high = BinaryPrimitives.ReadUInt32BigEndian(field) & 0x7FFFFFFF;
            var low = BinaryPrimitives.ReadInt64BigEndian(field[4..]);
            return high == 0 && low >= 0 ? low : throw Fault(at, $"'{Name()}' has a size over 2^63 bytes");
        }
        return Octal(field) ?? throw Fault(at, $"the size of '{Name()}' is no number");
    }

    private long PaxSize(long at, string text) =>
        long.TryParse(text, System.Globalization.NumberStyles.None, null, out var size)
            ? size
            : throw Fault(at, $"the size of '{Name()}' is no number");

    private static long? Octal(ReadOnlySpan<byte> field)
    {
        long number = 0;
        var digits = field.Trim(" \0"u8);
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'7')
            {
                return null;
            }

            number = (number * 8) + (digit - '0');
        }
        return number;
    }

    private string Name()
    {
        var name = Text(_header.AsSpan(0, 100));
        // GNU's magic has blanks, and other things where ustar has the prefix.
        var prefix = _header.AsSpan(257, 6).SequenceEqual("ustar\0"u8) ? Text(_header.AsSpan(345, 155)) : "";
        return prefix.Length == 0 ? name : $"{prefix}/{name}";
    }

    private static string Text(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
    }

    private Dictionary<string, string> Pax(long at, byte[] bytes)
    {
        var records = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < bytes.Length; )
        {
            var space = bytes.AsSpan(i).IndexOf((byte)' ');
            if (
                space is < 1 or > 9
                || !int.TryParse(Encoding.ASCII.GetString(bytes, i, space), out var length)
                || length <= space + 1
                || length > bytes.Length - i
                || bytes[i + length - 1] != '\n'
            )
            {
                throw Fault(at, "an extended header is not of pax's form");
            }

            var record = Encoding.UTF8.GetString(bytes, i + space + 1, length - space - 2);
            var equals = record.IndexOf('=');
            if (equals < 1)
            {
                throw Fault(at, "an extended header is not of pax's form");
            }

            records[record[..equals]] = record[(equals + 1)..];
            i += length;
        }
        return records;
    }

    private static bool IsZero(ReadOnlySpan<byte> block) => !block.ContainsAnyExcept((byte)0);

    private DatasetFormatException Fault(long at, string what) =>
        new($"{source}, byte {at:N0}: {what}. Fetch the file again.", source);
}
