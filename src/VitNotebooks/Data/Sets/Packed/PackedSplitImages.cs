namespace VitNotebooks.Data;

/// <summary>One split's records of a packed set.</summary>
internal sealed class PackedSplitImages(PackedDataset file, PackedSplit split, int first) : IImageDataset
{
    public string Name => split.Name;

    public int Count => split.Count;

    public IReadOnlyList<string> Classes => file.Classes;

    public string Identity => file.IdentityOf(split.Identity);

    public IReadOnlyList<BrokenImage> Broken => file.BrokenWithin(first, split.Count);

    public int Label(int index) => file.Label(At(index));

    public RgbImage Read(int index) => file.Read(At(index));

    public void ReadInto(int index, PixelBuffer buffer) => file.ReadInto(At(index), buffer);

    public byte[]? ReadFile(int index) => file.ReadFile(At(index));

    public string Source(int index) => file.Source(At(index));

    public override string ToString() => $"{Name}: {Count:N0} images, {Classes.Count} classes, of {file}";

    private int At(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)split.Count, nameof(index));
        return first + index;
    }
}
