using System.Buffers.Binary;
using System.Numerics;

namespace VitNotebooks.Data;

/// <summary>A record of a TFRecord file.</summary>
/// <param name="Offset">Its first byte in the file.</param>
/// <param name="Data">Its bytes, which are overwritten when the next one is read.</param>
internal readonly record struct TfRecord(long Offset, ReadOnlyMemory<byte> Data);

/// <summary>
/// A TFRecord file: records one after another, each its length (8 bytes, little-endian), a check sum of that, its bytes and a check sum of those. The sums are CRC-32C, turned right by 15
/// bits and with 0xA282EAD8 added. Both are compared before anything is believed.
/// </summary>
internal static class TfRecordFile
{
    private const int HeadBytes = 12;
    private const int FootBytes = 4;
    private const int Told = 1 << 22; // bytes between two words of how far it is
    private const uint MaskDelta = 0xA282EAD8;

    /// <summary>The records of a file in its order.</summary>
    /// <param name="path">The file.</param>
    /// <param name="most">Bytes of a record at most.</param>
    /// <param name="remedy">What to do about a wrong file, a sentence.</param>
    /// <param name="options">Who hears how far the reading is, and what stops it.</param>
    /// <exception cref="DatasetFormatException">A check sum is wrong, or the file breaks off.</exception>
    public static IEnumerable<TfRecord> Read(string path, int most, string remedy, OpenOptions? options = null)
    {
        DatasetFormatException Fault(long at, string what) => new($"{path}, byte {at:N0}: {what}. {remedy}", path);
        using var file = new FileStream(
            path,
            FileMode.Open,
            FileAccess.Read,
            FileShare.Read,
            1 << 18,
            FileOptions.SequentialScan
        );
        var head = new byte[HeadBytes];
        var record = new byte[1 << 16];
        var end = file.Length;
        var opening = options ?? OpenOptions.Default;
        long told = 0;
        for (long at = 0; at < end; )
        {
            if (at >= told)
            {
                opening.Reading(path, at, end);
                told = at + Told;
            }

            if (end - at < HeadBytes + FootBytes)
            {
                throw Fault(
                    at,
                    $"{end - at:N0} bytes are left, and a record has {HeadBytes + FootBytes} at least; the file is truncated"
                );
            }

            file.ReadExactly(head);
            var length = BinaryPrimitives.ReadInt64LittleEndian(head);
            if (BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(8)) != MaskedSum(head.AsSpan(0, 8)))
            {
                throw Fault(at, "the check sum of a record's length is wrong; the file is damaged or no TFRecord file");
            }

            if (length < 0 || length > most)
            {
                throw Fault(at, $"a record of {length:N0} bytes; expected at most {most:N0}");
            }

            var whole = (int)length + FootBytes;
            if (whole > end - at - HeadBytes)
            {
                throw Fault(
                    at,
                    $"a record of {length:N0} bytes, and {end - at - HeadBytes:N0} are left; the file is truncated"
                );
            }

            if (record.Length < whole)
            {
                record = new byte[(int)BitOperations.RoundUpToPowerOf2((uint)whole)];
            }

            file.ReadExactly(record, 0, whole);
            if (
                BinaryPrimitives.ReadUInt32LittleEndian(record.AsSpan((int)length))
                != MaskedSum(record.AsSpan(0, (int)length))
            )
            {
                throw Fault(at, "the check sum of a record is wrong; the file is damaged");
            }

            yield return new TfRecord(at + HeadBytes, record.AsMemory(0, (int)length));
            at += HeadBytes + whole;
        }
    }

    /// <summary>The check sum as the file has it.</summary>
    internal static uint MaskedSum(ReadOnlySpan<byte> data)
    {
        var sum = Sum(data);
        return unchecked(BitOperations.RotateRight(sum, 15) + MaskDelta);
    }

    /// <summary>CRC-32C (Castagnoli).</summary>
    internal static uint Sum(ReadOnlySpan<byte> data)
    {
        var sum = uint.MaxValue;
        for (; data.Length >= 8; data = data[8..])
        {
            sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(data));
        }

        foreach (var each in data)
        {
            sum = BitOperations.Crc32C(sum, each);
        }

        return ~sum;
    }
}
