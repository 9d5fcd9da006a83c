namespace VitNotebooks.Data;

/// <summary>How a <see cref="Loader"/> makes batches. Workers and prefetch change its speed and never its bytes.</summary>
public sealed record LoaderOptions
{
    /// <summary>Images a batch, at least 1. Default 32.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>A new order each epoch, from (seed, epoch). Default false: the dataset's order.</summary>
    public bool Shuffle { get; init; }

    /// <summary>Seed of the order and of every sample's transforms.</summary>
    public long Seed { get; init; }

    /// <summary>Threads that read and transform, at least 1. Default: half of the processors, at most 8.</summary>
    public int Workers { get; init; } = Math.Clamp(Environment.ProcessorCount / 2, 1, 8);

    /// <summary>Batches made ahead of the one asked for, at least 0. Default 2; each takes its memory.</summary>
    public int Prefetch { get; init; } = 2;

    /// <summary>Leave out a last batch that is not full. Default false.</summary>
    public bool DropLast { get; init; }

    /// <summary>What to do with an image that cannot be read. Default: throw.</summary>
    public BrokenImagePolicy OnBroken { get; init; }

    internal void Check(IImageDataset data)
    {
        var faults = new List<string>();
        if (BatchSize < 1)
        {
            faults.Add($"BatchSize is {BatchSize}, expected at least 1");
        }
        if (Workers is < 1 or > 256)
        {
            faults.Add($"Workers is {Workers}, expected 1..256");
        }
        if (Prefetch is < 0 or > 1024)
        {
            faults.Add($"Prefetch is {Prefetch}, expected 0..1024");
        }
        if (data.Count == 0)
        {
            faults.Add($"{data.Name} has no images");
        }
        else if (DropLast && BatchSize > data.Count)
        {
            faults.Add(
                $"BatchSize {BatchSize} is above the {data.Count} images of {data.Name}, and DropLast drops the only batch"
            );
        }
        if (faults.Count > 0)
        {
            throw new ArgumentException($"Loader: {string.Join("; ", faults)}.");
        }
    }
}
