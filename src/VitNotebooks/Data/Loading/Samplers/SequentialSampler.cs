namespace VitNotebooks.Data;

/// <summary>Each image once, in the dataset's order: what evaluation uses.</summary>
public sealed record SequentialSampler : Sampler
{
    /// <inheritdoc/>
    public override bool Repeats => false;

    /// <inheritdoc/>
    public override int Count(IImageDataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return data.Count;
    }

    /// <inheritdoc/>
    public override int[] Order(IImageDataset data, long seed, int epoch) => [.. Enumerable.Range(0, Count(data))];

    /// <inheritdoc/>
    public override string Describe() => "sequential";
}
