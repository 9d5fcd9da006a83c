using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace VitNotebooks.Data.Archives;

/// <summary>
/// The folder that an archive's entries are written to, one after another: no name leads out of it, none comes twice, no link and no device is
/// ever made in it, and it never holds more than the limits say. A link inside the archive becomes a copy at the end.
/// </summary>
internal sealed class ExtractionFolder : IDisposable
{
    private const string TooLong = "has a longer name than this file system takes";

    private readonly string _root;
    private readonly string _archive;
    private readonly long _archiveBytes;
    private readonly ExtractionOptions _options;
    private readonly string _inside;
    private readonly StreamWriter? _listing;
    private readonly UnixFileMode? _folderMode;
    private readonly UnixFileMode? _fileMode;
    private readonly CancellationToken _cancel;
    private readonly List<(string Link, string Target)> _links = [];
    private readonly SortedSet<string> _elsewhere = new(StringComparer.Ordinal);
    private string _lastFolder = "";
    private long _entries;

    /// <param name="root">The folder; it is there and empty.</param>
    /// <param name="archive">What messages call the archive.</param>
    /// <param name="archiveBytes">Its length, for the ratio.</param>
    /// <param name="options">What is taken, and how much.</param>
    /// <param name="modeOf">The folder whose permissions are shared, see <see cref="SharedFolder"/>.</param>
    /// <param name="cancel">Stops.</param>
    public ExtractionFolder(
        string root,
        string archive,
        long archiveBytes,
        ExtractionOptions options,
        string modeOf,
        CancellationToken cancel
    )
    {
        (_root, _archive, _archiveBytes, _options, _cancel) = (root, archive, archiveBytes, options, cancel);
        _inside = EntryName.Normalize(options.Inside, archive);
        _listing = options.Listing is null ? null : new(PartialListing, append: false, new UTF8Encoding(false));
        _folderMode = SharedFolder.FolderMode(modeOf);
        _fileMode = SharedFolder.FileMode(modeOf);
        SharedFolder.Apply(root, _folderMode);
    }

    /// <summary>Files that are written.</summary>
    public long Files { get; private set; }

    /// <summary>Bytes of them.</summary>
    public long Bytes { get; private set; }

    /// <summary>Files outside the folder that is taken.</summary>
    public long LeftOut { get; private set; }

    /// <summary>Is called now and then while bytes are written.</summary>
    public Action Report { get; init; } = () => { };

    private string PartialListing => _options.Listing + ".partial";

    /// <summary>An entry that is a folder.</summary>
    public void AddFolder(string name)
    {
        CountEntry();
        if (Taken(EntryName.Normalize(name, _archive)) is { Length: > 0 } path)
        {
            MakeFolder(path, path);
        }
    }

    /// <summary>An entry that is a file.</summary>
    /// <param name="name">As the archive has it.</param>
    /// <param name="content">Its bytes; null for none.</param>
    /// <param name="length">What the archive says of their number; null for nothing.</param>
    /// <param name="crc">What it says of their checksum; null for nothing.</param>
    public void AddFile(string name, Stream? content, long? length, uint? crc)
    {
        CountEntry();
        var normal = EntryName.Normalize(name, _archive);
        if (normal.Length == 0)
        {
            throw Unsafe(name, "is a file without a name");
        }

        CheckBytes(Bytes + (length ?? 0)); // before it is written, where the archive admits it
        var path = Taken(normal);
        if (path is "")
        {
            throw Unsafe(name, $"is a file, and a folder was asked for");
        }

        var hash = path is null ? null : Write(path, normal, content, length, crc);
        if (path is null)
        {
            var before = Bytes;
            Copy(content ?? Stream.Null, null, normal, length, crc);
            LeftOut++;
            Bytes = before;
        }
        else
        {
            Files++;
            List(path, hash!);
        }
    }

