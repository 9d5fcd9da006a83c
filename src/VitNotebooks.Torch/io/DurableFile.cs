using System.Runtime.InteropServices;
using System.Text;
using TorchSharp;

namespace VitNotebooks.Files;

/// <summary>
/// Writes a file so that it is either the whole new one or the old one, whatever happens in between: the bytes go to a
/// temporary name in the same folder, are forced to the disk, and only then take the final name; the folder is forced too, so
/// that the new name survives a power cut.
/// </summary>
[BeyondTorchSharp]
public static class DurableFile
{
    private const string TemporarySuffix = ".vitnb-partial";

    /// <summary>Lets <paramref name="fill"/> write the content of a file; when anything fails, the previous file stays.</summary>
    /// <param name="path">The final path; its folder must exist.</param>
    /// <param name="fill">Writes the content to the stream that it is given.</param>
    /// <exception cref="IOException">The disk is full, or the folder is missing or cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or the old file may not be written.</exception>
    public static void Write(string path, Action<Stream> fill)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(fill);
        var target = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(target)!;
        var temporary = Path.Combine(folder, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}{TemporarySuffix}");
        try
        {
            using (
                var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16)
            )
            {
                fill(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            Remove(temporary);
            throw;
        }
        FlushFolder(folder);
    }

    /// <summary>Writes a text file in UTF-8 without a byte order mark.</summary>
    /// <param name="path">The final path; its folder must exist.</param>
    /// <param name="text">The content.</param>
    /// <exception cref="IOException">As for <see cref="Write"/>.</exception>
    public static void WriteText(string path, string text) =>
        Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>
    /// True for what a full disk, a quota or a missing right throws. A limit on the size of a file (EFBIG) comes from .NET as an
    /// <see cref="ArgumentOutOfRangeException"/>.
    /// </summary>
    /// <param name="exception">What <see cref="Write"/> threw.</param>
    /// <returns>Whether the write failed for want of space or rights.</returns>
    public static bool IsWriteFailure(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException;

    /// <summary>Removes temporary files that a killed process left in a folder. No other process may be writing there.</summary>
    /// <param name="folder">The folder to look into, not those below it.</param>
    public static void RemoveLeftOvers(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, ".*" + TemporarySuffix))
        {
            Remove(file);
        }
    }

    /// <summary>A left-over that cannot be removed harms nobody: no write takes its name again.</summary>
    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { }
    }

    /// <summary>The rename itself reaches the disk only with the folder. .NET opens no folders, so this asks the C library.</summary>
    private static void FlushFolder(string folder)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }
        const int ReadOnlyFolder = 0x10000 | 0x80000; // O_DIRECTORY | O_CLOEXEC
        var descriptor = Open(folder, ReadOnlyFolder);
        if (descriptor < 0)
        {
            return;
        }
        _ = Flush(descriptor);
        _ = Close(descriptor);
    }

    [DllImport(
        "libc",
        EntryPoint = "open",
        CharSet = CharSet.Ansi,
        BestFitMapping = false,
        ThrowOnUnmappableChar = true
    )]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync")]
    private static extern int Flush(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    private static extern int Close(int descriptor);
}
