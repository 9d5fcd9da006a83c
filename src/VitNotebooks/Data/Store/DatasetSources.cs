using System.Reflection;
using System.Text.Json;
using VitNotebooks.Data.Archives;

namespace VitNotebooks.Data;

/// <summary>The datasets that can be fetched by name: what the package's manifests say of their files.</summary>
public static class DatasetSources
{
    private const string Prefix = "data-manifests/";
    private static readonly Lazy<IReadOnlyList<DatasetSource>> Known = new(ReadAll);

    /// <summary>All of them, in the order of their names.</summary>
    public static IReadOnlyList<DatasetSource> All => Known.Value;

    /// <summary>The dataset of that name, or of another name of it; case does not matter.</summary>
    /// <exception cref="DatasetNotFoundException">There is none.</exception>
    public static DatasetSource Get(string name) =>
        All.FirstOrDefault(source =>
            source.Aliases.Prepend(source.Name).Contains(name, StringComparer.OrdinalIgnoreCase)
        )
        ?? throw new DatasetNotFoundException(
            $"No dataset is named '{name}'; there are {string.Join(", ", All.Select(source => source.Name))}."
        );

    /// <summary>Reads a manifest; members that it does not need are left alone.</summary>
    /// <param name="json">Its text.</param>
    /// <param name="source">What messages call it.</param>
    /// <exception cref="DatasetFormatException">A member is missing or of another kind.</exception>
    public static DatasetSource Parse(string json, string source)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Read(document.RootElement);
        }
        catch (Exception e)
            when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new DatasetFormatException(
                $"{source}: no manifest of a dataset ({e.Message.TrimEnd('.')}); compare it with those in data-manifests.",
                source
            );
        }
    }

    private static DatasetSource Read(JsonElement root)
    {
        var name = Needed(root, "name");
        // One archive of its own, or a list of files with their addresses.
        var archive = Member(root, "archive");
        var folder = archive is { } one ? Needed(one, "folder") : Needed(root, "folder");
        var title = Text(root, "title") ?? name;
        return new(name, folder)
        {
            Title = title,
            Aliases = [.. Items(root, "aliases").Select(alias => alias.GetString()!)],
            Homepage = Text(root, "homepage"),
            Licence = Text(root, "licence"),
            Citation = Text(root, "citation"),
            Files = archive is { } packed
                ? [Packed(packed, folder, title)]
                : [.. Items(root, "files").Select(file => File(file, folder, title, Text(root, "homepage")))],
            Contents = [.. Items(root, archive is null ? "contents" : "files").Select(Content)],
            Splits = Member(root, "splits") is { } splits
                ? [.. splits.EnumerateObject().Select(s => new DatasetPart(s.Name, (int?)Number(s.Value, "count")))]
                : [],
            Classes =
                (int?)Number(root, "classCount") ?? (Items(root, "classes").Count is > 0 and var count ? count : null),
            ClassOrder = Text(root, "classOrder"),
            Notes =
            [
                .. Items(root, "notes").Select(note => note.GetString()!),
                .. Text(root, "conversion") is { } conversion ? new[] { conversion } : [],
            ],
        };
    }

    private static DatasetFile Packed(JsonElement archive, string folder, string title)
    {
        var url = Needed(archive, "url");
        var file = Path.GetFileName(new Uri(url).AbsolutePath);
        return new(
            new($"{folder}/{file}", url) { What = $"{title}, {file}", Md5 = Text(archive, "md5") },
            ArchiveKind.TarGzip
        );
    }

    // What lies in one folder is one file in the store, whichever of the sets that share the folder is fetched.
    private static DatasetFile File(JsonElement file, string folder, string title, string? homepage)
    {
        var path = Needed(file, "path");
        var target = Text(file, "unpackTo");
        string[] urls = [.. Items(file, "urls").Select(url => url.GetString()!)];
        var byHand = Text(file, "byHand");
        return new(
            new($"{(target is null or "." ? folder : target)}/{path}", urls.Length > 0 ? urls[0] : homepage ?? "")
            {
                What = $"{title}, {path}",
                Mirrors = [.. urls.Skip(1)],
                Size = Number(file, "size"),
                Sha256 = Text(file, "sha256"),
                Md5 = Text(file, "md5"),
                Sha1 = Text(file, "sha1"),
                ByHand = byHand,
            },
            Text(file, "archive") switch
            {
                null => null,
                "tar" => ArchiveKind.Tar,
                "tar.gz" => ArchiveKind.TarGzip,
                "zip" => ArchiveKind.Zip,
                "gz" => ArchiveKind.Gzip,
                var other => throw new FormatException(
                    $"the archive '{other}' of {path} is none of tar, tar.gz, zip, gz"
                ),
            },
            target,
            Member(file, "optional")?.GetBoolean() ?? false
        );
    }

    private static DatasetContent Content(JsonElement content) =>
        new(
            Text(content, "path") ?? Needed(content, "name"),
            Number(content, "size"),
            Text(content, "sha256"),
            Text(content, "md5")
        );

    private static JsonElement? Member(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static string? Text(JsonElement parent, string name) => Member(parent, name)?.GetString();

    private static string Needed(JsonElement parent, string name) =>
        Text(parent, name) is { Length: > 0 } text ? text : throw new KeyNotFoundException($"{name} is missing");

    private static long? Number(JsonElement parent, string name) => Member(parent, name)?.GetInt64();

    private static List<JsonElement> Items(JsonElement parent, string name) =>
        Member(parent, name) is { } list ? [.. list.EnumerateArray()] : [];

    private static List<DatasetSource> ReadAll()
    {
        var assembly = Assembly.GetExecutingAssembly();
        List<DatasetSource> all = [];
        foreach (
            var resource in assembly
                .GetManifestResourceNames()
                .Where(r => r.StartsWith(Prefix, StringComparison.Ordinal))
        )
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            all.Add(Parse(reader.ReadToEnd(), resource));
        }
        all.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        return all;
    }
}
