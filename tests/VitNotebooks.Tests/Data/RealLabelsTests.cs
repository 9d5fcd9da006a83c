using System.Text;
using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

public sealed class RealLabelsTests : IDisposable
{
    private readonly DataFolder _folder = new();

    [Fact]
    public void Accuracy_OfPredictions_CountsImagesWithLabelsAlone()
    {
        var labels = RealLabels.Read(Write("[[3,5],[],[999],[0]]"), images: 4);
        (labels.Count, labels.Counted).ShouldBe((4, 3));
        labels.IsRight(0, 5).ShouldBe(true);
        labels.IsRight(0, 4).ShouldBe(false);
        labels.IsRight(1, 4).ShouldBeNull();
        labels.Accuracy([5, 7, 998, 0]).ShouldBe(2 / 3.0);
        Should.Throw<ArgumentException>(() => labels.Accuracy([1])).Message.ShouldContain("1 predictions for 4 images");
    }

    [Theory]
    [InlineData("[[1],[2]]", "labels of 2 images; expected 4")]
    [InlineData("[[1],[2],[3],[1000]]", "image 4 has the labels [1000]; expected 0..999")]
    [InlineData("[[1],[2],[-1],[0]]", "image 3 has the labels [-1]")]
    [InlineData("[[1],[2],null,[0]]", "image 3 has the labels []")]
    [InlineData("{}", "no list of lists of numbers")]
    [InlineData("[[1.5]]", "no list of lists of numbers")]
    [InlineData("", "no list of lists of numbers")]
    [InlineData("null", "labels of 0 images")]
    public void Read_AnotherForm_SaysWhatIsWrong(string json, string says) =>
        Should.Throw<DatasetFormatException>(() => RealLabels.Read(Write(json), images: 4)).Message.ShouldContain(says);

    [Fact]
    public void Read_NothingThere_SaysHowToFetchIt() =>
        Should
            .Throw<DatasetNotFoundException>(() => RealLabels.Read(_folder["real.json"]))
            .Message.ShouldContain("vitnb data get imagenet-real");

    public void Dispose() => _folder.Dispose();

    private string Write(string json) => _folder.Write(Encoding.UTF8.GetBytes(json), "real.json");
}
