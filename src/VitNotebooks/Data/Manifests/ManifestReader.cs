using System.Text.Json;
using System.Text.RegularExpressions;

namespace VitNotebooks.Data.Manifests;

/// <summary>From JSON to a <see cref="DatasetManifest"/>: each member, its form and what must fit together, all faults at once.</summary>
internal static partial class ManifestReader
{
    /// <summary>A manifest's file is no longer.</summary>
    public const long MostBytes = 32L << 20;

    private const int MostClasses = 1_000_000;
    private static readonly string[] s_archives = ["tar", "tar.gz", "zip", "gz"];

    public static DatasetManifest Read(JsonElement json, string source)
    {
        var faults = new List<string>();
        var root = new ManifestNode(json, "", faults);
        _ = root.OptionalText("$schema");
        var manifest = new DatasetManifest
        {
            Name = root.Text("name", Name(), "small letters, digits and -, a letter first"),
            Title = root.Text("title"),
            Aliases = root.Texts("aliases", Name(), "small letters, digits and -, a letter first"),
            Format = Format(root),
            Folder = root.Text("folder", Inside(), "a path below the root of datasets, without .."),
            Homepage = root.Text("homepage", Address(), "an address that begins with https:// or http://"),
            Licence = root.Text("licence"),
            Citation = root.Text("citation"),
            Files = [.. root.Nodes("files").Select(File)],
            Contents = [.. root.Nodes("contents").Select(Content)],
            Splits = Splits(root),
            ClassCount = (int?)root.Whole("classCount", 1, MostClasses),
            Classes = root.Texts("classes"),
            ClassTitles = root.Texts("classTitles"),
            ClassOrder = root.Text("classOrder"),
            PublisherOrder = root.Texts("publisherOrder"),
            ImageSize = (int?)root.Whole("imageSize", 1, 100_000),
            Normalization = Normalization(root),
            Protocols = [.. root.Nodes("protocols").Select(Protocol)],
            Conversion = root.OptionalText("conversion"),
            Notes = root.Texts("notes"),
        };
        CheckWhole(root, manifest);
        root.Close();
        return faults.Count == 0 ? manifest : throw new ManifestException(source, faults);
    }

    private static string? Format(ManifestNode root)
    {
        var format = root.OptionalText("format");
        if (format is not null && !DatasetFormats.Names.Contains(format))
        {
            root.Fault(
                "format",
                $"is '{format}'; expected one of {string.Join(", ", DatasetFormats.Names)}, or none where this package has no reader"
            );
        }

        return format;
    }

    private static ManifestFile File(ManifestNode node)
    {
        var file = new ManifestFile
        {
            Path = node.Text("path", Inside(), "a path without .. and without / in front"),
            Urls = node.Texts("urls", Address(), "an address that begins with https:// or http://"),
            ByHand = node.OptionalText("byHand"),
            Size = node.Whole("size", 1, long.MaxValue),
            Sha256 = node.OptionalText("sha256", Sha256(), "64 hexadecimal digits in small letters"),
            Md5 = node.OptionalText("md5", Md5(), "32 hexadecimal digits in small letters"),
            Sha1 = node.OptionalText("sha1", Sha1(), "40 hexadecimal digits in small letters"),
            HashFrom = node.Text("hashFrom"),
            Archive = node.OptionalText("archive"),
            UnpackTo = node.OptionalText(
                "unpackTo",
                InsideOrRoot(),
                "a path below the root of datasets, without .., or . for the root"
            ),
            Optional = node.Truth("optional"),
        };
        if (file.Archive is not null && !s_archives.Contains(file.Archive))
        {
            node.Fault("archive", $"is '{file.Archive}'; expected one of {string.Join(", ", s_archives)}");
        }

        if (file.Urls.Count == 0 && file.ByHand is null)
        {
            node.Fault("urls", "is empty; expected an address, or byHand with what to do");
        }

        if (!file.IsStated && file.HashFrom != ManifestFile.NonePublished)
        {
            node.Fault(
                "hashFrom",
                $"is '{file.HashFrom}' without a hash; expected a hash, or '{ManifestFile.NonePublished}'"
            );
        }

        if (file.IsStated && file.HashFrom == ManifestFile.NonePublished)
        {
            node.Fault("hashFrom", $"is '{ManifestFile.NonePublished}' beside a hash; expected where it is published");
        }

        if (file.Sha256 is null && file.Urls.Any(url => url.StartsWith("http://", StringComparison.Ordinal)))
        {
            node.Fault(
                "urls",
                "holds an http address of a file without a SHA-256; expected https, or the published SHA-256"
            );
        }

        node.Close();
        return file;
    }

    private static ManifestContent Content(ManifestNode node)
    {
        var content = new ManifestContent(
            node.Text("path", Inside(), "a path without .. and without / in front"),
            node.Whole("size", 1, long.MaxValue),
            node.OptionalText("sha256", Sha256(), "64 hexadecimal digits in small letters"),
            node.OptionalText("md5", Md5(), "32 hexadecimal digits in small letters"),
            node.Text("hashFrom")
        );
        if (content.Sha256 is null && content.Md5 is null)
        {
            node.Fault("sha256", "is missing, and so is md5; expected one of the two");
        }

        node.Close();
        return content;
    }

