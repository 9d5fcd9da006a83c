using VitNotebooks.Data.Archives;

namespace VitNotebooks.Data;

/// <summary>What is fetched for a dataset, where it goes, and what a user wants to know before: the part of a manifest that the store needs.</summary>
/// <param name="Name">What <see cref="Datasets.Open(string, string?)"/> calls it.</param>
/// <param name="Folder">The folder below the root of datasets that its files lie in.</param>
public sealed record DatasetSource(string Name, string Folder)
{
    /// <summary>What papers call it.</summary>
    public string Title { get; init; } = Name;

    /// <summary>Other names of it.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Its publisher's page; null where there is none.</summary>
    public string? Homepage { get; init; }

    /// <summary>Under which terms it may be used.</summary>
    public string? Licence { get; init; }

    /// <summary>What a paper that uses it cites.</summary>
    public string? Citation { get; init; }

    /// <summary>What is fetched.</summary>
    public IReadOnlyList<DatasetFile> Files { get; init; } = [];

    /// <summary>Unpacked files whose hashes are published.</summary>
    public IReadOnlyList<DatasetContent> Contents { get; init; } = [];

    /// <summary>Its parts.</summary>
    public IReadOnlyList<DatasetPart> Splits { get; init; } = [];

    /// <summary>How many classes it has; null where only its files say it.</summary>
    public int? Classes { get; init; }

    /// <summary>The rule that gave the classes their indices.</summary>
    public string? ClassOrder { get; init; }

    /// <summary>What else a user must know.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Bytes to fetch, without the optional files; null where one of them is not known.</summary>
    public long? DownloadBytes =>
        Files.Where(file => !file.IsOptional).Aggregate((long?)0, (sum, file) => sum + file.File.Size);
}

/// <summary>A file that is fetched for a dataset.</summary>
/// <param name="File">The file.</param>
/// <param name="Archive">How it is packed; null for one that is used as it is.</param>
/// <param name="UnpackTo">The folder below the root of datasets that it is unpacked or put into, <c>.</c> for the root itself; null for the
/// dataset's own. Where all of an archive lies in one folder of that name, its content is meant.</param>
/// <param name="IsOptional">Whether it is fetched only when asked for.</param>
public sealed record DatasetFile(
    RemoteFile File,
    ArchiveKind? Archive = null,
    string? UnpackTo = null,
    bool IsOptional = false
);

/// <summary>An unpacked file whose hash is published.</summary>
/// <param name="Path">Below the dataset's folder.</param>
/// <param name="Size">Its bytes; null where they are not published.</param>
/// <param name="Sha256">In hex; null where it is not published.</param>
/// <param name="Md5">In hex; null where it is not published.</param>
public sealed record DatasetContent(string Path, long? Size = null, string? Sha256 = null, string? Md5 = null);

/// <summary>A part of a dataset.</summary>
/// <param name="Name"><c>train</c>, <c>test</c>.</param>
/// <param name="Count">Its images; null where that is not published.</param>
public sealed record DatasetPart(string Name, int? Count);
