using System.Text;
using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

public sealed class DescribableTexturesTests : IDisposable
{
    private static readonly DatasetManifest s_small = DatasetOracle.WithCounts(
        "dtd",
        ("train", 2),
        ("val", 1),
        ("test", 1)
    );

    private readonly DataFolder _folder = new();

    [Fact]
    public void Open_TheFirstPartition_HasThreeSplitsOfOneOrder()
    {
        List("train1", "zigzagged/zigzagged_0001.jpg\nbanded/banded_0002.jpg\n");
        List("val1", "banded/banded_0003.jpg\n");
        List("test1", "knitted/knitted_0001.jpg\n");
        foreach (var image in new[] { "zigzagged_0001", "banded_0002", "banded_0003", "knitted_0001" })
        {
            _folder.Write(TestImages.Noise(8, 8, 1).ToJpeg(), "dtd", "images", image[..^5], $"{image}.jpg");
        }
        var data = Datasets.Open(s_small, _folder.Path);
        data.Classes.ShouldBe(["banded", "knitted", "zigzagged"]);
        Enumerable.Range(0, 2).Select(data.Train.Label).ShouldBe([2, 0]);
        data.Validation!.Label(0).ShouldBe(0);
        data.Test.Label(0).ShouldBe(1);
    }

    [Theory]
    [InlineData("banded_0002.jpg", "expected class/file")]
    [InlineData("banded/../x.jpg", "has the path 'banded/../x.jpg'")]
    public void Open_ALineThatIsWrong_IsNamed(string line, string says)
    {
        foreach (var split in new[] { "train1", "val1", "test1" })
        {
            List(split, line);
        }
        Should.Throw<DatasetFormatException>(() => Datasets.Open("dtd", _folder.Path)).Message.ShouldContain(says);
    }

    public void Dispose() => _folder.Dispose();

    private void List(string name, string text) =>
        _folder.Write(Encoding.UTF8.GetBytes(text), "dtd", "labels", $"{name}.txt");
}
