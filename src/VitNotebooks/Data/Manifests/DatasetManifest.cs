using System.Text.Json;
using VitNotebooks.Data.Manifests;

namespace VitNotebooks.Data;

/// <summary>
/// What is known of a published dataset, as data: its files with their hashes, its splits with their counts, its classes in index order and the rule that
/// made the order, licence and citation. The package's own are the files of <c>data-manifests</c>; a user's own file is read by the same
/// rules. What its publisher does not state is left out and said to be left out.
/// </summary>
/// <remarks>The JSON form is <c>data-manifests/schema.json</c>; a member that the schema does not know is a fault.</remarks>
public sealed record DatasetManifest
{
    /// <summary>What <see cref="Datasets.Open(string, string)"/> calls it: small letters, digits, <c>-</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What papers call it.</summary>
    public required string Title { get; init; }

    /// <summary>Other names that open it.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>The layout of the unpacked files, which decides the reader (<see cref="DatasetFormats"/>); null where this package has no reader for it.</summary>
    public string? Format { get; init; }

    /// <summary>The folder below the root of datasets in which the unpacked files lie.</summary>
    public required string Folder { get; init; }

    /// <summary>Its publisher's page.</summary>
    public required string Homepage { get; init; }

    /// <summary>Under which terms it may be used, in the publisher's words where he has some.</summary>
    public required string Licence { get; init; }

    /// <summary>What a paper that uses it cites.</summary>
    public required string Citation { get; init; }

    /// <summary>What is downloaded.</summary>
    public IReadOnlyList<ManifestFile> Files { get; init; } = [];

    /// <summary>Single files as they lie unpacked, below <see cref="Folder"/>, where their hashes are known.</summary>
    public IReadOnlyList<ManifestContent> Contents { get; init; } = [];

    /// <summary>Its parts by name, in the order of the manifest.</summary>
    public IReadOnlyList<ManifestSplit> Splits { get; init; } = [];

    /// <summary>How many classes there are; null where the data's own files say it.</summary>
    public int? ClassCount { get; init; }

    /// <summary>Class names in index order; empty where the data's own files name them.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>Names for people, beside <see cref="Classes"/>, where those are codes (ImageNet's wnids); otherwise empty.</summary>
    public IReadOnlyList<string> ClassTitles { get; init; } = [];

    /// <summary>The rule that gave the classes their indices.</summary>
    public required string ClassOrder { get; init; }

    /// <summary>Codes of the publisher's own numbering of the classes, first to last, where his label files use it (ILSVRC2012_ID); otherwise empty.</summary>
    public IReadOnlyList<string> PublisherOrder { get; init; } = [];

    /// <summary>Side of the images in pixels, where all are squares of one size; null where they differ.</summary>
    public int? ImageSize { get; init; }

    /// <summary>
    /// By which mean and deviation its images are normalized, and who does so; null in a manifest of one's own stands for ImageNet's. The set's own are beside them where they
    /// are published: <see cref="VisionData.Standard"/> takes those, and measures them where they are not.
    /// </summary>
    public ManifestNormalization? Normalization { get; init; }

    /// <summary>What is done to its images at test time: their own side or 224 px, and its normalization.</summary>
    internal Preprocessing Preprocessing =>
        Normalization is { } stated
            ? Preprocessing.ImageNet(ImageSize ?? 224) with
            {
                Mean = [.. stated.Mean],
                Std = [.. stated.Std],
            }
            : Preprocessing.ImageNet(ImageSize ?? 224);

    /// <summary>How evaluations cut and label it: VTAB-1k tasks, few-shot. <see cref="Datasets.Tasks"/> opens them by their names.</summary>
    public IReadOnlyList<ManifestProtocol> Protocols { get; init; } = [];

    /// <summary>How what this package does not read becomes a folder that opens; null where it opens as it is.</summary>
    public string? Conversion { get; init; }

    /// <summary>What else a user must know: traps, what is missing, what is not published.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Bytes to fetch, without the optional files; null where one of them is not known.</summary>
    public long? DownloadBytes =>
        Files.Where(file => !file.Optional).Aggregate((long?)0, (sum, file) => sum + file.Size);

    /// <summary>The part of that name.</summary>
    /// <exception cref="ArgumentException">It has none of that name.</exception>
    public ManifestSplit Split(string name) =>
        Splits.FirstOrDefault(split => split.Name == name)
        ?? throw new ArgumentException(
            $"{Name} has no split '{name}'; it has {string.Join(", ", Splits.Select(split => split.Name).DefaultIfEmpty("none"))}.",
            nameof(name)
        );

    /// <summary>Reads a manifest of one's own.</summary>
    /// <exception cref="DatasetNotFoundException">No such file.</exception>
    /// <exception cref="ManifestException">It is not what a manifest must be; the message lists all that is wrong.</exception>
    public static DatasetManifest Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new DatasetNotFoundException(
                $"{path}: no such file; expected a dataset's manifest, JSON of the form of data-manifests/schema.json."
            );
        }

        if (file.Length > ManifestReader.MostBytes)
        {
            throw new ManifestException(
                path,
                [$"{file.Length:N0} bytes, and a manifest has at most {ManifestReader.MostBytes:N0}"]
            );
        }

        return Parse(File.ReadAllText(path), path);
    }

    /// <summary>Reads a manifest from text.</summary>
    /// <param name="json">The text.</param>
    /// <param name="source">What messages call it.</param>
    /// <exception cref="ManifestException">It is not what a manifest must be; the message lists all that is wrong.</exception>
    public static DatasetManifest Parse(string json, string source = "manifest")
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 16 });
            return ManifestReader.Read(document.RootElement, source);
        }
        catch (JsonException e)
        {
            throw new ManifestException(source, [$"not JSON: {e.Message.TrimEnd('.')}"]);
        }
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Name} ({Title}): "
        + string.Join(", ", Splits.Select(split => $"{split.Name} {split.Count?.ToString("N0", null) ?? "?"}"))
        + $"; {ClassCount?.ToString("N0", null) ?? "?"} classes; {Files.Count} files";
}
