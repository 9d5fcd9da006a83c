using System.Buffers.Binary;
using System.IO.Compression;

namespace VitNotebooks.Data.Codecs;

/// <summary>Writes 8-bit RGB as PNG (W3C PNG specification, 2003) with the framework's own zlib: previews need no native library.</summary>
internal static class PngWriter
{
    /// <summary>The file's bytes. Rows are stored as differences to the row above (filter 2), which suits pictures.</summary>
    public static byte[] Encode(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        var file = new MemoryStream();
        file.Write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, image.Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), image.Height);
        header[8] = 8;
        header[9] = 2;
        WriteChunk(file, "IHDR"u8, header);

        var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var stride = image.Width * 3;
            var row = new byte[stride + 1];
            row[0] = 2;
            for (var y = 0; y < image.Height; y++)
            {
                ReadOnlySpan<byte> current = image.Pixels.AsSpan(y * stride, stride);
                ReadOnlySpan<byte> above = y == 0 ? [] : image.Pixels.AsSpan((y - 1) * stride, stride);
                for (var x = 0; x < stride; x++)
                {
                    row[x + 1] = (byte)(current[x] - (y == 0 ? 0 : above[x]));
                }
                zlib.Write(row);
            }
        }
        WriteChunk(file, "IDAT"u8, packed.GetBuffer().AsSpan(0, (int)packed.Length));
        WriteChunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static void WriteChunk(Stream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, data.Length);
        file.Write(word);
        file.Write(type);
        file.Write(data);
        var crc = Crc32.Of(data, Crc32.Of(type));
        BinaryPrimitives.WriteUInt32BigEndian(word, crc);
        file.Write(word);
    }
}
