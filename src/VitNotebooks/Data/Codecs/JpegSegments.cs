using System.Buffers.Binary;

namespace VitNotebooks.Data.Codecs;

/// <summary>The segments in front of a JPEG's pixels (ITU-T T.81, annex B), as far as something is taken from them or changed in them.</summary>
internal static class JpegSegments
{
    private const byte Baseline = 0xC0;
    private const byte ExtendedHuffman = 0xC1;
    private const byte StartOfScan = 0xDA;
    private const byte Application1 = 0xE1;
    private const int BlockSide = 8;

    /// <summary>The orientation of the EXIF segment; upright where there is none.</summary>
    public static int Orientation(ReadOnlySpan<byte> data)
    {
        for (var at = 2; Next(data, ref at, out var marker, out var content); )
        {
            if (marker == Application1 && content.StartsWith("Exif\0\0"u8))
            {
                return ExifOrientation.Of(content);
            }
            if (marker == StartOfScan)
            {
                break;
            }
        }
        return ExifOrientation.Upright;
    }

    /// <summary>
    /// The same file for a decoder that needs its first rows alone: its header says that it ends there. Only where one scan holds all rows in
    /// order; otherwise, and where little is saved, null. The decoder then finds bytes before the end mark, and says so.
    /// </summary>
    /// <param name="data">The file.</param>
    /// <param name="rows">Rows that are needed.</param>
    /// <param name="height">Rows that the result says it has: those needed and at least one row of blocks more, which smoothing of colours looks
    /// at.</param>
    public static byte[]? CutBelow(ReadOnlySpan<byte> data, int rows, out int height)
    {
        height = 0;
        var heightAt = 0;
        var components = 0;
        var blockRows = 0;
        for (var at = 2; Next(data, ref at, out var marker, out var content); )
        {
            if (marker is >= 0xC0 and <= 0xCF and not 0xC4 and not 0xC8 and not 0xCC)
            {
                if (heightAt > 0 || content.Length < 6 || content.Length < 6 + (content[5] * 3))
                {
                    return null;
                }
                height = BinaryPrimitives.ReadUInt16BigEndian(content[1..]);
                if (marker is not (Baseline or ExtendedHuffman))
                {
                    return null;
                }
                components = content[5];
                heightAt = at - content.Length + 1;
                for (var c = 0; c < components; c++)
                {
                    blockRows = Math.Max(blockRows, (content[7 + (c * 3)] & 15) * BlockSide);
                }
            }
            else if (marker == StartOfScan)
            {
                if (heightAt == 0 || content.Length < 1 || content[0] != components || blockRows == 0)
                {
                    return null;
                }
                var cut = (((rows + blockRows - 1) / blockRows) + 1) * blockRows;
                if (cut + (2 * blockRows) > height)
                {
                    return null;
                }
                var shorter = data.ToArray();
                BinaryPrimitives.WriteUInt16BigEndian(shorter.AsSpan(heightAt), (ushort)cut);
                height = cut;
                return shorter;
            }
        }
        return null;
    }

    /// <summary>Whether one scan holds all rows in order, so that a decoder needs nothing behind it.</summary>
    public static bool IsOneScan(ReadOnlySpan<byte> data)
    {
        var components = 0;
        for (var at = 2; Next(data, ref at, out var marker, out var content); )
        {
            if (marker is Baseline or ExtendedHuffman && content.Length >= 6)
            {
                components = content[5];
            }
            else if (marker == StartOfScan)
            {
                return components > 0 && content.Length > 0 && content[0] == components;
            }
        }
        return false;
    }

    // A marker is FF and its code, fill bytes FF may stand before it; then two bytes of length, which they count themselves.
    private static bool Next(ReadOnlySpan<byte> data, ref int at, out byte marker, out ReadOnlySpan<byte> content)
    {
        marker = 0;
        content = default;
        while (at + 1 < data.Length && data[at] == 0xFF && data[at + 1] == 0xFF)
        {
            at++;
        }
        if (at + 4 > data.Length || data[at] != 0xFF)
        {
            return false;
        }
        marker = data[at + 1];
        int length = BinaryPrimitives.ReadUInt16BigEndian(data[(at + 2)..]);
        if (length < 2 || at + 2 + length > data.Length)
        {
            return false;
        }
        content = data.Slice(at + 4, length - 2);
        at += 2 + length;
        return true;
    }
}
