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
            {
                Console.WriteLine(Json(store));
            }
            else
            {
                Console.WriteLine(
                    TextTable.Of([Columns, .. DatasetManifests.All.Select(manifest => Row(manifest, store))])
                );
                Console.WriteLine($"in {store.Root}");
            }
            return ExitCode.Success;
        });
        return command;
    }

    /// <summary>The splits with their counts: <c>train 50,000, test 10,000</c>.</summary>
    public static string Splits(DatasetManifest manifest) =>
        string.Join(
            ", ",
            manifest.Splits.Select(split =>
                $"{split.Name} {split.Count?.ToString("N0", CultureInfo.InvariantCulture) ?? "not stated"}"
            )
        );

    private static string[] Row(DatasetManifest manifest, DatasetStore store) =>
        [
            manifest.Name,
            manifest.Title,
            Splits(manifest),
            manifest.ClassCount?.ToString("N0", CultureInfo.InvariantCulture) ?? "",
            manifest.Files.Any(file => !file.Optional && file.ByHand is not null)
                ? "by hand"
                : ByteSize.Text(manifest.DownloadBytes),
            store.StateOf(manifest) switch
            {
                DatasetState.Here => $"yes, {ByteSize.Text(store.ReceiptOf(manifest)!.Bytes)}",
                DatasetState.Foreign => "yes, put there by hand",
                _ => "no",
            },
        ];

    private static string Json(DatasetStore store) =>
        new JsonArray([
            .. DatasetManifests.All.Select(manifest => new JsonObject
            {
                ["name"] = manifest.Name,
                ["title"] = manifest.Title,
                ["state"] = State(store.StateOf(manifest)),
                ["path"] = store.PathOf(manifest),
                ["downloadBytes"] = manifest.DownloadBytes,
                ["classes"] = manifest.ClassCount,
                ["splits"] = DataInfoCommand.SplitsJson(manifest),
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
