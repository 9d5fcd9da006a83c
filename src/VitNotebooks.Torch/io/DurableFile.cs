using System.Runtime.InteropServices;

namespace VitNotebooks.Files;

/// <summary>Writes a file so that it is either the whole new one or the old one, whatever happens in between.</summary>
internal static class DurableFile
{
    /// <summary>
    /// Lets <paramref name="fill"/> write to a temporary name beside the target, flushes it to the disk, renames it over the target
    /// and flushes the folder. When anything fails (a full disk, an exception in <paramref name="fill"/>) the previous file stays.
    /// </summary>
    public static void Write(string path, Action<Stream> fill)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var target = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(target)!;
        var temporary = Path.Combine(folder, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.tmp");
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
            File.Delete(temporary);
            throw;
        }
        FlushFolder(folder);
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
