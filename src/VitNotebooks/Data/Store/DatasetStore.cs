using System.Security.Cryptography;
using System.Text;
using VitNotebooks.Data.Archives;

namespace VitNotebooks.Data;

/// <summary>
/// A folder of unpacked datasets. A dataset is fetched into a <see cref="DataStore"/>, unpacked beside its place and gets its name once it is whole;
/// what was unpacked, and the hash of every file, is written down in the folder <c>.vitnb</c>, in the form that <c>sha256sum --check</c> reads.
/// </summary>
/// <param name="root">The folder; made when something is stored.</param>
/// <param name="files">Where what is fetched is kept.</param>
public sealed partial class DatasetStore(string root, DataStore files)
{
    private const string NotesName = ".vitnb";

    /// <summary>The folder of datasets: the one that VITNB_DATA names, else <c>data</c> of <see cref="CacheFolder"/>.</summary>
    public static string DefaultRoot =>
        Environment.GetEnvironmentVariable(Datasets.RootVariable) is { Length: > 0 } set ? set : CacheFolder.Of("data");

    /// <summary>The folder.</summary>
    public string Root { get; } = Path.GetFullPath(root);

    /// <summary>Where what is fetched is kept.</summary>
    public DataStore Files { get; } = files;

    /// <summary>How much an archive may hold.</summary>
    public ArchiveLimits Limits { get; init; } = ArchiveLimits.Default;

    /// <summary>The dataset's folder, whether it is there or not: the manifest's own, or the one that all its files are put into.</summary>
    public string PathOf(DatasetManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        if (ReceiptOf(manifest) is { } receipt)
        {
            return Below(receipt.Folder);
        }

        var own = Below(manifest.Folder);
        // The ImageNet-100 of a list is read out of the archives of ImageNet, which lie in that set's folder.
        return Directory.Exists(own) || Folders(manifest).Contains(manifest.Folder) ? own : Below(Folders(manifest)[0]);
    }

    /// <summary>Whether the dataset is here; its content is not looked at.</summary>
    public DatasetState StateOf(DatasetManifest manifest)
    {
        if (!Directory.Exists(PathOf(manifest)))
        {
            return DatasetState.Absent;
        }

        if (ReceiptOf(manifest) is not null)
        {
            return DatasetState.Here;
        }
        // Ended between its last renames, which the next call makes; or other sets share the folder.
        return File.Exists(Receipt(Staging(manifest))) || Sharing(manifest).Any()
            ? DatasetState.Absent
            : DatasetState.Foreign;
    }

    /// <summary>What was unpacked of it; null where nothing was.</summary>
    public DatasetReceipt? ReceiptOf(DatasetManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        var receipt = DatasetReceipt.Read(NotesOf(manifest, ".json"));
        return receipt is not null && Folders(manifest).Append(manifest.Folder).Contains(receipt.Folder)
            ? receipt
            : null;
    }

