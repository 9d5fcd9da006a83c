namespace VitNotebooks.Data;

/// <summary>Whether a disk has room, asked before hours are spent on filling it.</summary>
internal static class FreeSpace
{
    /// <summary>What stays free for everybody else: 64 MiB.</summary>
    public const long Reserve = 64L << 20;

    /// <summary>Bytes that this user may still write at a folder; null where the system does not say.</summary>
    public static long? At(string folder)
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

    /// <summary>Throws when there is no room.</summary>
    /// <param name="needed">Bytes that are about to be written.</param>
    /// <param name="folder">Where.</param>
    /// <param name="what">What messages call it.</param>
    /// <param name="free">Asks for the free bytes; by default <see cref="At"/>.</param>
    /// <exception cref="DiskFullException">There is less.</exception>
    public static void Check(long needed, string folder, string what, Func<string, long?>? free = null)
    {
        if ((free ?? At)(folder) is { } there && there - Reserve < needed)
        {
            throw new DiskFullException(
                $"{what} needs {ByteSize.Text(needed)}, and {folder} has {ByteSize.Text(there)} free, of which {ByteSize.Text(Reserve)} are left alone. "
                    + "Make room there, or choose another folder.",
                folder
            );
        }
    }

    /// <summary>Whether a write failed because the disk is full, or a quota or the limit on a file's size is reached.</summary>
    public static bool IsUsedUp(IOException e)
    {
        const int Full = 28; // ENOSPC
        const int Quota = 122; // EDQUOT
        const int Limit = 27; // EFBIG
        const int WindowsFull = 112; // ERROR_DISK_FULL
        var code = e.HResult & 0xFFFF;
        return OperatingSystem.IsWindows() ? code is WindowsFull : code is Full or Quota or Limit;
    }

    /// <summary>A limit on the size of a file comes from .NET as an <see cref="ArgumentOutOfRangeException"/>; this is what it means.</summary>
    public static IOException TooLarge(ArgumentOutOfRangeException e) =>
        new("File too large", 27) { Source = e.Source };
}
