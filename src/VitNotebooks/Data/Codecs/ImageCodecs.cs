using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace VitNotebooks.Data.Codecs;

/// <summary>The formats this package reads, found by a file's first bytes.</summary>
public static class ImageCodecs
{
    private static readonly IImageCodec[] Known = [new JpegCodec(), new PngCodec(), new WebpCodec()];

    /// <summary>JPEG, PNG and WebP.</summary>
    public static IReadOnlyList<IImageCodec> All => Known;

    /// <summary>The codec for these bytes among the package's own.</summary>
    /// <exception cref="NotAnImageException">No codec recognises them.</exception>
    public static IImageCodec For(ReadOnlySpan<byte> data, string source) => For(data, source, Known);

    /// <summary>The first codec that recognises these bytes.</summary>
    /// <param name="data">The whole file.</param>
    /// <param name="source">What errors call it.</param>
    /// <param name="codecs">Asked in this order.</param>
    /// <exception cref="NotAnImageException">No codec recognises them.</exception>
    public static IImageCodec For(ReadOnlySpan<byte> data, string source, IReadOnlyList<IImageCodec> codecs)
    {
        ArgumentNullException.ThrowIfNull(codecs);
        foreach (var codec in codecs)
        {
            if (codec.Recognises(data))
            {
                return codec;
            }
        }
        var expected = ReferenceEquals(codecs, Known)
            ? "a JPEG (it begins FF D8 FF), a PNG (89 50 4E 47) or a WebP (RIFF, WEBP)"
            : string.Join(" or ", codecs.Select(codec => codec.Format));
        throw new NotAnImageException(
            $"{source}: this is {Guess(data)}; expected {expected}. Convert the file, or take it out of the folder.",
            source
        );
    }

    /// <summary>Reads a file.</summary>
    public static RgbImage ReadFile(string path, DecodeLimits? limits = null)
    {
        var buffer = new PixelBuffer();
        ReadFile(path, limits ?? DecodeLimits.Default, buffer);
        return buffer.ToImage();
    }

    /// <summary>Reads a file into a buffer.</summary>
    /// <exception cref="FileNotFoundException">No such file.</exception>
    public static void ReadFile(string path, DecodeLimits limits, PixelBuffer target)
    {
        ArgumentNullException.ThrowIfNull(limits);
        WithBytes(
            path,
            limits,
            data =>
            {
                Decode(data, path, limits, target);
                return true;
            }
        );
    }

    /// <summary>Reads a file into a buffer as the options say.</summary>
    /// <exception cref="FileNotFoundException">No such file.</exception>
    public static void ReadFile(string path, DecodeOptions options, PixelBuffer target)
    {
        ArgumentNullException.ThrowIfNull(options);
        WithBytes(
            path,
            options.Limits,
            data =>
            {
                Decode(data, path, options, target);
                return true;
            }
        );
    }

    /// <summary>Decodes bytes in memory.</summary>
    public static RgbImage Decode(ReadOnlySpan<byte> data, string source, DecodeLimits? limits = null)
    {
        var buffer = new PixelBuffer();
        Decode(data, source, limits ?? DecodeLimits.Default, buffer);
        return buffer.ToImage();
    }

    /// <summary>Decodes bytes in memory into a buffer.</summary>
    public static void Decode(ReadOnlySpan<byte> data, string source, DecodeLimits limits, PixelBuffer target)
    {
        ArgumentNullException.ThrowIfNull(limits);
        limits.CheckFile(data.Length, source);
        For(data, source).Decode(data, source, limits, target);
    }