    /// <summary>Fetches and unpacks what is not here.</summary>
    /// <param name="manifest">The dataset.</param>
    /// <param name="withOptional">Whether its optional files are wanted as well.</param>
    /// <param name="progress">Hears how far it is, a few times a second at most.</param>
    /// <param name="cancel">Stops; what was fetched and unpacked so far is kept, and the next call goes on there.</param>
    /// <returns>What is here.</returns>
    /// <exception cref="DownloadException">A file cannot be fetched.</exception>
    /// <exception cref="WrongFileException">A file is another one than its publisher states.</exception>
    /// <exception cref="ArchiveException">An archive cannot be unpacked.</exception>
    /// <exception cref="DiskFullException">There is no room.</exception>
    /// <exception cref="DataException">Somebody else has put a folder in its place.</exception>
    public async Task<DatasetReceipt> GetAsync(
        DatasetManifest manifest,
        bool withOptional = false,
        IProgress<DatasetProgress>? progress = null,
        CancellationToken cancel = default
    )
    {
        ArgumentNullException.ThrowIfNull(manifest);
        SharedFolder.Create(Root, Path.Combine(Root, NotesName));
        using var alone = await FileLock.AcquireAsync(
            NotesOf(manifest, ".lock"),
            SharedFolder.FileMode(Root),
            Waiting(manifest, progress),
            cancel
        );
        var staging = Staging(manifest) + (alone.Holds ? "" : $"-{Guid.NewGuid():N}");
        if (Directory.Exists(Whole(staging)))
        {
            await Resume(manifest, staging, progress, cancel);
        }

        var receipt = ReceiptOf(manifest);
        if (receipt is null && DatasetReceipt.Read(NotesOf(manifest, ".json")) is { } other)
        {
            throw new DataException(
                $"Two manifests are named {manifest.Name}: what was unpacked by that name is in {Below(other.Folder)}, and this one's folder is "
                    + $"{manifest.Folder}. Give one's own another name."
            );
        }

        using (await Publishing(Waiting(manifest, progress), cancel)) // of a set that shares the folder
        {
            if (receipt is null && Path.Exists(PathOf(manifest)) && !Sharing(manifest).Any())
            {
                throw new DataException(
                    $"{PathOf(manifest)} is there already, and it was not unpacked here, so that nothing is put into it. If it is {manifest.Title}, use "
                        + $"it as it is (vitnb data verify {manifest.Name} compares it with what is published); otherwise move it away, or choose "
                        + "another folder."
                );
            }
        }

        var here = Directory.Exists(PathOf(manifest)) ? receipt : null;
        DatasetFile[] wanted =
        [
            .. DatasetFile
                .Of(manifest)
                .Where(file => withOptional || !file.IsOptional)
                .Where(file => here?.Files.Any(IsOf(file)) != true),
        ];
        if (wanted.Length == 0)
        {
            return here
                ?? throw new DownloadException($"{manifest.Title}: its manifest names no file that could be fetched.");
        }

        SharedFolder.Create(Root, staging);
        List<(DatasetFile File, StoredFile Stored)> fetched = [];
        foreach (var file in wanted)
        {
            fetched.Add((file, await Files.FetchAsync(file.File, Fetching(file, progress), cancel)));
        }

        foreach (var (file, stored) in fetched.Where(each => each.File.Archive is not null))
        {
            await Unpack(manifest, file, stored, staging, progress, cancel);
        }

        await Task.Run(() => PutTogether(manifest, here, fetched, staging), cancel);
        return await Publish(manifest, staging, progress, cancel);
    }

    private async Task Unpack(
        DatasetManifest manifest,
        DatasetFile file,
        StoredFile stored,
        string staging,
        IProgress<DatasetProgress>? progress,
        CancellationToken cancel
    )
    {
        var folder = Unpacked(stored, staging);
        if (Directory.Exists(folder))
        {
            return; // by an earlier call that was stopped later
        }

        var report = progress is null
            ? null
            : new Relay<ExtractionProgress>(p =>
                progress.Report(new(file.File.What, DatasetStep.Unpacking, p.Read, p.Total))
            );
        var options = new ExtractionOptions
        {
            Limits = Limits,
            Listing = folder + ".sha256",
            Waiting = Waiting(manifest, progress),
        };
        await ArchiveExtractor.ExtractAsync(stored.Path, folder, options, report, cancel);
    }

    private void PutTogether(
        DatasetManifest manifest,
        DatasetReceipt? here,
        List<(DatasetFile File, StoredFile Stored)> fetched,
        string staging
    )
    {
        var whole = Whole(staging);
        Directory.CreateDirectory(whole);
        SharedFolder.Apply(whole, SharedFolder.FolderMode(Root));
        List<UnpackedFile> unpacked = [.. here?.Files ?? []];
        using (var lines = new StreamWriter(Listing(staging), append: false, new UTF8Encoding(false)))
        {
            if (here is not null && File.Exists(NotesOf(manifest, ".sha256")))
            {
                foreach (var line in File.ReadLines(NotesOf(manifest, ".sha256")))
                {
                    lines.Write(line + "\n");
                }
            }

            foreach (var (file, stored) in fetched)
            {
                unpacked.Add(
                    file.Archive is null
                        ? PutFile(file, stored, whole, lines)
                        : PutContent(manifest, file, stored, staging, whole, lines)
                );
            }
        }
        CheckContents(manifest, Listing(staging), whole);
        new DatasetReceipt(manifest.Name, Relative(PathOf(manifest)), unpacked, DateTime.UtcNow).Write(
            Receipt(staging)
        );
    }

