using System.Runtime.InteropServices;

namespace VitNotebooks.Data.Codecs;

/// <summary>
/// JPEG by libjpeg-turbo (libturbojpeg.so.0). Accurate DCT and smooth chroma upsampling, which are Pillow's settings: the same bytes come out.
/// Grey becomes RGB; CMYK and YCCK are read as Adobe writes them (inverted) and become RGB as in Pillow. EXIF orientation is left
/// alone, as torchvision does; <see cref="DecodeOptions.ApplyOrientation"/> turns the image upright. Of damaged files those are taken that Pillow takes
/// (LOAD_TRUNCATED_IMAGES at its default), with its pixels: photographs of published datasets are among them.
/// </summary>
public sealed partial class JpegCodec : IImageCodec
{
    private const string Library = "libturbojpeg.so.0";
    private const int Rgb = 0;
    private const int Cmyk = 11;
    private const int FlagAccurateDct = 4096;
    private const int FlagLimitScans = 32768;

    // One decompressor a thread: making one costs 20 us, and it is not thread-safe.
    private static readonly ThreadLocal<Handle> Decompressor = new(() => new Handle(compressor: false));
    private static readonly string[] ColorSpaces = ["RGB", "YCbCr", "grey", "CMYK", "YCCK"];

    /// <inheritdoc/>
    public string Format => "JPEG";

