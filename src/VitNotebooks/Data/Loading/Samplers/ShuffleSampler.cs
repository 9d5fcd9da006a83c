namespace VitNotebooks.Data;

/// <summary>Each image once, in a new order each epoch: <c>torch.randperm</c> of a generator that (seed, epoch) seeds.</summary>
public sealed record ShuffleSampler : Sampler
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
    public override int[] Order(IImageDataset data, long seed, int epoch) => Random(seed, epoch).RandPerm(Count(data));

    /// <inheritdoc/>
    public override string Describe() => "shuffled";
}
