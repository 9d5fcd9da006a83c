namespace VitNotebooks.Data;

/// <summary>
/// A chain of transforms from an image to normalized numbers. Immutable: each call returns a longer chain. It prints itself, and what it prints is
/// its identity.
/// </summary>
/// <example><code>Pipeline.Empty.RandomResizedCrop(224).RandomHorizontalFlip().Normalize(mean, std)</code></example>
public sealed class Pipeline : IEquatable<Pipeline>
{
    private readonly Transform[] _transforms;
    private readonly NormalizedTransform[] _normalized;

    private Pipeline(Transform[] transforms, Normalize normalization, NormalizedTransform[] normalized)
    {
        _transforms = transforms;
        Normalization = normalization;
        _normalized = normalized;
    }

    /// <summary>No transform; numbers 0..1.</summary>
    public static Pipeline Empty { get; } = new([], Data.Normalize.UnitRange, []);

    /// <summary>The steps in order.</summary>
    public IReadOnlyList<Transform> Transforms => _transforms;

    /// <summary>The step from bytes to numbers.</summary>
    public Normalize Normalization { get; }

    /// <summary>The steps on the numbers, after the normalization, in order.</summary>
    public IReadOnlyList<NormalizedTransform> NormalizedTransforms => _normalized;

    /// <summary>Width and height of every result, if the chain decides them; null if they follow the image.</summary>
    public (int Width, int Height)? FixedSize
    {
        get
        {
            for (var i = _transforms.Length - 1; i >= 0; i--)
            {
                if (_transforms[i].FixedSize is { } size)
                {
                    return size;
                }
                if (!_transforms[i].KeepsSize)
                {
                    return null;
                }
            }
            return null;
        }
    }

    /// <summary>Appends any transform, one of yours for instance.</summary>
    /// <exception cref="ArgumentException">Its settings are wrong; all faults are named.</exception>
    public Pipeline Then(Transform transform)
    {
        ArgumentNullException.ThrowIfNull(transform);
        ThrowIfFaulty(transform.GetType(), transform.Faults());
        return new Pipeline([.. _transforms, transform], Normalization, _normalized);
    }

    /// <summary>Appends a step on the normalized numbers, after all steps on the image whenever these are appended.</summary>
    /// <exception cref="ArgumentException">Its settings are wrong; all faults are named.</exception>
    public Pipeline Then(NormalizedTransform transform)
    {
        ArgumentNullException.ThrowIfNull(transform);
        ThrowIfFaulty(transform.GetType(), transform.Faults());
        return new Pipeline(_transforms, Normalization, [.. _normalized, transform]);
    }

    /// <summary>Shorter side to <paramref name="size"/> pixels.</summary>
    public Pipeline Resize(int size, Interpolation interpolation = Interpolation.Bicubic) =>
        Then(new Resize(size, interpolation));

    /// <summary>Exactly these sides.</summary>
    public Pipeline Resize(int width, int height, Interpolation interpolation = Interpolation.Bicubic) =>
        Then(new ResizeTo(width, height, interpolation));

    /// <summary>The square in the middle.</summary>
    public Pipeline CenterCrop(int size) => Then(new CenterCrop(size));

    /// <summary>A square at a random place after a border.</summary>
    public Pipeline RandomCrop(int size, int padding = 0, BorderKind border = BorderKind.Black) =>
        Then(new RandomCrop(size, padding, border));

    /// <summary>A random box resized to a square.</summary>
    public Pipeline RandomResizedCrop(
        int size,
        double minScale = 0.08,
        double maxScale = 1,
        Interpolation interpolation = Interpolation.Bicubic,
        double minRatio = 3.0 / 4.0,
        double maxRatio = 4.0 / 3.0
    ) => Then(new RandomResizedCrop(size, minScale, maxScale, minRatio, maxRatio, interpolation));

    /// <summary>A random box resized to a square, as big_vision does it.</summary>
    public Pipeline InceptionCrop(int size, double minArea = 0.05, double maxArea = 1) =>
        Then(new InceptionCrop(size, minArea, maxArea));

    /// <summary>A flip with the given probability.</summary>
    public Pipeline RandomHorizontalFlip(double probability = 0.5) => Then(new RandomHorizontalFlip(probability));

    /// <summary>Top and bottom exchanged with the given probability.</summary>
    public Pipeline RandomVerticalFlip(double probability = 0.5) => Then(new RandomVerticalFlip(probability));

    /// <summary>Grey with the given probability.</summary>
    public Pipeline RandomGrayscale(double probability = 0.1) => Then(new RandomGrayscale(probability));

    /// <summary>Brightness, contrast, saturation and hue jittered.</summary>
    public Pipeline ColorJitter(double brightness = 0, double contrast = 0, double saturation = 0, double hue = 0) =>
        Then(new ColorJitter(brightness, contrast, saturation, hue));

    /// <summary>A blur with the given probability.</summary>
    public Pipeline GaussianBlur(double probability = 0.1, double minRadius = 0.1, double maxRadius = 2) =>
        Then(new GaussianBlur(probability, minRadius, maxRadius));

    /// <summary>timm's RandAugment, from its text, e.g. <c>rand-m9-mstd0.5-inc1</c>.</summary>
    /// <param name="config">timm's text.</param>
    /// <param name="sampling">Of shear, translation and rotation; timm takes that of the crop.</param>
    /// <param name="fill">What lies outside after these; null is ImageNet's mean.</param>
    public Pipeline RandAugment(string config, WarpSampling sampling = WarpSampling.Bicubic, RgbColor? fill = null) =>
        Then(Data.RandAugment.Parse(config) with { Sampling = sampling, Fill = fill });

