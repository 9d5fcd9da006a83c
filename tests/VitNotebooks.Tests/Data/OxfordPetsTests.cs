using System.Text;
using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

public sealed class OxfordPetsTests : IDisposable
{
    private static readonly DatasetManifest s_small = DatasetOracle.WithCounts("pets", ("train", 2), ("test", 2));
    private readonly DataFolder _folder = new();

    [Fact]
    public void Open_TheLists_LabelByTheBreed()
    {
        List("trainval", "Abyssinian_100 1 1 1\nyorkshire_terrier_9 37 2 25\n");
        List("test", "Abyssinian_201 1 1 1\nbeagle_7 5 2 4\n");
        foreach (var image in new[] { "Abyssinian_100", "yorkshire_terrier_9", "beagle_7" })
        {
            _folder.Write(TestImages.Noise(8, 8, 1).ToJpeg(), "oxford-iiit-pet", "images", $"{image}.jpg");
        }
        var data = Datasets.Open(s_small, _folder.Path);
        Enumerable
            .Range(0, 2)
            .Select(i => data.Classes[data.Train.Label(i)])
            .ShouldBe(["Abyssinian", "yorkshire_terrier"]);
        data.Classes[data.Test.Label(0)].ShouldBe("beagle");
        ((ListedImages)data.Test).Missing.ShouldBe(["images/Abyssinian_201.jpg"]);
        // A part of the images is no fault, and nobody is left in the dark about it.
        var note = "pets/test: 1 of 2 listed images are not there (images/Abyssinian_201.jpg).";
        data.Notes.ShouldBe([note]);
        data.ToString().ShouldEndWith($"\n  note  {note}");
        data.Subset(2, 1).Notes.ShouldBe([note]);
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

    [Fact]
    public void Open_AListOfAnotherLength_NamesBothAndTheRemedy()
    {
        List("trainval", "Abyssinian_100 1 1 1\n");
        List("test", "beagle_7 5 2 4\nbeagle_8 5 2 4\n");
        foreach (var image in new[] { "Abyssinian_100", "beagle_7", "beagle_8" })
        {
            _folder.Write(TestImages.Noise(8, 8, 1).ToJpeg(), "oxford-iiit-pet", "images", $"{image}.jpg");
        }
        var error = Should.Throw<DatasetFormatException>(() => Datasets.Open("pets", _folder.Path));
        error.Message.ShouldStartWith("pets/train: 1 images are listed; expected 3,680 in ");
        error.Message.ShouldContain("vitnb data verify pets");
        error.File.ShouldBe(_folder["oxford-iiit-pet"]);
        Should
            .Throw<DatasetFormatException>(() =>
                Datasets.Open(DatasetOracle.WithCounts("pets", ("train", 1), ("test", 1)), _folder.Path)
            )
            .Message.ShouldStartWith("pets/test: 2 images are listed; expected 1 in ");
    }

    public void Dispose() => _folder.Dispose();

    private void List(string name, string text) =>
        _folder.Write(Encoding.UTF8.GetBytes(text), "oxford-iiit-pet", "annotations", $"{name}.txt");
}
