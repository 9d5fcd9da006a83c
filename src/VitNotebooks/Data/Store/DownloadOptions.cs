namespace VitNotebooks.Data;

/// <summary>How files are fetched.</summary>
public sealed record DownloadOptions
{
    /// <summary>Four connections, each for 16 MiB or more; five tries.</summary>
    public static DownloadOptions Default { get; } = new();

    /// <summary>Most connections for one file, where its server gives parts of it. 1..16; default 4.</summary>
    public int Connections { get; init; } = 4;

    /// <summary>Least bytes that a connection of its own is opened for. 4 KiB or more; default 16 MiB.</summary>
    public long BytesPerConnection { get; init; } = 16L << 20;

    /// <summary>How long a connection may be silent. Default 60 s.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Tries without a new byte before an address is given up. 1 or more; default 5.</summary>
    public int Tries { get; init; } = 5;

    /// <summary>Throws one sentence for each value that is out of its range.</summary>
    /// <exception cref="ArgumentException">At least one is.</exception>
    internal DownloadOptions Validated()
    {
        List<string> faults = [];
        if (Connections is < 1 or > 16)
        {
            faults.Add($"Connections is {Connections}; expected 1..16.");
        }

        if (BytesPerConnection < 4096)
        {
            faults.Add($"BytesPerConnection is {BytesPerConnection:N0}; expected 4,096 or more.");
        }

        if (Patience <= TimeSpan.Zero)
        {
            faults.Add($"Patience is {Patience}; expected more than nothing.");
        }

        if (Tries < 1)
        {
            faults.Add($"Tries is {Tries}; expected 1 or more.");
        }

        return faults.Count == 0 ? this : throw new ArgumentException($"DownloadOptions: {string.Join(" ", faults)}");
    }
}
