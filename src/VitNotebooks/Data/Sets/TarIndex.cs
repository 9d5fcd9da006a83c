using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace VitNotebooks.Data;

/// <summary>What the number of a <see cref="TarEntries"/> means.</summary>
internal enum TarIndexKind
{
    /// <summary>The digits of the wnid of the tar file within the tar file (ImageNet's training images).</summary>
    Wnids = 1,

    /// <summary>The number in the image's name (ImageNet's validation images).</summary>
    ValidationNumbers = 2,

    /// <summary>The label that stands beside the image (WebDataset).</summary>
    Labels = 3,
}

/// <summary>The images in a tar file: where each lies, its bytes, and a number.</summary>
internal sealed class TarEntries
{
    public List<long> Offsets { get; init; } = [];

    public List<int> Lengths { get; init; } = [];

    public List<int> Numbers { get; init; } = [];

    public int Count => Offsets.Count;

    public void Add(TarMember image, int number, string tar)
    {
        if (image.Length > Array.MaxLength)
        {
            throw new DatasetFormatException(
                $"{tar}: {image.Name} has {image.Length:N0} bytes; an image has at most {Array.MaxLength:N0}.",
                tar
            );
        }

        Offsets.Add(image.Offset);
        Lengths.Add((int)image.Length);
        Numbers.Add(number);
    }
}

/// <summary>
/// What was found in a large tar file, kept so that its headers are read once: beside it, as <c>.NAME.tar.vitindex</c>, or, where that folder cannot be written, in the cache. An index
/// is used when its own SHA-256 is right, the tar file has the length and the time of change that it states, and tar headers stand where some of
/// its images should have theirs; else it is made again. Nothing is asked of it that the tar file does not confirm.
/// </summary>
/// <remarks>Little-endian: magic, version and kind (int32), the tar file's length and time in ticks, the count (int64), then offsets (int64), lengths and numbers (int32),
/// SHA-256 of all before it. ImageNet's 1,281,167 images take 20 MB.</remarks>
internal static class TarIndex
{
    /// <summary>Smaller tar files are read again: that takes no time.</summary>
    public const int LeastEntries = 1000;

    private const int Version = 1;
    private const int HeadBytes = 40;
    private const int EntryBytes = 16;
    private const int HashBytes = 32;
    private const int Probes = 64;
    private const int Block = 512;

    // A file system's clock may stand still for a while: a tar file changed just now could change again without another time.
    private static readonly TimeSpan s_settled = TimeSpan.FromSeconds(2);

    private static ReadOnlySpan<byte> Magic => "VITTARIX"u8;

    /// <summary>The entries of a tar file, from its index or by reading it.</summary>
    /// <param name="tar">The tar file.</param>
    /// <param name="kind">What the entries' numbers are.</param>
    /// <param name="read">Reads the tar file.</param>
    public static TarEntries Of(string tar, TarIndexKind kind, Func<SafeFileHandle, TarEntries> read)
    {
        using var handle = TarImages.Open(tar);
        var (length, time) = Stamp(tar, handle);
        foreach (var path in Places(tar))
        {
            if (Load(path, kind, handle, length, time) is { } known)
            {
                return known;
            }
        }
        var entries = read(handle);
        // Changed while it was read, or a moment ago: its next state may look the same.
        if (
            entries.Count >= LeastEntries
            && Stamp(tar, handle) == (length, time)
            && DateTime.UtcNow - new DateTime(time, DateTimeKind.Utc) > s_settled
        )
        {
            Save(Places(tar), Bytes(entries, kind, length, time));
        }

        return entries;
    }

