using System.Text;
using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

public sealed class Cub200Tests : IDisposable
{
    private static readonly DatasetManifest s_small = DatasetOracle.WithCounts("cub200", ("train", 2), ("test", 1));
    private readonly DataFolder _folder = new();

    public Cub200Tests()
    {
        List("classes.txt", "1 001.Black_footed_Albatross\n2 002.Laysan_Albatross\n");
        List(
            "images.txt",
            "1 001.Black_footed_Albatross/a_1.jpg\n2 001.Black_footed_Albatross/a_2.jpg\n3 002.Laysan_Albatross/b_1.jpg\n"
        );
        List("image_class_labels.txt", "1 1\n2 1\n3 2\n");
        List("train_test_split.txt", "1 0\n2 1\n3 1\n");
        foreach (
            var file in new[]
            {
                "001.Black_footed_Albatross/a_1.jpg",
                "001.Black_footed_Albatross/a_2.jpg",
                "002.Laysan_Albatross/b_1.jpg",
            }
        )
        {
            _folder.Write(TestImages.Noise(8, 8, 1).ToJpeg(), ["CUB_200_2011", "images", .. file.Split('/')]);
        }
    }

    [Fact]
    public void Open_TheLists_SplitAndLabelTheImages()
    {
        var data = Datasets.Open(s_small, _folder.Path);
        data.Name.ShouldBe("cub200");
        data.Classes.ShouldBe(["001.Black_footed_Albatross", "002.Laysan_Albatross"]);
        Sources(data.Train).ShouldBe(["a_2.jpg 0", "b_1.jpg 1"]);
        Sources(data.Test).ShouldBe(["a_1.jpg 0"]);
        data.Train.Read(0).Width.ShouldBe(8);
        Datasets.IsPresent("cub200", _folder.Path).ShouldBeTrue();
    }

    [Fact]
    public void Open_ClassesOfOtherNamesThanPublished_AreNoted()
    {
        var two = s_small with { ClassCount = 2, Classes = ["001.Black_footed_Albatross", "002.Laysan_Albatross"] };
        Datasets.Open(two, _folder.Path).Notes.ShouldBeEmpty();
        List("classes.txt", "1 001.Black_footed_Albatross\n2 003.Sooty_Albatross");
        Datasets
            .Open(two, _folder.Path)
            .Notes.ShouldBe([
                "cub200: the files name other classes than are published, the first of them 1, '003.Sooty_Albatross' in place of '002.Laysan_Albatross'; "
                    + "what was trained elsewhere counts its classes otherwise.",
            ]);
        Datasets
            .Open(s_small, _folder.Path)
            .Notes[0]
            .ShouldContain("the first of them 1, '003.Sooty_Albatross' in place of '002.Laysan_Albatross'");
        // Nothing is stated of a manifest of one's own that leaves the names to the files.
        Datasets.Open(two with { Classes = [] }, _folder.Path).Notes.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(
        "images.txt",
        "4 001.Black_footed_Albatross/a_4.jpg",
        "line 1 has image 4, to which the other lists give no class"
    )]
    [InlineData("images.txt", "1 ../a.jpg", "line 1 has the path '../a.jpg'")]
    [InlineData("images.txt", "1", "line 1 is '1'; expected 2 fields")]
    [InlineData("image_class_labels.txt", "1 3", "line 1 has '3'; expected a whole number, 1 to 2")]
    [InlineData("image_class_labels.txt", "1 1\n1 2", "line 2 has image 1 for the second time")]
    [InlineData("train_test_split.txt", "1 2", "line 1 has '2'; expected a whole number, 0 to 1")]
    [InlineData("classes.txt", "1 a\n3 b", "2 classes, the last numbered 3; expected 1, 2, 3")]
    [InlineData("classes.txt", "", "0 classes")]
    public void Open_AListThatIsWrong_IsNamed(string name, string text, string says)
    {
        List(name, text);
        var error = Should.Throw<DatasetFormatException>(() => Datasets.Open("cub200", _folder.Path));
        error.Message.ShouldContain(says);
        error.File.ShouldBe(_folder["CUB_200_2011", name]);
    }

    [Fact]
    public void Open_AListWithoutEnd_IsNotRead()
    {
        using (var list = File.OpenWrite(_folder["CUB_200_2011", "images.txt"]))
        {
            list.SetLength(300L << 20); // takes no place on the disk
        }
        Should
            .Throw<DatasetFormatException>(() => Datasets.Open("cub200", _folder.Path))
            .Message.ShouldContain("images.txt: it has over 268,435,456 bytes");
    }

    public void Dispose() => _folder.Dispose();

    private void List(string name, string text) => _folder.Write(Encoding.UTF8.GetBytes(text), "CUB_200_2011", name);

    private static string[] Sources(IImageDataset data) =>
        [.. Enumerable.Range(0, data.Count).Select(i => $"{Path.GetFileName(data.Source(i))} {data.Label(i)}")];
}