    // All is there, checked and written down: from here on an end in between is gone on with.
    private async Task<DatasetReceipt> Publish(
        DatasetManifest manifest,
        string staging,
        IProgress<DatasetProgress>? progress,
        CancellationToken cancel
    )
    {
        using var alone = await Publishing(Waiting(manifest, progress), cancel);
        foreach (var entry in Directory.GetFileSystemEntries(Whole(staging)))
        {
            Merge(entry, Path.Combine(Root, Path.GetFileName(entry)), manifest);
        }

        if (File.Exists(Listing(staging)))
        {
            File.Move(Listing(staging), NotesOf(manifest, ".sha256"), overwrite: true);
        }

        SharedFolder.Apply(NotesOf(manifest, ".sha256"), SharedFolder.FileMode(Root));
        File.Move(Receipt(staging), NotesOf(manifest, ".json"), overwrite: true);
        SharedFolder.Apply(NotesOf(manifest, ".json"), SharedFolder.FileMode(Root));
        Directory.Delete(staging, recursive: true);
        return ReceiptOf(manifest)!;
    }

    // Who listens to the progress hears it there, and otherwise where the store says what it does.
    private Action<string> Waiting(DatasetManifest manifest, IProgress<DatasetProgress>? progress) =>
        progress is null
            ? Files.Say
            : sentence => progress.Report(new(manifest.Title, DatasetStep.Waiting, 0, null) { Sentence = sentence });

    // One set at a time: several may share a folder.
    private Task<FileLock> Publishing(Action<string> say, CancellationToken cancel) =>
        FileLock.AcquireAsync(Below($"{NotesName}/publish.lock"), SharedFolder.FileMode(Root), say, cancel);

    private async Task Resume(
        DatasetManifest manifest,
        string staging,
        IProgress<DatasetProgress>? progress,
        CancellationToken cancel
    )
    {
        if (File.Exists(Receipt(staging)))
        {
            await Publish(manifest, staging, progress, cancel);
        }
        else
        {
            Directory.Delete(staging, recursive: true); // its parts were just put together: nobody knows how far
        }
    }

    private UnpackedFile PutFile(DatasetFile file, StoredFile stored, string whole, TextWriter lines)
    {
        var path = Inside(file.Target, Path.GetFileName(file.File.Path));
        var to = Path.Combine(whole, path);
        SharedFolder.Create(whole, Path.GetDirectoryName(to)!);
        HardLink.Make(stored.Path, to);
        SharedFolder.Apply(to, SharedFolder.FileMode(Root));
        lines.Write($"{stored.Sha256}  {path}\n");
        return new(file.File.Path, stored.Sha256, stored.IsStated, 1, new FileInfo(to).Length);
    }

    private static UnpackedFile PutContent(
        DatasetManifest manifest,
        DatasetFile file,
        StoredFile stored,
        string staging,
        string whole,
        TextWriter lines
    )
    {
        var target = file.Target;
        var folder = Unpacked(stored, staging);
        var own = Path.GetFileName(target);
        var isWrapped =
            own.Length > 0
            && Directory.Exists(Path.Combine(folder, own))
            && Directory.EnumerateFileSystemEntries(folder).Count() == 1;
        long count = 0;
        long bytes = 0;
        foreach (var line in File.ReadLines(folder + ".sha256"))
        {
            var (hash, path) = Parse(line);
            bytes += new FileInfo(Path.Combine(folder, path)).Length;
            count++;
            lines.Write($"{hash}  {Inside(target, isWrapped ? path[(own.Length + 1)..] : path)}\n");
        }
        Merge(isWrapped ? Path.Combine(folder, own) : folder, Path.Combine(whole, target), manifest);
        return new(file.File.Path, stored.Sha256, stored.IsStated, count, bytes);
    }

    // What the publisher states of single files, before anything gets its name.
    private void CheckContents(DatasetManifest manifest, string listing, string whole)
    {
        if (manifest.Contents.Count == 0)
        {
            return;
        }

        var unpacked = File.ReadLines(listing).Select(Parse).ToLookup(line => line.Path, line => line.Hash);
        foreach (var content in manifest.Contents)
        {
            var path = $"{manifest.Folder}/{content.Path}";
            var fresh = Path.Combine(whole, path);
            var full = File.Exists(fresh) ? fresh : Below(path);
            if (!File.Exists(full))
            {
                throw new DatasetFormatException(
                    $"{manifest.Title}: {path} did not come out of what was fetched, and its manifest lists it. Nothing is used; the manifest or the "
                        + "archive is wrong.",
                    path
                );
            }

            var remote = new RemoteFile(path, "")
            {
                Size = content.Size,
                Sha256 = content.Sha256,
                Md5 = content.Md5,
            };
            var hashes = new FileHashes(
                new FileInfo(full).Length,
                unpacked[path].Last(),
                content.Md5 is null ? null : Md5Of(full),
                null
            );
            if (hashes.Difference(remote, null) is { } difference)
            {
                throw new WrongFileException(
                    $"{manifest.Title}: {path}, which came out of what was fetched, is another file than the published one: {difference}. Nothing is used.",
                    path
                );
            }
        }
    }

