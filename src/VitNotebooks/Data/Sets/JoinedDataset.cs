namespace VitNotebooks.Data;

/// <summary>Two datasets of the same classes, one behind the other, without copying them.</summary>
public sealed class JoinedDataset : IImageDataset, IDisposable
{
    private readonly IImageDataset _first;
    private readonly IImageDataset _second;

    /// <summary>A view.</summary>
    /// <param name="first">Its images come first.</param>
    /// <param name="second">Its images follow.</param>
    /// <exception cref="ArgumentException">Their classes differ.</exception>
    public JoinedDataset(IImageDataset first, IImageDataset second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (!first.Classes.SequenceEqual(second.Classes, StringComparer.Ordinal))
        {
            throw new ArgumentException(
                $"{second.Name} has other classes than {first.Name} ({second.Classes.Count} and {first.Classes.Count}); expected the same in the same order.",
                nameof(second)
            );
        }
        (_first, _second) = (first, second);
        Count = checked(first.Count + second.Count);
    }

    /// <inheritdoc/>
    public string Name => $"{_first.Name} + {_second.Name}";

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public int Listed => _first.Listed + _second.Listed;

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes => _first.Classes;

    /// <inheritdoc/>
    public string Identity => $"{_first.Identity} + {_second.Identity}";

    /// <inheritdoc/>
    public IReadOnlyList<string> Remarks => [.. _first.Remarks.Union(_second.Remarks)];

    /// <inheritdoc/>
    public IReadOnlyList<BrokenImage> Broken => [.. _first.Broken.Union(_second.Broken)];

    /// <inheritdoc/>
    public int Label(int index) => At(index, out var inside).Label(inside);

    /// <inheritdoc/>
    public RgbImage Read(int index) => At(index, out var inside).Read(inside);

    /// <inheritdoc/>
    public void ReadInto(int index, PixelBuffer buffer) => At(index, out var inside).ReadInto(inside, buffer);

    /// <inheritdoc/>
    public CropBox ReadPart(
        int index,
        Func<int, int, CropBox> choose,
        (int Width, int Height) size,
        PixelBuffer buffer
    ) => At(index, out var inside).ReadPart(inside, choose, size, buffer);

    /// <inheritdoc/>
    public byte[]? ReadFile(int index) => At(index, out var inside).ReadFile(inside);

    /// <inheritdoc/>
    public string Source(int index) => At(index, out var inside).Source(inside);

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Count:N0} images, {Classes.Count} classes";

    /// <summary>Closes the files that both hold open; they cannot be read afterwards either.</summary>
    public void Dispose()
    {
        (_first as IDisposable)?.Dispose();
        (_second as IDisposable)?.Dispose();
    }

    private IImageDataset At(int index, out int inside)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        inside = index < _first.Count ? index : index - _first.Count;
        return index < _first.Count ? _first : _second;
    }
}