    private static IReadOnlyList<ManifestSplit> Splits(ManifestNode node) =>
        [
            .. node.Named("splits")
                .Select(named =>
                {
                    var (name, split) = named;
                    var read = new ManifestSplit(
                        name,
                        (int?)split.Whole("count", 1, int.MaxValue),
                        split.Texts("files", Inside(), "a path without .. and without / in front"),
                        split.OptionalText("rule")
                    );
                    if (read.Files.Count == 0 && read.Rule is null)
                    {
                        split.Fault(
                            "rule",
                            "is missing, and there are no files; expected how the split comes out of the files"
                        );
                    }
                    split.Close();
                    return read;
                }),
        ];

    private static ManifestNormalization? Normalization(ManifestNode root)
    {
        if (root.Node("normalization") is not { } node)
        {
            return null;
        }

        var read = new ManifestNormalization(
            node.Numbers("mean", 3, -1, 1),
            node.Numbers("std", 3, 0, 1),
            node.Text("source"),
            Statistics(node)
        );
        node.Close();
        return read;
    }

    private static ManifestStatistics? Statistics(ManifestNode normalization)
    {
        if (normalization.Node("own") is not { } node)
        {
            return null;
        }

        var read = new ManifestStatistics(
            node.Numbers("mean", 3, -1, 1),
            node.Numbers("std", 3, 0, 1),
            node.Text("source")
        );
        node.Close();
        return read;
    }

    private static ManifestProtocol Protocol(ManifestNode node)
    {
        var read = new ManifestProtocol(
            node.Text("name", ProtocolName(), "suite/task in small letters, digits, - and _"),
            node.OptionalText("group"),
            node.Text("label"),
            (int?)node.Whole("classCount", 1, MostClasses),
            Splits(node),
            node.Text("source"),
            node.OptionalText("reads"),
            node.OptionalText("differs")
        );
        if (read.Splits.Count == 0)
        {
            node.Fault("splits", "is missing; expected at least one");
        }

        node.Close();
        return read;
    }

    private static void CheckWhole(ManifestNode root, DatasetManifest manifest)
    {
        if (manifest.Splits.Count == 0)
        {
            root.Fault("splits", "is missing or empty; expected at least one");
        }

        if (manifest.Classes.Count > 0 && manifest.Classes.Count != manifest.ClassCount)
        {
            root.Fault(
                "classCount",
                $"is {manifest.ClassCount?.ToString("N0", null) ?? "missing"}; there are {manifest.Classes.Count:N0} classes"
            );
        }

        if (manifest.ClassTitles.Count > 0 && manifest.ClassTitles.Count != manifest.Classes.Count)
        {
            root.Fault(
                "classTitles",
                $"holds {manifest.ClassTitles.Count:N0} names for {manifest.Classes.Count:N0} classes"
            );
        }

        Distinct(root, "classes", manifest.Classes);
        Distinct(root, "publisherOrder", manifest.PublisherOrder);
        Distinct(root, "files", [.. manifest.Files.Select(file => $"{file.UnpackTo}/{file.Path}")]);
        Distinct(root, "contents", [.. manifest.Contents.Select(content => content.Path)]);
        Distinct(root, "protocols", [.. manifest.Protocols.Select(protocol => protocol.Name)]);
        Distinct(root, "aliases", [manifest.Name, .. manifest.Aliases]);
        if (manifest.PublisherOrder.Count > 0 && !manifest.PublisherOrder.ToHashSet().SetEquals(manifest.Classes))
        {
            root.Fault("publisherOrder", "does not hold exactly the classes, in another order");
        }
    }

    private static void Distinct(ManifestNode root, string member, IReadOnlyList<string> texts)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var text in texts.Where(text => !seen.Add(text)).Take(3))
        {
            root.Fault(member, $"holds '{text.TrimStart('/')}' twice");
        }
    }

    [GeneratedRegex("^[a-z][a-z0-9-]{0,63}$", RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    [GeneratedRegex("^[a-z][a-z0-9-]{0,63}/[a-z0-9][a-z0-9_-]{0,63}$", RegexOptions.CultureInvariant)]
    private static partial Regex ProtocolName();

    // No backslash, no drive, no folder of dots.
    [GeneratedRegex(@"^(?!/)(?!.*(^|/)\.\.?(/|$))[^\\:\x00-\x1f]{1,300}$", RegexOptions.CultureInvariant)]
    private static partial Regex Inside();

    [GeneratedRegex(@"^(\.|(?!/)(?!.*(^|/)\.\.?(/|$))[^\\:\x00-\x1f]{1,300})$", RegexOptions.CultureInvariant)]
    private static partial Regex InsideOrRoot();

    [GeneratedRegex(@"^https?://[^\s]{4,2000}$", RegexOptions.CultureInvariant)]
    private static partial Regex Address();

    [GeneratedRegex("^[0-9a-f]{64}$", RegexOptions.CultureInvariant)]
    private static partial Regex Sha256();

    [GeneratedRegex("^[0-9a-f]{40}$", RegexOptions.CultureInvariant)]
    private static partial Regex Sha1();

    [GeneratedRegex("^[0-9a-f]{32}$", RegexOptions.CultureInvariant)]
    private static partial Regex Md5();
}
