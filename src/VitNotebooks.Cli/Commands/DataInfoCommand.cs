using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using VitNotebooks.Data;

namespace VitNotebooks.Cli;

/// <summary><c>vitnb data info NAME [--json]</c>: what is known of a dataset: terms, citation, splits, files, and where it is.</summary>
internal static class DataInfoCommand
{
    public static Command Create()
    {
        var name = DataFolderOption.Name();
        var root = DataFolderOption.Create();
        var json = new Option<bool>("--json") { Description = "A JSON object." };
        var command = new Command("info", "Prints what is known of a dataset: licence, citation, splits, files.")
        {
            name,
            root,
            json,
        };
        command.SetAction(parsed =>
            Interruption.RunAsync(
                "Stopping.",
                cancel =>
                {
                    var manifest = DatasetManifests.Open(parsed.GetValue(name)!);
                    var store = DataFolderOption.Store(parsed.GetValue(root));
                    var found = Found(manifest, store, cancel);
                    cancel.ThrowIfCancellationRequested();
                    Console.WriteLine(
                        parsed.GetValue(json) ? Json(manifest, store, found) : Text(manifest, store, found)
                    );
                    return Task.FromResult(ExitCode.Success);
                }
            )
        );
        return command;
    }

    /// <summary>The splits as JSON; a count that nobody states is null.</summary>
    public static JsonArray SplitsJson(DatasetManifest manifest) =>
        [.. manifest.Splits.Select(split => new JsonObject { ["name"] = split.Name, ["count"] = split.Count })];

    private static string Text(DatasetManifest manifest, DatasetStore store, IReadOnlyList<string> found)
    {
        List<(string, string)> lines =
        [
            ("name", manifest.Name),
            ("title", manifest.Title),
            ("page", manifest.Homepage),
            ("licence", manifest.Licence),
            ("citation", manifest.Citation),
            ("splits", DataListCommand.Splits(manifest)),
            ("classes", Classes(manifest)),
            ("normal", Normalization(manifest)),
            ("opens", manifest.Format is { } format ? $"as {format}" : "not: its layout has no reader here"),
            ("folder", store.PathOf(manifest)),
            ("here", Here(manifest, store)),
        ];
        lines.AddRange(manifest.Files.Select(file => ("file", File(file))));
        lines.AddRange(manifest.Protocols.Select(protocol => ("task", TaskText(manifest, protocol))));
        lines.AddRange(manifest.Notes.Select(note => ("note", note)));
        lines.AddRange(found.Select(each => ("found", each)));
        if (manifest.Conversion is { } conversion)
        {
            lines.Add(("to open", conversion));
        }

        return string.Join(Environment.NewLine, lines.Select(line => $"{line.Item1, -9} {line.Item2}"));
    }

    private static string Classes(DatasetManifest manifest) =>
        (manifest.ClassCount?.ToString("N0", CultureInfo.InvariantCulture) ?? "not stated")
        + $", in {manifest.ClassOrder}";

    private static string Normalization(DatasetManifest manifest) =>
        (
            manifest.Normalization is { } used
                ? $"mean {Numbers(used.Mean)}, std {Numbers(used.Std)}: {used.Source}"
                : "ImageNet's mean and deviation, since the manifest states none"
        )
        + (
            manifest.Normalization?.Own is { } own
                ? $"; data.Standard() takes its own: mean {Numbers(own.Mean)}, std {Numbers(own.Std)}, {own.Source}"
                : "; data.Standard() measures its own, since none are published"
        );

    private static JsonObject Statistics(IEnumerable<float> mean, IEnumerable<float> std, string source) =>
        new()
        {
            ["mean"] = new JsonArray([.. mean.Select(value => (JsonNode)value)]),
            ["std"] = new JsonArray([.. std.Select(value => (JsonNode)value)]),
            ["source"] = source,
        };

    private static string Numbers(IEnumerable<float> values) =>
        string.Join(' ', values.Select(value => value.ToString("0.######", CultureInfo.InvariantCulture)));

    private static string TaskText(DatasetManifest manifest, ManifestProtocol protocol) =>
        $"{protocol.Name}{(protocol.Group is { } group ? $" ({group})" : "")}: {protocol.Label}; "
        + string.Join(", ", protocol.Splits.Select(SplitText))
        + $"; from {protocol.Source}"
        + (manifest.Format is null ? "" : $"; Datasets.Open(\"{protocol.Name}\")");

    private static string SplitText(ManifestSplit split) =>
        $"{split.Name} {split.Count?.ToString("N0", CultureInfo.InvariantCulture) ?? "not stated"} ({split.Rule ?? string.Join(", ", split.Files)})";

