using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.ExceptionServices;

namespace VitNotebooks.Data;

/// <summary>
/// An array of whole numbers in an HDF5 file: in one piece (contiguous, or within the header), or in pieces of one size (chunks) that may be shuffled and deflated. All its pieces
/// must be there. Rows (the first index) are read by their place.
/// </summary>
internal sealed partial class Hdf5Array
{
    private const int MostRank = 8;
    private const int MostIntegers = 100_000_000;
    private readonly Hdf5File _file;
    private readonly byte[]? _compact;
    private readonly long _start;
    private readonly int[] _chunk = [];
    private readonly long[] _grid = [];
    private readonly int _chunkBytes;
    private readonly (long At, int Stored, uint Mask)[] _chunks = [];
    private readonly int[] _filters = [];
    private readonly bool _bigEndian;

    /// <summary>Takes what the header says.</summary>
    internal Hdf5Array(Hdf5File file, string name, List<Hdf5Message> header)
    {
        _file = file;
        Name = name;
        byte[] Message(int kind, string what) =>
            header.Find(message => message.Kind == kind)?.Data ?? throw Fault($"has no {what}; it is no array");
        Shape = ReadShape(Message(Hdf5Header.Dataspace, "sizes"));
        (ElementBytes, IsSigned, _bigEndian) = ReadType(Message(Hdf5Header.Datatype, "kind of values"));
        RowBytes = Product(Shape.AsSpan(1), ElementBytes);
        var bytes = Product(Shape, ElementBytes);
        if (header.Find(message => message.Kind == Hdf5Header.Filters) is { } filters)
        {
            _filters = ReadFilters(filters.Data);
        }

        var layout = Message(Hdf5Header.Layout, "layout");
        if (layout.Length < 4 || layout[0] != 3)
        {
            throw Fault(
                $"has a layout of version {(layout.Length > 0 ? layout[0] : 0)}, and 3 is read; write the file with h5py's default libver"
            );
        }

        switch (layout[1])
        {
            case 0:
                int size = BinaryPrimitives.ReadUInt16LittleEndian(layout.AsSpan(2));
                if (size != bytes || layout.Length < 4 + size)
                {
                    throw Fault($"has {size:N0} bytes in its header; expected {bytes:N0}");
                }

                _compact = layout[4..(4 + size)];
                break;
            case 1 when layout.Length >= 18:
                _start = Hdf5File.Int64(layout, 2);
                if (Hdf5File.Int64(layout, 10) != bytes)
                {
                    throw Fault($"states {Hdf5File.Int64(layout, 10):N0} bytes; {this} takes {bytes:N0}");
                }

                file.CheckRange(_start, bytes);
                break;
            case 2:
                (_chunk, _grid, _chunkBytes) = ReadGrid(layout);
                _chunks = ReadChunks(file.Address(Hdf5File.Int64(layout, 3), $"'{name}'"));
                break;
            default:
                throw Fault($"has a layout of kind {layout[1]}; expected one piece or chunks");
        }
        if (_filters.Length > 0 && _chunk.Length == 0)
        {
            throw Fault("is packed and in one piece, which HDF5 has not");
        }
    }

    /// <summary>Its path in the file.</summary>
    public string Name { get; }

    /// <summary>Its sizes, at least one.</summary>
    public long[] Shape { get; }

    /// <summary>Bytes of a number, 1 to 8.</summary>
    public int ElementBytes { get; }

    /// <summary>Whether numbers may be negative.</summary>
    public bool IsSigned { get; }

    /// <summary>Bytes of a row.</summary>
    public long RowBytes { get; }

    /// <summary>Rows that are read together at no more cost than one of them.</summary>
    public int RowsAtOnce => _chunk.Length == 0 ? 1 : _chunk[0];

