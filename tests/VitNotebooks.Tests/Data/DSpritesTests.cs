using Shouldly;
using VitNotebooks.Data;
using VitNotebooks.Data.Codecs;
using VitNotebooks.Data.Manifests;
using Xunit;

namespace VitNotebooks.Tests.Data;

[Collection(Hdf5OracleCollection.Name)]
public sealed class DSpritesTests(Hdf5Oracle oracle) : IDisposable
{
    private const string Stem = "dsprites_ndarray_co1sh3sc6or40x32y32_64x64";
    private static readonly DatasetManifest s_small = DatasetOracle.WithCounts(
        "dsprites",
        ("train", 48),
        ("val", 6),
        ("test", 6),
        ("all", 60)
    );
    private readonly DataFolder _folder = new();

    [Theory]
    [InlineData("dsprites")]
    [InlineData("dsprites-npz")]
    [InlineData("dsprites-plain")]
    public void Open_EitherFile_IsWhatPythonWrote(string form)
    {
        var shapes = DSprites.Open(oracle.PathOf(form, "dsprites"), DSpritesLabel.Shape, "dsprites/all");
        DatasetOracle.Check(shapes, oracle["dsprites"]);
        shapes.Classes.ShouldBe(["square", "ellipse", "heart"]);
        var image = shapes.Read(3);
        (image.Width, image.Height).ShouldBe((64, 64));
        image.Pixels.ToArray().Distinct().Order().ShouldBe([(byte)0, (byte)255]);
    }

    [Theory]
    [InlineData(DSpritesLabel.Scale, "scale", 6, "scale 0", "scale 5")]
    [InlineData(DSpritesLabel.Orientation, "orientation", 16, "orientation 0, 1, 2", "orientation 38, 39")]
    [InlineData(DSpritesLabel.Location, "location", 16, "x 0, 1", "x 30, 31")]
    public void Open_ByAFactor_HasVtabsClasses(DSpritesLabel label, string name, int classes, string first, string last)
    {
        var data = DSprites.Open(oracle.PathOf("dsprites", "dsprites"), label, "x");
        Enumerable.Range(0, data.Count).Select(data.Label).ShouldBe(Hdf5Oracle.Numbers(oracle["dsprites", name]));
        (data.Classes.Count, data.Classes[0], data.Classes[^1]).ShouldBe((classes, first, last));
    }

    [Theory]
    [InlineData("dsprites")]
    [InlineData("dsprites-npz")]
    public void Open_Stopped_EndsBetweenTwoBlocks(string form)
    {
        using var stop = new CancellationTokenSource();
        DatasetProgress? heard = null;
        var options = new OpenOptions
        {
            Progress = new SameThread(word => heard ??= word),
            CancellationToken = stop.Token,
        };
        DSprites.Open(oracle.PathOf(form, "dsprites"), DSpritesLabel.Shape, "x", options);
        heard.ShouldNotBeNull();
        (heard.Step, heard.Done, heard.Total).ShouldBe((DatasetStep.Reading, 0, 60 * 64 * 64));
        Path.GetFileNameWithoutExtension(heard.What).ShouldBe(Stem);
        stop.Cancel();
        Should.Throw<OperationCanceledException>(() =>
            DSprites.Open(oracle.PathOf(form, "dsprites"), DSpritesLabel.Shape, "x", options)
        );
    }

    private sealed class SameThread(Action<DatasetProgress> take) : IProgress<DatasetProgress>
    {
        public void Report(DatasetProgress value) => take(value);
    }

    [Fact]
    public void Open_ByItsName_DividesTheShapes()
    {
        Datasets.IsPresent("dsprites", oracle.PathOf("dsprites")).ShouldBeTrue();
        var data = Datasets.Open(s_small, oracle.PathOf("dsprites"));
        (data.Train.Count, data.Validation!.Count, data.Test.Count).ShouldBe((48, 6, 6));
        string[] sources =
        [
            .. new[] { data.Train, data.Validation, data.Test }.SelectMany(split =>
                Enumerable.Range(0, split.Count).Select(split.Source)
            ),
        ];
        sources.ShouldBeUnique();
        sources[0].ShouldContain($"{Stem}.hdf5, image ");
        data.Test.Identity.ShouldContain("own split, seed 0");
        Should
            .Throw<DatasetFormatException>(() => Datasets.Open("dsprites", oracle.PathOf("dsprites")))
            .Message.ShouldContain("60 images are listed; expected 737,280");
    }

    [Theory]
    [InlineData("location", "x 30, 31")]
    [InlineData("orientation", "orientation 38, 39")]
    public void Open_ATaskOfVtab_IsCutOutOfTheWhole(string task, string last)
    {
        var protocol = s_small.Protocols.Single(p => p.Name == $"vtab-1k/dsprites-{task}") with
        {
            Splits =
            [
                new ManifestSplit("train800", 20, [], "dsprites:2.*.*: train[:20]"),
                new ManifestSplit("val200", 10, [], "dsprites:2.*.*: train[40:50]"),
                new ManifestSplit("test", 10, [], "dsprites:2.*.*: train[50:]"),
            ],
        };
        var data = DatasetProtocols.Open(s_small, protocol, oracle.PathOf("dsprites"), OpenOptions.Default);
        (data.Train.Count, data.Validation!.Count, data.Test.Count).ShouldBe((20, 10, 10));
        (data.Classes.Count, data.Classes[^1]).ShouldBe((protocol.ClassCount!.Value, last));
        var labels = Hdf5Oracle.Numbers(oracle["dsprites", task]);
        var train = (IndexedDataset)data.Train;
        Enumerable.Range(0, 20).Select(train.Label).ShouldBe(train.Indices.Select(i => labels[i]));
    }

    [Fact]
    public void Open_ADamagedArchive_IsNamed()
    {
        var whole = File.ReadAllBytes(oracle.PathOf("dsprites-plain", "dsprites", $"{Stem}.npz"));
        // A pixel in the midst of the images: other than 0 and 1, and then another of the two.
        byte[] changed = [.. whole];
        changed[100_000] = 7;
        Refused(changed).ShouldMatch("image [0-9]+ has a pixel of 7; expected 0 and 1");
        changed[100_000] = (byte)(1 - whole[100_000]);
        Refused(changed).ShouldContain("the check sum of imgs.npy is ");
        Refused(whole[..200_000]).ShouldContain("it is no zip archive, or damaged");
        Refused([1, 2, 3]).ShouldContain("it is no zip archive, or damaged");
    }

    [Fact]
    public void Open_WithoutAFile_NamesBoth() =>
        Should
            .Throw<DatasetNotFoundException>(() => DSprites.Open(_folder.Path, DSpritesLabel.Shape, "x"))
            .Message.ShouldContain($"Neither {Stem}.hdf5 nor {Stem}.npz is in {_folder.Path}");

    public void Dispose() => _folder.Dispose();

    private string Refused(byte[] npz)
    {
        _folder.Write(npz, $"{Stem}.npz");
        return Should
            .Throw<DatasetFormatException>(() => DSprites.Open(_folder.Path, DSpritesLabel.Shape, "x"))
            .Message;
    }
}