    /// <inheritdoc/>
    public bool Recognises(ReadOnlySpan<byte> data) => data.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]);

    /// <inheritdoc/>
    public ImageHeader ReadHeader(ReadOnlySpan<byte> data, string source) =>
        Guard(data, source, static (handle, bytes, name) => ReadHeader(handle, bytes, name).Header);

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<byte> data, string source, DecodeLimits limits, PixelBuffer target)
    {
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(target);
        Guard(
            data,
            source,
            (handle, bytes, name) =>
            {
                var (header, cmyk) = ReadHeader(handle, bytes, name);
                limits.Check(header, name);
                if (!Decompress(handle, bytes, header, cmyk, target, Wanted.AsPillow, out var said))
                {
                    throw Broken(name, bytes.Length, header, said);
                }
                return header;
            }
        );
    }

    /// <inheritdoc/>
    public int ReadOrientation(ReadOnlySpan<byte> data) => JpegSegments.Orientation(data);

    /// <inheritdoc/>
    /// <remarks>
    /// A part that is at least twice, four or eight times as large as its result is decoded at half, a quarter or an eighth: libjpeg's scaled
    /// DCT, whose pixels are means of the image's, so that the result differs a little from that of full decoding. At full size the part's pixels
    /// are those of full decoding. Of a file whose rows follow one another, what lies below the part is not decoded; TurboJPEG 2 cannot leave out
    /// what lies above or beside it.
    /// </remarks>
    public CropBox DecodeRegion(
        ReadOnlySpan<byte> data,
        string source,
        CropBox box,
        int width,
        int height,
        DecodeLimits limits,
        PixelBuffer target
    )
    {
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(target);
        var scale = Scale(box, width, height);
        Guard(
            data,
            source,
            (handle, bytes, name) =>
            {
                var (header, cmyk) = ReadHeader(handle, bytes, name);
                limits.Check(header, name);
                var scaled = header with { Width = Scaled(header.Width, scale), Height = Scaled(header.Height, scale) };
                if (JpegSegments.CutBelow(bytes, box.Top + box.Height, out var rows) is { } cut)
                {
                    var above = scaled with { Height = Scaled(rows, scale) };
                    if (Decompress(handle, cut, above, cmyk, target, Wanted.Undamaged, out _))
                    {
                        return above;
                    }
                }
                // Damaged perhaps, which the whole tells.
                if (!Decompress(handle, bytes, scaled, cmyk, target, Wanted.AsPillow, out var said))
                {
                    throw Broken(name, bytes.Length, header, said);
                }
                return scaled;
            }
        );
        if (scale == 1)
        {
            return box;
        }
        var (left, columns) = OnGrid(box.Left, box.Width, scale, target.Width);
        var (top, lines) = OnGrid(box.Top, box.Height, scale, target.Height);
        return new CropBox(left, top, columns, lines);
    }

    // The coarsest scale of which at least the result's pixels are left; libjpeg-turbo has vector code for these.
    private static int Scale(CropBox box, int width, int height)
    {
        foreach (var scale in (ReadOnlySpan<int>)[8, 4, 2])
        {
            if (box.Width / scale >= width && box.Height / scale >= height)
            {
                return scale;
            }
        }
        return 1;
    }

    private static int Scaled(int side, int scale) => (side + scale - 1) / scale;

    private static (int From, int Count) OnGrid(int from, int count, int scale, int side)
    {
        var first = Math.Min((from + (scale / 2)) / scale, side - 1);
        var behind = Math.Min((from + count + (scale / 2)) / scale, side);
        return (first, Math.Max(1, behind - first));
    }

    /// <summary>Encodes with 4:2:0 chroma.</summary>
    /// <param name="image">What to write.</param>
    /// <param name="quality">1..100.</param>
    public unsafe byte[] Encode(RgbImage image, int quality = 90)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        try
        {
            using var handle = new Handle(compressor: true);
            byte* output = null;
            nuint size = 0;
            try
            {
                fixed (byte* pixels = image.Pixels)
                {
                    var rc = tjCompress2(
                        handle.Value,
                        pixels,
                        image.Width,
                        0,
                        image.Height,
                        Rgb,
                        &output,
                        &size,
                        2,
                        quality,
                        FlagAccurateDct
                    );
                    if (rc != 0)
                    {
                        throw new DataException(
                            $"JPEG encoding of a {image.Width} x {image.Height} image failed: {handle.Error()}; a side may have at most 65,500 pixels."
                        );
                    }
                }
                return new ReadOnlySpan<byte>(output, checked((int)size)).ToArray();
            }
            finally
            {
                if (output != null)
                {
                    tjFree(output);
                }
            }
        }
        catch (DllNotFoundException e)
        {
            throw Missing(e);
        }
    }

    private enum Wanted
    {
        /// <summary>Rows of a file that nothing is wrong with.</summary>
        Undamaged,

        /// <summary>Whatever rows Pillow takes.</summary>
        AsPillow,
    }

    private delegate ImageHeader Work(Handle handle, ReadOnlySpan<byte> data, string source);

    private static ImageHeader Guard(ReadOnlySpan<byte> data, string source, Work work)
    {
        try
        {
            return work(Decompressor.Value!, data, source);
        }
        catch (ImageFileException)
        {
            // After an error in a header libjpeg-turbo 2.1 takes the next file for its continuation.
            Decompressor.Value!.Dispose();
            Decompressor.Value = new Handle(compressor: false);
            throw;
        }
        catch (DllNotFoundException e)
        {
            throw Missing(e);
        }
    }

    private static MissingLibraryException Missing(Exception e) =>
        new(
            $"{Library} is not on this machine, and JPEG files need it: run `sudo apt-get install libturbojpeg0` (Debian, Ubuntu).",
            e
        );

    private static unsafe (ImageHeader Header, bool Cmyk) ReadHeader(
        Handle handle,
        ReadOnlySpan<byte> data,
        string source
    )
    {
        var width = 0;
        var height = 0;
        var subsampling = 0;
        var space = 0;
        fixed (byte* bytes = data)
        {
            var rc = tjDecompressHeader3(
                handle.Value,
                bytes,
                (nuint)data.Length,
                &width,
                &height,
                &subsampling,
                &space
            );
            var said = rc == 0 ? null : handle.Error();
            // A kind of chroma that has no name in TurboJPEG, which decodes it nevertheless.
            var isUnnamed = said?.Contains("Could not determine subsampling type", StringComparison.Ordinal) ?? false;
            if ((!JpegDamage.IsDecoded(said) && !isUnnamed) || width <= 0 || height <= 0)
            {
                throw Broken(source, data.Length, "its header cannot be read", said);
            }
        }
        var name = (uint)space < ColorSpaces.Length ? ColorSpaces[space] : $"colour space {space}";
        return (new ImageHeader(width, height, $"JPEG, {name}"), space >= 3);
    }

    // False where the rows are not good enough for what is wanted.
    private static bool Decompress(
        Handle handle,
        ReadOnlySpan<byte> data,
        ImageHeader header,
        bool cmyk,
        PixelBuffer target,
        Wanted wanted,
        out string? said
    )
    {
        var rgb = target.Reset(header.Width, header.Height);
        var pixels = cmyk ? GC.AllocateUninitializedArray<byte>(checked(header.Width * header.Height * 4)) : rgb;
        var format = cmyk ? Cmyk : Rgb;
        said = Decompress(handle, data, header, pixels, format);
        var isGood =
            JpegDamage.IsHarmless(said)
            || (
                wanted == Wanted.AsPillow
                && JpegDamage.IsDecoded(said)
                && HasItsRows(handle, data, header, pixels, format)
            );
        if (isGood && cmyk)
        {
            ToRgb(pixels, rgb);
        }
        return isGood;
    }

    // Whether the rows of a damaged file come out of its own bytes. Two more decodings at most, of files that are rare.
    private static bool HasItsRows(
        Handle handle,
        ReadOnlySpan<byte> data,
        ImageHeader header,
        ReadOnlySpan<byte> pixels,
        int format
    )
    {
        var again = new byte[pixels.Length];
        if (JpegDamage.IsDecoded(Decompress(handle, JpegDamage.FollowedByBeginnings(data), header, again, format)))
        {
            return true; // its end mark was found
        }
        if (!JpegSegments.IsOneScan(data) || JpegDamage.WithAnotherEnd(data) is not { } other)
        {
            return false;
        }
        for (var i = 0; i < again.Length; i++)
        {
            again[i] = (byte)~pixels[i];
        }
        return JpegDamage.IsDecoded(Decompress(handle, other, header, again, format)) && pixels.SequenceEqual(again);
    }

    // Null, or what libjpeg-turbo says.
    private static unsafe string? Decompress(
        Handle handle,
        ReadOnlySpan<byte> data,
        ImageHeader header,
        Span<byte> target,
        int format
    )
    {
        fixed (byte* bytes = data)
        fixed (byte* pixels = target)
        {
            var rc = tjDecompress2(
                handle.Value,
                bytes,
                (nuint)data.Length,
                pixels,
                header.Width,
                0,
                header.Height,
                format,
                FlagAccurateDct | FlagLimitScans
            );
            return rc == 0 ? null : handle.Error();
        }
    }

    private static BrokenImageException Broken(string source, int length, ImageHeader header, string? said) =>
        Broken(source, length, $"{header.Width} x {header.Height} pixels were announced", said);

    private static BrokenImageException Broken(string source, int length, string found, string? said) =>
        new(
            $"{source}: a broken JPEG of {length:N0} bytes: {found}, and libjpeg-turbo says '{said}'. "
                + "Copy or download the file again, or load with BrokenImagePolicy.SkipAndCount.",
            source
        );

    private static void ToRgb(ReadOnlySpan<byte> inks, Span<byte> rgb)
    {
        var to = 0;
        for (var at = 0; at + 3 < inks.Length; at += 4, to += 3)
        {
            int light = inks[at + 3];
            for (var c = 0; c < 3; c++)
            {
                var product = ((255 - inks[at + c]) * light) + 128;
                rgb[to + c] = (byte)Math.Max(0, light - ((product + (product >> 8)) >> 8));
            }
        }
    }

    private sealed class Handle : IDisposable
    {
        public Handle(bool compressor)
        {
            Value = compressor ? tjInitCompress() : tjInitDecompress();
            if (Value == IntPtr.Zero)
            {
                throw new DataException(
                    $"libjpeg-turbo could not start: {Marshal.PtrToStringUTF8(tjGetErrorStr2(IntPtr.Zero))}; is the machine out of memory?"
                );
            }
        }

        ~Handle() => Release();

        public IntPtr Value { get; private set; }

        public string Error() => Marshal.PtrToStringUTF8(tjGetErrorStr2(Value)) ?? "no reason given";

        public void Dispose()
        {
            Release();
            GC.SuppressFinalize(this);
        }

        private void Release()
        {
            if (Value != IntPtr.Zero)
            {
                _ = tjDestroy(Value);
                Value = IntPtr.Zero;
            }
        }
    }

    [LibraryImport(Library)]
    private static partial IntPtr tjInitDecompress();

    [LibraryImport(Library)]
    private static partial IntPtr tjInitCompress();

    [LibraryImport(Library)]
    private static partial int tjDestroy(IntPtr handle);

    [LibraryImport(Library)]
    private static unsafe partial void tjFree(byte* buffer);

    [LibraryImport(Library)]
    private static partial IntPtr tjGetErrorStr2(IntPtr handle);

    [LibraryImport(Library)]
    private static unsafe partial int tjDecompressHeader3(
        IntPtr handle,
        byte* data,
        nuint size,
        int* width,
        int* height,
        int* subsampling,
        int* colorSpace
    );

    [LibraryImport(Library)]
    private static unsafe partial int tjDecompress2(
        IntPtr handle,
        byte* data,
        nuint size,
        byte* target,
        int width,
        int pitch,
        int height,
        int pixelFormat,
        int flags
    );

    [LibraryImport(Library)]
    private static unsafe partial int tjCompress2(
        IntPtr handle,
        byte* pixels,
        int width,
        int pitch,
        int height,
        int pixelFormat,
        byte** output,
        nuint* size,
        int subsampling,
        int quality,
        int flags
    );
}
