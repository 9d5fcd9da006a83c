using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using VitNotebooks.Data;

namespace VitNotebooks.Cli;

/// <summary><c>vitnb data pack NAME [--out FILE] [--records KIND] [--size N]</c>: makes one file of a dataset, which is read several times faster.</summary>
internal static class DataPackCommand
{
    private const string Ending = ".vitpack";

    public static Command Create()
    {
        var name = new Argument<string>("NAME")
        {
            Description =
                "The dataset's name, a folder of class folders, or the file of a manifest of one's own (.json).",
        };
        var root = DataFolderOption.Create();
        var output = new Option<string?>("--out")
        {
            Description = $"The file; by default NAME{Ending} in the current folder.",
        };
        var records = new Option<string?>("--records")
        {
            Description =
                "files: the images' own files, byte for byte. jpeg: encoded anew. pixels: nothing to decode, all of one size. By default files, or pixels where the set has no file an image.",
        };
        records.AcceptOnlyFromAmong("files", "jpeg", "pixels");
        var size = new Option<int?>("--size")
        {
            Description = "jpeg and pixels: the shorter side, in pixels, that a larger image is resized to.",
        };
        var square = new Option<bool>("--square") { Description = "pixels: cuts out the square in the middle." };
        var quality = new Option<int>("--quality")
        {
            Description = "jpeg: 1..100.",
            DefaultValueFactory = _ => new PackOptions().Quality,
        };
        var json = new Option<bool>("--json") { Description = "A JSON object about the file." };
        var command = new Command("pack", "Makes one file of a dataset, once; Datasets.Open takes its path.")
        {
            name,
            root,
            output,
            records,
            size,
            square,
            quality,
            json,
        };
        command.SetAction(parsed =>
            Interruption.RunAsync(
                "Stopping: nothing is left of the file.",
                cancel =>
                {
                    using var data = Open(parsed.GetValue(name)!, parsed.GetValue(root), cancel);
                    var options = PackOptions.For(data);
                    if (parsed.GetValue(records) is { } kind)
                    {
                        options = options with { Records = Enum.Parse<PackedRecords>(kind, ignoreCase: true) };
                    }

                    options = options with
                    {
                        ShorterSide = parsed.GetValue(size),
                        CenterSquare = parsed.GetValue(square),
                        Quality = parsed.GetValue(quality),
                    };
                    Pack(data, parsed.GetValue(output) ?? FileOf(data), options, parsed.GetValue(json), cancel);
                    return Task.FromResult(ExitCode.Success);
                }
            )
        );
        return command;
    }

    private static VisionData Open(string name, string? root, CancellationToken cancel)
    {
        using var line = new TransferLine();
        return Datasets.Open(
            name,
            new OpenOptions
            {
                Root = root,
                Progress = line,
                CancellationToken = cancel,
            }
        );
    }

    private static string FileOf(VisionData data) =>
        string.Concat(data.Name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '_')) + Ending;

    private static void Pack(VisionData data, string path, PackOptions options, bool isJson, CancellationToken cancel)
    {
        var images = data.Train.Count + (data.Validation?.Count ?? 0) + data.Test.Count;
        bool written;
        try
        {
            using var line = new PackLine(data.Name, images);
            written = PackedDataset.WriteOnce(path, data, options, line, line.Say, cancel);
        }
        catch (ArgumentException e)
        {
            throw new UserErrorException(e.Message);
        }
        using var packed = PackedDataset.Open(path);
        Console.WriteLine(isJson ? Json(packed, path, written) : Text(packed, path, written));
    }

    private static string Text(PackedDataset packed, string path, bool written) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{packed.Name}: {packed.Count:N0} images ({string.Join(", ", packed.Splits)}) in {Path.GetFullPath(path)}, {packed.Options}, {ByteSize.Text(packed.Bytes)}, "
        ) + $"SHA-256 {packed.Hash}{(written ? "" : "; it was there already")}";

    private static string Json(PackedDataset packed, string path, bool written) =>
        new JsonObject
        {
            ["name"] = packed.Name,
            ["path"] = Path.GetFullPath(path),
            ["written"] = written,
            ["version"] = PackedDataset.Version,
            ["records"] = packed.Records.ToString().ToLowerInvariant(),
            ["options"] = packed.Options,
            ["images"] = packed.Count,
            ["splits"] = new JsonArray([.. packed.Splits.Select(split => (JsonNode)split)]),
            ["classes"] = packed.Classes.Count,
            ["bytes"] = packed.Bytes,
            ["sha256"] = packed.Hash,
            ["identity"] = packed.Identity,
        }.ToJsonString(new() { WriteIndented = true });
}
