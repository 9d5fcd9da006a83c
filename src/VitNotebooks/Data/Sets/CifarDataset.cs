using System.Security.Cryptography;

namespace VitNotebooks.Data;

/// <summary>CIFAR's images of 32 x 32, held in memory whole.</summary>
public abstract class CifarDataset : IImageDataset
{
    private readonly CifarRecords _records;
    private readonly byte[] _labels;
    private readonly Lazy<string> _identity;

    private protected CifarDataset(string name, IReadOnlyList<string> classes, CifarRecords records, int label)
    {
        Name = name;
        Classes = classes;
        _records = records;
        _labels = records.Labels[label];
        _identity = new Lazy<string>(() =>
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(_labels);
            hash.AppendData(_records.Pixels);
            return $"{Name} sha256:{Convert.ToHexString(hash.GetHashAndReset())[..16].ToLowerInvariant()}";
        });
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Count => _labels.Length;

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Name and hash of all labels and pixels, the same for the binary and the python version; computed when first asked for (about 0.2 s).</summary>
    public string Identity => _identity.Value;

    /// <inheritdoc/>
    public int Label(int index) => _labels[index];

    /// <inheritdoc/>
    public RgbImage Read(int index) => new(CifarRecords.Side, CifarRecords.Side, PixelsOf(index).ToArray());

    /// <inheritdoc/>
    public void ReadInto(int index, PixelBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        PixelsOf(index).CopyTo(buffer.Reset(CifarRecords.Side, CifarRecords.Side));
    }

    /// <inheritdoc/>
    public string Source(int index) => _records.Source(index);

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Count:N0} images of 32 x 32, {Classes.Count} classes";

    private ReadOnlySpan<byte> PixelsOf(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return _records.Pixels.AsSpan(index * CifarRecords.PixelBytes, CifarRecords.PixelBytes);
    }
}
