using System.Diagnostics;

namespace VitNotebooks.Data;

/// <summary>
/// What one process at a time has: a file that is open and locked. The system frees it when its holder ends, however that happens, so that a
/// crash blocks nobody. Where the file system locks nothing, <see cref="Holds"/> says so, and what is written gets a name of its own instead.
/// </summary>
internal sealed class FileLock : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(1);

    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    /// <summary>Whether a second opening fails, which is what the lock is for; some network file systems let it pass.</summary>
    public bool Holds { get; private init; }

    /// <summary>Waits until nobody else has it.</summary>
    /// <param name="path">The file; its folder must exist. It is gone when the lock is disposed.</param>
    /// <param name="mode">Its permissions; null for the usual ones.</param>
    /// <param name="say">Hears who has it, a sentence, after a second and then once a minute; null where nobody listens.</param>
    /// <param name="cancel">Ends the waiting.</param>
    /// <exception cref="IOException">The folder is missing or the disk full.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static async Task<FileLock> AcquireAsync(
        string path,
        UnixFileMode? mode,
        Action<string>? say,
        CancellationToken cancel
    )
    {
        var start = Stopwatch.GetTimestamp();
        var next = Patience;
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            if (TryOpen(path) is { } file)
            {
                if (IsAt(file, path))
                {
                    SharedFolder.Apply(path, mode);
                    return new(file) { Holds = OperatingSystem.IsWindows() || IsRefused(path) };
                }
                await file.DisposeAsync(); // its holder removed it while we waited: there is another of that name, or none
                continue;
            }
            if (say is not null && Stopwatch.GetElapsedTime(start) >= next)
            {
                say($"Waiting for {LockHolder.Of(path)} to end with {Path.GetFullPath(path)}.");
                next = Stopwatch.GetElapsedTime(start) + Again;
            }
            await Task.Delay(Pause, cancel);
        }
    }

    /// <summary>Whether an opening failed because somebody else has the file: EWOULDBLOCK, or Windows' sharing violation.</summary>
    public static bool IsTaken(IOException e) => (e.HResult & 0xFFFF) is 11 or 32;

    public void Dispose()
    {
        File.Delete(_file.Name); // before it is free: who waits for it sees that it is another one
        _file.Dispose();
    }

    private static FileStream? TryOpen(string path)
    {
        try
        {
            return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (IsTaken(e))
        {
            return null;
        }
    }

    // The name may lead to another file by now: only where both are one, they get the same length at the same time. Whoever may write can do this,
    // whoever owns the file.
    private static bool IsAt(FileStream file, string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return true; // an open file keeps its name there
        }

        file.SetLength(Random.Shared.Next(1, 4096));
        var named = new FileInfo(path);
        return named.Exists
            && named.Length == file.Length
            && named.LastWriteTimeUtc == File.GetLastWriteTimeUtc(file.SafeFileHandle);
    }

    private static bool IsRefused(string path)
    {
        using var second = TryOpen(path);
        return second is null;
    }
}
