using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.ExceptionServices;

namespace VitNotebooks.Data;

/// <content>Arrays in chunks of one size, each of which may be shuffled and deflated.</content>
internal sealed partial class Hdf5Array
{
    private const long MostChunkBytes = 64L << 20;
    private const int MostPacked = 1032;
    private const int MostTogether = 256 << 20;
    private const int CachedBytes = 256 << 10;
    private const int WorthThreads = 16 << 20;
    private const int Deflate = 1;
    private const int Shuffle = 2;

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
}
