using static TorchSharp.torch;

namespace VitNotebooks.Data;

/// <summary>
/// A box of random area and shape, resized to a square: torchvision's <c>RandomResizedCrop</c> (after Szegedy et al. 2014,
/// arXiv:1409.4842), with its order of draws, its ten tries and its fallback, so that the same generator gives the same boxes. The box is cut
/// out first and resampled alone, as Pillow's <c>crop().resize()</c>.
/// </summary>
/// <param name="Size">Side of the result, in pixels.</param>
/// <param name="MinScale">Smallest share of the image's area, default 0.08.</param>
/// <param name="MaxScale">Largest share of the image's area, default 1.</param>
/// <param name="MinRatio">Smallest width / height, default 3/4.</param>
/// <param name="MaxRatio">Largest width / height, default 4/3.</param>
/// <param name="Interpolation">Default bicubic.</param>
/// <param name="DrawsInterpolation">Each image draws bilinear or bicubic after its box, timm's <c>interpolation='random'</c>. Default false.</param>
public sealed record RandomResizedCrop(
    int Size,
    double MinScale = 0.08,
    double MaxScale = 1.0,
    double MinRatio = 3.0 / 4.0,
    double MaxRatio = 4.0 / 3.0,
    Interpolation Interpolation = Interpolation.Bicubic,
    bool DrawsInterpolation = false
) : Transform, IBatchedTransform, IPartTransform
{
    private const int Tries = 10;

    /// <summary>Side of the result, in pixels.</summary>
    public int Size { get; init; } = AtLeastOne(Size, nameof(Size));

    /// <inheritdoc/>
    public override (int Width, int Height)? FixedSize => (Size, Size);

    /// <summary>The box for an image of the given sides: always inside the image, at least one pixel.</summary>
    public CropBox Draw(int width, int height, TorchRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var area = (long)width * height;
        var logMin = MathF.Log((float)MinRatio);
        var logMax = MathF.Log((float)MaxRatio);
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            var targetArea = area * (double)random.Uniform(MinScale, MaxScale);
            double ratio = TorchRandom.Exp(random.Uniform(logMin, logMax));
            var w = (int)Math.Round(Math.Sqrt(targetArea * ratio), MidpointRounding.ToEven);
            var h = (int)Math.Round(Math.Sqrt(targetArea / ratio), MidpointRounding.ToEven);
            if (w > 0 && w <= width && h > 0 && h <= height)
            {
                var top = (int)random.RandInt(0, height - h + 1);
                var left = (int)random.RandInt(0, width - w + 1);
                return new CropBox(left, top, w, h);
            }
        }
        return Fallback(width, height);
    }

    /// <inheritdoc/>
    public override void Apply(PixelBuffer image, TorchRandom random)
    {
        ArgumentNullException.ThrowIfNull(image);
        ApplyTo(image, Draw(image.Width, image.Height, random), random);
    }

    /// <inheritdoc/>
    public (int Width, int Height) PartSize => (Size, Size);

    /// <inheritdoc/>
    public void ApplyTo(PixelBuffer image, CropBox box, TorchRandom random)
    {
        ArgumentNullException.ThrowIfNull(image);
        var filter = DrawFilter(random);
        image.Resample(box.Left, box.Top, box.Width, box.Height, Size, Size, filter);
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Faults()
    {
        if (!(MinScale >= 0 && MinScale <= MaxScale && MaxScale <= 1))
        {
            yield return $"scale is {Number(MinScale)}..{Number(MaxScale)}, expected a range within 0..1";
        }
        if (!(MinRatio > 0 && MinRatio <= MaxRatio && double.IsFinite(MaxRatio)))
        {
            yield return $"ratio is {Number(MinRatio)}..{Number(MaxRatio)}, expected a range that begins above 0";
        }
    }

    /// <inheritdoc/>
    public int Draws => BatchedResampling.BoxNumbers + (DrawsInterpolation ? 1 : 0);

    /// <inheritdoc/>
    public (int Width, int Height) SizeOf(int width, int height) => (Size, Size);

    /// <inheritdoc/>
    public void Draw(TorchRandom random, int width, int height, Span<float> drawn)
    {
        ArgumentNullException.ThrowIfNull(random);
        BatchedResampling.Write(drawn, Draw(width, height, random));
        if (DrawsInterpolation)
        {
            drawn[BatchedResampling.BoxNumbers] = DrawFilter(random) == Interpolation.Bicubic ? 1 : 0;
        }
    }

    /// <inheritdoc/>
    public Tensor Apply(Tensor images, Tensor drawn)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(drawn);
        if (!DrawsInterpolation)
        {
            return BatchedResampling.Run(images, drawn, Size, Size, Interpolation);
        }
        // Both, and of each image the one that it drew: nothing is fetched from the device to decide.
        using var scope = NewDisposeScope();
        var boxes = drawn.narrow(1, 0, BatchedResampling.BoxNumbers);
        var isCubic = drawn.select(1, BatchedResampling.BoxNumbers).view(-1, 1, 1, 1).gt(0);
        var cubic = BatchedResampling.Run(images, boxes, Size, Size, Interpolation.Bicubic);
        return cubic
            .where(isCubic, BatchedResampling.Run(images, boxes, Size, Size, Interpolation.Bilinear))
            .MoveToOuterDisposeScope();
    }

    private Interpolation DrawFilter(TorchRandom random) =>
        !DrawsInterpolation ? Interpolation
        : random.RandInt(0, 2) == 0 ? Interpolation.Bilinear
        : Interpolation.Bicubic;

    /// <inheritdoc/>
    public override string Describe() =>
        $"RandomResizedCrop({Size}, scale {Number(MinScale)}..{Number(MaxScale)}, ratio {Number(MinRatio)}..{Number(MaxRatio)}, "
        + $"{(DrawsInterpolation ? "bilinear or bicubic" : Interpolation.ToString().ToLowerInvariant())})";

    // The middle of the image, as much of it as the ratio allows.
    private CropBox Fallback(int width, int height)
    {
        var ratio = (double)width / height;
        var w = width;
        var h = height;
        if (ratio < MinRatio)
        {
            h = (int)Math.Round(w / MinRatio, MidpointRounding.ToEven);
        }
        else if (ratio > MaxRatio)
        {
            w = (int)Math.Round(h * MaxRatio, MidpointRounding.ToEven);
        }
        return new CropBox((width - w) / 2, (height - h) / 2, w, h);
    }
}

/// <summary>A box in an image, in pixels.</summary>
/// <param name="Left">First column.</param>
/// <param name="Top">First row.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
public readonly record struct CropBox(int Left, int Top, int Width, int Height);
