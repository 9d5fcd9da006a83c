using System.IO.Compression;

namespace VitNotebooks.Data.Archives;

/// <summary>The entries of a zip, read by System.IO.Compression.</summary>
internal static class ZipContent
{
    private const int TypeMask = 0xF000; // of a Unix mode, in the high half of an entry's external attributes
    private const int LinkType = 0xA000;
    private const int FileType = 0x8000;
    private const int FolderType = 0x4000;
    private const int MostOfALink = 4096;

    /// <summary>Puts every entry into the folder.</summary>
    /// <param name="file">The archive's bytes; can seek.</param>
    /// <param name="archive">What messages call it.</param>
    /// <param name="target">Where the entries go.</param>
    /// <param name="room">Hears how many bytes the archive says it holds, before any is written; may throw.</param>
    public static void Unpack(Stream file, string archive, ExtractionFolder target, Action<long> room)
    {
        using var zip = Reading(() => new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true), archive);
        var entries = Reading(() => zip.Entries, archive);
        room(Stated(entries, archive));
        foreach (var entry in entries)
        {
            Reading(() => Put(entry, archive, target), archive);
        }
    }

    private static long Stated(IReadOnlyList<ZipArchiveEntry> entries, string archive) =>
        Reading(() => entries.Aggregate(0L, (sum, entry) => checked(sum + entry.Length)), archive);

    private static bool Put(ZipArchiveEntry entry, string archive, ExtractionFolder target)
    {
        if (entry.IsEncrypted)
        {
            target.Refuse(entry.FullName, "encrypted, which cannot be unpacked");
        }

        var type = (entry.ExternalAttributes >> 16) & TypeMask;
        if (entry.FullName.EndsWith('/'))
        {
            target.AddFolder(entry.FullName);
        }
        else if (type == LinkType)
        {
            target.AddLink(entry.FullName, LinkTarget(entry, archive), isHard: false);
        }
        else if (type is 0 or FileType)
        {
            using var content = entry.Open();
            target.AddFile(entry.FullName, content, entry.Length, entry.Crc32);
        }
        else
        {
            target.Refuse(entry.FullName, type == FolderType ? "a folder with a file's name" : "a device");
        }

        return true;
    }

    private static string LinkTarget(ZipArchiveEntry entry, string archive)
    {
        if (entry.Length > MostOfALink)
        {
            throw Broken(archive, $"the link '{EntryName.Shown(entry.FullName)}' has {entry.Length:N0} bytes");
        }

        using var content = entry.Open();
        var bytes = new byte[entry.Length];
        content.ReadExactly(bytes);
        return System.Text.Encoding.UTF8.GetString(bytes);
    }

    private static T Reading<T>(Func<T> read, string archive)
    {
        try
        {
            return read();
        }
        catch (Exception e)
            when (e
                    is InvalidDataException
                        or EndOfStreamException
                        or OverflowException
                        or NotSupportedException
                        or ArgumentException
            )
        {
            throw Broken(archive, e.Message.TrimEnd('.'), e);
        }
    }

    private static BrokenArchiveException Broken(string archive, string why, Exception? e = null) =>
        new($"{archive}: a broken zip: {why}. Nothing was unpacked; fetch it again.", archive, e);
}
