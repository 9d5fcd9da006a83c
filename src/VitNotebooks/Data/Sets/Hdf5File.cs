using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace VitNotebooks.Data;

/// <summary>
/// An HDF5 file in the classic form that h5py and MATLAB write by default: superblock 0 or 1, addresses of 8 bytes, groups with a symbol table. Of it arrays of whole numbers are
/// read (<see cref="Hdf5Array"/>). The newer form (libver='latest') is refused with what to do. Every address, count and level is checked before it is followed.
/// </summary>
/// <remarks>The format: HDF5 File Format Specification, version 2.0, sections II to IV. Safe to read from several threads at once.</remarks>
internal sealed class Hdf5File : IDisposable
{
    /// <summary>Bytes of an address, and of a length.</summary>
    public const int Word = 8;

    private const int SuperblockBytes = 96;
    private const int SymbolBytes = 40;
    private const int NodeHead = 24;
    private const int MostHeap = 1 << 20;
    private readonly SafeFileHandle _handle;
    private readonly string _remedy;
    private readonly long _root;

    /// <summary>Opens a file and reads its superblock.</summary>
    /// <param name="path">The file.</param>
    /// <param name="remedy">What to do about a wrong one, a sentence.</param>
    /// <exception cref="DatasetFormatException">It is no HDF5 file, or of the newer form.</exception>
    public Hdf5File(string path, string remedy)
    {
        FilePath = path;
        _remedy = remedy;
        _handle = File.OpenHandle(path, options: FileOptions.RandomAccess);
        try
        {
            Length = RandomAccess.GetLength(_handle);
            if (Length < SuperblockBytes)
            {
                throw Fault($"it has {Length:N0} bytes; an HDF5 file begins with {SuperblockBytes}");
            }

            var block = Bytes(0, SuperblockBytes);
            if (!block.AsSpan().StartsWith(Signature))
            {
                throw Fault(
                    $"it begins with {Convert.ToHexStringLower(block.AsSpan(0, 8))}; expected HDF5's {Convert.ToHexStringLower(Signature)}"
                );
            }

            if (block[8] > 1)
            {
                throw Fault(
                    $"its superblock is of version {block[8]}, and 0 and 1 are read; write it with h5py's default libver"
                );
            }

            if (block[13] != Word || block[14] != Word)
            {
                throw Fault($"its addresses have {block[13]} and its lengths {block[14]} bytes; expected {Word}");
            }
            // Version 1 has four bytes more before the addresses.
            var addresses = block[8] == 0 ? 24 : 28;
            if (Int64(block, addresses) != 0)
            {
                throw Fault("its contents do not begin at its first byte");
            }

            _root = Address(Int64(block, addresses + (4 * Word) + Word), "the root group");
        }
        catch
        {
            _handle.Dispose();
            throw;
        }
    }

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'H', (byte)'D', (byte)'F', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>The file.</summary>
    public string FilePath { get; }

    /// <summary>Its bytes.</summary>
    public long Length { get; }

    /// <summary>An array by its path, e.g. <c>latents/classes</c>.</summary>
    /// <exception cref="DatasetFormatException">There is none of that name, or it is not of whole numbers.</exception>
    public Hdf5Array Array(string name)
    {
        var at = _root;
        foreach (var part in name.Split('/'))
        {
            var table =
                Hdf5Header.Read(this, at).Find(m => m.Kind == Hdf5Header.SymbolTable)
                ?? throw Fault($"'{part}' of {name} is looked for in what is no group with a symbol table");
            if (table.Data.Length < 2 * Word)
            {
                throw Fault("a group's symbol table is too short");
            }

            at =
                Find(
                    part,
                    Address(Int64(table.Data, 0), "a group's tree"),
                    Address(Int64(table.Data, Word), "a group's names")
                ) ?? throw Fault($"it has no '{name}'");
        }
        return new Hdf5Array(this, name, Hdf5Header.Read(this, at));
    }

