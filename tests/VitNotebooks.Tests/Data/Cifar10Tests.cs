using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

public sealed class Cifar10Tests : IDisposable
{
    private const int Record = 3073;
    private readonly DataFolder _folder = new();

    public Cifar10Tests() =>
        SyntheticShapes.WriteCifar(_folder["cifar-10-batches-bin"], new ShapesOptions { Train = 50, Test = 20 });

    [Fact]
    public void Open_NothingThere_SaysWhereToPutIt()
    {
        using var empty = new DataFolder();
        var error = Should.Throw<DatasetNotFoundException>(() => Datasets.Open("cifar10", empty.Path));
        error.Message.ShouldContain(empty.Path);
        error.Message.ShouldContain("cifar-10-batches-bin");
        error.Message.ShouldContain("VITNB_DATA");
        Datasets.IsPresent("cifar10", empty.Path).ShouldBeFalse();
        Datasets.IsPresent("cifar10", _folder.Path).ShouldBeTrue();
    }

    [Theory]
    [InlineData("data_batch_3.bin")]
    [InlineData("test_batch.bin")]
    [InlineData("batches.meta.txt")]
    public void Open_AFileMissing_NamesIt(string name)
    {
        File.Delete(FileOf(name));
        Should.Throw<DatasetNotFoundException>(() => Cifar10.Open(_folder.Path)).Message.ShouldContain(name);
    }

    [Fact]
    public void Open_TruncatedFile_SaysWhereItEnds()
    {
        Resize("data_batch_3.bin", -1000);
        var error = Should.Throw<DatasetFormatException>(() => Cifar10.Open(_folder.Path));
        error.File.ShouldBe(FileOf("data_batch_3.bin"));
        error.Message.ShouldContain("29,730 bytes; expected 30,730 = 10 records of 3,073 bytes");
        error.Message.ShouldContain("truncated: it ends in record 9, 1,000 bytes early");
        error.Message.ShouldContain("Extract the archive");
    }

    [Fact]
    public void Open_AWholeRecordMissing_IsTruncatedToo()
    {
        Resize("test_batch.bin", -Record);
        Should
            .Throw<DatasetFormatException>(() => Cifar10.Open(_folder.Path))
            .Message.ShouldContain("it ends in record 19");
    }

    [Fact]
    public void Open_OversizedFile_SaysByHowMuch()
    {
        Resize("data_batch_1.bin", 5);
        Should
            .Throw<DatasetFormatException>(() => Cifar10.Open(_folder.Path))
            .Message.ShouldContain("oversized: 5 bytes follow the last record");
    }

    [Fact]
    public void Open_LabelOutOfRange_NamesRecordAndOffset()
    {
        using (var file = File.OpenWrite(FileOf("data_batch_2.bin")))
        {
            file.Position = 7 * Record;
            file.WriteByte(12);
        }
        Should
            .Throw<DatasetFormatException>(() => Cifar10.Open(_folder.Path))
            .Message.ShouldContain("record 7 (offset 21,511) has label 12; expected 0..9");
    }

    [Fact]
    public void Open_WithoutLayoutFile_ExpectsTenThousandRecords()
    {
        File.Delete(FileOf("layout.json"));
        Should
            .Throw<DatasetFormatException>(() => Cifar10.Open(_folder.Path))
            .Message.ShouldContain("expected 30,730,000 = 10,000 records");
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{\"Name\":\"x\",\"TrainRecords\":-3,\"TestRecords\":20}")]
    [InlineData("null")]
    public void Open_LayoutFileOutOfRange_Throws(string json)
    {
        File.WriteAllText(FileOf("layout.json"), json);
        Should.Throw<DatasetFormatException>(() => Cifar10.Open(_folder.Path)).Message.ShouldContain("layout.json");
    }

    [Fact]
    public void Open_NineClassNames_Throws()
    {
        File.WriteAllText(FileOf("batches.meta.txt"), string.Join('\n', Enumerable.Range(0, 9)));
        Should
            .Throw<DatasetFormatException>(() => Cifar10.Open(_folder.Path))
            .Message.ShouldContain("9 class names; expected 10");
    }

    [Fact]
    public void Identity_OfChangedPixels_Changes()
    {
        var before = Cifar10.Open(_folder.Path).Train.Identity;
        Cifar10.Open(_folder.Path).Train.Identity.ShouldBe(before);
        using (var file = File.OpenWrite(FileOf("data_batch_5.bin")))
        {
            file.Position = 5000;
            file.WriteByte(1);
            file.WriteByte(2);
        }
        Cifar10.Open(_folder.Path).Train.Identity.ShouldNotBe(before);
    }

    [Fact]
    public void Source_OfAnImage_NamesFileAndRecord() =>
        Cifar10.Open(_folder.Path).Train.Source(23).ShouldBe($"{FileOf("data_batch_3.bin")}, record 3");

    public void Dispose() => _folder.Dispose();

    private string FileOf(string name) => _folder["cifar-10-batches-bin", name];

    private void Resize(string name, long by)
    {
        using var file = File.OpenWrite(FileOf(name));
        file.SetLength(file.Length + by);
    }
}
