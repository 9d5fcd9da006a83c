using System.Security.Cryptography;
using VitNotebooks.Files;

namespace VitNotebooks.Data;

/// <summary>
/// A folder of files that others publish: weights, archives of datasets. A file is fetched once; a download that was cut goes on where it
/// ended; its hash is checked before it gets its name, so that what has the name is whole. Several processes may share the folder.
/// </summary>
/// <param name="folder">The folder; made when something is stored.</param>
public sealed class DataStore(string folder)
{
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

    /// <summary>The pause before a second try; it doubles with every one that follows.</summary>
    internal TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(1);

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
        if (await Kept(file, path, cancel) is { } kept)
            return kept;
        if (file.ByHand is not null)
            throw new DownloadException($"{file.What}: no program can fetch this. {file.ByHand} {Place(file, path)}");
        if (IsOffline)
            throw new DownloadException(
                $"{file.What}: not here, and nothing is fetched because {OfflineVariable} is set. The file lies at {file.Url}. {Place(file, path)}"
            );
        using var download = await Download.Open(file, path, cancel);
        if (await Kept(file, path, cancel) is { } others) // another process was faster
        {
            download.Discard();
            return others;
        }
        try
        {
            await Receive(download, file, path, progress, cancel);
            return await Name(download, file, path, cancel);
        }
        catch when (download.Received == 0)
        {
            download.Discard();
            throw;
        }
    }

    private async Task Receive(
        Download download,
        RemoteFile file,
        string path,
        IProgress<DownloadProgress>? progress,
        CancellationToken cancel
    )
    {
        Say($"Fetching {file.What} from {file.Url} to {path}.");
        const int Tries = 5;
        var pause = Pause;
        for (var left = Tries; ; )
        {
            var before = download.Received;
            try
            {
                await download.Receive(progress, cancel);
                return;
            }
            catch (Exception e) when (download.MayPass(e, cancel))
            {
                left = download.Received > before ? Tries : left - 1; // who makes way may go on
                if (left == 0)
                    throw Unreachable(download, file, path, e);
                Say($"{file.What}: {Reason(e)}; trying again at {download.Received:N0} bytes.");
            }
            catch (Exception e) when (e is HttpRequestException or IOException or UnauthorizedAccessException)
            {
                throw Unreachable(download, file, path, e);
            }
            await Task.Delay(pause, cancel);
            pause *= 2;
        }
    }

    // The one place where a file gets its name.
    private async Task<StoredFile> Name(Download download, RemoteFile file, string path, CancellationToken cancel)
    {
        var hash = await download.Hash(cancel);
        var first = StoreReceipt.Read(path);
        if (Difference(file, hash, first) is { } difference)
        {
            download.Discard();
            throw new WrongFileException(
                $"What came for {file.What} from {file.Url} was not kept: its SHA-256 is {hash}, {difference}. Try again; if it stays so, "
                    + (
                        first is null
                            ? "the publisher has put another file there."
                            : $"the publisher has put another file there, which is accepted once {StoreReceipt.PathFor(path)} is deleted."
                    ),
                path
            );
        }
        download.Publish();
        StoreReceipt.Write(path, file, hash, first?.Stored);
        Say(
            file.Sha256 is null
                ? $"{file.What}: the publisher states no hash; SHA-256 {hash} is recorded, and later files are held to it."
                : $"{file.What}: SHA-256 {hash}, as its publisher states ({file.Sha256})."
        );
        return new StoredFile(path, hash, file.Sha256 is not null);
    }

    private static async Task<StoredFile?> Kept(RemoteFile file, string path, CancellationToken cancel)
    {
        var info = new FileInfo(path);
        if (!info.Exists)
            return null;
        var receipt = StoreReceipt.Read(path);
        var isKnown = receipt is not null && receipt.IsOf(info);
        var hash = isKnown ? receipt!.Sha256 : await HashOf(path, cancel);
        if (Difference(file, hash, receipt) is { } difference)
            throw new WrongFileException(
                $"{path} is not {file.What}: its SHA-256 is {hash}, {difference}. Delete it and fetch it again from {file.Url}"
                    + (receipt is null ? "." : $", or delete {StoreReceipt.PathFor(path)} to accept it."),
                path
            );
        if (!isKnown)
            StoreReceipt.Write(path, file, hash, receipt?.Stored);
        return new StoredFile(path, hash, file.Sha256 is not null);
    }

    private static string? Difference(RemoteFile file, string hash, StoreReceipt? first)
    {
        if (file.Sha256 is { } stated && !hash.StartsWith(stated, StringComparison.OrdinalIgnoreCase))
            return $"its publisher states {stated}";
        return first is null || hash == first.Sha256 ? null : $"and it was {first.Sha256} on {first.Stored:yyyy-MM-dd}";
    }

    private static async Task<string> HashOf(string path, CancellationToken cancel)
    {
        await using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancel));
    }

    private static DownloadException Unreachable(Download download, RemoteFile file, string path, Exception e)
    {
        var kept =
            download.Received > 0 ? $" {download.Received:N0} bytes are kept, and the next try goes on there." : "";
        return new DownloadException(
            $"{file.What} cannot be fetched from {file.Url}: {Reason(e)}.{kept} {Place(file, path)}",
            e
        );
    }

    private static string Place(RemoteFile file, string path) =>
        $"To do without a network here, fetch the file on another machine and put it at {path}"
        + (
            file.Sha256 is { } stated
                ? $"; its SHA-256 {(stated.Length == 64 ? "is" : "begins with")} {stated}, which is checked."
                : "; its publisher states no hash, so that the hash of the first file that is put there is recorded."
        );

    private static string Reason(Exception e) =>
        (DurableFile.IsWriteFailure(e) || e.InnerException is null ? e.Message : e.InnerException.Message).TrimEnd('.');

    private static string? Set(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;
}
