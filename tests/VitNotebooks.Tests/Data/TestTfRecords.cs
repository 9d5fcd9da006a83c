using System.Buffers.Binary;
using System.Text;
using VitNotebooks.Data;

namespace VitNotebooks.Tests.Data;

/// <summary>TFRecord files of tf.train.Example, byte by byte as the formats' descriptions have them; the check sums are those that TfRecordFileTests compares with published ones.</summary>
internal static class TestTfRecords
{
    /// <summary>A file of records.</summary>
    public static byte[] File(params byte[][] records)
    {
        var file = new List<byte>();
        foreach (var record in records)
        {
            var length = new byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, record.Length);
            file.AddRange(length);
            file.AddRange(BitConverter.GetBytes(TfRecordFile.MaskedSum(length)));
            file.AddRange(record);
            file.AddRange(BitConverter.GetBytes(TfRecordFile.MaskedSum(record)));
        }
        return [.. file];
    }

    /// <summary>An example of DMLab.</summary>
    public static byte[] Frame(byte[] image, string name, long label) =>
        Example(
            Feature("filename", Bytes(Encoding.UTF8.GetBytes(name))),
            Feature("image", Bytes(image)),
            Feature("label", Whole(label))
        );

    public static byte[] Example(params byte[][] features) => Field(1, [.. features.SelectMany(each => each)]);

    /// <summary>An entry of the map of features.</summary>
    public static byte[] Feature(string name, byte[] value) =>
        Field(1, [.. Field(1, Encoding.UTF8.GetBytes(name)), .. Field(2, value)]);

    /// <summary>A list of bytes.</summary>
    public static byte[] Bytes(params byte[][] values) => Field(1, [.. values.SelectMany(each => Field(1, each))]);

    /// <summary>A list of whole numbers, packed.</summary>
    public static byte[] Whole(params long[] values) =>
        Field(3, Field(1, [.. values.SelectMany(each => Varint((ulong)each))]));

    /// <summary>A list of whole numbers, each a field of its own.</summary>
    public static byte[] Loose(params long[] values) =>
        Field(3, [.. values.SelectMany(each => (byte[])[8, .. Varint((ulong)each)])]);

    public static byte[] Field(int number, byte[] content) =>
        [.. Varint(((ulong)number << 3) | 2), .. Varint((ulong)content.Length), .. content];

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }
        bytes.Add((byte)value);
        return [.. bytes];
    }
}
