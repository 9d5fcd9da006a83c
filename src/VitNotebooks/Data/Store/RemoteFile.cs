namespace VitNotebooks.Data;

/// <summary>A file that somebody publishes, and what is known of it.</summary>
/// <param name="Path">Its place in a <see cref="DataStore"/>, below the folder, with <c>/</c> between folders.</param>
/// <param name="Url">Where it lies, with <c>https</c>, or with <c>http</c> where its whole SHA-256 is stated; or the page that leads to it, see
/// <see cref="ByHand"/>.</param>
public sealed record RemoteFile(string Path, string Url)
{
    /// <summary>What messages call it, e.g. <c>weights resnet50.tv_in1k</c>.</summary>
    public string What { get; init; } = Path;

    /// <summary>Where else it lies; tried in this order after <see cref="Url"/>.</summary>
    public IReadOnlyList<string> Mirrors { get; init; } = [];

    /// <summary>Its bytes as its publisher states them; null where he does not.</summary>
    public long? Size { get; init; }

    /// <summary>Its SHA-256 in hex as its publisher states it, or as many of the first digits, at least 8; null where he states none.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Its MD5 in hex, where its publisher states that; null for nothing. It tells an accident, and not a forger.</summary>
    public string? Md5 { get; init; }

    /// <summary>Its SHA-1 in hex, where its publisher states that; null for nothing. It tells an accident, and not a forger.</summary>
    public string? Sha1 { get; init; }

    /// <summary>What to do on the page <see cref="Url"/>, where no program can fetch the file; null where one can.</summary>
    public string? ByHand { get; init; }

    /// <summary>Whether any hash is stated.</summary>
    internal bool IsStated => Sha256 is not null || Md5 is not null || Sha1 is not null;

    /// <summary>Whether a hash is stated in full that no forger makes, so that bytes may come from anywhere: MD5 and SHA-1 are not enough.</summary>
    internal bool IsHeld => Sha256 is { Length: 64 };

    /// <summary>The hash that messages show.</summary>
    internal string? Stated => Sha256 ?? Md5 ?? Sha1;

    /// <summary>What it is called: SHA-256, MD5 or SHA-1.</summary>
    internal string StatedKind =>
        Sha256 is not null ? "SHA-256"
        : Md5 is not null ? "MD5"
        : "SHA-1";
}

/// <summary>A file that is here, whole and checked.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Sha256">Its SHA-256 in hex.</param>
/// <param name="IsStated">Whether the publisher's own hash was compared; otherwise the hash of the first file that came was recorded, and later
/// ones are held to it.</param>
public sealed record StoredFile(string Path, string Sha256, bool IsStated);

/// <summary>How far a download is.</summary>
/// <param name="Received">Bytes that are here.</param>
/// <param name="Total">Bytes that there are; null where the server does not say.</param>
public sealed record DownloadProgress(long Received, long? Total);
