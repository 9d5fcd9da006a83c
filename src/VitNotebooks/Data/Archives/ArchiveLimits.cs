namespace VitNotebooks.Data.Archives;

/// <summary>How much an archive may hold; checked while it is read, since what it says of itself may be wrong.</summary>
public sealed record ArchiveLimits
{
    /// <summary>20 million entries, 2 TiB, 200 times the archive's own size.</summary>
    public static ArchiveLimits Default { get; } = new();

    /// <summary>Most entries: files, folders and links. Default 20,000,000 (ImageNet-21k has 14 million files).</summary>
    public long MaxEntries { get; init; } = 20_000_000;

    /// <summary>Most bytes of all files together, copies in place of links included. Default 2 TiB.</summary>
    public long MaxBytes { get; init; } = 2L << 40;

    /// <summary>Most bytes that come out for one of the archive. Default 200: text shrinks to a tenth, only emptiness to a thousandth.</summary>
    public double MaxRatio { get; init; } = 200;

    /// <summary>Bytes up to which <see cref="MaxRatio"/> does not matter, since small files of nothing are harmless. Default 16 MiB.</summary>
    public long RatioFrom { get; init; } = 16L << 20;

    /// <summary>Throws one sentence for each value that is out of its range.</summary>
    /// <exception cref="ArgumentException">At least one is.</exception>
    internal void Validate()
    {
        List<string> faults = [];
        if (MaxEntries < 1)
        {
            faults.Add($"MaxEntries is {MaxEntries:N0}; expected 1 or more.");
        }

        if (MaxBytes < 0)
        {
            faults.Add($"MaxBytes is {MaxBytes:N0}; expected 0 or more.");
        }

        if (!(MaxRatio >= 1))
        {
            faults.Add($"MaxRatio is {MaxRatio}; expected 1 or more.");
        }

        if (RatioFrom < 0)
        {
            faults.Add($"RatioFrom is {RatioFrom:N0}; expected 0 or more.");
        }

        if (faults.Count > 0)
        {
            throw new ArgumentException($"ArchiveLimits: {string.Join(" ", faults)}");
        }
    }
}
