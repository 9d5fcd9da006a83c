using System.Text;
using Shouldly;
using VitNotebooks.Data;
using VitNotebooks.Data.Codecs;
using VitNotebooks.Data.Manifests;
using Xunit;

namespace VitNotebooks.Tests.Data;

public sealed class RetinopathyTests : IDisposable
{
    private static readonly DatasetManifest s_small = DatasetOracle.WithCounts(
        "retinopathy",
        ("train", 4),
        ("val", 2),
        ("test", 3)
    );
    private readonly DataFolder _folder = new();

    public RetinopathyTests()
    {
        List("trainLabels.csv", "image,level\n10_left,0\n10_right,4\n13_left,2\n13_right,1\n");
        List(
            "retinopathy_solution.csv",
            "image,level,Usage\r\n1_left,0,Private\r\n1_right,3,Public\r\n2_left,1,Private\r\n2_right,2,Public\r\n3_left,4,Private\r\n"
        );
        foreach (var image in new[] { "10_left", "10_right", "13_left", "13_right" })
        {
            Image("train", image);
        }
        foreach (var image in new[] { "1_left", "1_right", "2_left", "2_right" })
        {
            Image("test", image);
        }
    }

    [Fact]
    public void Open_TheLists_AreTheThreeSplits()
    {
        Datasets.IsPresent("diabetic-retinopathy", _folder.Path).ShouldBeTrue();
        var data = Datasets.Open(s_small, _folder.Path);
        Sources(data.Train).ShouldBe(["10_left.jpeg 0", "10_right.jpeg 4", "13_left.jpeg 2", "13_right.jpeg 1"]);
        Sources(data.Validation!).ShouldBe(["1_right.jpeg 3", "2_right.jpeg 2"]);
        Sources(data.Test).ShouldBe(["1_left.jpeg 0", "2_left.jpeg 1"]);
        data.Notes.ShouldHaveSingleItem()
            .ShouldContain("retinopathy/test: 1 of 3 listed images are not there (test/3_left.jpeg)");
        data.Classes.Count.ShouldBe(s_small.ClassCount!.Value);
        data.Train.Read(1).Width.ShouldBe(8);
        Should
            .Throw<DatasetFormatException>(() => Datasets.Open("retinopathy", _folder.Path))
            .Message.ShouldContain("4 images are listed; expected 35,126");
    }

    [Fact]
    public void Open_TheTaskOfVtab_ChoosesByThePublicOnes()
    {
        var task = s_small.Protocols.Single() with
        {
            Splits =
            [
                new ManifestSplit("train800", 2, [], "diabetic_retinopathy_detection/btgraham-300:3.*.*: train[:2]"),
                new ManifestSplit("val200", 1, [], "diabetic_retinopathy_detection/btgraham-300:3.*.*: validation[:1]"),
                new ManifestSplit("test", 3, [], "diabetic_retinopathy_detection/btgraham-300:3.*.*: test"),
            ],
        };
        var data = DatasetProtocols.Open(s_small, task, _folder.Path, OpenOptions.Default);
        Sources(data.Validation!).ShouldBeSubsetOf(["1_right.jpeg 3", "2_right.jpeg 2"]);
        data.Test.Listed.ShouldBe(3);
        data.Notes.ShouldContain(note => note.StartsWith("vtab-1k/retinopathy: VTAB uses the images as btgraham-300"));
    }

    [Theory]
    [InlineData("trainLabels.csv", "image;level\n", "line 1 is 'image;level'; expected 2 fields apart by a comma")]
    [InlineData("trainLabels.csv", "level,image\n", "line 1 is 'level,image'; expected image,level")]
    [InlineData("trainLabels.csv", "image,level\na,5\n", "line 2 has '5'; expected a whole number, 0 to 4")]
    [InlineData("trainLabels.csv", "image,level\na,1\na,2\n", "line 3 has the image 'a'; expected a name")]
    [InlineData("trainLabels.csv", "image,level\n../a,1\n", "has the path '../a'; expected one below")]
    [InlineData("trainLabels.csv", "image,level\nb/a,1\n", "line 2 has the image 'b/a'; expected a name")]
    [InlineData(
        "retinopathy_solution.csv",
        "image,level,Usage\na,1,Secret\n",
        "line 2 has the usage 'Secret'; expected Public or Private"
    )]
    public void Open_ALineThatIsWrong_IsNamed(string list, string text, string says)
    {
        List(list, text);
        Should
            .Throw<DatasetFormatException>(() => Retinopathy.Open(_folder["retinopathy"], "x"))
            .Message.ShouldContain(says);
    }

    [Theory]
    [InlineData("trainLabels.csv")]
    [InlineData("retinopathy_solution.csv")]
    public void Open_WithoutAList_NamesIt(string list)
    {
        File.Delete(_folder["retinopathy", list]);
        Datasets.IsPresent("retinopathy", _folder.Path).ShouldBeFalse();
        Should
            .Throw<DatasetNotFoundException>(() => Datasets.Open("retinopathy", _folder.Path))
            .Message.ShouldContain($"{list} is missing. How to get it says: vitnb data get retinopathy.");
    }

    public void Dispose() => _folder.Dispose();

    private static string[] Sources(IImageDataset data) =>
        [.. Enumerable.Range(0, data.Count).Select(i => $"{Path.GetFileName(data.Source(i))} {data.Label(i)}")];

    private void Image(string split, string name) =>
        _folder.Write(TestImages.Noise(8, 6, 1).ToJpeg(), "retinopathy", split, $"{name}.jpeg");

    private void List(string name, string text) => _folder.Write(Encoding.UTF8.GetBytes(text), "retinopathy", name);
}
