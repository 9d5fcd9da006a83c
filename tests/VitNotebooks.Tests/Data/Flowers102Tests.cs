using Shouldly;
using VitNotebooks.Data;
using VitNotebooks.Oracles;
using Xunit;

namespace VitNotebooks.Tests.Data;

[Collection(DatasetOracleCollection.Name)]
public sealed class Flowers102Tests(DatasetOracle oracle)
{
    [Fact]
    public void Open_ASubset_IsWhatPythonReadsAndSaysWhatIsMissing()
    {
        var small = DatasetOracle.WithCounts("flowers102", ("train", 5), ("test", 7));
        var data = Datasets.Open(small, oracle.PathOf("flowers"));
        DatasetOracle.Check(data.Train, oracle["flowers", "train"]);
        DatasetOracle.Check(data.Test, oracle["flowers", "test"]);
        var train = (ListedImages)data.Train;
        train.Listed.ShouldBe(5);
        train.Missing.ShouldBe(["jpg/image_00004.jpg"]);
        train.ToString().ShouldContain("1 of 5 listed images are not there (jpg/image_00004.jpg)");
        train.Identity.ShouldContain("4 files of 5 listed");
        data.Notes.ShouldContain("flowers102/train: 1 of 5 listed images are not there (jpg/image_00004.jpg).");
        data.Classes[76].ShouldBe("passion flower");
        data.ImageSize.ShouldBe(224);
    }

    [Fact]
    public void Open_ListsOfAnotherLength_AreNoFlowers102() =>
        Should
            .Throw<DatasetFormatException>(() => Datasets.Open("flowers102", oracle.PathOf("flowers")))
            .Message.ShouldContain("flowers102/train: 5 images are listed; expected 2,040");

    [Fact]
    public void OpenSplit_NoImageAtAll_Throws()
    {
        using var folder = new DataFolder();
        foreach (var name in new[] { "setid.mat", "imagelabels.mat" })
        {
            folder.Write(File.ReadAllBytes(oracle.PathOf("flowers", "flowers-102", name)), "flowers-102", name);
        }
        Should
            .Throw<DatasetNotFoundException>(() => Datasets.Open("flowers102", folder.Path))
            .Message.ShouldContain("none of the 5 images of flowers102/train is there");
    }

    [Fact]
    public void OpenSplit_ListsThatDoNotFit_Throw()
    {
        using var folder = new DataFolder();
        folder.Write(File.ReadAllBytes(oracle.PathOf("flowers", "flowers-102", "imagelabels.mat")), "setid.mat");
        folder.Write(File.ReadAllBytes(oracle.PathOf("flowers", "flowers-102", "imagelabels.mat")), "imagelabels.mat");
        Should
            .Throw<DatasetFormatException>(() =>
                Flowers102.OpenSplit(folder.Path, ["trnid"], "x", DatasetManifests.Get("flowers102").Classes)
            )
            .Message.ShouldContain("no variable 'trnid'");
        Should
            .Throw<DatasetFormatException>(() => Flowers102.OpenSplit(folder.Path, ["labels"], "x", ["one", "two"]))
            .Message.ShouldContain("expected a whole number, 1 to 2");
    }

    [RealDataFact("flowers-102")]
    public void Open_TheRealSubset_IsWhatPythonReads()
    {
        var root = RealDataFactAttribute.Root!;
        using var known = PythonOracle.RunJson("datasets.py", TimeSpan.FromMinutes(5), "read", root, "flowers102");
        var data = Datasets.Open("flowers102", root);
        foreach ((var split, var name, var count) in new[] { (data.Train, "train", 2040), (data.Test, "test", 6149) })
        {
            var listed = (ListedImages)split;
            listed.Listed.ShouldBe(count);
            listed.Listed.ShouldBe(known.RootElement.GetProperty(name).GetProperty("listed").GetInt32());
            (listed.Count + listed.Missing.Count).ShouldBe(listed.Listed);
            DatasetOracle.Check(split, known.RootElement.GetProperty(name));
        }
    }
}
