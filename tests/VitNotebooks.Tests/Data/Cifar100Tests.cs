using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

[Collection(DatasetOracleCollection.Name)]
public sealed class Cifar100Tests(DatasetOracle oracle) : IDisposable
{
    private const int Record = 3074;
    private static readonly DatasetManifest s_small = DatasetOracle.WithCounts("cifar100", ("train", 8), ("test", 4));
    private readonly DataFolder _folder = new();

    [Theory]
    [InlineData("binary")]
    [InlineData("python")]
    public void Open_BothVersions_AreWhatPythonWrote(string version)
    {
        var (train, test) = Cifar100.Open(oracle.PathOf($"cifar100-{version}"), manifest: s_small);
        DatasetOracle.Check(train, oracle["cifar100", "train"]);
        DatasetOracle.Check(test, oracle["cifar100", "test"]);
        test.Classes.ShouldBe(DatasetOracle.Texts(oracle["cifar100", "classes"]));
        test.CoarseClasses.ShouldBe(DatasetOracle.Texts(oracle["cifar100", "coarseClasses"]));
        Enumerable
            .Range(0, 8)
            .Select(train.CoarseLabel)
            .ShouldBe(oracle["cifar100", "train", "coarse"].EnumerateArray().Select(label => label.GetInt32()));
    }

    [Fact]
    public void Open_BothVersions_HaveOneIdentity() =>
        Cifar100
            .OpenSplit(oracle.PathOf("cifar100-binary"), "test", manifest: s_small)
            .Identity.ShouldBe(
                Cifar100.OpenSplit(oracle.PathOf("cifar100-python"), "test", manifest: s_small).Identity
            );

    [Fact]
    public void Open_CoarseLabels_CountInsteadOfTheFine()
    {
        var root = oracle.PathOf("cifar100-binary");
        var coarse = Cifar100.OpenSplit(root, "train", Cifar100Labels.Coarse, s_small);
        var fine = Cifar100.OpenSplit(root, "train", Cifar100Labels.Fine, s_small);
        coarse.Classes.Count.ShouldBe(20);
        coarse.Label(3).ShouldBe(fine.CoarseLabel(3));
        coarse.FineLabel(3).ShouldBe(fine.Label(3));
        coarse.Name.ShouldBe("cifar100-coarse/train");
        coarse.Identity.ShouldNotBe(fine.Identity);
    }

    [Theory]
    [InlineData(0, 20, "coarse label 20; expected 0..19")]
    [InlineData(1, 100, "fine label 100; expected 0..99")]
    public void Open_LabelOutOfRange_NamesTheRecord(int at, byte label, string says)
    {
        var bytes = File.ReadAllBytes(oracle.PathOf("cifar100-binary", "cifar-100-binary", "test.bin"));
        bytes[(2 * Record) + at] = label;
        Copy("test.bin", bytes);
        Should
            .Throw<DatasetFormatException>(() => Cifar100.OpenSplit(_folder.Path, "test", manifest: s_small))
            .Message.ShouldContain($"record 2 (offset 6,148) has {says}");
    }

    [Fact]
    public void Open_Truncated_SaysWhereItEnds()
    {
        Copy("test.bin", File.ReadAllBytes(oracle.PathOf("cifar100-binary", "cifar-100-binary", "test.bin"))[..^10]);
        Should
            .Throw<DatasetFormatException>(() => Cifar100.OpenSplit(_folder.Path, "test", manifest: s_small))
            .Message.ShouldContain("truncated: it ends in record 3, 10 bytes early");
    }

    [Fact]
    public void Open_NothingThere_SaysHowToFetchIt() =>
        Should
            .Throw<DatasetNotFoundException>(() => Datasets.Open("cifar100", _folder.Path))
            .Message.ShouldContain("vitnb data get cifar100");

    [RealDataFact("cifar-100-binary")]
    public void OpenSplit_TheRealTestImages_AreWhatPythonReads()
    {
        using var known = VitNotebooks.Oracles.PythonOracle.RunJson(
            "datasets.py",
            TimeSpan.FromMinutes(2),
            "read",
            RealDataFactAttribute.Root!,
            "cifar100-test"
        );
        var test = Cifar100.OpenSplit(RealDataFactAttribute.Root!, "test");
        DatasetOracle.Check(test, known.RootElement.GetProperty("test"));
        test.Count.ShouldBe(10_000);
        test.Classes.ShouldBe(DatasetManifests.Get("cifar100").Classes);
        Enumerable
            .Range(0, test.Count)
            .Select(test.CoarseLabel)
            .ShouldBe(
                known.RootElement.GetProperty("test").GetProperty("coarse").EnumerateArray().Select(l => l.GetInt32())
            );
    }

    public void Dispose() => _folder.Dispose();

    private void Copy(string name, byte[] bytes)
    {
        foreach (var names in new[] { "fine_label_names.txt", "coarse_label_names.txt" })
        {
            _folder.Write(
                File.ReadAllBytes(oracle.PathOf("cifar100-binary", "cifar-100-binary", names)),
                "cifar-100-binary",
                names
            );
        }
        _folder.Write(bytes, "cifar-100-binary", name);
    }
}
