using System.Buffers.Binary;

namespace VitNotebooks.Fuzzing;

/// <summary>What the plain readings do with bytes.</summary>
internal static class PlainBytes
{
    /// <summary>Turns the bytes of each element round.</summary>
    public static void Swap(byte[] bytes, int width)
    {
        for (var at = 0; at + width <= bytes.Length; at += width)
        {
            Array.Reverse(bytes, at, width);
        }
    }

    public static ushort U16(byte[] bytes, long at) =>
        BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(checked((int)at)));

    public static uint U32(byte[] bytes, long at) =>
        BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(checked((int)at)));

    public static long I64(byte[] bytes, long at) =>
        BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(checked((int)at)));

    /// <summary>The check sum of zip files, bit by bit.</summary>
    public static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = ~0u;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
            }
        }
        return ~crc;
    }
}