    // What opening it finds, where it is here: images that are not there, lists of another length.
    private static IReadOnlyList<string> Found(DatasetManifest manifest, DatasetStore store, CancellationToken cancel)
    {
        if (manifest.Format is null || store.StateOf(manifest) == DatasetState.Absent)
        {
            return [];
        }

        try
        {
            using var line = new TransferLine();
            var options = new OpenOptions
            {
                Root = store.Root,
                Progress = line,
                CancellationToken = cancel,
            };
            using var data = Datasets.Open(manifest, options);
            return data.Notes;
        }
        catch (Exception e) when (e is DataException or IOException or UnauthorizedAccessException)
        {
            return [e.Message];
        }
    }

    private static string Here(DatasetManifest manifest, DatasetStore store) =>
        store.StateOf(manifest) switch
        {
            DatasetState.Here when store.ReceiptOf(manifest) is { } receipt => string.Create(
                CultureInfo.InvariantCulture,
                $"{receipt.Count:N0} files, {ByteSize.Text(receipt.Bytes)}, unpacked on {receipt.Unpacked:yyyy-MM-dd}"
            ),
            DatasetState.Foreign => "put there by hand; vitnb data verify compares it with what is published",
            _ => $"no; vitnb data get {manifest.Name} fetches it",
        };

    private static string File(ManifestFile file) =>
        string.Join(
            ", ",
            new[]
            {
                file.ByHand is null ? string.Join(" or ", file.Urls) : $"by hand: {file.Path}: {file.ByHand}",
                ByteSize.Text(file.Size),
                Hash(file),
                file.Optional ? "only with --all" : null,
            }.Where(part => part is not null)
        );

    private static string Hash(ManifestFile file) =>
        file.Sha256 is { } sha256 ? $"SHA-256 {sha256}"
        : file.Md5 is { } md5 ? $"MD5 {md5}"
        : file.Sha1 is { } sha1 ? $"SHA-1 {sha1}"
        : "no hash is published: the first file that comes is recorded";

    private static string Json(DatasetManifest manifest, DatasetStore store, IReadOnlyList<string> found) =>
        new JsonObject
        {
            ["name"] = manifest.Name,
            ["title"] = manifest.Title,
            ["homepage"] = manifest.Homepage,
            ["licence"] = manifest.Licence,
            ["citation"] = manifest.Citation,
            ["splits"] = SplitsJson(manifest),
            ["classes"] = manifest.ClassCount,
            ["classOrder"] = manifest.ClassOrder,
            ["format"] = manifest.Format,
            ["path"] = store.PathOf(manifest),
            ["state"] = DataListCommand.State(store.StateOf(manifest)),
            ["downloadBytes"] = manifest.DownloadBytes,
            ["files"] = new JsonArray([
                .. manifest.Files.Select(file => new JsonObject
                {
                    ["path"] = file.Path,
                    ["urls"] = new JsonArray([.. file.Urls.Select(url => (JsonNode)url)]),
                    ["byHand"] = file.ByHand,
                    ["bytes"] = file.Size,
                    ["sha256"] = file.Sha256,
                    ["md5"] = file.Md5,
                    ["sha1"] = file.Sha1,
                    ["archive"] = file.Archive,
                    ["optional"] = file.Optional,
                }),
            ]),
            ["normalization"] = manifest.Normalization is { } used
                ? Statistics(used.Mean, used.Std, used.Source)
                : null,
            ["ownStatistics"] = manifest.Normalization?.Own is { } own
                ? Statistics(own.Mean, own.Std, own.Source)
                : null,
            ["tasks"] = new JsonArray([
                .. manifest.Protocols.Select(protocol => new JsonObject
                {
                    ["name"] = protocol.Name,
                    ["group"] = protocol.Group,
                    ["label"] = protocol.Label,
                    ["classes"] = protocol.ClassCount,
                    ["splits"] = new JsonArray([
                        .. protocol.Splits.Select(split => new JsonObject
                        {
                            ["name"] = split.Name,
                            ["count"] = split.Count,
                            ["rule"] = split.Rule,
                        }),
                    ]),
                    ["source"] = protocol.Source,
                    ["opens"] = manifest.Format is not null,
                }),
            ]),
            ["notes"] = new JsonArray([.. manifest.Notes.Select(note => (JsonNode)note)]),
            ["found"] = new JsonArray([.. found.Select(each => (JsonNode)each)]),
            ["conversion"] = manifest.Conversion,
        }.ToJsonString(new() { WriteIndented = true });
}
