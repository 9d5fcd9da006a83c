using System.Globalization;

namespace VitNotebooks.Data;

/// <summary>
/// What training does to an image before normalization. A record: take a preset and change it with <c>with</c>. It prints itself, and so belongs to a
/// run's identity.
/// </summary>
public sealed record Augmentation
{
    private const int SmallImage = 32;

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

    /// <summary>
    /// The localization paper's training images as its code makes them (yhlleo/VTs-Drloc 6ac2c44, data/build.py, with timm 0.4.12): a bicubic random
    /// resized crop (at 32 px and below a crop after a border of 4), a flip, RandAugment <c>rand-m9-mstd0.5-inc1</c>, random erasing with 0.25. Its colour
    /// jitter of 0.4 has no effect, since timm drops it beside RandAugment. Swin's code is the same.
    /// </summary>
    public static Augmentation VtsDrloc { get; } =
        RandomResizedCropFlip with
        {
            Name = "vts-drloc",
            Crop = CropKind.ResizedOrPadded,
            Policy = RandAugment.Parse("rand-m9-mstd0.5-inc1"),
            Erasing = new RandomErasing(),
        };

    /// <summary>Swin's training images (microsoft/Swin-Transformer f82860b, data/build.py): as <see cref="VtsDrloc"/>, which took them over.</summary>
    public static Augmentation Swin { get; } = VtsDrloc with { Name = "swin" };

    /// <summary>DeiT's training images (facebookresearch/deit 7e160fe, main.py's defaults): as <see cref="Swin"/>; repeated augmentation is the sampler's.</summary>
    public static Augmentation Deit { get; } = VtsDrloc with { Name = "deit" };

    /// <summary>
    /// DeiT III's training images (facebookresearch/deit 7e160fe, augment.py and README_revenge.md): a bicubic random resized crop, a flip, 3-Augment with
    /// a jitter of 0.3, no erasing.
    /// </summary>
    public static Augmentation Deit3 { get; } =
        RandomResizedCropFlip with
        {
            Name = "deit3",
            Policy = new ThreeAugment(),
        };

    /// <summary>
    /// DeiT III's training images with its simple random crop (<c>--src</c>, for ImageNet-21k and long fine-tuning): the shorter side at the model's size, a
    /// crop after a mirrored border of 4, then as <see cref="Deit3"/>.
    /// </summary>
    public static Augmentation Deit3SimpleCrop { get; } =
        Deit3 with
        {
            Name = "deit3-simple-crop",
            Crop = CropKind.Padded,
            Border = BorderKind.Reflected,
        };

    /// <summary>
    /// CCT's training images on CIFAR (SHI-Labs/Compact-Transformers cd11f09, configs/pretrained/cct_7-3x1_cifar10_300epochs.yml): a random resized crop of
    /// area 0.8..1, a flip, RandAugment <c>rand-m9-mstd0.5-inc1</c> filled with CIFAR-10's mean, both bilinear or bicubic at random; no erasing over 300
    /// epochs. Over 1500 and 5000, and on CIFAR-100, theirs is <c>with { Erasing = new RandomErasing() }</c>.
    /// </summary>
    public static Augmentation Cct { get; } =
        RandomResizedCropFlip with
        {
            Name = "cct",
            MinScale = 0.8,
            DrawsInterpolation = true,
            Policy = RandAugment.Parse("rand-m9-mstd0.5-inc1") with
            {
                Sampling = WarpSampling.BilinearOrBicubic,
                Fill = RgbColor.FromMean(ChannelStatistics.Cifar10.Mean),
            },
        };

    /// <summary>What a table calls it.</summary>
    public string Name { get; init; } = "custom";

    /// <summary>How the square is cut.</summary>
    public CropKind Crop { get; init; } = CropKind.Center;

    /// <summary>Border for <see cref="CropKind.Padded"/>, in pixels of the resized image. Default 4.</summary>
    public int Padding { get; init; } = 4;

    /// <summary>What the border of <see cref="CropKind.Padded"/> shows. Default black.</summary>
    public BorderKind Border { get; init; }

    /// <summary>Smallest share of the area for <see cref="CropKind.Resized"/>. Default 0.08.</summary>
    public double MinScale { get; init; } = 0.08;

