using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using VitNotebooks.Data;

namespace VitNotebooks.Cli;

/// <summary><c>vitnb data list [--json]</c>: the datasets that are known, and which of them are here.</summary>
internal static class DataListCommand
{
    private static readonly string[] Columns = ["dataset", "title", "images", "classes", "download", "here"];

    public static Command Create()
    {
        var root = DataFolderOption.Create();
        var json = new Option<bool>("--json") { Description = "A JSON array with an object a dataset." };
        var command = new Command("list", "Lists the datasets that are known, and which of them are here.")
        {
            root,
            json,
        };
        command.SetAction(parsed =>
        {
            var store = DataFolderOption.Store(parsed.GetValue(root));
            if (parsed.GetValue(json))
                Console.WriteLine(Json(store));
            else
            {
                Console.WriteLine(TextTable.Of([Columns, .. DatasetSources.All.Select(source => Row(source, store))]));
                Console.WriteLine($"in {store.Root}");
            }
            return ExitCode.Success;
        });
        return command;
    }

    /// <summary>The splits with their counts: <c>train 50,000, test 10,000</c>.</summary>
    public static string Splits(DatasetSource source) =>
        string.Join(
            ", ",
            source.Splits.Select(split =>
                $"{split.Name} {split.Count?.ToString("N0", CultureInfo.InvariantCulture) ?? "not stated"}"
            )
        );

    /// <summary>A size as people read it.</summary>
    public static string Size(long? bytes) =>
        bytes switch
        {
            null => "not stated",
            < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.00} GB"),
        };

    private static string[] Row(DatasetSource source, DatasetStore store) =>
        [
            source.Name,
            source.Title,
            Splits(source),
            source.Classes?.ToString("N0", CultureInfo.InvariantCulture) ?? "",
            source.Files.Count == 0 ? "by hand" : Size(source.DownloadBytes),
            store.StateOf(source) switch
            {
                DatasetState.Here => $"yes, {Size(store.ReceiptOf(source)!.Bytes)}",
                DatasetState.Foreign => "yes, put there by hand",
                _ => "no",
            },
        ];

    private static string Json(DatasetStore store) =>
        new JsonArray([
            .. DatasetSources.All.Select(source => new JsonObject
            {
                ["name"] = source.Name,
                ["title"] = source.Title,
                ["state"] = State(store.StateOf(source)),
                ["path"] = store.PathOf(source),
                ["downloadBytes"] = source.DownloadBytes,
                ["classes"] = source.Classes,
                ["splits"] = DataInfoCommand.SplitsJson(source),
            }),
        ]).ToJsonString(new() { WriteIndented = true });

    /// <summary>The state as JSON names it: <c>absent</c>, <c>here</c>, <c>foreign</c>.</summary>
    public static string State(DatasetState state) =>
        state switch
        {
            DatasetState.Here => "here",
            DatasetState.Foreign => "foreign",
            _ => "absent",
        };
}
