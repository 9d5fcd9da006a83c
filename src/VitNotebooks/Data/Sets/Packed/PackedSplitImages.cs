namespace VitNotebooks.Data;

/// <summary>One split's records of a packed set.</summary>
internal sealed class PackedSplitImages(PackedDataset file, PackedSplit split, int first) : IImageDataset, IDisposable
{
    public string Name => split.Name;

    public int Count => split.Count;

    public IReadOnlyList<string> Classes => file.Classes;

    public string Identity => file.IdentityOf(split.Identity);

    public IReadOnlyList<BrokenImage> Broken => file.BrokenWithin(first, split.Count);

    public int Label(int index) => file.Label(At(index));

    public RgbImage Read(int index) => file.Read(At(index));

    public void ReadInto(int index, PixelBuffer buffer) => file.ReadInto(At(index), buffer);

    // As the folder that it was packed from: both are the same data, and a run that decodes parts goes on on either.
    public CropBox ReadPart(
        int index,
        Func<int, int, CropBox> choose,
        (int Width, int Height) size,
        PixelBuffer buffer
    ) => file.ReadPart(At(index), choose, size, buffer);

    public byte[]? ReadFile(int index) => file.ReadFile(At(index));

    public string Source(int index) => file.Source(At(index));

    public void Dispose() => file.Dispose();

    public override string ToString() => $"{Name}: {Count:N0} images, {Classes.Count} classes, of {file}";

    private int At(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)split.Count, nameof(index));
        return first + index;
    }
}
