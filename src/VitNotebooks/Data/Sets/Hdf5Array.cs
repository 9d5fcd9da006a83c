using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.ExceptionServices;

namespace VitNotebooks.Data;

/// <summary>
/// An array of whole numbers in an HDF5 file: in one piece (contiguous, or within the header), or in pieces of one size (chunks) that may be shuffled and deflated. All its pieces
/// must be there. Rows (the first index) are read by their place.
/// </summary>
internal sealed class Hdf5Array
{
    private const int MostRank = 8;
    private const long MostChunkBytes = 64L << 20;
    private const int MostIntegers = 100_000_000;
    private const int MostPacked = 1032;
    private const int MostTogether = 256 << 20;
    private const int CachedBytes = 256 << 10;
    private const int WorthThreads = 16 << 20;
    private const int Deflate = 1;
    private const int Shuffle = 2;
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

    private int[] ReadFilters(byte[] data)
    {
        if (data.Length < 8 || data[0] != 1)
        {
            throw Fault($"is packed by a list of filters of version {(data.Length > 0 ? data[0] : 0)}; expected 1");
        }

        var filters = new int[data[1]];
        var at = 8;
        for (var i = 0; i < filters.Length; i++)
        {
            if (data.Length - at < 8)
            {
                throw Fault("is packed by a list of filters that breaks off");
            }

            filters[i] = BinaryPrimitives.ReadUInt16LittleEndian(data.AsSpan(at));
            if (filters[i] is not (Deflate or Shuffle))
            {
                throw Fault($"is packed by HDF5's filter {filters[i]}; expected 1 (deflate) and 2 (shuffle)");
            }

            int nameBytes = BinaryPrimitives.ReadUInt16LittleEndian(data.AsSpan(at + 2));
            int values = BinaryPrimitives.ReadUInt16LittleEndian(data.AsSpan(at + 6));
            at += 8 + ((nameBytes + 7) / 8 * 8) + (4 * (values + (values & 1)));
        }
        if (filters.Length > 2 || (filters.Length == 2 && filters is not [Shuffle, Deflate]))
        {
            throw Fault(
                $"is packed by HDF5's filters {string.Join(", ", filters)}; expected 2 (shuffle), then 1 (deflate)"
            );
        }

        return filters;
    }

    private (int[] Chunk, long[] Grid, int Bytes) ReadGrid(byte[] layout)
    {
        var rank = layout[2] - 1;
        if (rank != Shape.Length || layout.Length < 11 + (4 * (rank + 1)))
        {
            throw Fault($"is in chunks of {rank} sizes; expected {Shape.Length}");
        }

        var chunk = new int[rank];
        var grid = new long[rank];
        long bytes = ElementBytes;
        for (var i = 0; i < rank; i++)
        {
            chunk[i] = BinaryPrimitives.ReadInt32LittleEndian(layout.AsSpan(11 + (4 * i)));
            if (chunk[i] < 1 || (bytes *= chunk[i]) > MostChunkBytes)
            {
                throw Fault($"is in chunks that are empty or of over {MostChunkBytes:N0} bytes");
            }

            grid[i] = (Shape[i] + chunk[i] - 1) / chunk[i];
        }
        if (BinaryPrimitives.ReadInt32LittleEndian(layout.AsSpan(11 + (4 * rank))) != ElementBytes)
        {
            throw Fault($"is in chunks of other values than {ElementBytes} bytes each");
        }

        return (chunk, grid, (int)bytes);
    }

