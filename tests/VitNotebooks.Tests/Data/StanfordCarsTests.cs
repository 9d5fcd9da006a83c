using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

[Collection(DatasetOracleCollection.Name)]
public sealed class StanfordCarsTests(DatasetOracle oracle) : IDisposable
{
    private static readonly DatasetManifest s_small = DatasetOracle.WithCounts(
        "stanford-cars",
        ("train", 7),
        ("test", 4)
    );

    private readonly DataFolder _folder = new();

    [Theory]
    [InlineData("cars")]
    [InlineData("cars-single")]
    public void Open_EitherLayout_IsWhatScipyWrote(string layout)
    {
        var data = Datasets.Open(s_small, oracle.PathOf(layout));
        DatasetOracle.Check(data.Train, oracle["cars", "train"]);
        DatasetOracle.Check(data.Test, oracle["cars", "test"]);
        data.Classes.ShouldBe(DatasetOracle.Texts(oracle["cars", "classes"]));
        Datasets.IsPresent("cars", oracle.PathOf(layout)).ShouldBeTrue();
    }

    [Fact]
    public void Open_AnImageThatIsMissing_IsCounted()
    {
        CopyAll();
        File.Delete(_folder["stanford_cars", "cars_test", "00003.jpg"]);
        var test = (ListedImages)Datasets.Open(s_small, _folder.Path).Test;
        (test.Count, test.Listed).ShouldBe((3, 4));
        test.Missing.ShouldBe(["cars_test/00003.jpg"]);
    }

    [Theory]
    [InlineData("cars_test_annos_withlabels.mat")]
    [InlineData("devkit/cars_meta.mat")]
    [InlineData("devkit/cars_train_annos.mat")]
    public void Open_AFileThatIsMissing_IsNamed(string file)
    {
        CopyAll();
        File.Delete(Path.Combine(_folder["stanford_cars"], file));
        Datasets.IsPresent("cars", _folder.Path).ShouldBeFalse();
        Should
            .Throw<DatasetNotFoundException>(() => Datasets.Open("cars", _folder.Path))
            .Message.ShouldContain($"{Path.GetFileName(file)} is neither there nor in its folder devkit");
    }

    [Fact]
    public void Open_AClassBeyondTheNames_IsNamed()
    {
        CopyAll();
        // Another set's annotations: their fields are others.
        var annotations = _folder["stanford_cars", "devkit", "cars_train_annos.mat"];
        File.Copy(oracle.PathOf("mat", "nested.mat"), annotations, overwrite: true);
        Should
            .Throw<DatasetFormatException>(() => Datasets.Open("cars", _folder.Path))
            .Message.ShouldContain("there is no variable 'annotations' in it");
        // Two names for three classes.
        File.Copy(
            oracle.PathOf("cars", "stanford_cars", "devkit", "cars_train_annos.mat"),
            annotations,
            overwrite: true
        );
        var meta = File.ReadAllBytes(_folder["stanford_cars", "devkit", "cars_meta.mat"]);
        var sizes = meta.AsSpan().IndexOf(new byte[] { 1, 0, 0, 0, 3, 0, 0, 0 });
        sizes.ShouldBeGreaterThan(0);
        meta[sizes + 4] = 2;
        File.WriteAllBytes(_folder["stanford_cars", "devkit", "cars_meta.mat"], meta);
        Should
            .Throw<DatasetFormatException>(() => Datasets.Open("cars", _folder.Path))
            .Message.ShouldMatch(@"annotations\(\d\)\.class\(1\) is 3; expected a whole number, 1 to 2");
    }

    public void Dispose() => _folder.Dispose();

    private void CopyAll()
    {
        var from = oracle.PathOf("cars");
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            _folder.Write(File.ReadAllBytes(file), Path.GetRelativePath(from, file));
        }
    }
}
