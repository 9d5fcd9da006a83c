using System.Text;
using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

public sealed class FgvcAircraftTests : IDisposable
{
    private static readonly DatasetManifest s_small = DatasetOracle.WithCounts(
        "fgvc-aircraft",
        ("train", 2),
        ("test", 1)
    );

    private readonly DataFolder _folder = new();

    public FgvcAircraftTests()
    {
        List("variants.txt", "707-320\nBoeing 717\nATR-42\n");
        List("images_variant_trainval.txt", "1025794 Boeing 717\n0034309 707-320\n");
        List("images_variant_test.txt", "1514522 ATR-42\n");
        foreach (var image in new[] { "1025794", "0034309", "1514522" })
        {
            _folder.Write(TestImages.Noise(8, 8, 1).ToJpeg(), "fgvc-aircraft-2013b", "data", "images", $"{image}.jpg");
        }
    }

    [Fact]
    public void Open_TheLists_LabelByTheLinesOfVariants()
    {
        var data = Datasets.Open(s_small, _folder.Path);
        data.Classes.ShouldBe(["707-320", "Boeing 717", "ATR-42"]);
        Enumerable.Range(0, 2).Select(data.Train.Label).ShouldBe([1, 0]);
        data.Train.Source(1).ShouldEndWith("0034309.jpg");
        data.Test.Label(0).ShouldBe(2);
        data.Test.Name.ShouldBe("fgvc-aircraft/test");
    }

    [Theory]
    [InlineData("images_variant_test.txt", "1514522 ATR-43", "line 1 has the variant 'ATR-43'")]
    [InlineData("images_variant_test.txt", "../1 ATR-42", "line 1 has the path '../1.jpg'")]
    [InlineData("variants.txt", "a\na\n", "'a' is there twice")]
    public void Open_AListThatIsWrong_IsNamed(string name, string text, string says)
    {
        List(name, text);
        Should
            .Throw<DatasetFormatException>(() => Datasets.Open("fgvc-aircraft", _folder.Path))
            .Message.ShouldContain(says);
    }

    public void Dispose() => _folder.Dispose();

    private void List(string name, string text) =>
        _folder.Write(Encoding.UTF8.GetBytes(text), "fgvc-aircraft-2013b", "data", name);
}
