using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace VitNotebooks.Data.Archives;

/// <summary>
/// Unpacks tar, tar.gz, zip and single files in gzip. An archive is somebody else's word: its names stay below the target folder, links become copies and never lead
/// out, devices are refused, and what it holds is counted while it is read. All goes to a folder beside the target, which takes the target's
/// name once everything is there: whatever happens in between, no half of a dataset looks like a whole one.
/// </summary>
public static partial class ArchiveExtractor
{
    /// <summary>Unpacks an archive into a folder that is not there yet.</summary>
    /// <param name="archive">The file; what it is, is told by its first bytes.</param>
    /// <param name="folder">The target; the folder above it is made if needed.</param>
    /// <param name="options">What is taken and how much; null for everything within the default limits.</param>
    /// <param name="progress">Hears how far it is, a few times a second at most.</param>
    /// <param name="cancel">Stops; nothing stays.</param>
    /// <exception cref="FileNotFoundException">No such archive.</exception>
    /// <exception cref="BrokenArchiveException">It breaks off, contradicts itself or is no archive.</exception>
    /// <exception cref="UnsafeArchiveException">It wants to write elsewhere, or makes a device.</exception>
    /// <exception cref="ArchiveTooLargeException">It holds more than the limits.</exception>
    /// <exception cref="DiskFullException">The disk has no room for it.</exception>
    /// <exception cref="DataException">The target is there already.</exception>
    public static Task<Extraction> ExtractAsync(
        string archive,
        string folder,
        ExtractionOptions? options = null,
        IProgress<ExtractionProgress>? progress = null,
        CancellationToken cancel = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(archive);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        options ??= ExtractionOptions.Default;
        options.Limits.Validate();
        return Task.Run(
            () => Extract(Path.GetFullPath(archive), Path.GetFullPath(folder), options, progress, cancel),
            cancel
        );
    }

    private static async Task<Extraction> Extract(
        string archive,
        string target,
        ExtractionOptions options,
        IProgress<ExtractionProgress>? progress,
        CancellationToken cancel
    )
    {
        if (!File.Exists(archive))
        {
            throw new FileNotFoundException($"{archive}: no such archive; check the path.", archive);
        }

        var above = Path.GetDirectoryName(target) ?? throw Taken(target);
        Directory.CreateDirectory(above);
        // Each machine has its own: not every file system that several share can lock.
        var beside = Path.Combine(above, $".{Path.GetFileName(target)}.unpacking-{SharedFolder.Owner}");
        using var alone = await FileLock.AcquireAsync(
            beside + ".lock",
            SharedFolder.FileMode(above),
            options.Waiting,
            cancel
        );
        if (Path.Exists(target))
        {
            throw Taken(target);
        }

        var staging = alone.Holds ? beside : $"{beside}-{Guid.NewGuid():N}";
        Remove(staging); // of one that was killed
        try
        {
            Directory.CreateDirectory(staging);
            return Fill(archive, staging, target, options, progress, cancel);
        }
        catch (IOException e) when (FreeSpace.IsUsedUp(e))
        {
            throw new DiskFullException(
                $"{archive}: the disk of {above} is full ({e.Message.TrimEnd('.')}). Nothing was unpacked; make room there, or choose another folder.",
                above,
                e
            );
        }
        finally
        {
            Remove(staging);
        }
    }

    private static Extraction Fill(
        string archive,
        string staging,
        string target,
        ExtractionOptions options,
        IProgress<ExtractionProgress>? progress,
        CancellationToken cancel
    )
    {
        using var file = new FileStream(archive, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 17);
        var kind =
            ArchiveKinds.Of(archive)
            ?? throw new BrokenArchiveException(
                $"{archive}: {file.Length:N0} bytes that are no tar, tar.gz or zip. Fetch it again, or unpack it by hand.",
                archive
            );
        var above = Path.GetDirectoryName(target)!;
        long told = 0;
        ExtractionFolder? filled = null;
        using var content = filled = new ExtractionFolder(staging, archive, file.Length, options, above, cancel)
        {
            Report = Report,
        };
        if (kind is ArchiveKind.Zip)
        {
            ZipContent.Unpack(file, archive, content, Room);
        }
        else if (kind is ArchiveKind.Gzip)
        {
            Room(UnpackedSize(file));
            GzipContent.Unpack(file, archive, content);
        }
        else
        {
            Room(kind is ArchiveKind.Tar ? file.Length : UnpackedSize(file));
            TarContent.Unpack(file, kind is ArchiveKind.TarGzip, archive, content);
        }
        content.Finish();
        FlushFileSystem(staging);
        Publish(staging, target);
        progress?.Report(new(file.Length, file.Length, content.Files, content.Bytes));
        return new(target, content.Files, content.Bytes, content.LeftOut);

        void Room(long bytes)
        {
            content.CheckBytes(bytes); // what an archive admits need not be tried
            FreeSpace.Check(bytes, above, $"What {archive} holds", options.Free);
        }

        void Report()
        {
            if (progress is null || Environment.TickCount64 - told < 200)
            {
                return;
            }

            told = Environment.TickCount64;
            progress.Report(new(file.Position, file.Length, filled!.Files, filled.Bytes));
        }
    }

    private static void Publish(string staging, string target)
    {
        try
        {
            Directory.Move(staging, target);
        }
        catch (IOException) when (Path.Exists(target))
        {
            throw Taken(target); // by another machine
        }
    }

    private static DataException Taken(string target) =>
        new($"{target} is there already, and nothing is unpacked over it. Delete it, or choose another folder.");

    // gzip ends with the size modulo 4 GiB: of larger ones at least the archive's own size is known.
    private static long UnpackedSize(FileStream file)
    {
        Span<byte> last = stackalloc byte[4];
        if (file.Length < 18 || RandomAccess.Read(file.SafeFileHandle, last, file.Length - 4) < 4)
        {
            return file.Length;
        }
        // A liar's number is no reason to refuse: it is only believed up to what gzip can do.
        var stated = BinaryPrimitives.ReadUInt32LittleEndian(last);
        return stated <= file.Length * 20 ? Math.Max(file.Length, stated) : file.Length;
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // A new name reaches the disk before old bytes do; after a power cut files of zeros would stand under it.
    private static void FlushFileSystem(string folder)
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

        _ = SyncFileSystem(descriptor);
        _ = Close(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "syncfs")]
    private static partial int SyncFileSystem(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