    /// <summary>Where the index of a tar file may lie, the first before the second.</summary>
    internal static string[] Places(string tar)
    {
        var full = Path.GetFullPath(tar);
        var name = $".{Path.GetFileName(full)}.vitindex";
        var cached = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(full)))[..32];
        return [Path.Combine(Path.GetDirectoryName(full)!, name), Path.Combine(CacheFolder.Of("tar-index"), cached)];
    }

    private static (long Length, long Time) Stamp(string tar, SafeFileHandle handle) =>
        (RandomAccess.GetLength(handle), File.GetLastWriteTimeUtc(tar).Ticks);

    private static TarEntries? Load(string path, TarIndexKind kind, SafeFileHandle handle, long length, long time)
    {
        byte[] bytes;
        try
        {
            var file = new FileInfo(path);
            // One entry for each block of the tar file is more than there can be.
            if (
                !file.Exists
                || file.Length < HeadBytes + HashBytes
                || file.Length > HeadBytes + HashBytes + (EntryBytes * (length / Block))
            )
            {
                return null;
            }

            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        if (bytes.Length < HeadBytes + HashBytes || !bytes.AsSpan().StartsWith(Magic))
        {
            return null;
        }

        var content = bytes.AsSpan(0, bytes.Length - HashBytes);
        var count = BinaryPrimitives.ReadInt64LittleEndian(content[32..]);
        if (
            BinaryPrimitives.ReadInt32LittleEndian(content[8..]) != Version
            || BinaryPrimitives.ReadInt32LittleEndian(content[12..]) != (int)kind
            || BinaryPrimitives.ReadInt64LittleEndian(content[16..]) != length
            || BinaryPrimitives.ReadInt64LittleEndian(content[24..]) != time
            || content.Length - HeadBytes != (Int128)count * EntryBytes
            || !SHA256.HashData(content).AsSpan().SequenceEqual(bytes.AsSpan(content.Length))
        )
        {
            return null;
        }

        var entries = Entries(content[HeadBytes..], (int)count);
        return Agrees(entries, handle, length) ? entries : null;
    }

    private static TarEntries Entries(ReadOnlySpan<byte> content, int count)
    {
        var offsets = MemoryMarshal.Cast<byte, long>(content[..(8 * count)]);
        var lengths = MemoryMarshal.Cast<byte, int>(content.Slice(8 * count, 4 * count));
        var numbers = MemoryMarshal.Cast<byte, int>(content.Slice(12 * count, 4 * count));
        return new TarEntries
        {
            Offsets = [.. offsets],
            Lengths = [.. lengths],
            Numbers = [.. numbers],
        };
    }

    /// <summary>Whether every image lies in the tar file, and some of them, the first and the last among them, have their headers there.</summary>
    private static bool Agrees(TarEntries entries, SafeFileHandle handle, long length)
    {
        for (var i = 0; i < entries.Count; i++)
        {
            if (
                entries.Offsets[i] < Block
                || entries.Lengths[i] < 0
                || entries.Offsets[i] > length - entries.Lengths[i]
            )
            {
                return false;
            }
        }
        for (var probe = 0; probe < Probes && entries.Count > 0; probe++)
        {
            var i = (int)((long)(entries.Count - 1) * probe / (Probes - 1));
            if (TarMembers.HeaderLength(handle, entries.Offsets[i] - Block) != entries.Lengths[i])
            {
                return false;
            }
        }
        return true;
    }

    private static byte[] Bytes(TarEntries entries, TarIndexKind kind, long length, long time)
    {
        var count = entries.Count;
        var bytes = new byte[checked(HeadBytes + (EntryBytes * count) + HashBytes)];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), Version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), (int)kind);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), length);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(24), time);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(32), count);
        var content = bytes.AsSpan(HeadBytes);
        MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(entries.Offsets)).CopyTo(content);
        MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(entries.Lengths)).CopyTo(content[(8 * count)..]);
        MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(entries.Numbers)).CopyTo(content[(12 * count)..]);
        var end = bytes.Length - HashBytes;
        SHA256.HashData(bytes.AsSpan(0, end)).CopyTo(bytes.AsSpan(end));
        return bytes;
    }

    // An index only saves time: where there is no room for one, the tar file is read again the next time.
    private static void Save(string[] places, byte[] bytes)
    {
        foreach (var path in places)
        {
            var temporary = $"{path}.{Guid.NewGuid():N}";
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllBytes(temporary, bytes);
                File.Move(temporary, path, overwrite: true);
                return;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                TryDelete(temporary);
            }
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It was never made.
        }
    }
}