    /// <summary>An entry that is a link.</summary>
    public void AddLink(string name, string target, bool isHard)
    {
        CountEntry();
        var link = EntryName.Normalize(name, _archive);
        var meant = EntryName.OfLink(link, target, isHard, _archive);
        if (Taken(link) is not { } path)
        {
            LeftOut++;
        }
        else if (Taken(meant) is { } to)
        {
            _links.Add((path, to));
        }
        else
        {
            throw Unsafe(
                name,
                $"is a link to '{EntryName.Shown(target)}', outside of the folder {_inside} that is taken"
            );
        }
    }

    /// <summary>An entry that nothing can be made of.</summary>
    /// <exception cref="UnsafeArchiveException">Always.</exception>
    public void Refuse(string name, string what) => throw Unsafe(name, $"is {what}");

    /// <summary>Makes the copies that stand for links, and ends the listing.</summary>
    /// <exception cref="BrokenArchiveException">A link leads nowhere, or nothing was taken.</exception>
    public void Finish()
    {
        // A link may lead to a link: round by round, until none is left.
        while (_links.Count > 0)
        {
            var before = _links.Count;
            _links.RemoveAll(CopyLink);
            if (_links.Count == before)
            {
                throw new BrokenArchiveException(
                    $"{_archive}: the link '{EntryName.Shown(_links[0].Link)}' leads to '{EntryName.Shown(_links[0].Target)}', which is no file of "
                        + "this archive. Nothing was unpacked.",
                    _archive
                );
            }
        }
        if (_inside.Length > 0 && Files == 0)
        {
            throw new BrokenArchiveException(
                $"{_archive}: there is no file in a folder {_inside}; it holds "
                    + $"{(_elsewhere.Count == 0 ? "nothing" : string.Join(", ", _elsewhere.Take(8)))}. Nothing was unpacked.",
                _archive
            );
        }

        if (_listing is null)
        {
            return;
        }

        _listing.Dispose();
        SharedFolder.Apply(PartialListing, _fileMode);
        File.Move(PartialListing, _options.Listing!, overwrite: true);
    }

    /// <summary>Throws when so many bytes are too many, for the disk's owner or beside the archive's own size.</summary>
    public void CheckBytes(long bytes)
    {
        var limits = _options.Limits;
        if (bytes > limits.MaxBytes)
        {
            throw new ArchiveTooLargeException(
                $"{_archive}: it holds more than {limits.MaxBytes:N0} bytes, the limit. Nothing was unpacked; raise ArchiveLimits.MaxBytes if you "
                    + "trust it.",
                _archive
            );
        }

        if (bytes > limits.RatioFrom && bytes > limits.MaxRatio * _archiveBytes)
        {
            throw new ArchiveTooLargeException(
                $"{_archive}: more than {limits.MaxRatio:0.#} times its {_archiveBytes:N0} bytes come out of it, the limit. Nothing was unpacked; "
                    + "raise ArchiveLimits.MaxRatio if you trust it.",
                _archive
            );
        }
    }

    public void Dispose()
    {
        _listing?.Dispose();
        if (_options.Listing is not null)
        {
            File.Delete(PartialListing);
        }
    }

    private void CountEntry()
    {
        _cancel.ThrowIfCancellationRequested();
        if (++_entries > _options.Limits.MaxEntries)
        {
            throw new ArchiveTooLargeException(
                $"{_archive}: it holds more than {_options.Limits.MaxEntries:N0} entries, the limit. Nothing was unpacked; raise "
                    + "ArchiveLimits.MaxEntries if you trust it.",
                _archive
            );
        }
    }

    // The name below the target folder; null for what lies outside the folder that is taken.
    private string? Taken(string normal)
    {
        if (_inside.Length == 0 || normal == _inside)
        {
            return _inside.Length == 0 ? normal : "";
        }

        if (normal.StartsWith(_inside + "/", StringComparison.Ordinal))
        {
            return normal[(_inside.Length + 1)..];
        }

        if (normal.Length > 0 && _elsewhere.Count < 8 && !_inside.StartsWith(normal + "/", StringComparison.Ordinal))
        {
            _elsewhere.Add(normal.Split('/')[0]);
        }

        return null;
    }

