using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

[Collection(DatasetOracleCollection.Name)]
public sealed class StanfordDogsTests(DatasetOracle oracle) : IDisposable
{
    private static readonly DatasetManifest s_small = DatasetOracle.WithCounts(
        "stanford-dogs",
        ("train", 6),
        ("test", 5)
    );

    private readonly DataFolder _folder = new();

    [Fact]
    public void Open_TheLists_AreWhatScipyWrote()
    {
        var data = Datasets.Open(s_small, oracle.PathOf("dogs"));
        data.Name.ShouldBe("stanford-dogs");
        DatasetOracle.Check(data.Train, oracle["dogs", "train"]);
        DatasetOracle.Check(data.Test, oracle["dogs", "test"]);
        data.Classes.ShouldBe(DatasetOracle.Texts(oracle["dogs", "classes"]));
        Datasets.IsPresent("stanford-dogs", oracle.PathOf("dogs")).ShouldBeTrue();
    }

    [Fact]
    public void Open_ListsOfAnotherSet_AreRefused()
    {
        var from = oracle.PathOf("dogs", "stanford_dogs", "train_list.mat");
        _folder.Write(File.ReadAllBytes(from), "stanford_dogs", "train_list.mat");
        Should
            .Throw<DatasetNotFoundException>(() => Datasets.Open("dogs", _folder.Path))
            .Message.ShouldContain("test_list.mat is missing");
        _folder.Write(File.ReadAllBytes(oracle.PathOf("mat", "nested.mat")), "stanford_dogs", "test_list.mat");
        Should
            .Throw<DatasetFormatException>(() => Datasets.Open("dogs", _folder.Path))
            .Message.ShouldContain("there is no variable 'file_list'");
    }

    [Theory]
    [InlineData("n02085620-Chihuahua/a.jpg", 4.0, "label 4 is not in train_list.mat; expected 1 to 3")]
    [InlineData("n02085620-Chihuahua/a.jpg", 2.0, "lies in 'n02085620-Chihuahua' and has the label 2")]
    [InlineData("../a.jpg", 1.0, "file_list{1} is '../a.jpg'; expected folder/file below Images")]
    [InlineData("a.jpg", 1.0, "file_list{1} is 'a.jpg'")]
    [InlineData("n02085620-Chihuahua/a.jpg", 0.0, "labels(1) is 0; expected a whole number")]
    [InlineData("n02085620-Chihuahua/a.jpg", 1.5, "labels(1) is 1.5")]
    public void Open_ALineThatIsWrong_IsNamed(string file, double label, string says)
    {
        var from = oracle.PathOf("dogs", "stanford_dogs", "train_list.mat");
        _folder.Write(File.ReadAllBytes(from), "stanford_dogs", "train_list.mat");
        var path = _folder.Write(List(file, label), "stanford_dogs", "test_list.mat");
        var error = Should.Throw<DatasetFormatException>(() => Datasets.Open("dogs", _folder.Path));
        error.Message.ShouldContain(says);
        error.File.ShouldBe(path);
    }

    [Fact]
    public void Open_FewerLabelsThanFiles_SaysHowMany()
    {
        var from = oracle.PathOf("dogs", "stanford_dogs", "train_list.mat");
        _folder.Write(File.ReadAllBytes(from), "stanford_dogs", "train_list.mat");
        var list = TestMat.File(
            TestMat.Array(TestMat.Cell, "file_list", [.. TestMat.Text("a/1.jpg"), .. TestMat.Text("a/2.jpg")], 2, 1),
            TestMat.Array(TestMat.Double, "labels", TestMat.Doubles(1), 1, 1)
        );
        _folder.Write(list, "stanford_dogs", "test_list.mat");
        Should
            .Throw<DatasetFormatException>(() => Datasets.Open("dogs", _folder.Path))
            .Message.ShouldContain("file_list has 2 files and labels 1 numbers; expected as many");
    }

    public void Dispose() => _folder.Dispose();

    private static byte[] List(string file, double label) =>
        TestMat.File(
            TestMat.Array(TestMat.Cell, "file_list", TestMat.Text(file), 1, 1),
            TestMat.Array(TestMat.Double, "labels", TestMat.Doubles(label), 1, 1)
        );
}
