namespace VitNotebooks.Data;

/// <summary>The splits of a set one behind the other, as they are packed into one file.</summary>
internal sealed class PackedSplits : IImageDataset
{
    private readonly IImageDataset[] _splits;

    public PackedSplits(VisionData data)
    {
        _splits = [.. PackedSet.Of(data).Select(split => split.Images)];
        foreach (var split in _splits)
        {
            if (!split.Classes.SequenceEqual(data.Classes, StringComparer.Ordinal))
            {
                throw new DataException(
                    $"{split.Name} has other classes than {data.Train.Name} ({split.Classes.Count} and {data.Classes.Count}); one packed file holds splits of the same classes. "
                        + "Pack them apart with PackedDataset.Write(path, split)."
                );
            }
        }
        (Name, Classes) = (data.Name, data.Classes);
        Count = _splits.Sum(split => split.Count);
    }

    public string Name { get; }

    public int Count { get; }

    public IReadOnlyList<string> Classes { get; }

    public string Identity => string.Join(" | ", _splits.Select(split => split.Identity));

    public int Label(int index) => At(index, out var inside).Label(inside);

    public RgbImage Read(int index) => At(index, out var inside).Read(inside);

    public void ReadInto(int index, PixelBuffer buffer) => At(index, out var inside).ReadInto(inside, buffer);

    public byte[]? ReadFile(int index) => At(index, out var inside).ReadFile(inside);

    public string Source(int index) => At(index, out var inside).Source(inside);

    private IImageDataset At(int index, out int inside)
    {
        inside = index;
        foreach (var split in _splits)
        {
            if (inside < split.Count)
            {
                return split;
            }
            inside -= split.Count;
        }
        throw new ArgumentOutOfRangeException(nameof(index), index, $"{Name} has {Count:N0} images.");
    }
}
