namespace VitNotebooks.Data.Archives;

/// <summary>What to take out of an archive, and how much of it at most.</summary>
public sealed record ExtractionOptions
{
    /// <summary>Everything, within the default limits.</summary>
    public static ExtractionOptions Default { get; } = new();

    /// <summary>The folder inside the archive whose content becomes the target folder's, with <c>/</c> between names; empty for all of it. What
    /// lies elsewhere in the archive is left out and counted.</summary>
    public string Inside { get; init; } = "";

    /// <summary>How much it may hold.</summary>
    public ArchiveLimits Limits { get; init; } = ArchiveLimits.Default;

    /// <summary>A file that is written with the SHA-256 and the name of every file, as <c>sha256sum</c> writes and checks them; null for none.</summary>
    public string? Listing { get; init; }

    /// <summary>Hears, a sentence, that another process unpacks into the same folder and is waited for; null where nobody listens.</summary>
    public Action<string>? Waiting { get; init; }

    /// <summary>Asks for a folder's free bytes, null where nobody knows.</summary>
    internal Func<string, long?> Free { get; init; } = FreeSpace.At;
}

/// <summary>How far an extraction is.</summary>
/// <param name="Read">Bytes of the archive that are read.</param>
/// <param name="Total">Bytes of the archive.</param>
/// <param name="Files">Files that are written.</param>
/// <param name="Bytes">Bytes of them.</param>
public sealed record ExtractionProgress(long Read, long Total, long Files, long Bytes);

/// <summary>What came out of an archive.</summary>
/// <param name="Folder">Where it is.</param>
/// <param name="Files">Files in it.</param>
/// <param name="Bytes">Bytes of them.</param>
/// <param name="LeftOut">Files of the archive that lie outside <see cref="ExtractionOptions.Inside"/>.</param>
public sealed record Extraction(string Folder, long Files, long Bytes, long LeftOut);
