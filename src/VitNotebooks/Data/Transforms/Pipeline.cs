namespace VitNotebooks.Data;

/// <summary>
/// A chain of transforms from an image to normalized numbers. Immutable: each call returns a longer chain. It prints itself, and what it prints is
/// its identity.
/// </summary>
/// <example><code>Pipeline.Empty.RandomResizedCrop(224).RandomHorizontalFlip().Normalize(mean, std)</code></example>
public sealed class Pipeline : IEquatable<Pipeline>
{
    private readonly Transform[] _transforms;

    private Pipeline(Transform[] transforms, Normalize normalization)
    {
        _transforms = transforms;
        Normalization = normalization;
    }

    /// <summary>No transform; numbers 0..1.</summary>
    public static Pipeline Empty { get; } = new([], Data.Normalize.UnitRange);

    /// <summary>The steps in order.</summary>
    public IReadOnlyList<Transform> Transforms => _transforms;

    /// <summary>The last step, from bytes to numbers.</summary>
    public Normalize Normalization { get; }

    /// <summary>Width and height of every result, if the chain decides them; null if they follow the image.</summary>
    public (int Width, int Height)? FixedSize
    {
        get
        {
            for (int i = _transforms.Length - 1; i >= 0; i--)
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
    public Pipeline Then(Transform transform)
    {
        ArgumentNullException.ThrowIfNull(transform);
        return new Pipeline([.. _transforms, transform], Normalization);
    }

    /// <summary>Shorter side to <paramref name="size"/> pixels.</summary>
    public Pipeline Resize(int size, Interpolation interpolation = Interpolation.Bicubic) =>
        Then(new Resize(size, interpolation));

    /// <summary>The square in the middle.</summary>
    public Pipeline CenterCrop(int size) => Then(new CenterCrop(size));

    /// <summary>A square at a random place after a black border.</summary>
    public Pipeline RandomCrop(int size, int padding = 0) => Then(new RandomCrop(size, padding));

    /// <summary>A random box resized to a square.</summary>
    public Pipeline RandomResizedCrop(
        int size,
        double minScale = 0.08,
        double maxScale = 1,
        Interpolation interpolation = Interpolation.Bicubic
    ) => Then(new RandomResizedCrop(size, minScale, maxScale, Interpolation: interpolation));

    /// <summary>A flip with the given probability.</summary>
    public Pipeline RandomHorizontalFlip(double probability = 0.5) => Then(new RandomHorizontalFlip(probability));

    /// <summary>Sets the last step's mean and standard deviation.</summary>
    public Pipeline Normalize(IReadOnlyList<float> mean, IReadOnlyList<float> std) =>
        new(_transforms, new Normalize(mean, std));

    /// <summary>Runs the image steps (not the normalization) in place.</summary>
    public void Apply(PixelBuffer image, TorchRandom random)
    {
        foreach (Transform transform in _transforms)
        {
            transform.Apply(image, random);
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
        other is not null && _transforms.SequenceEqual(other._transforms) && Normalization.Equals(other.Normalization);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Pipeline);

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() =>
        string.Join(" > ", _transforms.Select(t => t.Describe()).Append(Normalization.ToString()));
}
