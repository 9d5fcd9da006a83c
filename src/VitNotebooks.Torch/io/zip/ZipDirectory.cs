using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace VitNotebooks.Files;

/// <summary>One file in an archive.</summary>
internal sealed record ZipEntry(
    string Name,
    int Method,
    uint Crc,
    long CompressedLength,
    long Length,
    long HeaderOffset,
    int Flags
);

/// <summary>
/// The table of contents of a zip archive (also zip64), checked so far that what is read afterwards stays within the file:
/// entries do not overlap, and none unpacks to more than its packed bytes can hold.
/// </summary>
/// <remarks>The format: PKWARE's APPNOTE.TXT 6.3, sections 4.3 and 4.5. System.IO.Compression does not tell where an entry's
/// bytes lie, and tensors are read right from there.</remarks>
internal sealed class ZipDirectory
{
    private const int Stored = 0;
    private const int Deflated = 8;

    /// <summary>Deflate cannot pack tighter: 258 bytes out of 2 bits.</summary>
    private const long TightestPacking = 1032;

    private readonly ByteSource _source;
    private readonly Dictionary<string, ZipEntry> _entries = new(StringComparer.Ordinal);

    private ZipDirectory(ByteSource source) => _source = source;

    public IReadOnlyDictionary<string, ZipEntry> Entries => _entries;

    private TensorFileException Fault(string what) => new($"{_source.Name}: {what}.");

    /// <exception cref="TensorFileException">It is no zip archive, or a damaged one.</exception>
    public static ZipDirectory Read(ByteSource source)
    {
        var directory = new ZipDirectory(source);
        directory.ReadEntries();
        directory.CheckLayout();
        return directory;
    }

    private void ReadEntries()
    {
        var (count, size, offset, end) = FindEnd();
        if (offset < 0 || size < 0 || offset > end || size > end - offset)
        {
            throw Fault(
                $"the zip directory claims {size} bytes at byte {offset}, before byte {end} there is no room for that; the file is damaged"
            );
        }
        if (count < 0 || count > size / 46)
        {
            throw Fault($"the zip directory claims {count} entries in {size} bytes; the file is damaged");
        }
        var table = new byte[size];
        _source.Read(offset, table);
        var at = 0;
        for (var i = 0L; i < count; i++)
        {
            var head = table.AsSpan(at);
            if (head.Length < 46 || U32(head, 0) != 0x02014b50)
            {
                throw Fault($"the zip directory breaks off at entry {i + 1} of {count}; the file is damaged");
            }
            int nameLength = U16(head, 28);
            int extraLength = U16(head, 30);
            int commentLength = U16(head, 32);
            var whole = 46 + nameLength + extraLength + commentLength;
            if (head.Length < whole)
            {
                throw Fault($"the zip directory breaks off within entry {i + 1} of {count}; the file is damaged");
            }
            var name = Encoding.UTF8.GetString(head.Slice(46, nameLength));
            long packed = U32(head, 20);
            long length = U32(head, 24);
            long header = U32(head, 42);
            ReadZip64(head.Slice(46 + nameLength, extraLength), ref length, ref packed, ref header);
            var entry = new ZipEntry(name, U16(head, 10), U32(head, 16), packed, length, header, U16(head, 8));
            if (!_entries.TryAdd(name, entry))
            {
                throw Fault($"the archive contains '{name}' twice");
            }
            at += whole;
        }
    }

    /// <summary>The record at the end of the file: number of entries, bytes and place of the table, and where the record begins.</summary>
    private (long Count, long Size, long Offset, long End) FindEnd()
    {
        var tailLength = (int)Math.Min(_source.Length, 22 + 65535);
        var tail = new byte[tailLength];
        var tailStart = _source.Length - tailLength;
        _source.Read(tailStart, tail);
        for (var i = tailLength - 22; i >= 0; i--)
        {
            var record = tail.AsSpan(i);
            if (U32(record, 0) != 0x06054b50 || U16(record, 20) > record.Length - 22)
            {
                continue;
            }
            long count = U16(record, 10);
            long size = U32(record, 12);
            long offset = U32(record, 16);
            var end = tailStart + i;
            if (count != 0xFFFF && size != 0xFFFFFFFF && offset != 0xFFFFFFFF)
            {
                return (count, size, offset, end);
            }
            var locator = new byte[20];
            if (end < 20)
            {
                return (count, size, offset, end);
            }
            _source.Read(end - 20, locator);
            if (U32(locator, 0) != 0x07064b50)
            {
                return (count, size, offset, end);
            }
            var place = I64(locator, 8);
            if (place < 0 || place > end - 20 - 56)
            {
                throw Fault($"the zip64 record should be at byte {place}, past its place; the file is damaged");
            }
            var big = new byte[56];
            _source.Read(place, big);
            return U32(big, 0) == 0x06064b50
                ? (I64(big, 32), I64(big, 40), I64(big, 48), place)
                : throw Fault($"there is no zip64 record at byte {place}; the file is damaged");
        }
        throw Fault("the file has no zip directory at its end; it is truncated, or no zip archive");
    }

    private void ReadZip64(ReadOnlySpan<byte> extra, ref long length, ref long packed, ref long header)
    {
        if (length != 0xFFFFFFFF && packed != 0xFFFFFFFF && header != 0xFFFFFFFF)
        {
            return;
        }
        while (extra.Length >= 4)
        {
            int id = U16(extra, 0);
            int size = U16(extra, 2);
            if (size > extra.Length - 4)
            {
                break;
            }
            if (id == 1)
            {
                var field = extra.Slice(4, size);
                Take(ref length, ref field);
                Take(ref packed, ref field);
                Take(ref header, ref field);
                return;
            }
            extra = extra[(4 + size)..];
        }

        void Take(ref long value, ref ReadOnlySpan<byte> field)
        {
            if (value != 0xFFFFFFFF)
            {
                return;
            }
            if (field.Length < 8)
            {
                throw Fault("a zip64 field is too short; the file is damaged");
            }
            value = I64(field, 0);
            field = field[8..];
        }
    }