    private (long At, int Stored, uint Mask)[] ReadChunks(long tree)
    {
        var keyBytes = 8 + (Hdf5File.Word * (Shape.Length + 1));
        var most = _file.Length / (keyBytes + Hdf5File.Word);
        var count = Product(_grid, 1);
        if (count > most)
        {
            throw Fault($"{this} has {count:N0} chunks, more than a file of {_file.Length:N0} bytes can hold");
        }

        var chunks = new (long At, int Stored, uint Mask)[count];
        long found = 0;
        long bytes = 0;
        foreach (var (key, at) in _file.Leaves(tree, 1, keyBytes))
        {
            var stored = BinaryPrimitives.ReadUInt32LittleEndian(key);
            long index = 0;
            for (var i = 0; i < Shape.Length; i++)
            {
                var offset = Hdf5File.Int64(key, 8 + (Hdf5File.Word * i));
                if (offset < 0 || offset >= Shape[i] || offset % _chunk[i] != 0)
                {
                    throw Fault(
                        $"has a chunk at {offset:N0} of size {i}; expected a multiple of {_chunk[i]:N0} below {Shape[i]:N0}"
                    );
                }

                index = (index * _grid[i]) + (offset / _chunk[i]);
            }
            // Deflate adds to what it cannot pack 5 bytes in 16,383, and 6; what it can it packs to a 1,032nd at most.
            if (
                stored > _chunkBytes + (_chunkBytes / 1000) + 64
                || (stored * (long)MostPacked) + 64 < _chunkBytes
                || chunks[index].Stored != 0
            )
            {
                throw Fault(
                    $"has a chunk of {stored:N0} bytes, or one twice; expected at most about {_chunkBytes:N0} bytes, at least a {MostPacked:N0}nd of them, each chunk once"
                );
            }

            _file.CheckRange(at, stored);
            // No two lie on each other, so that all of them unpack to no more than their file's bytes warrant.
            bytes += stored;
            if (bytes > _file.Length)
            {
                throw Fault($"has chunks that lie on each other: over {_file.Length:N0} bytes together");
            }

            chunks[index] = (at, (int)stored, BinaryPrimitives.ReadUInt32LittleEndian(key.AsSpan(4)));
            found++;
        }
        return found == count
            ? chunks
            : throw Fault($"has {found:N0} of its {count:N0} chunks; it is not written whole");
    }

