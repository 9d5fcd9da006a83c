using VitNotebooks.Files;

namespace VitNotebooks.Data;

/// <summary>
/// A folder of files that others publish: weights, archives of datasets. A file is fetched once; a download that was cut goes on where it
/// ended; its hash is checked before it gets its name, so that what has the name is whole. Several processes may share the folder.
/// </summary>
/// <param name="folder">The folder; made when something is stored.</param>
public sealed class DataStore(string folder)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>The environment variable that names the folder of <see cref="Default"/>.</summary>
    public const string FolderVariable = "VITNB_STORE";

    /// <summary>The environment variable that forbids every download when it is set and not 0.</summary>
    public const string OfflineVariable = "VITNB_OFFLINE";

    /// <summary>The user's store: the folder that VITNB_STORE names, else <c>store</c> of <see cref="CacheFolder"/>. It says on the console what it fetches.</summary>
    public static DataStore Default => new(Set(FolderVariable) ?? CacheFolder.Of("store")) { Say = Console.WriteLine };

    /// <summary>The folder.</summary>
    public string Folder { get; } = Path.GetFullPath(folder);

    /// <summary>Whether nothing is fetched, and only what is here can be used.</summary>
    public bool IsOffline { get; init; } = Set(OfflineVariable) is not (null or "0");

    /// <summary>Takes the sentences about what is fetched; by default nobody hears them.</summary>
    public Action<string> Say { get; init; } = _ => { };

    /// <summary>How files are fetched.</summary>
    public DownloadOptions Options
    {
        get;
        init => field = value.Validated();
    } = DownloadOptions.Default;

    /// <summary>The pause before a second try; it doubles with every one that follows.</summary>
    internal TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Speaks HTTP; follows no redirection by itself.</summary>
    internal HttpClient Client { get; init; } = Download.DefaultClient;

    /// <summary>Asks for a folder's free bytes, null where nobody knows.</summary>
    internal Func<string, long?> Free { get; init; } = FreeSpace.At;

    /// <summary>Where a file is, or would be.</summary>
    public string PathOf(RemoteFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var path = Path.GetFullPath(Path.Combine(Folder, file.Path));
        return path.StartsWith(Folder + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? path
            : throw new ArgumentException(
                $"{file.Path} leads out of the store {Folder}; give a path below it.",
                nameof(file)
            );
    }

    /// <summary>A file, fetched when it is not here; blocks until it is.</summary>
    /// <inheritdoc cref="FetchAsync"/>
    public StoredFile Fetch(RemoteFile file) => Task.Run(() => FetchAsync(file)).GetAwaiter().GetResult();

    /// <summary>A file, fetched when it is not here.</summary>
    /// <param name="file">Which.</param>
    /// <param name="progress">Hears how far it is, a few times a second at most.</param>
    /// <param name="cancel">Stops the download; what is here already is kept, and the next call goes on there.</param>
    /// <exception cref="DownloadException">It cannot be fetched; the message says how to do it by hand.</exception>
    /// <exception cref="WrongFileException">It has another hash than stated, or than the one that was here first.</exception>
    public async Task<StoredFile> FetchAsync(
        RemoteFile file,
        IProgress<DownloadProgress>? progress = null,
        CancellationToken cancel = default
    )
    {
        var path = PathOf(file);
        if (await Kept(file, path, isTrusted: true, null, cancel) is { } kept)
        {
            return kept;
        }

        if (file.ByHand is not null)
        {
            throw new DownloadException($"{file.What}: no program can fetch this. {file.ByHand} {Place(file, path)}");
        }

        if (IsOffline)
        {
            throw new DownloadException(
                $"{file.What}: not here, and nothing is fetched because {OfflineVariable} is set. The file lies at {file.Url}. {Place(file, path)}"
            );
        }

        Uri[] addresses = [.. file.Mirrors.Prepend(file.Url).Select(url => DownloadAddress.Of(url, file))];
        using var alone = await Lock(file, path, cancel);
        if (await Kept(file, path, isTrusted: true, null, cancel) is { } others) // another process was faster
        {
            return others;
        }

        using var part = PartFile.Open(path, alone.Holds, SharedFolder.FileMode(Folder));
        try
        {
            return await FromAny(addresses, file, path, part, progress, cancel);
        }
        catch when (part.Received == 0 || !alone.Holds) // nobody would find it again
        {
            part.Discard();
            throw;
        }
    }

    /// <summary>Reads a file that is here from beginning to end and compares it with what is known of it, even where nothing has changed it.</summary>
    /// <param name="file">Which.</param>
    /// <param name="progress">Hears how far it is, a few times a second at most.</param>
    /// <param name="cancel">Stops.</param>
    /// <returns>The file; null where it is not here.</returns>
    /// <exception cref="WrongFileException">It is another one.</exception>
    public Task<StoredFile?> VerifyAsync(
        RemoteFile file,
        IProgress<DownloadProgress>? progress = null,
        CancellationToken cancel = default
    ) => Kept(file, PathOf(file), isTrusted: false, progress, cancel);

    private async Task<FileLock> Lock(RemoteFile file, string path, CancellationToken cancel)
    {
        try
        {
            SharedFolder.Create(Folder, Path.GetDirectoryName(path)!);
            return await FileLock.AcquireAsync(path + ".lock", SharedFolder.FileMode(Folder), Say, cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DownloadException($"There is no place for {file.What} at {path}: {e.Message}", e);
        }
    }

    private async Task<StoredFile> FromAny(
        Uri[] addresses,
        RemoteFile file,
        string path,
        PartFile part,
        IProgress<DownloadProgress>? progress,
        CancellationToken cancel
    )
    {
        foreach (var address in addresses[..^1])
        {
            try
            {
                return await From(address, file, path, part, progress, cancel);
            }
            catch (Exception e) when (e is DownloadException or WrongFileException)
            {
                Say($"{e.Message} The next address is tried.");
            }
        }
        return await From(addresses[^1], file, path, part, progress, cancel);
    }

    private async Task<StoredFile> From(
        Uri address,
        RemoteFile file,
        string path,
        PartFile part,
        IProgress<DownloadProgress>? progress,
        CancellationToken cancel
    )
    {
        var download = new Download(file, address, part, Options)
        {
            Client = Client,
            Progress = progress,
            Room = bytes => FreeSpace.Check(bytes, Folder, file.What, Free),
        };
        Say($"Fetching {file.What} from {address} to {path}.");
        await Receive(download, address, file, path, part, cancel);
        var hashes = await part.Hash(file, cancel);
        if (part.IsPatched && hashes.Difference(file, null) is not null)
        {
            Say($"{file.What}: the parts that came do not make the file; it is fetched once more, in one piece.");
            download.StartOverWhole();
            await Receive(download, address, file, path, part, cancel);
            hashes = await part.Hash(file, cancel);
        }
        return Name(address, part, file, path, hashes);
    }

    private async Task Receive(
        Download download,
        Uri address,
        RemoteFile file,
        string path,
        PartFile part,
        CancellationToken cancel
    )
    {
        var pause = Pause;
        var most = part.Received;
        for (var left = Options.Tries; ; )
        {
            try
            {
                await download.Receive(cancel);
                return;
            }
            catch (IOException e) when (FreeSpace.IsUsedUp(e))
            {
                throw new DiskFullException(
                    $"{file.What}: the disk of {Folder} is full ({e.Message.TrimEnd('.')}).{BytesKept(part)} Make room there, or choose another folder.",
                    Folder,
                    e
                );
            }
            catch (Exception e) when (download.MayPass(e, cancel))
            {
                left = part.Received > most ? Options.Tries : left - 1; // who makes way may go on
                most = Math.Max(most, part.Received);
                if (left == 0)
                {
                    throw Unreachable(part, address, file, path, e);
                }

                Say($"{file.What}: {Reason(e)}; trying again at {part.Received:N0} bytes.");
            }
            catch (Exception e) when (e is HttpRequestException or IOException or UnauthorizedAccessException)
            {
                throw Unreachable(part, address, file, path, e);
            }
            await Task.Delay(pause, cancel);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    // The one place where a file gets its name: its own, or one that says that it is another file.
    private StoredFile Name(Uri address, PartFile part, RemoteFile file, string path, FileHashes hashes)
    {
        var first = StoreReceipt.Read(path);
        if (hashes.Difference(file, first) is { } difference)
        {
            var aside = $"{path}.wrong-{hashes.Sha256[..8]}";
            part.SetAside(aside);
            throw new WrongFileException(
                $"What came for {file.What} from {address} is not used: {difference}. It is kept aside as {aside}. Try again; if it stays so, "
                    + (
                        first is null || file.IsStated
                            ? "the publisher has put another file there."
                            : $"the publisher has put another file there, which is accepted once {StoreReceipt.PathFor(path)} is deleted."
                    ),
                aside
            );
        }
        part.Publish(path);
        Write(path, file, hashes, first?.Stored);
        Say(
            file.IsStated
                ? $"{file.What}: {file.StatedKind} {hashes.Of(file.StatedKind)}, as its publisher states ({file.Stated})."
                : $"{file.What}: the publisher states no hash; SHA-256 {hashes.Sha256} is recorded, and later files are held to it."
        );
        return new StoredFile(path, hashes.Sha256, file.IsStated);
    }

    private async Task<StoredFile?> Kept(
        RemoteFile file,
        string path,
        bool isTrusted,
        IProgress<DownloadProgress>? progress,
        CancellationToken cancel
    )
    {
        var info = new FileInfo(path);
        if (!info.Exists)
        {
            return null;
        }

        var receipt = StoreReceipt.Read(path);
        var isKnown = isTrusted && receipt is not null && receipt.IsOf(info) && receipt.Answers(file);
        var hashes = isKnown ? receipt!.Hashes : await HashOf(path, file, progress, cancel);
        if (hashes.Difference(file, receipt) is { } difference)
        {
            throw new WrongFileException(
                $"{path} is not {file.What}: {difference}. Delete it and fetch it again from {file.Url}"
                    + (
                        receipt is null || file.IsStated
                            ? "."
                            : $", or delete {StoreReceipt.PathFor(path)} to accept it."
                    ),
                path
            );
        }

        if (!isKnown)
        {
            Note(path, file, hashes, receipt?.Stored);
        }

        return new StoredFile(path, hashes.Sha256, file.IsStated);
    }

    private void Write(string path, RemoteFile file, FileHashes hashes, DateTime? stored)
    {
        StoreReceipt.Write(path, file, hashes, stored);
        SharedFolder.Apply(StoreReceipt.PathFor(path), SharedFolder.FileMode(Folder));
    }

    // In a folder that is only read, the file is hashed each time.
    private void Note(string path, RemoteFile file, FileHashes hashes, DateTime? stored)
    {
        try
        {
            Write(path, file, hashes, stored);
        }
        catch (Exception e) when (DurableFile.IsWriteFailure(e))
        {
            Say(
                $"{path} is checked, which cannot be written down there ({e.Message.TrimEnd('.')}), so that it is checked again next time."
            );
        }
    }

    private static async Task<FileHashes> HashOf(
        string path,
        RemoteFile file,
        IProgress<DownloadProgress>? progress,
        CancellationToken cancel
    )
    {
        await using var stream = File.OpenRead(path);
        return await FileHashes.OfAsync(stream, file, progress, cancel);
    }

    private static DownloadException Unreachable(
        PartFile part,
        Uri address,
        RemoteFile file,
        string path,
        Exception e
    ) => new($"{file.What} cannot be fetched from {address}: {Reason(e)}.{BytesKept(part)} {Place(file, path)}", e);

    private static string BytesKept(PartFile part) =>
        part.Received > 0 ? $" {part.Received:N0} bytes are kept, and the next try goes on there." : "";

    private static string Place(RemoteFile file, string path) =>
        $"To do without a network here, fetch the file on another machine and put it at {path}"
        + (
            file.Stated is { } stated
                ? $"; its {file.StatedKind} {(file.Sha256 is { Length: < 64 } ? "begins with" : "is")} {stated}, which is checked."
                : "; its publisher states no hash, so that the hash of the first file that is put there is recorded."
        );

    private static string Reason(Exception e) =>
        (DurableFile.IsWriteFailure(e) || e.InnerException is null ? e.Message : e.InnerException.Message).TrimEnd('.');

    private static string? Set(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;
}
