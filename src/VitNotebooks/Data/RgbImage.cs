using VitNotebooks.Data.Codecs;

namespace VitNotebooks.Data;

/// <summary>An image in memory: 8 bits a channel, red green blue, rows from the top, <c>[height, width, 3]</c> without padding.</summary>
public sealed class RgbImage
{
    /// <summary>Wraps the given pixels; they are not copied.</summary>
    /// <param name="width">In pixels, at least 1.</param>
    /// <param name="height">In pixels, at least 1.</param>
    /// <param name="pixels">Exactly width x height x 3 bytes.</param>
    /// <exception cref="ArgumentException">The number of bytes does not fit the sides.</exception>
    public RgbImage(int width, int height, byte[] pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (pixels.LongLength != (long)width * height * 3)
        {
            throw new ArgumentException(
                $"RgbImage: {pixels.LongLength:N0} bytes given for {width} x {height} pixels; expected width x height x 3 = {(long)width * height * 3:N0}.",
                nameof(pixels)
            );
        }
        Width = width;
        Height = height;
        Pixels = pixels;
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>The bytes <c>[height, width, 3]</c>, 0..255.</summary>
    public byte[] Pixels { get; }

    /// <summary>The colour at column x, row y.</summary>
    public (byte R, byte G, byte B) this[int x, int y]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)x, (uint)Width, nameof(x));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)y, (uint)Height, nameof(y));
            var at = ((y * Width) + x) * 3;
            return (Pixels[at], Pixels[at + 1], Pixels[at + 2]);
        }
    }

    /// <summary>Reads a JPEG, PNG or WebP file; the format is told by its first bytes, not by its name.</summary>
    /// <exception cref="FileNotFoundException">No such file.</exception>
    /// <exception cref="NotAnImageException">The file is of another format.</exception>
    /// <exception cref="BrokenImageException">The file is damaged.</exception>
    /// <exception cref="ImageTooLargeException">The file or the image is above the limits.</exception>
    public static RgbImage Load(string path, DecodeLimits? limits = null) => ImageCodecs.ReadFile(path, limits);

    /// <summary>Decodes a JPEG, PNG or WebP in memory; <paramref name="source"/> is named in errors.</summary>
    public static RgbImage Decode(ReadOnlySpan<byte> data, string source, DecodeLimits? limits = null) =>
        ImageCodecs.Decode(data, source, limits);

    /// <summary>Writes the image; the name's ending decides: .png, .jpg or .jpeg (quality 95).</summary>
    public void Save(string path) => ImageCodecs.WriteFile(this, path);

    /// <summary>The image as a PNG file's bytes; needs no native library.</summary>
    public byte[] ToPng() => PngWriter.Encode(this);

    /// <summary>The image as a JPEG file's bytes.</summary>
    /// <param name="quality">1..100.</param>
    public byte[] ToJpeg(int quality = 90) => new JpegCodec().Encode(this, quality);

    /// <inheritdoc/>
    public override string ToString() => $"RgbImage {Width} x {Height}";
}
