using static TorchSharp.torch;

namespace VitNotebooks.Data;

/// <summary>The square in the middle, as torchvision's <c>CenterCrop(size)</c>; a smaller image gets a black border first.</summary>
/// <param name="Size">Side of the square, in pixels.</param>
public sealed record CenterCrop(int Size) : Transform, IBatchedTransform
{
    /// <summary>Side of the square, in pixels.</summary>
    public int Size { get; init; } = AtLeastOne(Size, nameof(Size));

    /// <inheritdoc/>
    public override (int Width, int Height)? FixedSize => (Size, Size);

    /// <inheritdoc/>
    public override void Apply(PixelBuffer image, TorchRandom random)
    {
        ArgumentNullException.ThrowIfNull(image);
        var box = Box(image.Width, image.Height);
        image.CropPadded(box.Left, box.Top, Size, Size);
    }

    private CropBox Box(int imageWidth, int imageHeight)
    {
        var width = Math.Max(imageWidth, Size);
        var height = Math.Max(imageHeight, Size);
        // Python rounds halves to even: of 5 pixels too many, 2 go at the left; of 7, 4.
        var x = (int)Math.Round((width - Size) / 2.0, MidpointRounding.ToEven);
        var y = (int)Math.Round((height - Size) / 2.0, MidpointRounding.ToEven);
        return new CropBox(x - (Missing(imageWidth) / 2), y - (Missing(imageHeight) / 2), Size, Size);
    }

    /// <inheritdoc/>
    public int Draws => 0;

    /// <inheritdoc/>
    public (int Width, int Height) SizeOf(int width, int height) => (Size, Size);

    /// <inheritdoc/>
    public bool MovesPixels(int width, int height) => true;

    /// <inheritdoc/>
    public void Draw(TorchRandom random, int width, int height, Span<float> drawn) { }

    /// <inheritdoc/>
    public Tensor Apply(Tensor images, Tensor drawn)
    {
        ArgumentNullException.ThrowIfNull(images);
        var (width, height) = ((int)images.shape[3], (int)images.shape[2]);
        return width == Size && height == Size ? images : BatchedCrop.Run(images, Box(width, height));
    }

    /// <inheritdoc/>
    public override string Describe() => $"CenterCrop({Size})";

    private int Missing(int side) => Math.Max(0, Size - side);
}
