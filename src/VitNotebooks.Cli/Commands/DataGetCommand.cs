using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using VitNotebooks.Data;

namespace VitNotebooks.Cli;

/// <summary><c>vitnb data get NAME.. [--all] [--json]</c>: fetches, checks and unpacks datasets.</summary>
internal static class DataGetCommand
{
    public static Command Create()
    {
        var names = new Argument<string[]>("NAME")
        {
            Description = "Datasets by name, or files of manifests of one's own (.json).",
            Arity = ArgumentArity.OneOrMore,
        };
        var root = DataFolderOption.Create();
        var all = new Option<bool>("--all") { Description = "Also the files that are fetched only when asked for." };
        var connections = new Option<int>("--connections")
        {
            Description = "Most connections for one file, where its server gives parts. 1..16.",
            DefaultValueFactory = _ => DownloadOptions.Default.Connections,
        };
        var json = new Option<bool>("--json") { Description = "A JSON array of what is here then." };
        var command = new Command("get", "Fetches datasets, checks their hashes and unpacks them.")
        {
            names,
            root,
            all,
            connections,
            json,
        };
        command.SetAction(parsed =>
            Interruption.RunAsync(
                "Stopping: what is here is kept, and the next call goes on there.",
                cancel =>
                    Get(
                        [.. parsed.GetValue(names)!.Select(DatasetManifests.Open)],
                        Store(parsed.GetValue(root), parsed.GetValue(connections)),
                        parsed.GetValue(all),
                        parsed.GetValue(json),
                        cancel
                    )
            )
        );
        return command;
    }

    private static DatasetStore Store(string? root, int connections)
    {
        try
        {
            var files = new DataStore(DataStore.Default.Folder)
            {
                Say = TransferLine.Say,
                Options = DownloadOptions.Default with { Connections = connections },
            };
            return new(root ?? DatasetStore.DefaultRoot, files);
        }
        catch (ArgumentException e)
        {
            throw new UserErrorException(e.Message);
        }
    }

    private static async Task<int> Get(
        IReadOnlyList<DatasetManifest> manifests,
        DatasetStore store,
        bool withOptional,
        bool isJson,
        CancellationToken cancel
    )
    {
        List<JsonNode> got = [];
        foreach (var manifest in manifests)
        {
            var receipt = await Get(manifest, store, withOptional, cancel);
            if (isJson)
            {
                got.Add(Json(manifest, store, receipt));
            }
            else
            {
                Console.WriteLine(
                    receipt is null
                        ? $"{manifest.Name}: {store.PathOf(manifest)}, put there by hand; vitnb data verify {manifest.Name} compares it with what is published."
                        : string.Create(
                            CultureInfo.InvariantCulture,
                            $"{manifest.Name}: {receipt.Count:N0} files, {ByteSize.Text(receipt.Bytes)} in {store.PathOf(manifest)}"
                        )
                );
            }
        }
        if (isJson)
        {
            Console.WriteLine(new JsonArray([.. got]).ToJsonString(new() { WriteIndented = true }));
        }

        return ExitCode.Success;
    }

    private static async Task<DatasetReceipt?> Get(
        DatasetManifest manifest,
        DatasetStore store,
        bool withOptional,
        CancellationToken cancel
    )
    {
        if (store.StateOf(manifest) is DatasetState.Foreign)
        {
            return null;
        }

        using var line = new TransferLine();
        return await store.GetAsync(manifest, withOptional, line, cancel);
    }

    private static JsonObject Json(DatasetManifest manifest, DatasetStore store, DatasetReceipt? receipt) =>
        new()
        {
            ["name"] = manifest.Name,
            ["path"] = store.PathOf(manifest),
            ["state"] = DataListCommand.State(store.StateOf(manifest)),
            ["files"] = receipt?.Count,
            ["bytes"] = receipt?.Bytes,
        };
}
