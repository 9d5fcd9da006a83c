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
        {
            var source = DataFolderOption.Source(parsed.GetValue(name)!);
            var store = DataFolderOption.Store(parsed.GetValue(root));
            Console.WriteLine(parsed.GetValue(json) ? Json(source, store) : Text(source, store));
            return ExitCode.Success;
        });
        return command;
    }

    /// <summary>The splits as JSON; a count that nobody states is null.</summary>
    public static JsonArray SplitsJson(DatasetSource source) =>
        [.. source.Splits.Select(split => new JsonObject { ["name"] = split.Name, ["count"] = split.Count })];

    private static string Text(DatasetSource source, DatasetStore store)
    {
        List<(string, string)> lines =
        [
            ("name", source.Name),
            ("title", source.Title),
            ("page", source.Homepage ?? "not stated"),
            ("licence", source.Licence ?? "not stated"),
            ("citation", source.Citation ?? "not stated"),
            ("splits", DataListCommand.Splits(source)),
            ("classes", Classes(source)),
            ("folder", store.PathOf(source)),
            ("here", Here(source, store)),
        ];
        lines.AddRange(source.Files.Select(file => ("file", File(file))));
        lines.AddRange(source.Notes.Select(note => ("note", note)));
        return string.Join(Environment.NewLine, lines.Select(line => $"{line.Item1, -9} {line.Item2}"));
    }

    private static string Classes(DatasetSource source) =>
        (source.Classes?.ToString("N0", CultureInfo.InvariantCulture) ?? "not stated")
        + (source.ClassOrder is { } order ? $", in {order}" : "");

    private static string Here(DatasetSource source, DatasetStore store) =>
        store.StateOf(source) switch
        {
            DatasetState.Here when store.ReceiptOf(source) is { } receipt => string.Create(
                CultureInfo.InvariantCulture,
                $"{receipt.Count:N0} files, {DataListCommand.Size(receipt.Bytes)}, unpacked on {receipt.Unpacked:yyyy-MM-dd}"
            ),
            DatasetState.Foreign => "put there by hand; vitnb data verify compares it with what is published",
            _ => $"no; vitnb data get {source.Name} fetches it",
        };

    private static string File(DatasetFile file) =>
        string.Join(
            ", ",
            new[]
            {
                file.File.ByHand is null ? file.File.Url : $"by hand: {file.File.ByHand}",
                DataListCommand.Size(file.File.Size),
                Hash(file),
                file.IsOptional ? "only with --all" : null,
            }.Where(part => part is not null)
        );

    private static string Hash(DatasetFile file) =>
        file.File.Sha256 is { } sha256 ? $"SHA-256 {sha256}"
        : file.File.Md5 is { } md5 ? $"MD5 {md5}"
        : file.File.Sha1 is { } sha1 ? $"SHA-1 {sha1}"
        : "no hash is published: the first file that comes is recorded";

    private static string Json(DatasetSource source, DatasetStore store) =>
        new JsonObject
        {
            ["name"] = source.Name,
            ["title"] = source.Title,
            ["homepage"] = source.Homepage,
            ["licence"] = source.Licence,
            ["citation"] = source.Citation,
            ["splits"] = SplitsJson(source),
            ["classes"] = source.Classes,
            ["classOrder"] = source.ClassOrder,
            ["path"] = store.PathOf(source),
            ["state"] = DataListCommand.State(store.StateOf(source)),
            ["downloadBytes"] = source.DownloadBytes,
            ["files"] = new JsonArray([
                .. source.Files.Select(file => new JsonObject
                {
                    ["path"] = file.File.Path,
                    ["urls"] = new JsonArray([
                        .. file.File.Mirrors.Prepend(file.File.Url).Select(url => (JsonNode)url),
                    ]),
                    ["byHand"] = file.File.ByHand,
                    ["bytes"] = file.File.Size,
                    ["sha256"] = file.File.Sha256,
                    ["md5"] = file.File.Md5,
                    ["sha1"] = file.File.Sha1,
                    ["archive"] = file.Archive?.ToString().ToLowerInvariant(),
                    ["optional"] = file.IsOptional,
                }),
            ]),
            ["notes"] = new JsonArray([.. source.Notes.Select(note => (JsonNode)note)]),
        }.ToJsonString(new() { WriteIndented = true });
}
