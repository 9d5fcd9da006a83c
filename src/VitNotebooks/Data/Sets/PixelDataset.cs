using System.Security.Cryptography;

namespace VitNotebooks.Data;

/// <summary>Images of one size, held in memory whole, bytes one after another: CIFAR, SVHN, Small NORB.</summary>
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
    /// <param name="pixels"><c>[N, side, side, channels]</c>.</param>
    /// <param name="side">In pixels.</param>
    /// <param name="channels">3 for red, green and blue; 1 for grey, which becomes all three.</param>
    private protected PixelDataset(
        string name,
        IReadOnlyList<string> classes,
        byte[] labels,
        byte[] pixels,
        int side,
        int channels = 3
    )
    {
        Name = name;
        Classes = classes;
        _labels = labels;
        _pixels = pixels;
        _side = side;
        _bytes = side * side * channels;
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
        ReadOnlySpan<byte> image = _pixels.AsSpan(index * _bytes, _bytes);
        var target = buffer.Reset(_side, _side);
        if (image.Length == target.Length)
        {
            image.CopyTo(target);
            return;
        }
        for (int p = 0, to = 0; p < image.Length; p++, to += 3)
        {
            target.Slice(to, 3).Fill(image[p]);
        }
    }

    /// <inheritdoc/>
    public abstract string Source(int index);

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Count:N0} images of {_side} x {_side}, {Classes.Count} classes";
}
