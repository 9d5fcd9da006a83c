using System.Runtime.InteropServices;

namespace VitNotebooks.Training;

/// <summary>
/// Writes that survive a kill at any moment: the bytes go to a temporary name in the same folder, are forced to the disk,
/// and only then take the final name; the folder is forced too, so that the new name survives a power cut.
/// </summary>
internal static partial class AtomicFile
{
    /// <summary>What a temporary name ends with; such files are left-overs of a kill and are removed at the next start.</summary>
    public const string TemporarySuffix = ".partial";

    /// <summary>Writes <paramref name="path"/> through <paramref name="write"/>, which gets the temporary path.</summary>
    /// <param name="path">The final path.</param>
    /// <param name="write">Writes the temporary file.</param>
    /// <param name="survivor">What is still there if this fails, as the end of a sentence.</param>
    /// <exception cref="RunWriteException">The disk is full, or the folder cannot be written; the old file is untouched.</exception>
    public static void Write(string path, Action<string> write, string survivor)
    {
        string temporary = path + TemporarySuffix;
        try
        {
            write(temporary);
            using (FileStream file = new(temporary, FileMode.Open, FileAccess.ReadWrite))
            {
                file.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
            FlushFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (Exception e) when (IsWriteFailure(e))
        {
            Remove(temporary);
            throw new RunWriteException($"Could not write {path}: {e.Message.TrimEnd('.')}. {survivor}", e);
        }
    }

    /// <summary>Writes a text file.</summary>
    /// <param name="path">The final path.</param>
    /// <param name="text">Its content.</param>
    /// <param name="survivor">What is still there if this fails.</param>
    public static void WriteText(string path, string text, string survivor = "The previous file is untouched.") =>
        Write(path, temporary => File.WriteAllText(temporary, text), survivor);

    /// <summary>
    /// True for what a full disk, a quota or a missing right throws. A limit on the size of a file (EFBIG) comes from .NET as an
    /// <see cref="ArgumentOutOfRangeException"/>.
    /// </summary>
    /// <param name="e">What was thrown.</param>
    /// <returns>Whether the write failed for want of space or rights.</returns>
    public static bool IsWriteFailure(Exception e) =>
        e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException;

    /// <summary>Removes left-overs of an earlier kill.</summary>
    /// <param name="folder">The folder to look into.</param>
    public static void RemoveLeftOvers(string folder)
    {
        foreach (string pattern in new[] { "*" + TemporarySuffix, ".*.safetensors.*.tmp" })
        {
            foreach (string file in Directory.EnumerateFiles(folder, pattern))
            {
                Remove(file);
            }
        }
    }

    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A left-over that cannot be removed harms nobody: the next write truncates it.
        }
    }

    private static void FlushFolder(string folder)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }
        int descriptor = open(folder, 0);
        if (descriptor < 0)
        {
            return;
        }
        _ = fsync(descriptor);
        _ = close(descriptor);
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc")]
    private static partial int fsync(int descriptor);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);
}