    /// <summary>Reads rows as they are stored.</summary>
    /// <param name="first">The first.</param>
    /// <param name="target"><see cref="RowBytes"/> each.</param>
    /// <exception cref="DatasetFormatException">A piece of them does not unpack.</exception>
    public void ReadRows(long first, Span<byte> target)
    {
        var count = RowBytes == 0 ? 0 : target.Length / RowBytes;
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, Shape[0] - count);
        if (_compact is not null)
        {
            _compact.AsSpan((int)(first * RowBytes), target.Length).CopyTo(target);
        }
        else if (_chunk.Length == 0)
        {
            _file.Read(_start + (first * RowBytes), target);
        }
        else
        {
            ReadFromChunks(first, count, target);
        }
    }

    /// <summary>All its numbers; for small arrays.</summary>
    /// <param name="least">The least that is right.</param>
    /// <param name="most">The most that is right.</param>
    /// <exception cref="DatasetFormatException">One is out of the range.</exception>
    public int[] Integers(int least, int most)
    {
        var count = Product(Shape, 1);
        if (count > MostIntegers)
        {
            throw Fault($"has {count:N0} numbers; expected at most {MostIntegers:N0}");
        }

        var numbers = new int[count];
        var perRow = Shape[0] == 0 ? 0 : (int)(count / Shape[0]);
        var fits = Math.Max(1, MostChunkBytes / Math.Max(RowBytes, 1));
        var block = (int)Math.Min(Math.Min(Math.Max(RowsAtOnce, 256), fits), Math.Max(Shape[0], 1));
        var bytes = new byte[block * RowBytes];
        for (long row = 0; row < Shape[0]; row += block)
        {
            var rows = (int)Math.Min(block, Shape[0] - row);
            var part = bytes.AsSpan(0, rows * (int)RowBytes);
            ReadRows(row, part);
            for (var i = 0; i < rows * perRow; i++)
            {
                var number = Number(part.Slice(i * ElementBytes, ElementBytes));
                numbers[(row * perRow) + i] =
                    number >= least && number <= most
                        ? (int)number
                        : throw Fault($"has {number} as number {(row * perRow) + i:N0}; expected {least} to {most}");
            }
        }
        return numbers;
    }

    /// <summary>Sizes and kind, for messages.</summary>
    public override string ToString() =>
        $"{(IsSigned ? "int" : "uint")}{8 * ElementBytes} [{string.Join(", ", Shape)}]";

    /// <summary>That it is wrong.</summary>
    public DatasetFormatException Fault(string what) => _file.Fault($"'{Name}' {what}");

    private long Number(ReadOnlySpan<byte> bytes)
    {
        ulong number = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            number = (number << 8) | bytes[_bigEndian ? i : bytes.Length - 1 - i];
        }

        var unused = 64 - (8 * bytes.Length);
        if (IsSigned)
        {
            return (long)(number << unused) >> unused;
        }

        return number <= long.MaxValue ? (long)number : long.MaxValue;
    }

    private long[] ReadShape(byte[] data)
    {
        // Version 1 has five unused bytes, version 2 one that says whether it is a single number.
        var from =
            data.Length < 4
                ? 0
                : data[0] switch
                {
                    1 => 8,
                    2 => 4,
                    _ => 0,
                };
        if (from == 0 || data[1] is 0 or > MostRank || data.Length < from + (data[1] * Hdf5File.Word))
        {
            throw Fault($"has sizes of another form than 1 to {MostRank} numbers");
        }

        var shape = new long[data[1]];
        for (var i = 0; i < shape.Length; i++)
        {
            shape[i] = Hdf5File.Int64(data, from + (i * Hdf5File.Word));
        }

        return shape;
    }

    private (int Bytes, bool Signed, bool BigEndian) ReadType(byte[] data)
    {
        if (data.Length < 12)
        {
            throw Fault("has a kind of values that is too short");
        }

        var (kind, size) = (data[0] & 15, BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan(4)));
        var (offset, precision) = (
            BinaryPrimitives.ReadUInt16LittleEndian(data.AsSpan(8)),
            BinaryPrimitives.ReadUInt16LittleEndian(data.AsSpan(10))
        );
        return kind == 0 && size is 1 or 2 or 4 or 8 && offset == 0 && precision == 8 * size
            ? ((int)size, (data[1] & 8) != 0, (data[1] & 1) != 0)
            : throw Fault(
                $"holds values of HDF5's kind {kind} with {size:N0} bytes; expected whole numbers of 1, 2, 4 or 8 bytes"
            );
    }

    private long Product(ReadOnlySpan<long> sizes, long of)
    {
        var product = (Int128)of;
        foreach (var size in sizes)
        {
            product *= size;
            if (size < 0 || product > long.MaxValue)
            {
                throw Fault($"has sizes that are negative or over 2^63 bytes: [{string.Join(", ", Shape)}]");
            }
        }
        return (long)product;
    }
}