    /// <summary>The nodes of a tree's lowest level and what lies there, keys and addresses; a node's level is one less than that of the one above it.</summary>
    /// <param name="root">The first node's address.</param>
    /// <param name="kind">0 for a group's tree, 1 for an array's.</param>
    /// <param name="keyBytes">Bytes of a key.</param>
    public IEnumerable<(byte[] Key, long Child)> Leaves(long root, int kind, int keyBytes)
    {
        var open = new Stack<(long At, int Level)>();
        open.Push((root, -1));
        for (long bytes = 0; open.TryPop(out var next); )
        {
            var head = Bytes(next.At, NodeHead);
            if (!head.AsSpan().StartsWith("TREE"u8) || head[4] != kind)
            {
                throw Fault($"there is no node of a tree at byte {next.At:N0}");
            }

            int level = head[5];
            if (next.Level >= 0 && level != next.Level - 1)
            {
                throw Fault($"the node at byte {next.At:N0} is of level {level}; expected {next.Level - 1}");
            }

            int used = BinaryPrimitives.ReadUInt16LittleEndian(head.AsSpan(6));
            // Each node is read once, so that all of them together are no longer than the file.
            bytes += NodeHead + (used * (keyBytes + Word));
            if (bytes > Length)
            {
                throw Fault($"the tree at byte {root:N0} has the same node several times");
            }

            var entries = Bytes(next.At + NodeHead, used * (keyBytes + Word));
            for (var i = 0; i < used; i++)
            {
                var entry = i * (keyBytes + Word);
                var child = Address(Int64(entries, entry + keyBytes), "a tree's part");
                if (level > 0)
                {
                    open.Push((child, level));
                }
                else
                {
                    yield return (entries[entry..(entry + keyBytes)], child);
                }
            }
        }
    }

    /// <summary>Bytes of the file.</summary>
    /// <exception cref="DatasetFormatException">They are not all there.</exception>
    public byte[] Bytes(long at, int count)
    {
        CheckRange(at, count);
        var bytes = new byte[count];
        Read(at, bytes);
        return bytes;
    }

    /// <summary>That a range lies in the file.</summary>
    public void CheckRange(long at, long count)
    {
        if (at < 0 || count < 0 || at > Length - count)
        {
            throw Fault(
                $"{count:N0} bytes should stand at byte {at:N0}, and it has {Length:N0}; it is truncated or damaged"
            );
        }
    }

    /// <summary>Fills the target from the file.</summary>
    public void Read(long at, Span<byte> target)
    {
        for (var done = 0; done < target.Length; )
        {
            var read = RandomAccess.Read(_handle, target[done..], at + done);
            if (read == 0)
            {
                throw Fault($"it ends at byte {at + done:N0}; it is truncated");
            }

            done += read;
        }
    }

    /// <summary>An address that is one: within the file.</summary>
    public long Address(long value, string of) =>
        value >= 0 && value < Length
            ? value
            : throw Fault($"the address of {of} is 0x{value:x}, outside its {Length:N0} bytes");

    /// <summary>A number of 8 bytes.</summary>
    public static long Int64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);

    /// <summary>That the file is wrong.</summary>
    public DatasetFormatException Fault(string what) => new($"{FilePath}: {what}. {_remedy}", FilePath);

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private long? Find(string name, long tree, long heap)
    {
        var head = Bytes(heap, 4 * Word);
        if (!head.AsSpan().StartsWith("HEAP"u8))
        {
            throw Fault($"there is no heap of names at byte {heap:N0}");
        }

        var size = Int64(head, Word);
        if (size is < 1 or > MostHeap)
        {
            throw Fault($"a group's names have {size:N0} bytes; expected 1 to {MostHeap:N0}");
        }

        var names = Bytes(Address(Int64(head, 3 * Word), "a group's names"), (int)size);
        var wanted = Encoding.UTF8.GetBytes(name);
        long bytes = 0;
        foreach (var (_, table) in Leaves(tree, 0, Word))
        {
            var node = Bytes(table, Word);
            if (!node.AsSpan().StartsWith("SNOD"u8))
            {
                throw Fault($"there is no table of names at byte {table:N0}");
            }

            int count = BinaryPrimitives.ReadUInt16LittleEndian(node.AsSpan(6));
            // Each table is read once, as each node is.
            bytes += Word + (count * SymbolBytes);
            if (bytes > Length)
            {
                throw Fault($"the tree at byte {tree:N0} has the same table of names several times");
            }

            var symbols = Bytes(table + Word, count * SymbolBytes);
            for (var i = 0; i < count; i++)
            {
                var at = Int64(symbols, i * SymbolBytes);
                if (at < 0 || at >= names.Length)
                {
                    throw Fault($"a name should stand at byte {at:N0} of {names.Length:N0}");
                }

                var text = names.AsSpan((int)at);
                if (text.StartsWith(wanted) && (text.Length == wanted.Length || text[wanted.Length] == 0))
                {
                    return Address(Int64(symbols, (i * SymbolBytes) + Word), $"'{name}'");
                }
            }
        }
        return null;
    }
}
