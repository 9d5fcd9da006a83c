using System.Buffers.Binary;
using System.IO.Compression;
using Shouldly;
using Xunit;

namespace VitNotebooks.Interactive.Tests;

public sealed class PngImageTests
{
    [Fact]
    public void FromRgb_Pixels_ComeBackFromTheFile()
    {
        var pixels = Enumerable.Range(0, 5 * 3 * 3).Select(i => (byte)(i * 37)).ToArray();

        var bytes = PngImage.FromRgb(5, 3, pixels).Bytes.ToArray();

        bytes[..8].ShouldBe([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(16)).ShouldBe(5);
        BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(20)).ShouldBe(3);
        var length = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(33));
        using var zlib = new ZLibStream(new MemoryStream(bytes, 41, length), CompressionMode.Decompress);
        using var raw = new MemoryStream();
        zlib.CopyTo(raw);
        Unfilter(raw.ToArray(), 15).ShouldBe(pixels);
    }

    /// <summary>The checksum of an empty IEND chunk is a known constant of the format.</summary>
    [Fact]
    public void FromRgb_LastChunk_HasTheKnownChecksum() =>
        PngImage.FromRgb(1, 1, [1, 2, 3]).Bytes[^4..].ToArray().ShouldBe([0xAE, 0x42, 0x60, 0x82]);

    [Fact]
    public void FromRgb_WrongNumberOfBytes_NamesBoth() =>
        Should.Throw<ArgumentException>(() => PngImage.FromRgb(2, 2, new byte[11])).Message.ShouldContain("11 bytes");

    private static byte[] Unfilter(byte[] raw, int stride)
    {
        var pixels = new List<byte>();
        for (var at = 0; at < raw.Length; at += stride + 1)
        {
            raw[at].ShouldBe((byte)1);
            for (var i = 0; i < stride; i++)
            {
                pixels.Add((byte)(raw[at + 1 + i] + (i < 3 ? 0 : pixels[^3])));
            }
        }

        return [.. pixels];
    }
}
