using System.Globalization;

namespace VitNotebooks.Data;

/// <summary>
/// What training does to an image before normalization. A record: take a preset and change it with <c>with</c>. It prints itself, and so belongs to a
/// run's identity.
/// </summary>
public sealed record Augmentation
{
    /// <summary>As at test time.</summary>
    public static Augmentation None { get; } = new() { Name = "none" };

    /// <summary>A flip in half of the cases, nothing else.</summary>
    public static Augmentation Flip { get; } = new() { Name = "flip", FlipProbability = 0.5 };

    /// <summary>A black border of 4 pixels, a random crop of the model's size, a flip: usual for 32 px.</summary>
    public static Augmentation CropFlip { get; } =
        new()
        {
            Name = "crop-flip",
            Crop = CropKind.Padded,
            FlipProbability = 0.5,
        };

    /// <summary>A random resized crop (area 0.08..1, ratio 3/4..4/3) and a flip: usual for 224 px.</summary>
    public static Augmentation RandomResizedCropFlip { get; } =
        new()
        {
            Name = "random-resized-crop-flip",
            Crop = CropKind.Resized,
            FlipProbability = 0.5,
        };

    /// <summary>What a table calls it.</summary>
    public string Name { get; init; } = "custom";

    /// <summary>How the square is cut.</summary>
    public CropKind Crop { get; init; } = CropKind.Center;

    /// <summary>Border for <see cref="CropKind.Padded"/>, in pixels of the resized image. Default 4.</summary>
    public int Padding { get; init; } = 4;

    /// <summary>Smallest share of the area for <see cref="CropKind.Resized"/>. Default 0.08.</summary>
    public double MinScale { get; init; } = 0.08;

    /// <summary>Largest share of the area for <see cref="CropKind.Resized"/>. Default 1.</summary>
    public double MaxScale { get; init; } = 1.0;

    /// <summary>Probability of a horizontal flip, 0..1. Off for digits and drawings, where a mirror image is another thing.</summary>
    public double FlipProbability { get; init; }

    /// <summary>The training pipeline for a model's preprocessing.</summary>
    public Pipeline ToPipeline(Preprocessing preprocessing)
    {
        ArgumentNullException.ThrowIfNull(preprocessing);
        int size = preprocessing.ImageSize;
        Interpolation filter = preprocessing.Interpolation;
        Pipeline pipeline = Crop switch
        {
            CropKind.Center => preprocessing.ToPipeline(),
            CropKind.Padded => Pipeline.Empty.Resize(size, filter).RandomCrop(size, Padding),
            CropKind.Resized => Pipeline.Empty.RandomResizedCrop(size, MinScale, MaxScale, filter),
            _ => throw new ArgumentException($"Augmentation {Name}: crop {Crop} is none of Center, Padded, Resized."),
        };
        if (FlipProbability > 0)
        {
            pipeline = pipeline.RandomHorizontalFlip(FlipProbability);
        }
        return pipeline.Normalize(preprocessing.Mean, preprocessing.Std);
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        string crop = Crop switch
        {
            CropKind.Padded => $"crop after a border of {Padding}",
            CropKind.Resized => string.Create(
                CultureInfo.InvariantCulture,
                $"random resized crop, area {MinScale:0.###}..{MaxScale:0.###}"
            ),
            _ => "center crop",
        };
        return string.Create(CultureInfo.InvariantCulture, $"{Name} ({crop}, flip {FlipProbability:0.###})");
    }
}

/// <summary>How the square of the model's size is cut out of a training image.</summary>
public enum CropKind
{
    /// <summary>The middle, as at test time.</summary>
    Center,

    /// <summary>At a random place after a black border.</summary>
    Padded,

    /// <summary>A random box, resized.</summary>
    Resized,
}
