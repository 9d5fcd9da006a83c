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

    /// <summary>
    /// The formats that are read: the first codec that recognises a file decodes it. Default <see cref="ImageCodecs.All"/>; a format of one's own is
    /// <c>Codecs = [.. ImageCodecs.All, new MyCodec()]</c>, and one that stands before the package's own takes its files.
    /// </summary>
    public IReadOnlyList<IImageCodec> Codecs { get; init; } = ImageCodecs.All;

    /// <summary>Whether another image than by default may come out of the same file.</summary>
    internal bool ChangesPixels => IdentityRemarks.Length > 0;

    /// <summary>
    /// What of this decides pixels, from a blank on; empty by default, so that data keeps the identity that it always had. Limits decide none: what is above
    /// them is an error.
    /// </summary>
    internal string IdentityRemarks =>
        (ApplyOrientation ? " turned upright by EXIF" : "")
        + (
            AtLeast is { } least
                ? FormattableString.Invariant($" decoded at {least.Width} x {least.Height} or more")
                : ""
        )
        + (
            Codecs.SequenceEqual(ImageCodecs.All)
                ? ""
                : $" decoded by {string.Join(", ", Codecs.Select(codec => codec.GetType().FullName))}"
        );

    /// <summary>Throws one sentence for each value that is out of its range.</summary>
    /// <exception cref="ArgumentException">At least one is.</exception>
    internal DecodeOptions Validated()
    {
        List<string> faults = [];
        if (Limits.MaxPixels < 1)
        {
            faults.Add($"Limits.MaxPixels is {Limits.MaxPixels:N0}; expected 1 or more.");
        }

        if (Limits.MaxFileBytes < 1)
        {
            faults.Add($"Limits.MaxFileBytes is {Limits.MaxFileBytes:N0}; expected 1 or more.");
        }

        if (AtLeast is { } least && (least.Width < 1 || least.Height < 1))
        {
            faults.Add($"AtLeast is {least.Width} x {least.Height}; expected 1 x 1 or more.");
        }

        if (Codecs.Count == 0)
        {
            faults.Add("Codecs is empty; expected at least one, e.g. ImageCodecs.All.");
        }

        return faults.Count == 0 ? this : throw new ArgumentException($"DecodeOptions: {string.Join(" ", faults)}");
    }
}