    /// <summary>Largest share of the area for <see cref="CropKind.Resized"/>. Default 1.</summary>
    public double MaxScale { get; init; } = 1.0;

    /// <summary>Probability of a horizontal flip, 0..1. Off for digits and drawings, where a mirror image is another thing.</summary>
    public double FlipProbability { get; init; }

    /// <summary>Each image draws bilinear or bicubic for <see cref="CropKind.Resized"/>, timm's <c>interpolation='random'</c>. Default false: the model's.</summary>
    public bool DrawsInterpolation { get; init; }

    /// <summary>What follows crop and flip: RandAugment, AutoAugment, 3-Augment, a colour jitter or a transform of yours; null for nothing.</summary>
    public Transform? Policy { get; init; }

    /// <summary>Boxes overwritten after the normalization; null for none.</summary>
    public RandomErasing? Erasing { get; init; }

    /// <summary>
    /// The same without its flip, for digits and drawings, where a mirror image is another thing. The localization paper's code flips these too; the
    /// <c>Fixed</c> form of its recipe does not.
    /// </summary>
    public Augmentation WithoutFlip() =>
        FlipProbability == 0 ? this : this with { Name = Name + "-without-flip", FlipProbability = 0 };

    /// <summary>Whether a training image is shown as a test image is.</summary>
    internal bool ChangesNothing => (this with { Name = None.Name }) == None;

    /// <summary>The training pipeline for a model's preprocessing.</summary>
    public Pipeline ToPipeline(Preprocessing preprocessing)
    {
        ArgumentNullException.ThrowIfNull(preprocessing);
        var size = preprocessing.ImageSize;
        var filter = preprocessing.Interpolation;
        var crop = Crop;
        if (crop == CropKind.ResizedOrPadded)
        {
            crop = size > SmallImage ? CropKind.Resized : CropKind.Padded;
        }
        var pipeline = crop switch
        {
            CropKind.Center => preprocessing.ToPipeline(),
            CropKind.Padded => Pipeline.Empty.Resize(size, filter).RandomCrop(size, Padding, Border),
            CropKind.Resized => Pipeline.Empty.Then(
                new RandomResizedCrop(
                    size,
                    MinScale,
                    MaxScale,
                    Interpolation: filter,
                    DrawsInterpolation: DrawsInterpolation
                )
            ),
            _ => throw new ArgumentException(
                $"Augmentation {Name}: crop {Crop} is none of Center, Padded, Resized, ResizedOrPadded."
            ),
        };
        if (FlipProbability > 0)
        {
            pipeline = pipeline.RandomHorizontalFlip(FlipProbability);
        }
        if (Policy is not null)
        {
            pipeline = pipeline.Then(Policy);
        }
        pipeline = pipeline.Normalize(preprocessing.Mean, preprocessing.Std);
        return Erasing is null ? pipeline : pipeline.Then(Erasing);
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var crop = Crop switch
        {
            CropKind.Padded => $"crop after a {(Border == BorderKind.Reflected ? "mirrored " : "")}border of {Padding}",
            CropKind.Resized => string.Create(
                CultureInfo.InvariantCulture,
                $"random resized crop, area {MinScale:0.###}..{MaxScale:0.###}"
            ),
            CropKind.ResizedOrPadded => string.Create(
                CultureInfo.InvariantCulture,
                $"random resized crop, area {MinScale:0.###}..{MaxScale:0.###}, at {SmallImage} px and below a crop after a border of {Padding}"
            ),
            _ => "center crop",
        };
        crop += DrawsInterpolation ? ", bilinear or bicubic" : "";
        var rest = string.Concat(
            new object?[] { Policy, Erasing }
                .Where(part => part is not null)
                .Select(part => $", {part}")
        );
        return string.Create(CultureInfo.InvariantCulture, $"{Name} ({crop}, flip {FlipProbability:0.###}{rest})");
    }
}

/// <summary>How the square of the model's size is cut out of a training image.</summary>
public enum CropKind
{
    /// <summary>The middle, as at test time.</summary>
    Center,

    /// <summary>At a random place after a border.</summary>
    Padded,

    /// <summary>A random box, resized.</summary>
    Resized,

    /// <summary>A random box, resized, for models above 32 px; at a random place after a black border at 32 px and below, as Swin's code does.</summary>
    ResizedOrPadded,
}
