using System.Formats.Tar;
using System.IO.Compression;

namespace VitNotebooks.Data.Archives;

/// <summary>The entries of a tar, read by System.Formats.Tar.</summary>
internal static class TarContent
{
    /// <summary>Puts every entry into the folder.</summary>
    /// <param name="file">The archive's bytes.</param>
    /// <param name="isGzip">Whether they are packed by gzip.</param>
    /// <param name="archive">What messages call it.</param>
    /// <param name="target">Where the entries go.</param>
    public static void Unpack(FileStream file, bool isGzip, string archive, ExtractionFolder target)
    {
        using Stream unpacked = isGzip ? new GZipStream(file, CompressionMode.Decompress, leaveOpen: true) : file;
        var guard = new TarGuard(unpacked, archive, target.CheckBytes);
        using var reader = new TarReader(guard, leaveOpen: true);
        while (Reading(() => reader.GetNextEntry(), archive) is { } entry)
        {
            guard.IsContent = true;
            Reading(() => Put(entry, target), archive);
            guard.IsContent = false;
        }
        if (guard.GaveOut)
        {
            throw Broken(archive, "it breaks off before its end mark");
        }

        Reading(() => End(guard, archive), archive);
        if (isGzip)
        {
            GzipContent.CheckEnd(file, guard.Position, archive);
        }
    }

    private static bool Put(TarEntry entry, ExtractionFolder target)
    {
        switch (entry.EntryType)
        {
            case TarEntryType.RegularFile
            or TarEntryType.V7RegularFile
            or TarEntryType.ContiguousFile when entry.Name.EndsWith('/'): // as V7 has folders
            case TarEntryType.Directory:
                target.AddFolder(entry.Name);
                break;
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                target.AddFile(entry.Name, entry.DataStream, entry.Length, null);
                break;
            case TarEntryType.SymbolicLink or TarEntryType.HardLink:
                target.AddLink(entry.Name, entry.LinkName, entry.EntryType is TarEntryType.HardLink);
                break;
            case TarEntryType.GlobalExtendedAttributes:
                break; // a comment, as git writes one
            case TarEntryType.CharacterDevice or TarEntryType.BlockDevice or TarEntryType.Fifo:
                target.Refuse(entry.Name, "a device");
                break;
            default:
                target.Refuse(entry.Name, $"of the type {entry.EntryType}, which is not unpacked");
                break;
        }
        return true;
    }

    // Behind the end mark come zeros, up to a whole record; and gzip's own checksum, which is read with them.
    private static bool End(Stream rest, string archive)
    {
        var buffer = new byte[1 << 16];
        int read;
        while ((read = rest.Read(buffer, 0, buffer.Length)) > 0)
        {
            if (buffer.AsSpan(0, read).ContainsAnyExcept((byte)0))
            {
                throw Broken(archive, "something follows its end mark");
            }
        }

        return true;
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
                        or FormatException
                        or OverflowException
                        or NotSupportedException
                        or ArgumentException
                        or InvalidOperationException
            )
        {
            throw Broken(archive, e.Message.TrimEnd('.'), e);
        }
    }

    private static BrokenArchiveException Broken(string archive, string why, Exception? e = null) =>
        new($"{archive}: a broken tar: {why}. Nothing was unpacked; fetch it again.", archive, e);
}
