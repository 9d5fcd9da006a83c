namespace VitNotebooks.Data;

/// <summary>CIFAR's images of 32 x 32; the binary and the python version have one identity.</summary>
public abstract class CifarDataset : PixelDataset
{
    private readonly CifarRecords _records;

    private protected CifarDataset(string name, IReadOnlyList<string> classes, CifarRecords records, int label)
        : base(name, classes, records.Labels[label], records.Pixels, CifarRecords.Side) => _records = records;

    /// <inheritdoc/>
    public override string Source(int index) => _records.Source(index);
}
