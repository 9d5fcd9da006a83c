using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace VitNotebooks.Data;

/// <summary>What kind of file an index is of, and what the numbers of its <see cref="ImagePlaces"/> mean.</summary>
internal enum PlaceKind
{
    /// <summary>The digits of the wnid of the tar file within the tar file (ImageNet's training images).</summary>
    Wnids = 1,

    /// <summary>The number in the image's name (ImageNet's validation images).</summary>
    ValidationNumbers = 2,

    /// <summary>The label that stands beside the image (WebDataset).</summary>
    Labels = 3,

    /// <summary>The label in the image's record; a TFRecord file of JPEG images, and no tar file.</summary>
    Records = 4,
}

/// <summary>The images in a larger file: where each lies, its bytes, and a number.</summary>
internal sealed class ImagePlaces
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

        Add(image.Offset, (int)image.Length, number);
    }

    public void Add(long offset, int length, int number)
    {
        Offsets.Add(offset);
        Lengths.Add(length);
        Numbers.Add(number);
    }
}

/// <summary>
/// What was found in a large tar or TFRecord file, kept so that it is looked through once: beside it, as <c>.NAME.tar.vitindex</c>, or, where that folder cannot be written, in the cache. An
/// index is used when its own SHA-256 is right, the file has the length and the time of change that it states, and some of its images are where it says (a tar header before
/// each, or a JPEG image's first bytes); else it is made again. Nothing is asked of it that the file does not confirm.
/// </summary>
/// <remarks>Little-endian: magic, version and kind (int32), the file's length and time in ticks, the count (int64), then offsets (int64), lengths and numbers (int32),
/// SHA-256 of all before it. ImageNet's 1,281,167 images take 20 MB.</remarks>
internal static class PlaceIndex
{
    /// <summary>Smaller files are read again: that takes no time.</summary>
    public const int LeastEntries = 1000;

    private const string Ending = ".vitindex";
    private const int Version = 1;
    private const int HeadBytes = 40;
    private const int EntryBytes = 16;
    private const int HashBytes = 32;
    private const int Probes = 64;
    private const int Block = 512;

    // A file system's clock may stand still for a while: a file changed just now could change again without another time.
    private static readonly TimeSpan s_settled = TimeSpan.FromSeconds(2);

    private static ReadOnlySpan<byte> JpegStart => [0xFF, 0xD8, 0xFF];

    private static ReadOnlySpan<byte> Magic => "VITTARIX"u8;

    /// <summary>The images of a file, from its index or by reading it.</summary>
    /// <param name="file">The file.</param>
    /// <param name="kind">What it is, and what the numbers are.</param>
    /// <param name="read">Reads it.</param>
    public static ImagePlaces Of(string file, PlaceKind kind, Func<SafeFileHandle, ImagePlaces> read)
    {
        using var handle = TarImages.Open(file);
        var (length, time) = Stamp(file, handle);
        foreach (var path in Places(file))
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
            && Stamp(file, handle) == (length, time)
            && DateTime.UtcNow - new DateTime(time, DateTimeKind.Utc) > s_settled
        )
        {
            Save(Places(file), Bytes(entries, kind, length, time));
        }

        return entries;
    }

    /// <summary>Where the index of a file may lie, the first before the second.</summary>
    internal static string[] Places(string file)
    {
        var full = Path.GetFullPath(file);
        var name = $".{Path.GetFileName(full)}{Ending}";
        var cached = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(full)))[..32];
        return [Path.Combine(Path.GetDirectoryName(full)!, name), Path.Combine(CacheFolder.Of("place-index"), cached)];
    }

    /// <summary>Whether a path is that of an index beside its file.</summary>
    internal static bool IsOne(string path) =>
        Path.GetFileName(path) is ['.', ..] name && name.EndsWith(Ending, StringComparison.Ordinal);

    private static (long Length, long Time) Stamp(string file, SafeFileHandle handle) =>
        (RandomAccess.GetLength(handle), File.GetLastWriteTimeUtc(file).Ticks);

    private static ImagePlaces? Load(string path, PlaceKind kind, SafeFileHandle handle, long length, long time)
    {
        byte[] bytes;
        try
        {
            var file = new FileInfo(path);
            // One image for each block is more than there can be, in a TFRecord file too: its frames alone have 16 bytes, and a JPEG image hundreds.
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
        return Agrees(entries, kind, handle, length) ? entries : null;
    }

    private static ImagePlaces Entries(ReadOnlySpan<byte> content, int count)
    {
        var offsets = MemoryMarshal.Cast<byte, long>(content[..(8 * count)]);
        var lengths = MemoryMarshal.Cast<byte, int>(content.Slice(8 * count, 4 * count));
        var numbers = MemoryMarshal.Cast<byte, int>(content.Slice(12 * count, 4 * count));
        return new ImagePlaces
        {
            Offsets = [.. offsets],
            Lengths = [.. lengths],
            Numbers = [.. numbers],
        };
    }

    /// <summary>Whether every image lies in the file, and some of them, the first and the last among them, are seen to.</summary>
    private static bool Agrees(ImagePlaces entries, PlaceKind kind, SafeFileHandle handle, long length)
    {
        for (var i = 0; i < entries.Count; i++)
        {
            if (
                entries.Offsets[i] < (kind == PlaceKind.Records ? 0 : Block)
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
            var (offset, bytes) = (entries.Offsets[i], entries.Lengths[i]);
            if (
                kind == PlaceKind.Records
                    ? !BeginsAsJpeg(handle, offset, bytes)
                    : TarMembers.HeaderLength(handle, offset - Block) != bytes
            )
            {
                return false;
            }
        }
        return true;
    }

    private static bool BeginsAsJpeg(SafeFileHandle handle, long offset, int length)
    {
        Span<byte> start = stackalloc byte[3];
        return length >= start.Length
            && RandomAccess.Read(handle, start, offset) == start.Length
            && start.SequenceEqual(JpegStart);
    }

    private static byte[] Bytes(ImagePlaces entries, PlaceKind kind, long length, long time)
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

    // An index only saves time: where there is no room for one, the file is read again the next time.
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