    /// <summary>Decodes bytes in memory as the options say.</summary>
    public static void Decode(ReadOnlySpan<byte> data, string source, DecodeOptions options, PixelBuffer target)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(target);
        options.Limits.CheckFile(data.Length, source);
        var codec = For(data, source, options.Codecs);
        var orientation = options.ApplyOrientation ? codec.ReadOrientation(data) : ExifOrientation.Upright;
        if (options.AtLeast is { } least)
        {
            var header = codec.ReadHeader(data, source);
            var (width, height) = ExifOrientation.Swaps(orientation) ? (least.Height, least.Width) : least;
            codec.DecodeRegion(
                data,
                source,
                new CropBox(0, 0, header.Width, header.Height),
                width,
                height,
                options.Limits,
                target
            );
        }
        else
        {
            codec.Decode(data, source, options.Limits, target);
        }
        ExifOrientation.Apply(orientation, target);
    }

    /// <summary>
    /// Decodes the part of an image that will be resized to <paramref name="width"/> x <paramref name="height"/>, and no more than that needs.
    /// </summary>
    /// <param name="data">The whole file.</param>
    /// <param name="source">What errors call it.</param>
    /// <param name="choose">Chooses the part once the image's sides are known, in its pixels.</param>
    /// <param name="width">Columns of the result that is to come.</param>
    /// <param name="height">Rows of it.</param>
    /// <param name="limits">Limits of the whole image.</param>
    /// <param name="target">Gets the pixels.</param>
    /// <returns>The part in pixels of <paramref name="target"/>.</returns>
    /// <exception cref="ArgumentException">The part is not inside the image.</exception>
    public static CropBox DecodeRegion(
        ReadOnlySpan<byte> data,
        string source,
        Func<ImageHeader, CropBox> choose,
        int width,
        int height,
        DecodeLimits limits,
        PixelBuffer target
    )
    {
        ArgumentNullException.ThrowIfNull(choose);
        ArgumentNullException.ThrowIfNull(limits);
        limits.CheckFile(data.Length, source);
        return DecodeRegion(For(data, source), data, source, choose, width, height, limits, target);
    }

    /// <summary>
    /// As <see cref="DecodeRegion(ReadOnlySpan{byte}, string, Func{ImageHeader, CropBox}, int, int, DecodeLimits, PixelBuffer)"/>, as the options say. An image
    /// that is turned, or that may come out smaller, is decoded whole: the part is one of the image that comes out, not of the one that is stored.
    /// </summary>
    /// <param name="data">The whole file.</param>
    /// <param name="source">What errors call it.</param>
    /// <param name="choose">The part, inside an image of the given columns and rows.</param>
    /// <param name="size">Columns and rows that the part will be resized to.</param>
    /// <param name="options">How.</param>
    /// <param name="target">Gets the pixels.</param>
    /// <returns>The part in pixels of <paramref name="target"/>.</returns>
    /// <exception cref="ArgumentException">The part is not inside the image.</exception>
    public static CropBox DecodeRegion(
        ReadOnlySpan<byte> data,
        string source,
        Func<int, int, CropBox> choose,
        (int Width, int Height) size,
        DecodeOptions options,
        PixelBuffer target
    )
    {
        ArgumentNullException.ThrowIfNull(choose);
        ArgumentNullException.ThrowIfNull(options);
        options.Limits.CheckFile(data.Length, source);
        var codec = For(data, source, options.Codecs);
        var isTurned = options.ApplyOrientation && codec.ReadOrientation(data) != ExifOrientation.Upright;
        if (!isTurned && options.AtLeast is null)
        {
            return DecodeRegion(
                codec,
                data,
                source,
                header => choose(header.Width, header.Height),
                size.Width,
                size.Height,
                options.Limits,
                target
            );
        }
        Decode(data, source, options, target);
        var box = choose(target.Width, target.Height);
        CheckInside(box, target.Width, target.Height, source);
        return box;
    }

    /// <summary>Reads the part of a file's image that will be resized.</summary>
    /// <exception cref="FileNotFoundException">No such file.</exception>
    internal static CropBox ReadPart(
        string path,
        Func<int, int, CropBox> choose,
        (int Width, int Height) size,
        DecodeOptions options,
        PixelBuffer target
    ) => WithBytes(path, options.Limits, data => DecodeRegion(data, path, choose, size, options, target));

    private static CropBox DecodeRegion(
        IImageCodec codec,
        ReadOnlySpan<byte> data,
        string source,
        Func<ImageHeader, CropBox> choose,
        int width,
        int height,
        DecodeLimits limits,
        PixelBuffer target
    )
    {
        var header = codec.ReadHeader(data, source);
        limits.Check(header, source);
        var box = choose(header);
        CheckInside(box, header.Width, header.Height, source);
        return codec.DecodeRegion(data, source, box, width, height, limits, target);
    }

    private static void CheckInside(CropBox box, int width, int height, string source)
    {
        if (
            box.Left < 0
            || box.Top < 0
            || box.Width < 1
            || box.Height < 1
            || box.Left > width - box.Width
            || box.Top > height - box.Height
        )
        {
            throw new ArgumentException($"{source}: the part {box} is not inside the image of {width} x {height}.");
        }
    }

    private delegate T Use<T>(ReadOnlySpan<byte> data);

    // Files of images are larger than what the runtime collects cheaply: their memory goes from one to the next.
    private static T WithBytes<T>(string path, DecodeLimits limits, Use<T> use)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"{path}: no such image file; check the path.", path);
        }
        using var file = File.OpenHandle(path);
        var length = RandomAccess.GetLength(file);
        limits.CheckFile(length, path);
        var bytes = ArrayPool<byte>.Shared.Rent(checked((int)length));
        try
        {
            var read = 0;
            while (
                read < length
                && RandomAccess.Read(file, bytes.AsSpan(read, (int)length - read), read) is > 0 and var more
            )
            {
                read += more;
            }
            return use(bytes.AsSpan(0, read));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    internal static void WriteFile(RgbImage image, string path)
    {
        var data = Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".PNG" => image.ToPng(),
            ".JPG" or ".JPEG" => image.ToJpeg(95),
            _ => throw new ArgumentException(
                $"{path}: the name ends in '{Path.GetExtension(path)}'; expected .png, .jpg or .jpeg.",
                nameof(path)
            ),
        };
        File.WriteAllBytes(path, data);
    }

    private static string Guess(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
        {
            return "an empty file";
        }
        if (data.StartsWith("GIF8"u8))
        {
            return "a GIF file";
        }
        if (data.StartsWith("BM"u8))
        {
            return "a BMP file";
        }
        if (data.StartsWith("II*\0"u8) || data.StartsWith("MM\0*"u8))
        {
            return "a TIFF file";
        }
        if (data.TrimStart(" \r\n\t"u8).StartsWith("<"u8))
        {
            return "a text file (HTML, XML or SVG; perhaps a failed download)";
        }
        return $"no image format known here (first bytes {Convert.ToHexString(data[..Math.Min(8, data.Length)])})";
    }
}
