using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using VitNotebooks.Data;

namespace VitNotebooks.Cli;

/// <summary><c>vitnb data verify NAME.. [--json]</c>: reads every byte of datasets again and compares.</summary>
internal static class DataVerifyCommand
{
    private const int MostShown = 20;

    public static Command Create()
    {
        var names = new Argument<string[]>("NAME")
        {
            Description = "Datasets by name, files of manifests of one's own (.json), or packed files.",
            Arity = ArgumentArity.OneOrMore,
        };
        var root = DataFolderOption.Create();
        var json = new Option<bool>("--json") { Description = "A JSON array with all that was found." };
        var command = new Command(
            "verify",
            "Hashes every file of datasets again; exit code 1 when one is another file."
        )
        {
            names,
            root,
            json,
        };
        command.SetAction(parsed =>
            Interruption.RunAsync(
                "Stopping: nothing was changed.",
                cancel =>
                    Verify(
                        [.. parsed.GetValue(names)!.Where(PackedDataset.IsPacked)],
                        [
                            .. parsed
                                .GetValue(names)!
                                .Where(name => !PackedDataset.IsPacked(name))
                                .Select(DatasetManifests.Open),
                        ],
                        DataFolderOption.Store(parsed.GetValue(root)),
                        parsed.GetValue(json),
                        cancel
                    )
            )
        );
        return command;
    }

    private static async Task<int> Verify(
        IReadOnlyList<string> packed,
        IReadOnlyList<DatasetManifest> manifests,
        DatasetStore store,
        bool isJson,
        CancellationToken cancel
    )
    {
        List<JsonNode> found = [];
        var code = ExitCode.Success;
        foreach (var path in packed)
        {
            var fault = FaultOf(path);
            if (fault is not null)
            {
                code = ExitCode.WrongData;
            }

            if (isJson)
            {
                found.Add(Json(path, fault));
            }
            else
            {
                Console.WriteLine(fault ?? $"{path}: all of it is as it was packed.");
            }
        }
        foreach (var manifest in manifests)
        {
            DatasetCheck check;
            using (var line = new TransferLine())
            {
                check = await store.VerifyAsync(manifest, line, cancel);
            }

            if (check.Faults.Count > 0)
            {
                code = ExitCode.WrongData;
            }

            if (isJson)
            {
                found.Add(Json(manifest, store, check));
            }
            else
            {
                Console.WriteLine(Text(manifest, check));
            }
        }
        if (isJson)
        {
            Console.WriteLine(new JsonArray([.. found]).ToJsonString(new() { WriteIndented = true }));
        }

        return code;
    }

    private static string? FaultOf(string path)
    {
        try
        {
            using var packed = PackedDataset.Open(path);
            packed.Verify();
            return null;
        }
        catch (DatasetFormatException e)
        {
            return e.Message;
        }
    }

    private static JsonObject Json(string path, string? fault) =>
        new()
        {
            ["name"] = Path.GetFileName(path),
            ["path"] = Path.GetFullPath(path),
            ["files"] = 1,
            ["bytes"] = new FileInfo(path).Length,
            ["unlisted"] = 0,
            ["faults"] = fault is null ? new JsonArray() : new JsonArray(fault),
        };

    private static string Text(DatasetManifest manifest, DatasetCheck check)
    {
        var read = string.Create(
            CultureInfo.InvariantCulture,
            $"{manifest.Name}: {check.Files:N0} files, {ByteSize.Text(check.Bytes)} read"
        );
        var unlisted =
            check.Unlisted == 0
                ? ""
                : string.Create(CultureInfo.InvariantCulture, $" {check.Unlisted:N0} files beside them are unknown.");
        if (check.Faults.Count == 0)
        {
            return $"{read}; all are as they were published or unpacked.{unlisted}";
        }

        var more =
            check.Faults.Count > MostShown
                ? $"{Environment.NewLine}  and {check.Faults.Count - MostShown:N0} more (--json lists all)"
                : "";
        return string.Create(CultureInfo.InvariantCulture, $"{read}; {check.Faults.Count:N0} are wrong:{unlisted}")
            + string.Concat(check.Faults.Take(MostShown).Select(fault => $"{Environment.NewLine}  {fault}"))
            + more;
    }

    private static JsonObject Json(DatasetManifest manifest, DatasetStore store, DatasetCheck check) =>
        new()
        {
            ["name"] = manifest.Name,
            ["path"] = store.PathOf(manifest),
            ["files"] = check.Files,
            ["bytes"] = check.Bytes,
            ["unlisted"] = check.Unlisted,
            ["faults"] = new JsonArray([.. check.Faults.Select(fault => (JsonNode)fault)]),
        };
}
