using System.Text;
using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

public sealed class TfRecordFileTests : IDisposable
{
    private readonly DataFolder _folder = new();

    [Fact]
    public void Sum_OfPublishedBytes_IsThePublishedOne()
    {
        // RFC 3720, B.4, and the check value of the catalogue of parametrised CRC algorithms.
        TfRecordFile.Sum(new byte[32]).ShouldBe(0x8A9136AAu);
        TfRecordFile.Sum([.. Enumerable.Repeat((byte)0xFF, 32)]).ShouldBe(0x62A8AB43u);
        TfRecordFile.Sum([.. Enumerable.Range(0, 32).Select(i => (byte)i)]).ShouldBe(0x46DD794Eu);
        TfRecordFile.Sum([.. Enumerable.Range(0, 32).Select(i => (byte)(31 - i))]).ShouldBe(0x113FDB5Cu);
        TfRecordFile.Sum("123456789"u8).ShouldBe(0xE3069283u);
        // The length of the first record of TensorFlow's event files, 24, and what stands behind it in each of them.
        BitConverter.GetBytes(TfRecordFile.MaskedSum([24, 0, 0, 0, 0, 0, 0, 0])).ShouldBe([0xA3, 0x7F, 0x4B, 0x22]);
    }

    [Fact]
    public void Read_RecordsOfAnyLength_AreTheBytes()
    {
        byte[][] records =
        [
            [],
            [7],
            [.. Enumerable.Range(0, 200_000).Select(i => (byte)i)],
            [1, 2, 3],
        ];
        var path = _folder.Write(TestTfRecords.File(records), "x.tfrecord");
        var i = 0;
        long at = 12;
        foreach (var record in TfRecordFile.Read(path, 1 << 20, "Remedy."))
        {
            record.Data.ToArray().ShouldBe(records[i]);
            record.Offset.ShouldBe(at);
            at += records[i++].Length + 16;
        }
        i.ShouldBe(4);
    }

    [Theory]
    [InlineData(0, "byte 0: the check sum of a record's length is wrong")]
    [InlineData(8, "byte 0: the check sum of a record's length is wrong")]
    [InlineData(12, "byte 0: the check sum of a record is wrong")]
    [InlineData(17, "byte 0: the check sum of a record is wrong")]
    [InlineData(34, "byte 21: the check sum of a record is wrong")]
    public void Read_AByteThatIsChanged_IsFound(int changed, string says)
    {
        var file = TestTfRecords.File(Encoding.UTF8.GetBytes("hello"), Encoding.UTF8.GetBytes("again"));
        file[changed] ^= 1;
        Refused(file).ShouldContain(says);
    }

    [Theory]
    [InlineData(20, "byte 0: a record of 5 bytes, and 8 are left; the file is truncated")]
    [InlineData(30, "byte 21: 9 bytes are left, and a record has 16 at least; the file is truncated")]
    [InlineData(41, "byte 21: a record of 5 bytes, and 8 are left; the file is truncated")]
    public void Read_AFileThatBreaksOff_SaysWhere(int length, string says) =>
        Refused(TestTfRecords.File("hello"u8.ToArray(), "again"u8.ToArray())[..length]).ShouldContain(says);

    [Fact]
    public void Read_ARecordAboveTheLimit_IsRefused() =>
        Refused(TestTfRecords.File(new byte[101])).ShouldContain("a record of 101 bytes; expected at most 100");

    public void Dispose() => _folder.Dispose();

    private string Refused(byte[] file)
    {
        var path = _folder.Write(file, "x.tfrecord");
        var message = Should
            .Throw<DatasetFormatException>(() => TfRecordFile.Read(path, 100, "Remedy.").Count())
            .Message;
        message.ShouldStartWith($"{path}, byte ");
        message.ShouldEndWith("Remedy.");
        return message;
    }
}
