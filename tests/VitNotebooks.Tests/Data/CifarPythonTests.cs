using Shouldly;
using VitNotebooks.Data;
using VitNotebooks.Oracles;
using Xunit;

namespace VitNotebooks.Tests.Data;

[Collection(DatasetOracleCollection.Name)]
public sealed class CifarPythonTests(DatasetOracle oracle) : IDisposable
{
    private static readonly DatasetManifest s_small = DatasetOracle.WithCounts("cifar10", ("train", 25), ("test", 5));
    private readonly DataFolder _folder = new();

    [Theory]
    [InlineData("p2")] // texts for names, as Python 2 wrote
    [InlineData("p4")] // bytes for names
    [InlineData("p5")]
    public void Open_EveryProtocol_IsWhatPythonPickled(string form)
    {
        var (train, test) = Cifar10.Open(oracle.PathOf($"cifar10-{form}"), s_small);
        DatasetOracle.Check(train, oracle["cifar10", form, "train"]);
        DatasetOracle.Check(test, oracle["cifar10", form, "test"]);
        train.Classes.ShouldBe(DatasetOracle.Texts(oracle["cifar10", form, "classes"]));
        train.Source(7).ShouldEndWith("data_batch_2, record 2");
    }

    [Fact]
    public void Open_APickleThatCallsForMore_RefusesTheNameAndRunsNothing()
    {
        var marker = _folder["ran"];
        Batch(
            "test_batch",
            [.. "cposix\nsystem\n(S'touch "u8, .. System.Text.Encoding.ASCII.GetBytes(marker), .. "'\ntR."u8]
        );
        var error = Should.Throw<DatasetFormatException>(() => Cifar10.Open(_folder.Path, s_small));
        error.Message.ShouldContain("'posix.system'");
        File.Exists(marker).ShouldBeFalse();
    }

    [Theory]
    [InlineData("(dp0\n.", "data is missing")]
    [InlineData("(lp0\n.", "no dictionary")]
    [InlineData("(dp0\nS'data'\np1\nI3\ns.", "data is of another kind")]
    [InlineData("I1\n.I2\n.", "bytes follow the pickle's end")]
    public void Open_AnotherPickle_SaysWhatIsWrong(string pickle, string says)
    {
        Batch("test_batch", System.Text.Encoding.ASCII.GetBytes(pickle));
        Should.Throw<DatasetFormatException>(() => Cifar10.Open(_folder.Path, s_small)).Message.ShouldContain(says);
    }

    [Fact]
    public void Open_OtherCounts_NamesBoth() =>
        Should
            .Throw<DatasetFormatException>(() =>
                Cifar10.Open(
                    oracle.PathOf("cifar10-p2"),
                    DatasetOracle.WithCounts("cifar10", ("train", 30), ("test", 5))
                )
            )
            .Message.ShouldContain("data is of shape [5, 3072]; expected [6, 3072]");

    [Fact]
    public void Open_Truncated_Throws()
    {
        var whole = File.ReadAllBytes(oracle.PathOf("cifar10-p2", "cifar-10-batches-py", "test_batch"));
        Batch("test_batch", whole[..(whole.Length / 2)]);
        Should
            .Throw<DatasetFormatException>(() => Cifar10.Open(_folder.Path, s_small))
            .Message.ShouldContain("truncated");
    }

    [RealDataFact("cifar-10-batches-py")]
    public void Open_TheRealPickles_AreWhatPythonAndTheBinaryVersionHave()
    {
        var root = RealDataFactAttribute.Root!;
        using var known = PythonOracle.RunJson("datasets.py", TimeSpan.FromMinutes(3), "read", root, "cifar10-python");
        var (train, test) = Cifar10.Open(Path.Combine(root, Cifar10.PythonFolderName));
        DatasetOracle.Check(train, known.RootElement.GetProperty("train"));
        DatasetOracle.Check(test, known.RootElement.GetProperty("test"));
        train.Classes.ShouldBe(DatasetOracle.Texts(known.RootElement.GetProperty("classes")));
        train.Classes.ShouldBe(DatasetManifests.Get("cifar10").Classes);
        var (binaryTrain, binaryTest) = Cifar10.Open(Path.Combine(root, Cifar10.FolderName));
        binaryTrain.Identity.ShouldBe(train.Identity);
        binaryTest.Identity.ShouldBe(test.Identity);
    }

    public void Dispose() => _folder.Dispose();

    private void Batch(string name, byte[] bytes)
    {
        foreach (var file in Directory.GetFiles(oracle.PathOf("cifar10-p2", "cifar-10-batches-py")))
        {
            _folder.Write(File.ReadAllBytes(file), "cifar-10-batches-py", Path.GetFileName(file));
        }
        _folder.Write(bytes, "cifar-10-batches-py", name);
    }
}
