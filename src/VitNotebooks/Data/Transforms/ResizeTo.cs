using static TorchSharp.torch;

namespace VitNotebooks.Data;

/// <summary>
/// Resizes to exactly <see cref="Width"/> x <see cref="Height"/>, whatever that does to the proportions, as torchvision's <c>Resize((height, width))</c>;
/// the resampling is Pillow's to the bit.
/// </summary>
/// <param name="Width">Columns after it.</param>
/// <param name="Height">Rows after it.</param>
/// <param name="Interpolation">Default bicubic.</param>
public sealed record ResizeTo(int Width, int Height, Interpolation Interpolation = Interpolation.Bicubic)
    : Transform,
        IBatchedTransform
{
    /// <inheritdoc/>
    public override (int Width, int Height)? FixedSize => (Width, Height);

    /// <inheritdoc/>
    public override void Apply(PixelBuffer image, TorchRandom random)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (image.Width != Width || image.Height != Height)
        {
            image.Resample(0, 0, image.Width, image.Height, Width, Height, Interpolation);
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Faults() =>
        Width >= 1 && Height >= 1 ? [] : [$"size is {Width} x {Height}, expected at least 1 x 1 pixels"];

    /// <inheritdoc/>
    public int Draws => BatchedResampling.BoxNumbers;

    /// <inheritdoc/>
    public (int Width, int Height) SizeOf(int width, int height) => (Width, Height);

    /// <inheritdoc/>
    public bool MovesPixels(int width, int height) => (width, height) == (Width, Height);

    /// <inheritdoc/>
    public void Draw(TorchRandom random, int width, int height, Span<float> drawn) =>
        BatchedResampling.Write(drawn, new CropBox(0, 0, width, height));

    /// <inheritdoc/>
    public Tensor Apply(Tensor images, Tensor drawn)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(drawn);
        return MovesPixels((int)images.shape[3], (int)images.shape[2])
            ? images
            : BatchedResampling.Run(images, drawn, Width, Height, Interpolation);
    }

    /// <inheritdoc/>
    public override string Describe() => $"ResizeTo({Width} x {Height}, {Interpolation.ToString().ToLowerInvariant()})";
}
