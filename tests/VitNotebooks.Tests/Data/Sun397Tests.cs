using System.Text;
using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

public sealed class Sun397Tests : IDisposable
{
    private static readonly DatasetManifest s_small = DatasetOracle.WithCounts(
        "sun397",
        ("train", 1),
        ("val", 1),
        ("test", 1),
        ("train-1", 2),
        ("test-1", 2)
    );

    private readonly DataFolder _folder = new();

    public Sun397Tests()
    {
        List("ClassName.txt", "/a/abbey\n/a/apartment_building/outdoor\n/z/zoo\n");
        foreach (
            var image in new[] { "a/abbey/sun_1", "a/abbey/sun_2", "a/apartment_building/outdoor/sun_3", "z/zoo/sun_4" }
        )
        {
            _folder.Write(TestImages.Noise(8, 8, 1).ToJpeg(), ["SUN397", .. $"{image}.jpg".Split('/')]);
        }
    }

    [Fact]
    public void Open_TheAuthorsPartition_IsTheFirst()
    {
        List("Partitions/Training_01.txt", "/z/zoo/sun_4.jpg\n/a/abbey/sun_1.jpg\n");
        List("Partitions/Testing_01.txt", "/a/apartment_building/outdoor/sun_3.jpg\n/a/abbey/sun_9.jpg\n");
        Datasets.IsPresent("sun397", _folder.Path).ShouldBeTrue();
        var data = Datasets.Open(s_small, _folder.Path);
        data.Classes.ShouldBe(["a/abbey", "a/apartment_building/outdoor", "z/zoo"]);
        Sources(data.Train).ShouldBe(["sun_4.jpg 2", "sun_1.jpg 0"]);
        Sources(data.Test).ShouldBe(["sun_3.jpg 1"]);
        ((ListedImages)data.Test).Missing.ShouldBe(["a/abbey/sun_9.jpg"]);
        data.Train.Name.ShouldBe("sun397/train-1");
        data.Validation.ShouldBeNull();
    }

    [Fact]
    public void Open_TheListsOfTensorflowDatasets_AreVtabsSplits()
    {
        List("Training_01.txt", "/z/zoo/sun_4.jpg\n");
        List("Testing_01.txt", "/z/zoo/sun_4.jpg\n");
        List("sun397_tfds_tr.txt", "/a/abbey/sun_1.jpg\n");
        List("sun397_tfds_va.txt", "/a/abbey/sun_2.jpg\n");
        List("sun397_tfds_te.txt", "/z/zoo/sun_4.jpg\n");
        var data = Datasets.Open(s_small, _folder.Path);
        Sources(data.Train).ShouldBe(["sun_1.jpg 0"]);
        Sources(data.Validation!).ShouldBe(["sun_2.jpg 0"]);
        Sources(data.Test).ShouldBe(["sun_4.jpg 2"]);
        data.Train.Name.ShouldBe("sun397/train");
    }

    [Theory]
    [InlineData("/a/attic/sun_1.jpg", "line 1 is '/a/attic/sun_1.jpg'; expected /class/file")]
    [InlineData("a/abbey/sun_1.jpg", "expected a path that begins with /")]
    [InlineData("/a/abbey/../../x.jpg", "expected one below the list's folder")]
    [InlineData("/sun_1.jpg", "expected /class/file with a class of ClassName.txt")]
    public void Open_ALineThatIsWrong_IsNamed(string line, string says)
    {
        List("Training_01.txt", line);
        List("Testing_01.txt", "/z/zoo/sun_4.jpg\n");
        var error = Should.Throw<DatasetFormatException>(() => Datasets.Open("sun397", _folder.Path));
        error.Message.ShouldContain(says);
        error.File.ShouldBe(_folder["SUN397", "Training_01.txt"]);
    }

    public void Dispose() => _folder.Dispose();

    private void List(string name, string text) =>
        _folder.Write(Encoding.UTF8.GetBytes(text), ["SUN397", .. name.Split('/')]);

    private static string[] Sources(IImageDataset data) =>
        [.. Enumerable.Range(0, data.Count).Select(i => $"{Path.GetFileName(data.Source(i))} {data.Label(i)}")];
}
