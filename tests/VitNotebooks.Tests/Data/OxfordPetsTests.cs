using System.Text;
using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

public sealed class OxfordPetsTests : IDisposable
{
    private readonly DataFolder _folder = new();

    [Fact]
    public void Open_TheLists_LabelByTheBreed()
    {
        List("trainval", "Abyssinian_100 1 1 1\nyorkshire_terrier_9 37 2 25\n");
        List("test", "Abyssinian_201 1 1 1\nbeagle_7 5 2 4\n");
        foreach (string image in new[] { "Abyssinian_100", "yorkshire_terrier_9", "beagle_7" })
        {
            _folder.Write(TestImages.Noise(8, 8, 1).ToJpeg(), "oxford-iiit-pet", "images", $"{image}.jpg");
        }
        VisionData data = Datasets.Open("oxford-pets", _folder.Path);
        Enumerable
            .Range(0, 2)
            .Select(i => data.Classes[data.Train.Label(i)])
            .ShouldBe(["Abyssinian", "yorkshire_terrier"]);
        data.Classes[data.Test.Label(0)].ShouldBe("beagle");
        ((ListedImages)data.Test).Missing.ShouldBe(["images/Abyssinian_201.jpg"]);
    }

    [Theory]
    [InlineData("Abyssinian_100 38 1 1", "has '38'; expected a whole number, 1 to 37")]
    [InlineData("Abyssinian_100 0 1 1", "has '0'")]
    [InlineData("Abyssinian_100 1", "expected 4 fields")]
    public void Open_ALineThatIsWrong_IsNamed(string line, string says)
    {
        List("trainval", line);
        List("test", line);
        Should.Throw<DatasetFormatException>(() => Datasets.Open("pets", _folder.Path)).Message.ShouldContain(says);
    }

    public void Dispose() => _folder.Dispose();

    private void List(string name, string text) =>
        _folder.Write(Encoding.UTF8.GetBytes(text), "oxford-iiit-pet", "annotations", $"{name}.txt");
}