    // All chunks of a row of chunks are unpacked, then their values are put into place some rows at a time: both then stay in the processor's cache, where chunks are long and narrow.
    private void ReadFromChunks(long first, long count, Span<byte> target)
    {
        if (count == 0)
        {
            return;
        }

        var perRow = Product(_grid.AsSpan(1), 1);
        var together = (int)Math.Clamp(MostTogether / _chunkBytes, 1, Math.Max(perRow, 1));
        var unpacked = ArrayPool<byte>.Shared.Rent(together * _chunkBytes);
        try
        {
            for (var row = first / _chunk[0]; row <= (first + count - 1) / _chunk[0]; row++)
            {
                var from = Math.Max(first, row * _chunk[0]);
                var to = Math.Min(first + count, (row + 1) * _chunk[0]);
                var step = together == 1 ? to - from : Math.Max(1, CachedBytes / Math.Max(RowBytes, 1));
                for (long i = 0; i < perRow; i += together)
                {
                    var number = (int)Math.Min(together, perRow - i);
                    UnpackAll((row * perRow) + i, number, unpacked);
                    for (var part = from; part < to; part += step)
                    {
                        var rows = Math.Min(step, to - part);
                        var goal = target.Slice((int)((part - first) * RowBytes), (int)(rows * RowBytes));
                        for (var k = 0; k < number; k++)
                        {
                            Copy(unpacked.AsSpan(k * _chunkBytes, _chunkBytes), row, i + k, part, rows, goal);
                        }
                    }
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(unpacked);
        }
    }

    private void UnpackAll(long first, int number, byte[] unpacked)
    {
        void One(int k) => Unpack(_chunks[first + k], unpacked.AsSpan(k * _chunkBytes, _chunkBytes));
        if ((long)number * _chunkBytes < WorthThreads)
        {
            for (var k = 0; k < number; k++)
            {
                One(k);
            }

            return;
        }
        try
        {
            Parallel.For(0, number, One);
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }

    // From a chunk to its place among some rows, a run of the last size at a time; the longest of the other sizes is gone along innermost.
    private void Copy(ReadOnlySpan<byte> chunk, long row, long inRow, long first, long count, Span<byte> target)
    {
        var last = Shape.Length - 1;
        Span<long> extents = stackalloc long[MostRank];
        Span<long> sourceSteps = stackalloc long[MostRank];
        Span<long> goalSteps = stackalloc long[MostRank];
        long source = 0,
            goal = 0;
        for (long d = last, sourceStep = ElementBytes, goalStep = ElementBytes; d >= 0; d--)
        {
            long at;
            if (d == 0)
            {
                at = row * _chunk[0];
                source += (first - at) * sourceStep;
                extents[0] = count;
            }
            else
            {
                at = inRow % _grid[d] * _chunk[d];
                inRow /= _grid[d];
                goal += at * goalStep;
                extents[(int)d] = Math.Min(_chunk[d], Shape[d] - at);
            }
            (sourceSteps[(int)d], goalSteps[(int)d]) = (sourceStep, goalStep);
            sourceStep *= _chunk[d];
            goalStep *= Shape[d];
        }
        var run = (int)extents[last] * ElementBytes;
        if (last == 0)
        {
            chunk.Slice((int)source, run).CopyTo(target[(int)goal..]);
            return;
        }
        var inner = 0;
        for (var d = 1; d < last; d++)
        {
            inner = extents[d] > extents[inner] ? d : inner;
        }

        Span<long> place = stackalloc long[MostRank];
        place.Clear();
        for (; ; )
        {
            var (s, g) = (source, goal);
            for (var i = extents[inner]; i > 0; i--, s += sourceSteps[inner], g += goalSteps[inner])
            {
                chunk.Slice((int)s, run).CopyTo(target[(int)g..]);
            }

            var next = last - 1;
            for (; next >= 0; next--)
            {
                if (next == inner)
                {
                    continue;
                }

                source += sourceSteps[next];
                goal += goalSteps[next];
                if (++place[next] < extents[next])
                {
                    break;
                }

                source -= place[next] * sourceSteps[next];
                goal -= place[next] * goalSteps[next];
                place[next] = 0;
            }
            if (next < 0)
            {
                return;
            }
        }
    }

    private void Unpack((long At, int Stored, uint Mask) chunk, Span<byte> target)
    {
        var stored = ArrayPool<byte>.Shared.Rent(chunk.Stored);
        try
        {
            _file.Read(chunk.At, stored.AsSpan(0, chunk.Stored));
            var isPacked = false;
            var isShuffled = false;
            for (var i = 0; i < _filters.Length; i++)
            {
                var applied = i >= 32 || (chunk.Mask & (1u << i)) == 0;
                isPacked |= applied && _filters[i] == Deflate;
                isShuffled |= applied && _filters[i] == Shuffle;
            }
            if (isPacked)
            {
                Inflate(stored, chunk, target);
            }
            else if (chunk.Stored == target.Length)
            {
                stored.AsSpan(0, chunk.Stored).CopyTo(target);
            }
            else
            {
                throw Fault(
                    $"has a chunk of {chunk.Stored:N0} bytes at byte {chunk.At:N0}; expected {target.Length:N0}"
                );
            }

            if (isShuffled && ElementBytes > 1)
            {
                Unshuffle(target);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(stored);
        }
    }

    private void Inflate(byte[] stored, (long At, int Stored, uint Mask) chunk, Span<byte> target)
    {
        // What asks for a dictionary that no HDF5 file has, the decompressor reports as a fault of the disk.
        if (chunk.Stored < 2 || (stored[1] & 0x20) != 0)
        {
            throw Fault($"has a chunk at byte {chunk.At:N0} that does not begin with zlib's head without a dictionary");
        }

        try
        {
            using var packed = new MemoryStream(stored, 0, chunk.Stored, writable: false);
            using var zlib = new ZLibStream(packed, CompressionMode.Decompress);
            var read = zlib.ReadAtLeast(target, target.Length, throwOnEndOfStream: false);
            if (read < target.Length || zlib.ReadByte() >= 0)
            {
                throw Fault(
                    $"has a chunk at byte {chunk.At:N0} that unpacks to {(read < target.Length ? "fewer" : "more")} than its {target.Length:N0} bytes"
                );
            }
        }
        catch (InvalidDataException e)
        {
            throw Fault($"has a chunk at byte {chunk.At:N0} that does not unpack ({e.Message.TrimEnd('.')})");
        }
    }

    // First all first bytes of the values, then all second ones.
    private void Unshuffle(Span<byte> target)
    {
        var shuffled = ArrayPool<byte>.Shared.Rent(target.Length);
        target.CopyTo(shuffled);
        var count = target.Length / ElementBytes;
        for (var b = 0; b < ElementBytes; b++)
        {
            for (var i = 0; i < count; i++)
            {
                target[(i * ElementBytes) + b] = shuffled[(b * count) + i];
            }
        }
        ArrayPool<byte>.Shared.Return(shuffled);
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
