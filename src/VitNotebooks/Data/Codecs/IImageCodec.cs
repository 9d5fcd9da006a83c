namespace VitNotebooks.Data.Codecs;

/// <summary>
/// One image format: how to recognise it, and how to read it as RGB. <see cref="DecodeOptions.Codecs"/> takes formats of one's own, and
/// <see cref="Datasets.Open(string, OpenOptions)"/> gives them to a dataset. Implementations are safe to call from several threads at once.
/// </summary>
public interface IImageCodec
{
    /// <summary>The format's name: <c>JPEG</c>, <c>PNG</c>.</summary>
    string Format { get; }

    /// <summary>
    /// Endings of file names, with the dot, that a folder's images of this format have beside those that count as images anyway: jpg, jpeg, png, webp
    /// and the other formats of torchvision's ImageFolder. Default: none.
    /// </summary>
    IReadOnlyList<string> Endings => [];

    /// <summary>Whether the bytes begin as this format does.</summary>
    bool Recognises(ReadOnlySpan<byte> data);

    /// <summary>Reads the header only.</summary>
    /// <param name="data">The whole file.</param>
    /// <param name="source">What errors call it.</param>
    /// <exception cref="BrokenImageException">The header is damaged.</exception>
    ImageHeader ReadHeader(ReadOnlySpan<byte> data, string source);

    /// <summary>Decodes to 8-bit RGB, after the header has passed the limits.</summary>
    /// <exception cref="BrokenImageException">The file is damaged.</exception>
    /// <exception cref="ImageTooLargeException">The image is above the limits.</exception>
    void Decode(ReadOnlySpan<byte> data, string source, DecodeLimits limits, PixelBuffer target);

    /// <summary>The EXIF orientation that the file states, 1..8; 1, which is upright, where it states none.</summary>
    /// <param name="data">The whole file; damage is no error here.</param>
    int ReadOrientation(ReadOnlySpan<byte> data);

    /// <summary>
    /// Decodes as much as a part of the image needs, and no finer than it needs: what follows is a resizing of that part to
    /// <paramref name="width"/> x <paramref name="height"/>. A format that cannot save anything decodes the whole.
    /// </summary>
    /// <param name="data">The whole file.</param>
    /// <param name="source">What errors call it.</param>
    /// <param name="box">The part, in pixels of the whole image, inside it.</param>
    /// <param name="width">Columns that the part will be resized to; with fewer than these the image is not decoded.</param>
    /// <param name="height">Rows that it will be resized to.</param>
    /// <param name="limits">Limits of the whole image.</param>
    /// <param name="target">Gets the pixels.</param>
    /// <returns>The part in pixels of <paramref name="target"/>, on whole pixels.</returns>
    /// <exception cref="BrokenImageException">The file is damaged where it was read; what was not needed is not looked at.</exception>
    /// <exception cref="ImageTooLargeException">The image is above the limits.</exception>
    CropBox DecodeRegion(
        ReadOnlySpan<byte> data,
        string source,
        CropBox box,
        int width,
        int height,
        DecodeLimits limits,
        PixelBuffer target
    )
    {
        Decode(data, source, limits, target);
        return box;
    }
}

/// <summary>What a file says about itself before a pixel is decoded.</summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Kind">E.g. <c>JPEG, CMYK</c> or <c>PNG, RGBA, 16 bit</c>.</param>
public sealed record ImageHeader(int Width, int Height, string Kind);

/// <summary>How large an image may be; checked against the header before memory is spent.</summary>
public sealed record DecodeLimits
{
    /// <summary>100 million pixels, 256 MiB of file.</summary>
    public static DecodeLimits Default { get; } = new();

    /// <summary>Most pixels, width x height. Default 100,000,000; decoded they take three bytes each.</summary>
    public long MaxPixels { get; init; } = 100_000_000;

    /// <summary>Most bytes of a file. Default 256 MiB.</summary>
    public long MaxFileBytes { get; init; } = 256L << 20;

    internal void Check(ImageHeader header, string source)
    {
        var pixels = (long)header.Width * header.Height;
        if (pixels > MaxPixels || pixels * 3 > Array.MaxLength - PixelBuffer.Slack)
        {
            throw new ImageTooLargeException(
                $"{source}: {header.Kind}, {header.Width:N0} x {header.Height:N0} = {pixels:N0} pixels; the limit is {MaxPixels:N0}. "
                    + "Make the image smaller, or raise DecodeLimits.MaxPixels if you trust the file.",
                source
            );
        }
    }

    internal void CheckFile(long bytes, string source)
    {
        if (bytes > MaxFileBytes)
        {
            throw new ImageTooLargeException(
                $"{source}: {bytes:N0} bytes; the limit for an image file is {MaxFileBytes:N0}. "
                    + "Make the file smaller, or raise DecodeLimits.MaxFileBytes if you trust it.",
                source
            );
        }
    }
}
