namespace VitNotebooks.Data;

/// <summary>The square in the middle, as torchvision's <c>CenterCrop(size)</c>; a smaller image gets a black border first.</summary>
/// <param name="Size">Side of the square, in pixels.</param>
public sealed record CenterCrop(int Size) : Transform
{
    /// <summary>Side of the square, in pixels.</summary>
    public int Size { get; init; } = AtLeastOne(Size, nameof(Size));

    /// <inheritdoc/>
    public override (int Width, int Height)? FixedSize => (Size, Size);

    /// <inheritdoc/>
    public override void Apply(PixelBuffer image, TorchRandom random)
    {
        ArgumentNullException.ThrowIfNull(image);
        int left = Missing(image.Width) / 2;
        int top = Missing(image.Height) / 2;
        int width = Math.Max(image.Width, Size);
        int height = Math.Max(image.Height, Size);
        // Python rounds halves to even: of 5 pixels too many, 2 go at the left; of 7, 4.
        int x = (int)Math.Round((width - Size) / 2.0, MidpointRounding.ToEven);
        int y = (int)Math.Round((height - Size) / 2.0, MidpointRounding.ToEven);
        image.CropPadded(x - left, y - top, Size, Size);
    }

    /// <inheritdoc/>
    public override string Describe() => $"CenterCrop({Size})";

    private int Missing(int side) => Math.Max(0, Size - side);
}
