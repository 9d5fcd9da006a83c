using System.Buffers.Binary;
using System.IO.Compression;

namespace VitNotebooks.Interactive;

/// <summary>A picture as the bytes of a PNG file (8-bit RGB), as notebooks embed it.</summary>
public sealed class PngImage
{
    private static readonly uint[] CrcTable = MakeCrcTable();

    private PngImage(int width, int height, byte[] bytes)
    {
        Width = width;
        Height = height;
        Bytes = bytes;
    }

    /// <summary>Width in pixels.</summary>
    public int Width { get; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; }

    /// <summary>The file's content.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The picture as a <c>data:</c> address, for an <c>img</c> element.</summary>
    public string ToDataUri() => "data:image/png;base64," + Convert.ToBase64String(Bytes.Span);

    /// <summary>Encodes pixels.</summary>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="rgb">Pixels in rows, [height, width, 3], 0 to 255.</param>
    /// <exception cref="ArgumentException">The number of bytes is not width x height x 3.</exception>
    public static PngImage FromRgb(int width, int height, ReadOnlySpan<byte> rgb)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (rgb.Length != (long)width * height * 3)
        {
            throw new ArgumentException(
                $"PngImage: {rgb.Length} bytes were given; {width} x {height} pixels of RGB are {(long)width * height * 3}.",
                nameof(rgb)
            );
        }

        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 8; // bits a channel
        header[9] = 2; // RGB
        Chunk(file, "IHDR"u8, header);

        using var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.Optimal, leaveOpen: true))
        {
            var stride = width * 3;
            var line = new byte[stride + 1];
            line[0] = 1; // filter "Sub": each byte less the one three before it; photographs shrink by about a third
            for (var y = 0; y < height; y++)
            {
                var row = rgb.Slice(y * stride, stride);
                for (var i = 0; i < stride; i++)
                {
                    line[i + 1] = (byte)(row[i] - (i < 3 ? 0 : row[i - 3]));
                }

                zlib.Write(line);
            }
        }

        Chunk(file, "IDAT"u8, data.ToArray());
        Chunk(file, "IEND"u8, []);
        return new PngImage(width, height, file.ToArray());
    }

    private static void Chunk(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, data.Length);
        file.Write(word);
        file.Write(type);
        file.Write(data);
        var crc = Crc(Crc(0xFFFFFFFFu, type), data) ^ 0xFFFFFFFFu;
        BinaryPrimitives.WriteUInt32BigEndian(word, crc);
        file.Write(word);
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> data)
    {
        foreach (var b in data)
        {
            crc = CrcTable[(crc ^ b) & 0xFF] ^ (crc >> 8);
        }

        return crc;
    }

    private static uint[] MakeCrcTable()
    {
        var table = new uint[256];
        for (var n = 0u; n < 256; n++)
        {
            var c = n;
            for (var k = 0; k < 8; k++)
            {
                c = (c & 1) != 0 ? 0xEDB88320u ^ (c >> 1) : c >> 1;
            }

            table[n] = c;
        }

        return table;
    }
}
