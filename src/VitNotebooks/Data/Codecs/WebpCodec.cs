using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace VitNotebooks.Data.Codecs;

/// <summary>
/// WebP by libwebp (libwebp.so.7). Alpha is dropped without blending, as Pillow's <c>convert("RGB")</c> does. Of an animation the first frame is
/// read, on its canvas, which is black where the frame does not reach.
/// </summary>
public sealed partial class WebpCodec : IImageCodec
{
    private const string Library = "libwebp.so.7";
    private const int AbiVersion = 0x0200; // its high byte is what libwebp compares
    private const int ChunkHeader = 8;
    private const int FrameHeader = 16;
    private static readonly string[] Formats = ["mixed", "lossy", "lossless"];

    // Of VP8StatusCode.
    private static readonly string[] Statuses =
    [
        "OK",
        "out of memory",
        "invalid parameter",
        "bitstream error",
        "unsupported feature",
        "suspended",
        "user abort",
        "not enough data",
    ];

    /// <inheritdoc/>
    public string Format => "WebP";

    /// <inheritdoc/>
    public bool Recognises(ReadOnlySpan<byte> data) =>
        data.Length >= 12 && data.StartsWith("RIFF"u8) && data[8..].StartsWith("WEBP"u8);

    /// <inheritdoc/>
    public ImageHeader ReadHeader(ReadOnlySpan<byte> data, string source) => Header(Read(data, source));

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<byte> data, string source, DecodeLimits limits, PixelBuffer target)
    {
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(target);
        var image = Read(data, source);
        limits.Check(Header(image), source);
        if (image.HasAnimation == 0)
        {
            Decode(data, source, target.Reset(image.Width, image.Height), image.Width, data.Length);
            return;
        }
        var frame = FirstFrame(data, source);
        var left = 2 * Three(frame);
        var top = 2 * Three(frame[3..]);
        var still = Still(frame, source, data.Length);
        var part = Read(still, source);
        if (left > image.Width - part.Width || top > image.Height - part.Height)
        {
            throw Broken(
                source,
                data.Length,
                $"its first frame of {part.Width} x {part.Height} at {left}, {top} leaves the canvas of {image.Width} x {image.Height}"
            );
        }
        var canvas = target.Reset(image.Width, image.Height);
        canvas.Clear();
        Decode(still, source, canvas[(((top * image.Width) + left) * 3)..], image.Width, data.Length);
    }

    /// <inheritdoc/>
    public int ReadOrientation(ReadOnlySpan<byte> data) =>
        data.Length < 12 ? ExifOrientation.Upright : ExifOrientation.Of(Chunk(data[12..], "EXIF"u8));

    private static ImageHeader Header(Features image) =>
        new(
            image.Width,
            image.Height,
            $"WebP, {((uint)image.Format < Formats.Length ? Formats[image.Format] : $"format {image.Format}")}"
                + (image.HasAlpha != 0 ? ", alpha" : "")
                + (image.HasAnimation != 0 ? ", animated" : "")
        );

    private static unsafe Features Read(ReadOnlySpan<byte> data, string source)
    {
        Features features = default;
        int status;
        try
        {
            fixed (byte* bytes = data)
            {
                status = WebPGetFeaturesInternal(bytes, (nuint)data.Length, &features, AbiVersion);
            }
        }
        catch (DllNotFoundException e)
        {
            throw Missing(e);
        }
        if (status != 0 || features.Width <= 0 || features.Height <= 0)
        {
            throw Broken(source, data.Length, $"its header cannot be read, and libwebp says '{Status(status)}'");
        }
        return features;
    }

    private static unsafe void Decode(ReadOnlySpan<byte> data, string source, Span<byte> pixels, int width, int length)
    {
        fixed (byte* bytes = data)
        fixed (byte* output = pixels)
        {
            if (WebPDecodeRGBInto(bytes, (nuint)data.Length, output, (nuint)pixels.Length, width * 3) is null)
            {
                throw Broken(source, length, "libwebp cannot decode its pixels");
            }
        }
    }

    // The content of the first chunk ANMF: position, size, duration and flags in 16 bytes, then chunks of its own.
    private static ReadOnlySpan<byte> FirstFrame(ReadOnlySpan<byte> data, string source)
    {
        var frame = Chunk(data[12..], "ANMF"u8);
        return frame.Length >= FrameHeader
            ? frame
            : throw Broken(source, data.Length, "it is animated and has no whole frame");
    }

    // A frame's pixels as a file of their own; its alpha is a chunk beside them, which is not needed.
    private static byte[] Still(ReadOnlySpan<byte> frame, string source, int length)
    {
        var chunks = frame[FrameHeader..];
        foreach (var kind in (ReadOnlySpan<string>)["VP8 ", "VP8L"])
        {
            var name = System.Text.Encoding.ASCII.GetBytes(kind);
            var content = Chunk(chunks, name);
            if (content.IsEmpty)
            {
                continue;
            }
            var padded = content.Length + (content.Length & 1);
            var file = new byte[12 + ChunkHeader + padded];
            "RIFF"u8.CopyTo(file);
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), 4 + ChunkHeader + padded);
            "WEBP"u8.CopyTo(file.AsSpan(8));
            name.CopyTo(file, 12);
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(16), content.Length);
            content.CopyTo(file.AsSpan(20));
            return file;
        }
        throw Broken(source, length, "its first frame has no pixels");
    }

    /// <summary>The content of the first chunk of that name; empty where there is none, or where it is cut.</summary>
    private static ReadOnlySpan<byte> Chunk(ReadOnlySpan<byte> chunks, ReadOnlySpan<byte> name)
    {
        while (chunks.Length >= ChunkHeader)
        {
            var size = BinaryPrimitives.ReadUInt32LittleEndian(chunks[4..]);
            if (size > chunks.Length - ChunkHeader)
            {
                break;
            }
            if (chunks.StartsWith(name))
            {
                return chunks.Slice(ChunkHeader, (int)size);
            }
            var next = ChunkHeader + (long)size + (size & 1);
            chunks = next < chunks.Length ? chunks[(int)next..] : [];
        }
        return [];
    }

    private static int Three(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);

    private static string Status(int status) => (uint)status < Statuses.Length ? Statuses[status] : $"status {status}";

    private static MissingLibraryException Missing(Exception e) =>
        new(
            $"{Library} is not on this machine, and WebP files need it: run `sudo apt-get install libwebp7` (Debian, Ubuntu).",
            e
        );

    private static BrokenImageException Broken(string source, int length, string found) =>
        new(
            $"{source}: a broken WebP of {length:N0} bytes: {found}. "
                + "Copy or download the file again, or load with BrokenImagePolicy.SkipAndCount.",
            source
        );

    // WebPBitstreamFeatures of webp/decode.h.
    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct Features
    {
        public int Width;
        public int Height;
        public int HasAlpha;
        public int HasAnimation;
        public int Format;
        public fixed int Pad[5];
    }

    [LibraryImport(Library)]
    private static unsafe partial int WebPGetFeaturesInternal(byte* data, nuint size, Features* features, int version);

    [LibraryImport(Library)]
    private static unsafe partial byte* WebPDecodeRGBInto(
        byte* data,
        nuint size,
        byte* output,
        nuint outputSize,
        int stride
    );
}