    private void CheckLayout()
    {
        var end = 0L;
        foreach (var entry in _entries.Values.OrderBy(e => e.HeaderOffset))
        {
            if (entry.HeaderOffset < end || entry.CompressedLength < 0 || entry.Length < 0)
            {
                throw Fault($"the entry '{entry.Name}' begins at byte {entry.HeaderOffset}, within another one");
            }
            if (entry.HeaderOffset > _source.Length - 30 || entry.CompressedLength > _source.Length)
            {
                throw Fault(
                    $"the entry '{entry.Name}' lies outside the file of {_source.Length} bytes; it is truncated"
                );
            }
            end = entry.HeaderOffset + 30 + entry.CompressedLength;
            if (end > _source.Length)
            {
                throw Fault(
                    $"the entry '{entry.Name}' ends at byte {end}, past the file's {_source.Length}; it is truncated"
                );
            }
            var most =
                entry.Method == Stored ? entry.CompressedLength
                : entry.CompressedLength > long.MaxValue / TightestPacking ? long.MaxValue
                : entry.CompressedLength * TightestPacking;
            if (entry.Length > most || (entry.Method == Stored && entry.Length != entry.CompressedLength))
            {
                throw Fault(
                    $"the entry '{entry.Name}' claims {entry.Length} bytes out of {entry.CompressedLength} in the file; that cannot be"
                );
            }
        }
    }

    /// <summary>Where an entry's bytes begin.</summary>
    /// <exception cref="TensorFileException">The entry's own header is not as the directory says.</exception>
    private long DataOffset(ZipEntry entry)
    {
        Span<byte> header = stackalloc byte[30];
        _source.Read(entry.HeaderOffset, header);
        if (U32(header, 0) != 0x04034b50)
        {
            throw Fault($"there is no entry '{entry.Name}' at byte {entry.HeaderOffset}; the file is damaged");
        }
        if ((entry.Flags & 1) != 0)
        {
            throw Fault(
                $"the entry '{entry.Name}' is encrypted; unpack the archive and pack it again without a password"
            );
        }
        if (entry.Method is not (Stored or Deflated))
        {
            throw Fault(
                $"the entry '{entry.Name}' is packed by method {entry.Method}; pack the archive again with deflate or without packing"
            );
        }
        var offset = entry.HeaderOffset + 30 + U16(header, 26) + U16(header, 28);
        return offset <= _source.Length - entry.CompressedLength
            ? offset
            : throw Fault($"the entry '{entry.Name}' ends past the file's {_source.Length} bytes; it is truncated");
    }

    /// <summary>A small entry as a whole.</summary>
    /// <exception cref="TensorFileException">It is damaged.</exception>
    public byte[] ReadAll(ZipEntry entry)
    {
        if (entry.Length > Array.MaxLength)
        {
            throw Fault($"the entry '{entry.Name}' claims {entry.Length} bytes; more than is read in one piece");
        }
        // What is packed grows as it is unpacked: a claimed length alone takes no memory.
        if (entry.Method == Stored)
        {
            var bytes = new byte[entry.Length];
            _source.Read(DataOffset(entry), bytes);
            return bytes;
        }
        using var unpacked = new MemoryStream();
        using var stream = Open(entry);
        Unpack(
            entry,
            () =>
            {
                var part = new byte[Math.Min(81920, entry.Length + 1)];
                for (int n; (n = stream.Read(part)) > 0; )
                {
                    unpacked.Write(part, 0, n);
                    if (unpacked.Length > entry.Length)
                    {
                        break;
                    }
                }
            }
        );
        return unpacked.Length == entry.Length
            ? unpacked.ToArray()
            : throw Fault($"the entry '{entry.Name}' unpacks to other than the {entry.Length} bytes it claims");
    }

    /// <summary>The bytes of an entry, unpacked on the way.</summary>
    public Stream Open(ZipEntry entry)
    {
        var raw = _source.Stream(DataOffset(entry), entry.CompressedLength);
        return entry.Method == Stored ? raw : new DeflateStream(raw, CompressionMode.Decompress);
    }

    /// <summary>Fills memory with the first bytes of an entry.</summary>
    /// <exception cref="TensorFileException">The entry is shorter or damaged.</exception>
    public unsafe void Read(ZipEntry entry, IntPtr target, long length)
    {
        if (length > entry.Length)
        {
            throw Fault($"the entry '{entry.Name}' has {entry.Length} bytes, {length} are needed; the file is damaged");
        }
        if (entry.Method == Stored)
        {
            _source.Read(DataOffset(entry), target, length);
            return;
        }
        using var stream = Open(entry);
        Unpack(
            entry,
            () =>
            {
                for (var done = 0L; done < length; )
                {
                    var n = (int)Math.Min(length - done, 1 << 20);
                    stream.ReadExactly(new Span<byte>((byte*)target + done, n));
                    done += n;
                }
            }
        );
    }

    private void Unpack(ZipEntry entry, Action read)
    {
        try
        {
            read();
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new TensorFileException(
                $"{_source.Name}: the entry '{entry.Name}' does not unpack ({e.Message.TrimEnd('.')}); the file is damaged.",
                e
            );
        }
    }

    private static ushort U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static long I64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);
}
