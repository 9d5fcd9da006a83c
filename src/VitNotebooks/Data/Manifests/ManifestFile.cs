namespace VitNotebooks.Data;

/// <summary>A file that a dataset's publisher offers.</summary>
public sealed record ManifestFile
{
    /// <summary>What stands for the hash's source where none is published; the file is then held to the hash of the first one that came.</summary>
    public const string NonePublished = "none published";

    /// <summary>Its name, with <c>/</c> between folders where there are any.</summary>
    public required string Path { get; init; }

    /// <summary>Where it lies: the publisher's own address, then mirrors. Empty where no program can fetch it (<see cref="ByHand"/>).</summary>
    public IReadOnlyList<string> Urls { get; init; } = [];

    /// <summary>What to do, where no program can fetch it or its licence must be accepted by hand; null where one can.</summary>
    public string? ByHand { get; init; }

    /// <summary>Its bytes; null where they are not published.</summary>
    public long? Size { get; init; }

    /// <summary>In hex; null where it is not published.</summary>
    public string? Sha256 { get; init; }

    /// <summary>In hex; given only as published.</summary>
    public string? Md5 { get; init; }

    /// <summary>In hex; given only as published.</summary>
    public string? Sha1 { get; init; }

    /// <summary>Where size and hash are published, or <see cref="NonePublished"/>.</summary>
    public required string HashFrom { get; init; }

    /// <summary>How it is packed: tar, tar.gz, zip, gz; null for a file that is used as it is.</summary>
    public string? Archive { get; init; }

    /// <summary>The folder below the root of datasets into which it is unpacked or put; <c>.</c> is the root itself, null the manifest's own folder.</summary>
    public string? UnpackTo { get; init; }

    /// <summary>Whether the splits that are opened by default do without it.</summary>
    public bool Optional { get; init; }

    /// <summary>Whether a hash is published.</summary>
    public bool IsStated => Sha256 is not null || Md5 is not null || Sha1 is not null;
}

/// <summary>A file as it lies unpacked.</summary>
/// <param name="Path">Below the manifest's folder.</param>
/// <param name="Size">Its bytes; null where they are not known.</param>
/// <param name="Sha256">In hex; null where it is not known.</param>
/// <param name="Md5">In hex; null where it is not known.</param>
/// <param name="HashFrom">Where the hash is from.</param>
public sealed record ManifestContent(string Path, long? Size, string? Sha256, string? Md5, string HashFrom);
