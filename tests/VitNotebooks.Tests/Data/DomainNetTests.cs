using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

[Collection(DatasetOracleCollection.Name)]
public sealed class DomainNetTests(DatasetOracle oracle) : IDisposable
{
    private static readonly DatasetManifest s_small = DatasetOracle.WithCounts("clipart", ("train", 9), ("test", 4));
    private readonly DataFolder _folder = new();

    [Fact]
    public void Open_ADomain_IsWhatPythonWrote()
    {
        var data = Datasets.Open(s_small, oracle.PathOf("domainnet"));
        DatasetOracle.Check(data.Train, oracle["domainnet", "train"]);
        DatasetOracle.Check(data.Test, oracle["domainnet", "test"]);
        data.Name.ShouldBe("domainnet-clipart");
        data.Classes.Count.ShouldBe(345);
        data.Train.Source(0).ShouldContain(Path.Combine("domainnet", "clipart"));
    }

    [Fact]
    public void Open_AListOfAnotherLength_NamesBoth() =>
        Should
            .Throw<DatasetFormatException>(() => Datasets.Open("clipart", oracle.PathOf("domainnet")))
            .Message.ShouldContain("9 images are listed; expected 33,525");

    [Theory]
    [InlineData("clipart/a/1.jpg", "is 'clipart/a/1.jpg'; expected a path, a space and a label")]
    [InlineData("clipart/a/1.jpg 345", "has the label '345'; expected 0..344")]
    [InlineData("clipart/a/1.jpg -1", "has the label '-1'")]
    [InlineData("clipart/a/1.jpg x", "has the label 'x'")]
    [InlineData("clipart/a/1.jpg 99999999999", "has the label '99999999999'")]
    [InlineData("../a/1.jpg 0", "has the path '../a/1.jpg'")]
    [InlineData("/etc/a/1.jpg 0", "has the path '/etc/a/1.jpg'")]
    [InlineData("1.jpg 0", "has the path '1.jpg'")]
    [InlineData("clipart/b/1.jpg 0", "gives 'b' the label 0, which lines above give to 'a'")]
    public void OpenSplit_ALineThatIsWrong_IsNamed(string line, string says)
    {
        _folder.Write(System.Text.Encoding.UTF8.GetBytes($"clipart/a/0.jpg 0\n{line}\n"), "txt", "list.txt");
        Should
            .Throw<DatasetFormatException>(() =>
                DomainNet.OpenSplit(_folder.Path, "list.txt", "x/train", s_small.Classes)
            )
            .Message.ShouldContain($"line 2 {says}");
    }

    [Fact]
    public void OpenSplit_ImagesMissing_CountsThem()
    {
        _folder.Write(TestImages.Noise(8, 8, 1).ToJpeg(), "clipart", "a", "0.jpg");
        _folder.Write(
            "clipart/a/0.jpg 0\nclipart/a/1.jpg 0\nclipart/b/0.jpg 1\nclipart/a/2.jpg 0\n"u8.ToArray(),
            "list.txt"
        );
        var data = DomainNet.OpenSplit(_folder.Path, "list.txt", "x/train", s_small.Classes);
        data.Count.ShouldBe(1);
        data.Missing.ShouldBe(["clipart/a/1.jpg", "clipart/b/0.jpg", "clipart/a/2.jpg"]);
        data.ToString().ShouldContain("3 of 4 listed images are not there");
    }

    [Fact]
    public void OpenSplit_NoList_SaysHowToFetchIt() =>
        Should
            .Throw<DatasetNotFoundException>(() => Datasets.Open("sketch", _folder.Path))
            .Message.ShouldContain("vitnb data get domainnet-sketch");

    public void Dispose() => _folder.Dispose();
}
