using static TorchSharp.torch;

namespace VitNotebooks.Data;

/// <summary>
/// Resizes the shorter side to <see cref="Size"/> and the longer one in proportion (rounded down), as torchvision's <c>Resize(size)</c>; the
/// resampling is Pillow's to the bit. An image that has the size already is left alone.
/// </summary>
/// <param name="Size">The shorter side after it, in pixels.</param>
/// <param name="Interpolation">Default bicubic.</param>
public sealed record Resize(int Size, Interpolation Interpolation = Interpolation.Bicubic)
    : Transform,
        IBatchedTransform
{
    /// <summary>The shorter side after it, in pixels.</summary>
    public int Size { get; init; } = AtLeastOne(Size, nameof(Size));

    /// <inheritdoc/>
    public override void Apply(PixelBuffer image, TorchRandom random)
    {
        ArgumentNullException.ThrowIfNull(image);
        var (width, height) = After(image.Width, image.Height);
        if (width != image.Width || height != image.Height)
        {
            image.Resample(0, 0, image.Width, image.Height, width, height, Interpolation);
        }
    }

    private (int Width, int Height) After(int width, int height)
    {
        var shorter = Math.Min(width, height);
        var longer = (int)((double)((long)Size * Math.Max(width, height)) / shorter);
        return shorter == Size ? (width, height)
            : width <= height ? (Size, longer)
            : (longer, Size);
    }

    /// <inheritdoc/>
    public int Draws => BatchedResampling.BoxNumbers;

    /// <inheritdoc/>
    public (int Width, int Height) SizeOf(int width, int height) => After(width, height);

    /// <inheritdoc/>
    public bool MovesPixels(int width, int height) => After(width, height) == (width, height);

    /// <inheritdoc/>
    public void Draw(TorchRandom random, int width, int height, Span<float> drawn)
    {
        ArgumentNullException.ThrowIfNull(random);
        BatchedResampling.Write(drawn, new CropBox(0, 0, width, height));
    }

    /// <inheritdoc/>
    public Tensor Apply(Tensor images, Tensor drawn)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(drawn);
        var (width, height) = After((int)images.shape[3], (int)images.shape[2]);
        return MovesPixels((int)images.shape[3], (int)images.shape[2])
            ? images
            : BatchedResampling.Run(images, drawn, width, height, Interpolation);
    }

    /// <inheritdoc/>
    public override string Describe() => $"Resize({Size}, {Interpolation.ToString().ToLowerInvariant()})";
}