    /// <summary>torchvision's RandAugment.</summary>
    public Pipeline TorchvisionRandAugment(int operations = 2, int magnitude = 9) =>
        Then(new TorchvisionRandAugment(operations, magnitude));

    /// <summary>big_vision's <c>randaug(layers, magnitude)</c>.</summary>
    public Pipeline BigVisionRandAugment(int layers = 2, int magnitude = 15) =>
        Then(new BigVisionRandAugment(layers, magnitude));

    /// <summary>timm's AutoAugment, from its text, e.g. <c>original-mstd0.5</c>.</summary>
    /// <param name="config">timm's text.</param>
    /// <param name="sampling">Of shear, translation and rotation; timm takes that of the crop.</param>
    /// <param name="fill">What lies outside after these; null is ImageNet's mean.</param>
    public Pipeline TimmAutoAugment(
        string config,
        WarpSampling sampling = WarpSampling.Bicubic,
        RgbColor? fill = null
    ) => Then(Data.TimmAutoAugment.Parse(config) with { Sampling = sampling, Fill = fill });

    /// <summary>AutoAugment as torchvision has it.</summary>
    public Pipeline AutoAugment(AutoAugmentPolicy policy = AutoAugmentPolicy.ImageNet) => Then(new AutoAugment(policy));

    /// <summary>TrivialAugment with the wide space.</summary>
    public Pipeline TrivialAugmentWide() => Then(new TrivialAugmentWide());

    /// <summary>AugMix as torchvision has it.</summary>
    public Pipeline AugMix(int severity = 3, int width = 3) => Then(new AugMix(severity, width));

    /// <summary>3-Augment of DeiT III.</summary>
    public Pipeline ThreeAugment(double jitter = 0.3) => Then(new ThreeAugment(jitter));

    /// <summary>Sets the mean and standard deviation of the step from bytes to numbers.</summary>
    public Pipeline Normalize(IReadOnlyList<float> mean, IReadOnlyList<float> std) =>
        new(_transforms, new Normalize(mean, std), _normalized);

    /// <summary>Random erasing after the normalization, as timm has it.</summary>
    public Pipeline RandomErasing(double probability = 0.25, ErasingMode mode = ErasingMode.Pixel) =>
        Then(new RandomErasing(probability, mode));

    /// <summary>Runs the image steps (not the normalization) in place.</summary>
    public void Apply(PixelBuffer image, TorchRandom random)
    {
        foreach (var transform in _transforms)
        {
            transform.Apply(image, random);
        }
    }

    /// <summary>The first step, where it looks at one box of the image alone; else null.</summary>
    public IPartTransform? FirstPart => _transforms.Length > 0 ? _transforms[0] as IPartTransform : null;

    /// <summary>Runs the image steps in place on an image of which no more was decoded than the box that <see cref="FirstPart"/> drew.</summary>
    /// <param name="image">What was decoded.</param>
    /// <param name="box">The box in its pixels.</param>
    /// <param name="random">The sample's generator, after the box.</param>
    /// <exception cref="InvalidOperationException">The first step needs the whole image.</exception>
    public void ApplyToPart(PixelBuffer image, CropBox box, TorchRandom random)
    {
        var first = FirstPart ?? throw new InvalidOperationException($"{this}: its first step needs the whole image.");
        first.ApplyTo(image, box, random);
        foreach (var transform in _transforms.AsSpan(1))
        {
            transform.Apply(image, random);
        }
    }

    /// <summary>Runs the steps after the image: normalization, then the steps on the numbers.</summary>
    /// <param name="image">As <see cref="Apply(PixelBuffer, TorchRandom)"/> left it.</param>
    /// <param name="planes"><c>[3, H, W]</c> numbers, written.</param>
    /// <param name="random">The sample's generator, where the image steps left it.</param>
    public void Write(PixelBuffer image, Span<float> planes, TorchRandom random)
    {
        ArgumentNullException.ThrowIfNull(image);
        Normalization.Write(image.Pixels, planes);
        foreach (var transform in _normalized)
        {
            transform.Apply(planes, image.Width, image.Height, random);
        }
    }

    /// <summary>Runs the image steps on a copy: what the model will see, before normalization.</summary>
    public RgbImage Apply(RgbImage image, TorchRandom random)
    {
        var buffer = new PixelBuffer();
        buffer.Load(image);
        Apply(buffer, random);
        return buffer.ToImage();
    }

    /// <inheritdoc/>
    public bool Equals(Pipeline? other) =>
        other is not null
        && _transforms.SequenceEqual(other._transforms)
        && Normalization.Equals(other.Normalization)
        && _normalized.SequenceEqual(other._normalized);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Pipeline);

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() =>
        string.Join(
            " > ",
            _transforms
                .Select(t => t.Describe())
                .Append(Normalization.ToString())
                .Concat(_normalized.Select(t => t.Describe()))
        );

    private static void ThrowIfFaulty(Type kind, IEnumerable<string> faults)
    {
        var all = string.Join("; ", faults);
        if (all.Length > 0)
        {
            throw new ArgumentException($"{kind.Name}: {all}.");
        }
    }
}
