namespace VitNotebooks.Data.Codecs;

/// <summary>The formats this package reads, found by a file's first bytes.</summary>
public static class ImageCodecs
{
    private static readonly IImageCodec[] Known = [new JpegCodec(), new PngCodec()];

    /// <summary>JPEG and PNG.</summary>
    public static IReadOnlyList<IImageCodec> All => Known;

    /// <summary>The codec for these bytes.</summary>
    /// <exception cref="NotAnImageException">No codec recognises them.</exception>
    public static IImageCodec For(ReadOnlySpan<byte> data, string source)
    {
        foreach (IImageCodec codec in Known)
        {
            if (codec.Recognises(data))
            {
                return codec;
            }
        }
        throw new NotAnImageException(
            $"{source}: this is {Guess(data)}; expected a JPEG (it begins FF D8 FF) or a PNG (89 50 4E 47). "
                + "Convert the file, or take it out of the folder.",
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
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new FileNotFoundException($"{path}: no such image file; check the path.", path);
        }
        limits.CheckFile(file.Length, path);
        Decode(File.ReadAllBytes(path), path, limits, target);
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

    internal static void WriteFile(RgbImage image, string path)
    {
        byte[] data = Path.GetExtension(path).ToUpperInvariant() switch
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
        if (data.Length >= 12 && data.StartsWith("RIFF"u8) && data[8..].StartsWith("WEBP"u8))
        {
            return "a WebP file";
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
