using System.Globalization;
using VitNotebooks.Acceleration;
using VitNotebooks.Data;

namespace VitNotebooks.Cli;

/// <summary>The folders that runs, data and caches go to: whether they can be written, and what is free there.</summary>
internal sealed class FoldersCheck : IDoctorCheck
{
    internal sealed record Folder(string Purpose, string? Path, bool Exists, bool Writable, long? FreeBytes);

    internal sealed record Facts(IReadOnlyList<Folder> Entries);

    private const long Little = 1L << 30;

    public string Name => "folders";

    public CheckResult Run(DoctorMachine machine, TorchDiagnosis torch)
    {
        Folder[] folders =
        [
            Look("cache", CacheFolder.Root(machine.Set)),
            Look("runs", machine.Set("VITNB_RUNS") ?? "runs"),
            Look("data", machine.Set(Datasets.RootVariable)),
            Look("temporary", Path.GetTempPath()),
        ];
        List<Finding> findings = [];
        foreach (var folder in folders)
        {
            Judge(folder, findings);
        }

        var line = string.Join(
            "; ",
            folders.Select(f =>
                f.Path is null ? $"{f.Purpose}: not set"
                : f.FreeBytes is { } free
                    ? string.Create(CultureInfo.InvariantCulture, $"{f.Purpose}: {f.Path} ({free / 1e9:0.#} GB free)")
                : $"{f.Purpose}: {f.Path}"
            )
        );
        return new(new Facts(folders), line, findings);
    }

    private void Judge(Folder folder, List<Finding> findings)
    {
        var variable = folder.Purpose switch
        {
            "cache" => "VITNB_CACHE",
            "runs" => "VITNB_RUNS",
            "data" => Datasets.RootVariable,
            _ => "TMPDIR",
        };
        if (folder.Path is null && folder.Purpose == "cache")
        {
            findings.Add(
                new(
                    Name,
                    FindingLevel.Slow,
                    "neither VITNB_CACHE, XDG_CACHE_HOME nor HOME is set: native modules are compiled anew in every process, some ten seconds each time.",
                    "export VITNB_CACHE=/some/folder"
                )
            );
        }

        if (folder.Path is null)
        {
            return;
        }

        if (folder.Purpose == "data" && !folder.Exists)
        {
            findings.Add(
                new(
                    Name,
                    FindingLevel.Missing,
                    $"{variable} names {folder.Path}, which is not there: no data set will be found.",
                    $"mkdir -p '{folder.Path}'"
                )
            );
        }
        else if (folder.Purpose != "data" && !folder.Writable)
        {
            findings.Add(
                new(
                    Name,
                    FindingLevel.Missing,
                    $"the folder for {Word(folder.Purpose)}, {folder.Path}, cannot be written to.",
                    $"export {variable}=/some/folder/of/yours"
                )
            );
        }

        if (folder.FreeBytes < Little)
        {
            findings.Add(
                new(
                    Name,
                    FindingLevel.Missing,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{folder.Path} ({Word(folder.Purpose)}) has {folder.FreeBytes / 1e6:0} MB free; a run with its checkpoints needs about 1 GB."
                    ),
                    $"export {variable}=/a/folder/on/a/larger/disk"
                )
            );
        }
    }

    private static string Word(string purpose) =>
        purpose switch
        {
            "temporary" => "temporary files",
            "cache" => "caches",
            _ => purpose,
        };

    /// <summary>Looks without making the folder: one that is not there yet is as good as the nearest one above it.</summary>
    private static Folder Look(string purpose, string? path)
    {
        if (path is null)
        {
            return new(purpose, null, false, false, null);
        }

        path = Path.GetFullPath(path);
        var exists = Directory.Exists(path);
        var there = path;
        while (!Directory.Exists(there) && Path.GetDirectoryName(there) is { } above)
        {
            there = above;
        }

        return new(purpose, path, exists, CanWrite(there), Free(there));
    }

    private static bool CanWrite(string folder)
    {
        try
        {
            using var probe = new FileStream(
                Path.Combine(folder, $".vitnb-doctor-{Guid.NewGuid():N}"),
                new FileStreamOptions
                {
                    Mode = FileMode.CreateNew,
                    Access = FileAccess.Write,
                    Options = FileOptions.DeleteOnClose,
                }
            );
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static long? Free(string folder)
    {
        try
        {
            return new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
