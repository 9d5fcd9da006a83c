namespace VitNotebooks.Data.Codecs;

/// <summary>How an image file becomes pixels.</summary>
public sealed record DecodeOptions
{
    /// <summary>Full size, as stored: what torchvision's loader gives.</summary>
    public static DecodeOptions Default { get; } = new();

    /// <summary>How large the image may be.</summary>
    public DecodeLimits Limits { get; init; } = DecodeLimits.Default;

    /// <summary>
    /// Whether the image is turned as its EXIF orientation says, as Pillow's <c>exif_transpose</c> does. Default false: torchvision's ImageFolder
    /// ignores it, and published models were trained so.
    /// </summary>
    public bool ApplyOrientation { get; init; }

    /// <summary>
    /// The sides that are needed: a JPEG that is at least twice, four or eight times as large is decoded at half, a quarter or an eighth, in a fraction
    /// of the time and with slightly other pixels than full decoding and resizing. Null (default) for full size; other formats are always decoded so.
    /// </summary>
    public (int Width, int Height)? AtLeast { get; init; }
}
