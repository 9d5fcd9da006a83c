using System.Text;
using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

[Collection(DatasetOracleCollection.Name)]
public sealed class StanfordDogsTests(DatasetOracle oracle) : IDisposable
{
    private readonly DataFolder _folder = new();

    [Fact]
    public void Open_TheLists_AreWhatScipyWrote()
    {
        VisionData data = Datasets.Open("dogs", oracle.PathOf("dogs"));
        data.Name.ShouldBe("stanford-dogs");
        DatasetOracle.Check(data.Train, oracle["dogs", "train"]);
        DatasetOracle.Check(data.Test, oracle["dogs", "test"]);
        data.Classes.ShouldBe(DatasetOracle.Texts(oracle["dogs", "classes"]));
        Datasets.IsPresent("stanford-dogs", oracle.PathOf("dogs")).ShouldBeTrue();
    }

    [Fact]
    public void Open_ListsOfAnotherSet_AreRefused()
    {
        string from = oracle.PathOf("dogs", "stanford_dogs", "train_list.mat");
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
        string from = oracle.PathOf("dogs", "stanford_dogs", "train_list.mat");
        _folder.Write(File.ReadAllBytes(from), "stanford_dogs", "train_list.mat");
        string path = _folder.Write(List(file, label), "stanford_dogs", "test_list.mat");
        DatasetFormatException error = Should.Throw<DatasetFormatException>(() => Datasets.Open("dogs", _folder.Path));
        error.Message.ShouldContain(says);
        error.File.ShouldBe(path);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>A list of one file, plain, as version 5 of the format has it.</summary>
    private byte[] List(string file, double label)
    {
        byte[] text = Matrix(4, "", Element(16, Encoding.UTF8.GetBytes(file)), file.Length);
        return
        [
            .. File.ReadAllBytes(oracle.PathOf("mat", "plain.mat"))[..128],
            .. Matrix(1, "file_list", text, 1),
            .. Matrix(6, "labels", Element(9, BitConverter.GetBytes(label)), 1),
        ];
    }

    private static byte[] Matrix(byte kind, string name, byte[] content, int columns) =>
        Element(
            14,
            [
                .. Element(6, [kind, 0, 0, 0, 0, 0, 0, 0]),
                .. Element(5, [1, 0, 0, 0, .. BitConverter.GetBytes(columns)]),
                .. Element(1, Encoding.ASCII.GetBytes(name)),
                .. content,
            ]
        );

    private static byte[] Element(int type, byte[] content) =>
        [
            .. BitConverter.GetBytes(type),
            .. BitConverter.GetBytes(content.Length),
            .. content,
            .. new byte[(8 - (content.Length % 8)) % 8],
        ];
}
