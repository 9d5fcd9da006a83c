using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

[Collection(DatasetOracleCollection.Name)]
public sealed class SmallNorbTests(DatasetOracle oracle) : IDisposable
{
    private static readonly DatasetManifest s_small = DatasetOracle.WithCounts("smallnorb", ("train", 5), ("test", 3));
    private readonly DataFolder _folder = new();

    [Fact]
    public void Open_TheFiles_AreWhatPythonWrote()
    {
        var data = Datasets.Open(s_small, oracle.PathOf("smallnorb"));
        DatasetOracle.Check(data.Train, oracle["smallnorb", "train"]);
        DatasetOracle.Check(data.Test, oracle["smallnorb", "test"]);
        data.Classes.ShouldBe(s_small.Classes);
        Datasets.IsPresent("smallnorb", oracle.PathOf("smallnorb")).ShouldBeTrue();
    }

    [Theory]
    [InlineData(SmallNorbLabel.Elevation, "elevation", 9, "30 degrees", "70 degrees")]
    [InlineData(SmallNorbLabel.Azimuth, "azimuth", 18, "0 degrees", "340 degrees")]
    public void OpenSplit_ByAnAngle_HasVtabsClasses(
        SmallNorbLabel label,
        string name,
        int classes,
        string first,
        string last
    )
    {
        foreach (var split in new[] { "train", "test" })
        {
            var data = SmallNorb.OpenSplit(oracle.PathOf("smallnorb", "smallnorb"), split, label, s_small);
            Enumerable
                .Range(0, data.Count)
                .Select(data.Label)
                .ShouldBe(oracle["smallnorb", split, name].EnumerateArray().Select(value => value.GetInt32()));
            (data.Classes.Count, data.Classes[0], data.Classes[^1]).ShouldBe((classes, first, last));
        }
        DatasetManifests
            .Get("smallnorb")
            .Protocols.Single(p => p.Name == $"vtab-1k/smallnorb-{name}")
            .ClassCount.ShouldBe(classes);
    }

    [Theory]
    [InlineData("dat", 0, 0x54, "it holds integers [5, 2, 96, 96]")]
    [InlineData("dat", 0, 0, "it begins with 0x1E3D4C00")]
    [InlineData("dat", 4, 9, "and 9 sizes")]
    [InlineData("dat", 8, 4, "it is truncated, or another file")]
    [InlineData("cat", 20, 5, "record 0 has 5; expected 0 to 4")]
    [InlineData("cat", 8, 4, "it is truncated, or another file")]
    public void Open_AFileThatIsWrong_IsNamed(string file, int at, byte value, string says)
    {
        var from = oracle.PathOf("smallnorb", "smallnorb");
        foreach (var each in Directory.GetFiles(from))
        {
            var bytes = File.ReadAllBytes(each);
            if (each.EndsWith($"training-{file}.mat", StringComparison.Ordinal))
            {
                bytes[at] = value;
            }
            _folder.Write(bytes, Path.GetFileName(each));
        }
        Should
            .Throw<DatasetFormatException>(() =>
                SmallNorb.OpenSplit(_folder.Path, "train", SmallNorbLabel.Category, s_small)
            )
            .Message.ShouldContain(says);
    }

    [Fact]
    public void OpenSplit_AnOddAzimuth_IsNamed()
    {
        foreach (var each in Directory.GetFiles(oracle.PathOf("smallnorb", "smallnorb")))
        {
            var bytes = File.ReadAllBytes(each);
            if (each.EndsWith("testing-info.mat", StringComparison.Ordinal))
            {
                bytes[20 + 16 + 8] = 33;
            }
            _folder.Write(bytes, Path.GetFileName(each));
        }
        Should
            .Throw<DatasetFormatException>(() =>
                SmallNorb.OpenSplit(_folder.Path, "test", SmallNorbLabel.Azimuth, s_small)
            )
            .Message.ShouldContain("record 1 has 33; expected an even number, 0 to 34");
    }

    public void Dispose() => _folder.Dispose();
}
