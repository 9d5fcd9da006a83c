using System.Buffers.Binary;

namespace VitNotebooks.Data;

/// <summary>
/// The numbers at both ends of a packed file, little-endian. Begin (32 bytes): magic, version, kind of record, width and height (0 where they differ).
/// Then the records, the labels (int32 each), the records' places (int64 each and the end; none for pixels, which are of one size), and a description
/// (JSON). End (64 bytes): places of labels, number of images, place and length of the description, SHA-256 of all before it.
/// </summary>
internal readonly record struct PackedLayout(
    PackedRecords Records,
    int Width,
    int Height,
    long LabelsAt,
    long Count,
    long DescriptionAt,
    long DescriptionLength
)
{
    public const int BeginBytes = 32;
    public const int EndBytes = 64;
    public const int HashBytes = 32;
    public const int Version = 1;

    private static ReadOnlySpan<byte> Magic => "VITNPACK"u8;

    /// <summary>Whether a file's first bytes are those of a packed dataset, of whatever version.</summary>
    public static bool BeginsSo(ReadOnlySpan<byte> begin) => begin.StartsWith(Magic);

    public long RecordBytes => 3L * Width * Height;

    public long PlacesAt => LabelsAt + (4 * Count);

    public static void WriteBegin(Span<byte> begin, PackedRecords records, int width, int height)
    {
        begin[..BeginBytes].Clear();
        Magic.CopyTo(begin);
        BinaryPrimitives.WriteInt32LittleEndian(begin[8..], Version);
        BinaryPrimitives.WriteInt32LittleEndian(begin[12..], (int)records);
        BinaryPrimitives.WriteInt32LittleEndian(begin[16..], width);
        BinaryPrimitives.WriteInt32LittleEndian(begin[20..], height);
    }

    public void WriteEnd(Span<byte> end)
    {
        BinaryPrimitives.WriteInt64LittleEndian(end, LabelsAt);
        BinaryPrimitives.WriteInt64LittleEndian(end[8..], Count);
        BinaryPrimitives.WriteInt64LittleEndian(end[16..], DescriptionAt);
        BinaryPrimitives.WriteInt64LittleEndian(end[24..], DescriptionLength);
    }

    /// <summary>Reads both ends; every place lies in the file.</summary>
    /// <exception cref="DatasetFormatException">They contradict each other or the file's length.</exception>
    public static PackedLayout Read(ReadOnlySpan<byte> begin, ReadOnlySpan<byte> end, long length, string path)
    {
        if (length < BeginBytes + EndBytes || !begin.StartsWith(Magic))
        {
            throw Wrong(path, $"it does not begin as a packed dataset ({length:N0} bytes)");
        }
        var version = BinaryPrimitives.ReadInt32LittleEndian(begin[8..]);
        if (version != Version)
        {
            throw Wrong(path, $"it is of version {version}, and this package reads version {Version}");
        }
        var layout = new PackedLayout(
            (PackedRecords)BinaryPrimitives.ReadInt32LittleEndian(begin[12..]),
            BinaryPrimitives.ReadInt32LittleEndian(begin[16..]),
            BinaryPrimitives.ReadInt32LittleEndian(begin[20..]),
            BinaryPrimitives.ReadInt64LittleEndian(end),
            BinaryPrimitives.ReadInt64LittleEndian(end[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(end[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(end[24..])
        );
        if (!layout.Fits(length))
        {
            throw Wrong(path, $"the places that it names do not fit its {length:N0} bytes: it was cut or overwritten");
        }
        return layout;
    }

    internal static DatasetFormatException Wrong(string path, string why) =>
        new($"{path}: {why}. Pack the dataset again (vitnb data pack, or PackedDataset.Write).", path);

    private bool Fits(long length)
    {
        var pixels = Records == PackedRecords.Pixels;
        // Count first: what follows it multiplies by it.
        return Enum.IsDefined(Records)
            && Count is > 0 and <= 1 << 28
            && LabelsAt is >= BeginBytes
            && DescriptionLength is > 0 and <= 1 << 28
            && (pixels ? Width is > 0 and <= 1 << 16 && Height is > 0 and <= 1 << 16 : (Width, Height) == (0, 0))
            && LabelsAt <= length
            && (!pixels || LabelsAt == BeginBytes + (Count * RecordBytes))
            && DescriptionAt == PlacesAt + (pixels ? 0 : 8 * (Count + 1))
            && DescriptionAt + DescriptionLength + EndBytes == length;
    }
}
