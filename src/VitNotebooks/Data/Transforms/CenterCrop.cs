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
        CropBox box = Box(image.Width, image.Height);
        image.CropPadded(box.Left, box.Top, Size, Size);
    }

    private CropBox Box(int imageWidth, int imageHeight)
    {
        int width = Math.Max(imageWidth, Size);
        int height = Math.Max(imageHeight, Size);
        // Python rounds halves to even: of 5 pixels too many, 2 go at the left; of 7, 4.
        int x = (int)Math.Round((width - Size) / 2.0, MidpointRounding.ToEven);
        int y = (int)Math.Round((height - Size) / 2.0, MidpointRounding.ToEven);
        return new CropBox(x - (Missing(imageWidth) / 2), y - (Missing(imageHeight) / 2), Size, Size);
    }

    /// <inheritdoc/>
    public int Draws => BatchedResampling.BoxNumbers;

    /// <inheritdoc/>
    public (int Width, int Height) SizeOf(int width, int height) => (Size, Size);

    /// <inheritdoc/>
    public void Draw(TorchRandom random, int width, int height, Span<float> drawn)
    {
        ArgumentNullException.ThrowIfNull(random);
        BatchedResampling.Write(drawn, Box(width, height));
    }

    /// <inheritdoc/>
    public Tensor Apply(Tensor images, Tensor drawn)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(drawn);
        return BatchedResampling.Run(images, drawn, Size, Size, Interpolation.Bilinear);
    }

    /// <inheritdoc/>
    public override string Describe() => $"CenterCrop({Size})";

    private int Missing(int side) => Math.Max(0, Size - side);
}
