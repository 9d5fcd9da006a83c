using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

[Collection(DatasetOracleCollection.Name)]
public sealed class SvhnTests(DatasetOracle oracle)
{
    private static readonly DatasetManifest s_small = DatasetOracle.WithCounts(
        "svhn",
        ("train", 11),
        ("test", 3),
        ("extra", 2)
    );

    [Theory]
    [InlineData("plain")]
    [InlineData("packed")]
    [InlineData("big")] // big-endian, labels as numbers of 64 bits
    public void OpenSplit_EveryForm_IsWhatPythonWrote(string form)
    {
        foreach (var split in new[] { "train", "test", "extra" })
        {
            var data = Svhn.OpenSplit(oracle.PathOf($"svhn-{form}"), split, s_small);
            DatasetOracle.Check(data, oracle["svhn", form, split]);
            data.Name.ShouldBe($"svhn/{split}");
        }
    }

    [Fact]
    public void Open_AllForms_HaveOneIdentityAnImage()
    {
        var data = Datasets.Open(s_small, oracle.PathOf("svhn-packed"));
        data.ImageSize.ShouldBe(32);
        data.Classes.ShouldBe(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
        data.Train.Source(4).ShouldEndWith("train_32x32.mat, X(:,:,:,5)");
        data.Train.Identity.ShouldNotBe(data.Test.Identity);
    }

    [Fact]
    public void OpenSplit_OtherCount_NamesBoth() =>
        Should
            .Throw<DatasetFormatException>(() => Svhn.OpenSplit(oracle.PathOf("svhn-plain"), "train"))
            .Message.ShouldContain("there are 11 images; expected 73,257 of svhn/train");

    [Fact]
    public void OpenSplit_ALabelOutOfRange_NamesIt()
    {
        using var folder = new DataFolder();
        var bytes = File.ReadAllBytes(oracle.PathOf("svhn-plain", "test_32x32.mat"));
        // y is the last variable: three bytes in a short element.
        bytes[^4] = 11;
        folder.Write(bytes, "test_32x32.mat");
        Should
            .Throw<DatasetFormatException>(() => Svhn.OpenSplit(folder.Path, "test", s_small))
            .Message.ShouldContain("y(1) is 11; expected a whole number, 1 to 10");
    }

    [Fact]
    public void OpenSplit_FewerLabelsThanImages_SaysHowMany()
    {
        var file = TestMat.File(
            TestMat.Array(TestMat.UInt8, "X", TestMat.Bytes(new byte[32 * 32 * 3 * 2]), 32, 32, 3, 2),
            TestMat.Array(TestMat.UInt8, "y", TestMat.Bytes([1]), 1, 1)
        );
        using var folder = new DataFolder();
        folder.Write(file, "test_32x32.mat");
        Should
            .Throw<DatasetFormatException>(() => Svhn.OpenSplit(folder.Path, "test"))
            .Message.ShouldContain("there are 2 images and 1 labels; expected as many");
    }

    [Fact]
    public void OpenSplit_NothingThere_SaysHowToFetchIt()
    {
        using var folder = new DataFolder();
        Should
            .Throw<DatasetNotFoundException>(() => Svhn.OpenSplit(folder.Path, "train"))
            .Message.ShouldContain("vitnb data get svhn");
        Datasets.IsPresent("svhn", folder.Path).ShouldBeFalse();
        Datasets.IsPresent("svhn", oracle.PathOf("svhn-big")).ShouldBeTrue();
    }
}
