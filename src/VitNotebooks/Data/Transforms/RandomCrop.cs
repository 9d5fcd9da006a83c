using static TorchSharp.torch;

namespace VitNotebooks.Data;

/// <summary>
/// A square at a random place, after a border of <see cref="Padding"/> pixels on every side: torchvision's
/// <c>RandomCrop(size, padding)</c>, with its order of draws (top, then left; none if nothing is to choose).
/// </summary>
/// <param name="Size">Side of the square, in pixels.</param>
/// <param name="Padding">Border on each side, in pixels.</param>
/// <param name="Border">What the border shows. Default black.</param>
public sealed record RandomCrop(int Size, int Padding = 0, BorderKind Border = BorderKind.Black)
    : Transform,
        IBatchedTransform
{
    /// <summary>Side of the square, in pixels.</summary>
    public int Size { get; init; } = AtLeastOne(Size, nameof(Size));

    /// <inheritdoc/>
    public override (int Width, int Height)? FixedSize => (Size, Size);

    /// <inheritdoc/>
    public override void Apply(PixelBuffer image, TorchRandom random)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(random);
        var box = Box(image.Width, image.Height, random);
        if (Border == BorderKind.Reflected)
        {
            image.CropReflected(box.Left, box.Top, Size, Size);
        }
        else
        {
            image.CropPadded(box.Left, box.Top, Size, Size);
        }
    }

    private CropBox Box(int imageWidth, int imageHeight, TorchRandom random)
    {
        var width = imageWidth + (2 * Padding);
        var height = imageHeight + (2 * Padding);
        if (width < Size || height < Size)
        {
            throw new DataException(
                $"RandomCrop: an image of {imageWidth} x {imageHeight} with a border of {Padding} is smaller than the crop of {Size} x {Size}; "
                    + $"put Resize({Size}) before it."
            );
        }
        var top = 0;
        var left = 0;
        if (width != Size || height != Size)
        {
            top = (int)random.RandInt(0, height - Size + 1);
            left = (int)random.RandInt(0, width - Size + 1);
        }
        return new CropBox(left - Padding, top - Padding, Size, Size);
    }

    /// <inheritdoc/>
    public int Draws => BatchedResampling.BoxNumbers;

    /// <inheritdoc/>
    public (int Width, int Height) SizeOf(int width, int height) => (Size, Size);

    /// <inheritdoc/>
    public bool MovesPixels(int width, int height) => true;

    /// <inheritdoc/>
    public void Draw(TorchRandom random, int width, int height, Span<float> drawn)
    {
        ArgumentNullException.ThrowIfNull(random);
        var box = Box(width, height, random);
        // A mirrored border is added before the box is cut; a black one is what lies outside anyway.
        var shift = Border == BorderKind.Reflected ? Padding : 0;
        BatchedResampling.Write(drawn, box with { Left = box.Left + shift, Top = box.Top + shift });
    }

    /// <inheritdoc/>
    public Tensor Apply(Tensor images, Tensor drawn)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(drawn);
        if (Border == BorderKind.Black)
        {
            return BatchedCrop.Run(images, drawn, Size, Padding);
        }
        using var scope = NewDisposeScope();
        return BatchedCrop.Run(BatchedCrop.Mirrored(images, Padding), drawn, Size, border: 0).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Faults()
    {
        if (Padding < 0)
        {
            yield return $"Padding is {Padding}, expected at least 0 pixels";
        }
        if (!Enum.IsDefined(Border))
        {
            yield return $"Border is {Border}, expected Black or Reflected";
        }
    }

    /// <inheritdoc/>
    public override string Describe() =>
        $"RandomCrop({Size}, padding {Padding}{(Border == BorderKind.Reflected ? " reflected" : "")})";
}

/// <summary>What lies around an image.</summary>
public enum BorderKind
{
    /// <summary>0 0 0: torchvision's <c>constant</c>.</summary>
    Black,

    /// <summary>The image mirrored at its outermost pixels, which are not repeated: torchvision's <c>reflect</c>.</summary>
    Reflected,
}