    private static string Md5Of(string path)
    {
        using var content = File.OpenRead(path);
        return Convert.ToHexStringLower(MD5.HashData(content));
    }

    // Into a folder that is there already go the files that it has not; the same file twice is one.
    private static void Merge(string from, string to, DatasetManifest manifest)
    {
        if (!Path.Exists(to))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            Directory.Move(from, to); // takes files as well
            return;
        }
        if (Directory.Exists(from) && Directory.Exists(to))
        {
            foreach (var entry in Directory.GetFileSystemEntries(from))
            {
                Merge(entry, Path.Combine(to, Path.GetFileName(entry)), manifest);
            }

            return;
        }
        if (!File.Exists(from) || !File.Exists(to) || !IsSame(from, to))
        {
            throw new DatasetFormatException(
                $"{manifest.Title}: two of its files have another {Path.GetFileName(to)} at {to}. Nothing is put over it; move it away, or report "
                    + "the manifest.",
                to
            );
        }

        File.Delete(from);
    }

    private static bool IsSame(string a, string b)
    {
        using var first = File.OpenRead(a);
        using var second = File.OpenRead(b);
        return first.Length == second.Length && SHA256.HashData(first).AsSpan().SequenceEqual(SHA256.HashData(second));
    }

    private string Below(string path)
    {
        var full = Path.GetFullPath(Path.Combine(Root, path));
        return full.StartsWith(
            Root.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar,
            StringComparison.Ordinal
        )
            ? full
            : throw new ArgumentException(
                $"{path} leads out of the folder of datasets {Root}; give a path below it.",
                nameof(path)
            );
    }

    private string NotesOf(DatasetManifest manifest, string ending) => Below($"{NotesName}/{manifest.Name}{ending}");

    private string Relative(string full) => Path.GetRelativePath(Root, full).Replace(Path.DirectorySeparatorChar, '/');

    // The listings of other sets that were unpacked into the same folder.
    private IEnumerable<string> Sharing(DatasetManifest manifest)
    {
        var folder = Relative(PathOf(manifest));
        return Directory.Exists(Below(NotesName))
            ? Directory
                .EnumerateFiles(Below(NotesName), "*.json")
                .Where(path => path != NotesOf(manifest, ".json") && DatasetReceipt.Read(path)?.Folder == folder)
                .Select(path => Path.ChangeExtension(path, ".sha256"))
            : [];
    }

    // Where a manifest's files go, below the root: its own folder, where it is among them.
    private static string[] Folders(DatasetManifest manifest) =>
        [
            .. DatasetFile
                .Of(manifest)
                .Select(file => file.Target)
                .Select(target =>
                    target.Length == 0 || target.StartsWith(manifest.Folder + "/", StringComparison.Ordinal)
                        ? manifest.Folder
                        : target
                )
                .DefaultIfEmpty(manifest.Folder)
                .Distinct(),
        ];

    private static string Inside(string folder, string path) => folder.Length == 0 ? path : $"{folder}/{path}";

    private string Staging(DatasetManifest manifest) => NotesOf(manifest, $".getting-{SharedFolder.Owner}");

    private static string Whole(string staging) => Path.Combine(staging, "whole");

    private static string Listing(string staging) => Path.Combine(staging, "listing");

    private static string Receipt(string staging) => Path.Combine(staging, "receipt.json");

    private static string Unpacked(StoredFile stored, string staging) => Path.Combine(staging, stored.Sha256[..16]);

    private static (string Hash, string Path) Parse(string line) => (line[..64], line[66..]);

    private static Func<UnpackedFile, bool> IsOf(DatasetFile file) => unpacked => unpacked.Path == file.File.Path;

    private static Relay<DownloadProgress>? Fetching(DatasetFile file, IProgress<DatasetProgress>? progress) =>
        Bytes(file.File.What, DatasetStep.Fetching, progress);

    private static Relay<DownloadProgress>? Checking(string path, IProgress<DatasetProgress>? progress) =>
        Bytes(path, DatasetStep.Checking, progress);

    private static Relay<DownloadProgress>? Bytes(
        string what,
        DatasetStep step,
        IProgress<DatasetProgress>? progress
    ) => progress is null ? null : new(p => progress.Report(new(what, step, p.Received, p.Total)));

    private sealed class Relay<T>(Action<T> take) : IProgress<T>
    {
        public void Report(T value) => take(value);
    }
}
