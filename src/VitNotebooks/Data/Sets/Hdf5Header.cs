using System.Buffers.Binary;

namespace VitNotebooks.Data;

/// <summary>A message of an object in an HDF5 file.</summary>
/// <param name="Kind">Its number.</param>
/// <param name="Data">What it says.</param>
internal sealed record Hdf5Message(int Kind, byte[] Data);

/// <summary>The header of an object in an HDF5 file (version 1): messages that say its sizes, its kind of values, where they lie, how they are packed.</summary>
internal static class Hdf5Header
{
    public const int Dataspace = 0x01;
    public const int Datatype = 0x03;
    public const int Layout = 0x08;
    public const int Filters = 0x0B;
    public const int SymbolTable = 0x11;
    private const int Continuation = 0x10;
    private const int Prefix = 16;
    private const int MessageHead = 8;
    private const int MostBlockBytes = 1 << 20;
    private const int MostBlocks = 64;

    /// <summary>Reads all messages of an object.</summary>
    /// <param name="file">The file.</param>
    /// <param name="at">The header's address.</param>
    /// <exception cref="DatasetFormatException">The header is damaged, or of the newer form.</exception>
    public static List<Hdf5Message> Read(Hdf5File file, long at)
    {
        var prefix = file.Bytes(at, Prefix);
        if (prefix[0] != 1)
        {
            throw file.Fault(
                $"the header at byte {at:N0} is of version {prefix[0]}, and 1 is read; write the file with h5py's default libver"
            );
        }

        int expected = BinaryPrimitives.ReadUInt16LittleEndian(prefix.AsSpan(2));
        var messages = new List<Hdf5Message>();
        var seen = 0;
        var blocks = new Queue<(long At, long Length)>();
        blocks.Enqueue((at + Prefix, BinaryPrimitives.ReadUInt32LittleEndian(prefix.AsSpan(8))));
        for (var count = 0; blocks.TryDequeue(out var next); count++)
        {
            if (count >= MostBlocks || next.Length is < 0 or > MostBlockBytes)
            {
                throw file.Fault(
                    $"the header at byte {at:N0} has over {MostBlocks} parts, or one of over {MostBlockBytes:N0} bytes; it is damaged"
                );
            }

            var block = file.Bytes(next.At, (int)next.Length);
            for (var i = 0; i + MessageHead <= block.Length && seen < expected; seen++)
            {
                int kind = BinaryPrimitives.ReadUInt16LittleEndian(block.AsSpan(i));
                int size = BinaryPrimitives.ReadUInt16LittleEndian(block.AsSpan(i + 2));
                i += MessageHead;
                if (size > block.Length - i)
                {
                    throw file.Fault(
                        $"a message of the header at byte {at:N0} claims {size:N0} bytes, more than there are"
                    );
                }

                var data = block[i..(i + size)];
                i += size;
                if (kind != Continuation)
                {
                    messages.Add(new Hdf5Message(kind, data));
                }
                else if (size >= 2 * Hdf5File.Word)
                {
                    blocks.Enqueue((Hdf5File.Int64(data, 0), Hdf5File.Int64(data, Hdf5File.Word)));
                }
                else
                {
                    throw file.Fault($"the header at byte {at:N0} goes on in a place that it does not say");
                }
            }
        }
        return seen == expected
            ? messages
            : throw file.Fault($"the header at byte {at:N0} has {seen} of its {expected} messages; it is damaged");
    }
}
