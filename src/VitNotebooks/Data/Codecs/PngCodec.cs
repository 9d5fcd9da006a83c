using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace VitNotebooks.Data.Codecs;

/// <summary>
/// PNG by libspng (libspng.so.0). Palette and grey become RGB, 16 bits keep their high byte, and alpha is dropped without blending, as
/// Pillow's <c>convert("RGB")</c> does, so that pixels equal torchvision's ImageFolder's. Grey of 16 bits without alpha is refused: Pillow cuts every
/// value at 255, so that nearly all is white, and nobody who trained on that meant it. An animated PNG is its first picture.
/// </summary>
public sealed partial class PngCodec : IImageCodec
{
    private const string Library = "libspng.so.0";
    private const int FormatRgb8 = 4;
    private const nuint MostOfAChunk = 64 << 20; // of text and colour profiles, unpacked: a bomb hides there
    private static readonly string[] ColorTypes =
    [
        "grey",
        "type 1",
        "RGB",
        "palette",
        "grey and alpha",
        "type 5",
        "RGBA",
    ];

    /// <inheritdoc/>
    public string Format => "PNG";

    /// <inheritdoc/>
    public bool Recognises(ReadOnlySpan<byte> data) =>
        data.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);

    /// <inheritdoc/>
    public ImageHeader ReadHeader(ReadOnlySpan<byte> data, string source)
    {
        // Signature 8, length 4, "IHDR" 4, then width, height, depth, colour type.
        if (data.Length < 33 || !data.Slice(12, 4).SequenceEqual("IHDR"u8))
        {
            throw Broken(source, data.Length, "the header chunk IHDR is missing");
        }
        var width = BinaryPrimitives.ReadUInt32BigEndian(data[16..]);
        var height = BinaryPrimitives.ReadUInt32BigEndian(data[20..]);
        if (width is 0 or > int.MaxValue || height is 0 or > int.MaxValue)
        {
            throw Broken(source, data.Length, $"its header says {width:N0} x {height:N0} pixels");
        }
        var kind = data[25] < ColorTypes.Length ? ColorTypes[data[25]] : $"type {data[25]}";
        return new ImageHeader((int)width, (int)height, $"PNG, {kind}, {data[24]} bit");
    }

    /// <inheritdoc/>
    public unsafe void Decode(ReadOnlySpan<byte> data, string source, DecodeLimits limits, PixelBuffer target)
    {
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(target);
        var length = data.Length;
        var header = ReadHeader(data, source);
        limits.Check(header, source);
        if (data[24] == 16 && data[25] == 0)
        {
            throw new UnsupportedImageException(
                $"{source}: a PNG of {header.Width} x {header.Height} grey pixels of 16 bits, which is not read: Pillow, and with it torchvision's folders "
                    + "of images, cuts every value at 255. Save it with 8 bits, in the range that matters (value / 257 for all of it), or load with "
                    + "BrokenImagePolicy.SkipAndCount.",
                source
            );
        }
        var context = IntPtr.Zero;
        try
        {
            context = spng_ctx_new(0);
            if (context == IntPtr.Zero)
            {
                throw new DataException("libspng could not start; is the machine out of memory?");
            }
            fixed (byte* bytes = data)
            {
                Check(spng_set_png_buffer(context, bytes, (nuint)data.Length));
                Check(spng_set_image_limits(context, (uint)header.Width, (uint)header.Height));
                Check(spng_set_chunk_limits(context, MostOfAChunk, MostOfAChunk));
                nuint size = 0;
                Check(spng_decoded_image_size(context, FormatRgb8, &size));
                var pixels = target.Reset(header.Width, header.Height);
                if (size != (nuint)pixels.Length)
                {
                    throw Broken(
                        source,
                        data.Length,
                        $"libspng expects {size:N0} bytes of pixels, the header {pixels.Length:N0}"
                    );
                }
                fixed (byte* output = pixels)
                {
                    Check(spng_decode_image(context, output, size, FormatRgb8, 0));
                }
            }
        }
        catch (DllNotFoundException e)
        {
            throw new MissingLibraryException(
                $"{Library} is not on this machine, and PNG files need it: run `sudo apt-get install libspng0` (Debian, Ubuntu).",
                e
            );
        }
        finally
        {
            if (context != IntPtr.Zero)
            {
                spng_ctx_free(context);
            }
        }

        void Check(int code)
        {
            if (code != 0)
            {
                throw Broken(source, length, $"libspng says '{Marshal.PtrToStringUTF8(spng_strerror(code))}'");
            }
        }
    }

    /// <inheritdoc/>
    public int ReadOrientation(ReadOnlySpan<byte> data)
    {
        // Behind the signature: length 4, type 4, content, checksum 4.
        for (long at = 8; at + 12 <= data.Length; )
        {
            var chunk = data[(int)at..];
            var length = BinaryPrimitives.ReadUInt32BigEndian(chunk);
            if (length > chunk.Length - 12)
            {
                break;
            }
            if (chunk.Slice(4, 4).SequenceEqual("eXIf"u8))
            {
                return ExifOrientation.Of(chunk.Slice(8, (int)length));
            }
            at += 12 + length;
        }
        return ExifOrientation.Upright;
    }

    private static BrokenImageException Broken(string source, int length, string found) =>
        new(
            $"{source}: a broken PNG of {length:N0} bytes: {found}. "
                + "Copy or download the file again, or load with BrokenImagePolicy.SkipAndCount.",
            source
        );

    [LibraryImport(Library)]
    private static partial IntPtr spng_ctx_new(int flags);

    [LibraryImport(Library)]
    private static partial void spng_ctx_free(IntPtr context);

    [LibraryImport(Library)]
    private static unsafe partial int spng_set_png_buffer(IntPtr context, byte* data, nuint size);

    [LibraryImport(Library)]
    private static partial int spng_set_image_limits(IntPtr context, uint width, uint height);

    [LibraryImport(Library)]
    private static partial int spng_set_chunk_limits(IntPtr context, nuint chunk, nuint cache);

    [LibraryImport(Library)]
    private static unsafe partial int spng_decoded_image_size(IntPtr context, int format, nuint* size);

    [LibraryImport(Library)]
    private static unsafe partial int spng_decode_image(
        IntPtr context,
        byte* output,
        nuint size,
        int format,
        int flags
    );

    [LibraryImport(Library)]
    private static partial IntPtr spng_strerror(int code);
}
