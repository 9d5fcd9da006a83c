using System.Formats.Tar;
using System.Text;
using Shouldly;
using VitNotebooks.Data;
using VitNotebooks.Data.Codecs;
using Xunit;

namespace VitNotebooks.Tests.Data;

[Collection(DatasetOracleCollection.Name)]
public sealed class WebDatasetTests(DatasetOracle oracle) : IDisposable
{
    private static readonly string[] s_classes = ["a", "b", "c", "d", "e", "f", "g"];
    private static readonly byte[] s_jpeg = TestImages.Noise(8, 8, 1).ToJpeg();
    private readonly DataFolder _folder = new();

    [Theory]
    [InlineData("ustar")]
    [InlineData("gnu")]
    [InlineData("pax")]
    public void Open_Shards_IsWhatPythonWrote(string form)
    {
        var pattern = oracle.PathOf($"webdataset-{form}", "part-{0000..0002}.tar");
        var data = WebDataset.Open([pattern], s_classes, "mine/train");
        DatasetOracle.Check(data, oracle["webdataset", form]);
        WebDataset
            .Open([oracle.PathOf($"webdataset-{form}")], s_classes, "mine/train")
            .Identity.ShouldBe(data.Identity);
        data.ToString().ShouldBe("mine/train: 12 images in 3 tar files, 7 classes");
        Parallel.For(0, 200, i => data.Read(i % 12).Width.ShouldBe(40));
    }

    [Fact]
    public void Open_AnOwnManifest_NamesShardsAndClasses()
    {
        var json = """
            {"name":"mine","title":"Mine","format":"webdataset","folder":"webdataset-gnu","homepage":"https://x.org/","licence":"mine","citation":"me",
             "splits":{"train":{"files":["part-{0000..0001}.tar"]},"test":{"files":["part-0002.tar"]}},
             "classCount":7,"classes":["a","b","c","d","e","f","g"],"classOrder":"mine"}
            """;
        var path = _folder.Write(Encoding.UTF8.GetBytes(json), "mine.json");
        var data = Datasets.Open(path, oracle.PathOf());
        (data.Train.Count, data.Test.Count).ShouldBe((8, 4));
        data.Classes[6].ShouldBe("g");
    }

    [Fact]
    public void Open_ManyShards_OpensEachForItsImage()
    {
        for (var i = 0; i < 70; i++)
        {
            Shard($"s-{i:D3}.tar", ("1.jpg", s_jpeg), ("1.cls", Encoding.ASCII.GetBytes($"{i % 7}")));
        }
        var data = WebDataset.Open([_folder.Path], s_classes, "x");
        data.Count.ShouldBe(70);
        data.Label(69).ShouldBe(6);
        data.Read(69).Width.ShouldBe(8);
    }

    [Fact]
    public void Read_AnImageOverTheLimit_IsBrokenAloneAndNotItsShard()
    {
        Shard(
            "s.tar",
            ("1.jpg", s_jpeg),
            ("1.cls", "1"u8.ToArray()),
            ("2.jpg", [.. s_jpeg, .. new byte[5000]]),
            ("2.cls", "2"u8.ToArray())
        );
        var options = new OpenOptions { Decode = new() { Limits = new() { MaxFileBytes = 4000 } } };
        var data = WebDataset.Open([_folder.Path], s_classes, "x", options);
        data.Read(0).Width.ShouldBe(8);
        Should
            .Throw<ImageTooLargeException>(() => data.Read(1))
            .Message.ShouldContain("the limit for an image file is 4,000");
        data.Broken.ShouldHaveSingleItem().File.ShouldContain("2.jpg");
        Should.Throw<ImageTooLargeException>(() => data.ReadFile(1));
    }

    [Fact]
    public void Open_SamplesThatAreWrong_AreNamed()
    {
        var three = "3"u8.ToArray();
        Fault("sample '1' has no label", ("1.jpg", s_jpeg));
        Fault("sample '1' has no image", ("1.cls", three));
        Fault("sample '1' has two images", ("1.jpg", s_jpeg), ("1.png", s_jpeg), ("1.cls", three));
        Fault("1.cls holds the label 7; expected 0..6", ("1.jpg", s_jpeg), ("1.cls", "7"u8.ToArray()));
        Fault("1.cls holds the label -1", ("1.jpg", s_jpeg), ("1.cls", "-1"u8.ToArray()));
        Fault("1.cls is no number", ("1.jpg", s_jpeg), ("1.cls", "cat"u8.ToArray()));
        Fault(
            "1.json has no whole number 'label' or 'cls'",
            ("1.jpg", s_jpeg),
            ("1.json", """{"label":"cat"}"""u8.ToArray())
        );
        Fault("1.json is no JSON", ("1.jpg", s_jpeg), ("1.json", "{"u8.ToArray()));
        Fault("has the labels 3 and 4", ("1.jpg", s_jpeg), ("1.cls", three), ("1.json", """{"cls":4}"""u8.ToArray()));
        Fault("no samples", ("readme", three));
    }

    [Theory]
    [InlineData("nothing-{00..02}.tar")]
    [InlineData("nothing.tar")]
    public void Open_AShardThatIsMissing_IsNamed(string name) =>
        Should
            .Throw<DatasetNotFoundException>(() => WebDataset.Open([_folder[name]], s_classes, "x"))
            .Message.ShouldContain("is missing");

    [Fact]
    public void Open_BrokenImage_IsListed()
    {
        Shard("x.tar", ("1.jpg", s_jpeg[..40]), ("1.cls", "3"u8.ToArray()));
        var data = WebDataset.Open([_folder["x.tar"]], s_classes, "x");
        Should.Throw<BrokenImageException>(() => data.Read(0)).Message.ShouldContain("x.tar, 1.jpg at byte 512");
        data.Broken.ShouldHaveSingleItem().File.ShouldContain("1.jpg");
    }

    public void Dispose() => _folder.Dispose();

    private void Fault(string says, params (string Name, byte[] Content)[] files)
    {
        Shard("x.tar", files);
        Should
            .Throw<DatasetFormatException>(() => WebDataset.Open([_folder["x.tar"]], s_classes, "x"))
            .Message.ShouldContain(says);
    }

    private void Shard(string name, params (string Name, byte[] Content)[] files)
    {
        using var writer = new TarWriter(File.Create(_folder[name]), TarEntryFormat.Ustar, leaveOpen: false);
        foreach (var (file, content) in files)
        {
            writer.WriteEntry(
                new UstarTarEntry(TarEntryType.RegularFile, file) { DataStream = new MemoryStream(content) }
            );
        }
    }
}
