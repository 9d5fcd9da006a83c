using System.Security.Cryptography;

namespace VitNotebooks.Data;

/// <summary>Images of one size, held in memory whole, one after another: CIFAR, SVHN, Small NORB, dSprites.</summary>
public abstract class PixelDataset : IImageDataset
{
    private readonly byte[] _labels;
    private readonly byte[] _pixels;
    private readonly int _side;
    private readonly int _bytes;
    private readonly Lazy<string> _identity;

    /// <summary>Takes the arrays, which no one may change any more.</summary>
    /// <param name="name">What tables call it.</param>
    /// <param name="classes">Their names by label.</param>
    /// <param name="labels">One an image.</param>
    /// <param name="pixels">The images.</param>
    /// <param name="side">In pixels.</param>
    /// <param name="bytes">Of an image; null for red, green and blue of each pixel. Of another form <see cref="Paint"/> makes these.</param>
    private protected PixelDataset(
        string name,
        IReadOnlyList<string> classes,
        byte[] labels,
        byte[] pixels,
        int side,
        int? bytes = null
    )
    {
        Name = name;
        Classes = classes;
        _labels = labels;
        _pixels = pixels;
        _side = side;
        _bytes = bytes ?? (side * side * 3);
        _identity = new Lazy<string>(() =>
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(_labels);
            hash.AppendData(_pixels);
            return $"{Name} sha256:{Convert.ToHexStringLower(hash.GetHashAndReset())[..16]}";
        });
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Count => _labels.Length;

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Name and hash of all labels and pixels; computed when first asked for (about 0.2 s for 150 MB).</summary>
    public string Identity => _identity.Value;

    /// <inheritdoc/>
    public int Label(int index) => _labels[index];

    /// <inheritdoc/>
    public RgbImage Read(int index)
    {
        var buffer = new PixelBuffer();
        ReadInto(index, buffer);
        return buffer.ToImage();
    }

    /// <inheritdoc/>
    public void ReadInto(int index, PixelBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        Paint(_pixels.AsSpan(index * _bytes, _bytes), buffer.Reset(_side, _side));
    }

    /// <inheritdoc/>
    public abstract string Source(int index);

    /// <summary>Red, green and blue of an image as it is held.</summary>
    private protected virtual void Paint(ReadOnlySpan<byte> image, Span<byte> target) => image.CopyTo(target);

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Count:N0} images of {_side} x {_side}, {Classes.Count} classes";
}