    private void MakeFolder(string path, string entry)
    {
        if (path == _lastFolder)
        {
            return;
        }

        try
        {
            var full = Path.Combine(_root, path);
            if (_folderMode is null)
            {
                Directory.CreateDirectory(full);
            }
            else
            {
                SharedFolder.Create(_root, full);
            }

            _lastFolder = path;
        }
        catch (PathTooLongException)
        {
            throw Unsafe(entry, TooLong);
        }
        catch (IOException) when (IsFileOnTheWay(path))
        {
            throw Twice(entry);
        }
    }

    private bool IsFileOnTheWay(string path)
    {
        for (var above = path; above is { Length: > 0 }; above = Path.GetDirectoryName(above))
        {
            if (File.Exists(Path.Combine(_root, above)))
            {
                return true;
            }
        }

        return false;
    }

    private byte[] Write(string path, string entry, Stream? content, long? length, uint? crc)
    {
        using var file = Create(path, entry);
        return Copy(content ?? Stream.Null, file, entry, length, crc);
    }

    private FileStream Create(string path, string entry)
    {
        if (Path.GetDirectoryName(path) is { Length: > 0 } folder)
        {
            MakeFolder(folder, entry);
        }

        var full = Path.Combine(_root, path);
        try
        {
            var file = new FileStream(full, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
            SharedFolder.Apply(full, _fileMode);
            return file;
        }
        catch (PathTooLongException)
        {
            throw Unsafe(entry, TooLong);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException && Path.Exists(full))
        {
            throw Twice(entry);
        }
    }

    private byte[] Copy(Stream content, FileStream? file, string entry, long? length, uint? crc)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 17);
        try
        {
            long written = 0;
            var sum = 0u;
            int read;
            while ((read = content.Read(buffer, 0, buffer.Length)) > 0)
            {
                _cancel.ThrowIfCancellationRequested();
                written += read;
                Bytes += read;
                CheckBytes(Bytes);
                if (written > length)
                {
                    break;
                }

                var bytes = buffer.AsSpan(0, read);
                if (crc is not null)
                {
                    sum = Crc32.Of(bytes, sum);
                }

                if (_listing is not null)
                {
                    sha.AppendData(bytes);
                }

                Put(file, bytes);
                Report();
            }
            if (Difference(written, length, sum, crc) is { } difference)
            {
                throw new BrokenArchiveException(
                    $"{_archive}: the entry '{EntryName.Shown(entry)}' {difference}. Nothing was unpacked; fetch it again.",
                    _archive
                );
            }

            return sha.GetHashAndReset();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static string? Difference(long written, long? length, uint sum, uint? crc) =>
        written < length ? $"ends after {written:N0} of {length:N0} bytes"
        : written > length ? $"has more than the {length:N0} bytes that the archive states"
        : crc is { } stated && stated != sum ? "has another checksum than the archive states"
        : null;

    private static void Put(FileStream? file, ReadOnlySpan<byte> bytes)
    {
        try
        {
            file?.Write(bytes);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw FreeSpace.TooLarge(e);
        }
    }

    private bool CopyLink((string Link, string Target) link)
    {
        var from = Path.Combine(_root, link.Target);
        if (!File.Exists(from))
        {
            return false;
        }

        using var content = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        CheckBytes(Bytes + content.Length);
        var hash = Write(link.Link, link.Link, content, content.Length, null);
        Files++;
        List(link.Link, hash);
        return true;
    }

    private void List(string path, byte[] hash) => _listing?.Write($"{Convert.ToHexStringLower(hash)}  {path}\n");

    private UnsafeArchiveException Twice(string entry) =>
        new(
            $"{_archive}: the entry '{EntryName.Shown(entry)}' is there twice, or both a file and a folder. Nothing was unpacked; do not trust "
                + "this file.",
            _archive
        );

    private UnsafeArchiveException Unsafe(string name, string why) =>
        new(
            $"{_archive}: the entry '{EntryName.Shown(name)}' {why}. Nothing was unpacked; do not trust this file.",
            _archive
        );
}
