namespace VitNotebooks.Data;

/// <summary>
/// Resizes the shorter side to <see cref="Size"/> and the longer one in proportion (rounded down), as torchvision's <c>Resize(size)</c>; the
/// resampling is Pillow's to the bit. An image that has the size already is left alone.
/// </summary>
/// <param name="Size">The shorter side after it, in pixels.</param>
/// <param name="Interpolation">Default bicubic.</param>
public sealed record Resize(int Size, Interpolation Interpolation = Interpolation.Bicubic) : Transform
{
    /// <summary>The shorter side after it, in pixels.</summary>
    public int Size { get; init; } = AtLeastOne(Size, nameof(Size));

    /// <inheritdoc/>
    public override void Apply(PixelBuffer image, TorchRandom random)
    {
        ArgumentNullException.ThrowIfNull(image);
        int shorter = Math.Min(image.Width, image.Height);
        int longer = Math.Max(image.Width, image.Height);
        if (shorter == Size)
        {
            return;
        }
        int longerAfter = (int)((double)((long)Size * longer) / shorter);
        (int width, int height) = image.Width <= image.Height ? (Size, longerAfter) : (longerAfter, Size);
        image.Resample(0, 0, image.Width, image.Height, width, height, Interpolation);
    }

    /// <inheritdoc/>
    public override string Describe() => $"Resize({Size}, {Interpolation.ToString().ToLowerInvariant()})";
}
