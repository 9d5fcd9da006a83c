using System.Text;
using Shouldly;
using VitNotebooks.Data;
using VitNotebooks.Data.Codecs;
using VitNotebooks.Data.Manifests;
using Xunit;

namespace VitNotebooks.Tests.Data;

/// <summary>The tasks of VTAB-1k and of the few-shot suite, cut out of small sets of the published layouts.</summary>
[Collection(DatasetOracleCollection.Name)]
public sealed class DatasetProtocolsTests(DatasetOracle oracle) : IDisposable
{
    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("cifar100:3.*.*: train[:800]", "train", 0, 800)]
    [InlineData("oxford_iiit_pet:3.*.*: train[2944:3144]", "train", 2944, 3144)]
    [InlineData("smallnorb:2.*.*: test[50%:]", "test", 500, 1000)]
    [InlineData("smallnorb:2.*.*: test[:50%]", "test", 0, 500)]
    [InlineData("sun397/tfds:4.*.*: validation", "validation", 0, 1000)]
    [InlineData("dtd: test", "test", 0, 1000)]
    public void Parse_ARule_IsItsSlice(string rule, string split, int from, int to)
    {
        var slice = ProtocolSlice.Parse(rule)!.ShouldHaveSingleItem();
        slice.Split.ShouldBe(split);
        slice.Of(1000).ShouldBe((from, to));
        slice.IsWhole.ShouldBe(!rule.Contains('['));
    }

    [Fact]
    public void Parse_OfTheManifests_IsEveryRuleOfVtab()
    {
        ManifestProtocol[] tasks =
        [
            .. DatasetManifests
                .All.Where(manifest => manifest.Format is not null)
                .SelectMany(manifest => manifest.Protocols)
                .Where(protocol => protocol.Name.StartsWith("vtab-1k/", StringComparison.Ordinal)),
        ];
        tasks.Length.ShouldBe(19);
        foreach (var task in tasks)
        {
            foreach (var split in task.Splits)
            {
                ProtocolSlice.Parse(split.Rule).ShouldNotBeNull($"{task.Name} {split.Name}");
            }
            task.Splits.Single(split => split.Name == "train800val200").Count.ShouldBe(1000);
        }
        ProtocolSlice.Parse("imagenet2012: train[:65000], at least 30 images of each class").ShouldBeNull();
        ProtocolSlice.Parse("dtd: train[800]").ShouldBeNull();
        ProtocolSlice.Parse(null).ShouldBeNull();
    }

    [Fact]
    public void Open_SlicesOfOneSplit_AreDisjointTheSameAlwaysAndSaidToBeOwn()
    {
        var small = DatasetOracle.WithCounts("cifar100", ("train", 8), ("test", 4));
        var task = Task(
            "vtab-1k/cifar100",
            ("train800", 4, "cifar100: train[:4]"),
            ("val200", 3, "cifar100: train[5:]"),
            ("test", 4, "cifar100: test")
        );
        var data = DatasetProtocols.Open(small, task, oracle.PathOf("cifar100-binary"), OpenOptions.Default);
        (data.Train.Count, data.Validation!.Count, data.Test.Count).ShouldBe((4, 3, 4));
        string[] sources = [.. Sources(data.Train), .. Sources(data.Validation)];
        sources.ShouldBeUnique();
        data.Name.ShouldBe("vtab-1k/cifar100");
        data.Train.Identity.ShouldContain("vtab-1k/cifar100 train800: own order, seed 0");
        data.Notes.ShouldHaveSingleItem().ShouldContain("does not stand beside a published one");
        var again = DatasetProtocols.Open(small, task, oracle.PathOf("cifar100-binary"), OpenOptions.Default);
        Sources(again.Train).ShouldBe(Sources(data.Train));
        data.JoinValidation().Train.Count.ShouldBe(7);
    }

    [Theory]
    [InlineData("train[:9]", 9, "takes the images 0 to 9 of cifar100/train, which has 8 here")]
    [InlineData("validation[:2]", 2, "is cut out of the split validation, and the files here give only train, test")]
    [InlineData("train, the best ones", 2, "which cannot be had from the files alone")]
    public void Open_ARuleThatTheFilesCannotFollow_SaysWhy(string rule, int count, string says)
    {
        var small = DatasetOracle.WithCounts("cifar100", ("train", 8), ("test", 4));
        var task = Task(
            "vtab-1k/cifar100",
            ("train800", count, $"cifar100: {rule}"),
            ("val200", 1, "cifar100: train[5:6]"),
            ("test", 4, "cifar100: test")
        );
        Should
            .Throw<DatasetNotFoundException>(() =>
                DatasetProtocols.Open(small, task, oracle.PathOf("cifar100-binary"), OpenOptions.Default)
            )
            .Message.ShouldContain(says);
    }

    [Theory]
    [InlineData("azimuth", 18, "340 degrees")]
    [InlineData("elevation", 9, "70 degrees")]
    public void Open_SmallNorbByAnAngle_HasItsClassesAndLabels(string angle, int classes, string last)
    {
        var small = DatasetOracle.WithCounts("smallnorb", ("train", 5), ("test", 3));
        var task = Task(
            $"vtab-1k/smallnorb-{angle}",
            ("train800", 5, "smallnorb: train[:5]"),
            ("val200", 1, "smallnorb: test[:1]"),
            ("test", 2, "smallnorb: test[1:]")
        );
        task = task with { Reads = small.Protocols.Single(p => p.Name == task.Name).Reads };
        var data = DatasetProtocols.Open(small, task, oracle.PathOf("smallnorb"), OpenOptions.Default);
        (data.Classes.Count, data.Classes[^1]).ShouldBe((classes, last));
        // All five: in the order of the file.
        Enumerable
            .Range(0, 5)
            .Select(data.Train.Label)
            .ShouldBe(oracle["smallnorb", "train", angle].EnumerateArray().Select(value => value.GetInt32()));
        data.Test.Count.ShouldBe(2);
    }

    [Fact]
    public void Open_Flowers_TakesTrainingAndValidationApart()
    {
        var small = DatasetOracle.WithCounts("flowers102", ("trnid", 3), ("valid", 2), ("test", 7));
        var task = Task(
            "vtab-1k/flowers102",
            ("train800", 2, "oxford_flowers102: train[:2]"),
            ("val200", 1, "oxford_flowers102: validation[:1]"),
            ("test", 7, "oxford_flowers102: test")
        );
        var data = DatasetProtocols.Open(small, task, oracle.PathOf("flowers"), OpenOptions.Default);
        // trnid holds 3, 1 and 7; of valid's 12 and 4 the latter is not there.
        Sources(data.Train).ShouldBeSubsetOf(Images(3, 1, 7));
        Sources(data.Validation!).ShouldBe(Images(12));
        data.Notes.ShouldContain(note =>
            note.Contains("flowers102/test: 1 of 7 listed images are not there", StringComparison.Ordinal)
        );
        data.Notes.ShouldContain(note =>
            note.Contains("flowers102/valid: 1 of 2 listed images are not there", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Open_ASetWithoutSplits_IsCutOutOfTheWhole()
    {
        var manifest = DatasetManifests.Get("eurosat") with { Classes = ["a", "b"], ClassCount = 2 };
        for (var i = 0; i < 10; i++)
        {
            _folder.Write(TestImages.Noise(4, 4, i).ToPng(), "eurosat", "2750", i % 2 == 0 ? "a" : "b", $"{i}.png");
        }
        var task = Task(
            "vtab-1k/eurosat",
            ("train800", 3, "eurosat/rgb:2.*.*: train[:3]"),
            ("val200", 2, "eurosat/rgb:2.*.*: train[6:8]"),
            ("test", 2, "eurosat/rgb:2.*.*: train[8:]")
        );
        var data = DatasetProtocols.Open(manifest, task, _folder.Path, OpenOptions.Default);
        string[] sources = [.. Sources(data.Train), .. Sources(data.Validation!), .. Sources(data.Test)];
        sources.Length.ShouldBe(7);
        sources.ShouldBeUnique();
    }

    [Fact]
    public void Open_AFewShotSet_IsItsWholeSplits()
    {
        var small = DatasetOracle.WithCounts("pets", ("train", 2), ("test", 1));
        List("trainval", "Abyssinian_100 1 1 1\nbeagle_7 5 2 4\n");
        List("test", "beagle_8 5 2 4\n");
        foreach (var image in new[] { "Abyssinian_100", "beagle_7", "beagle_8" })
        {
            _folder.Write(TestImages.Noise(8, 8, 1).ToJpeg(), "oxford-iiit-pet", "images", $"{image}.jpg");
        }
        var task = Task("few-shot/pets", ("train", 2, "oxford_iiit_pet: train"), ("test", 1, "oxford_iiit_pet: test"));
        var data = DatasetProtocols.Open(small, task, _folder.Path, OpenOptions.Default);
        (data.Train.Count, data.Validation, data.Test.Count).ShouldBe((2, null, 1));
        data.Notes.ShouldHaveSingleItem().ShouldContain("data.Subset(shots * 37, seed: s)");
        Should
            .Throw<DatasetFormatException>(() =>
                DatasetProtocols.Open(
                    small,
                    Task("few-shot/pets", ("train", 3, "pets: train"), ("test", 1, "pets: test")),
                    _folder.Path,
                    OpenOptions.Default
                )
            )
            .Message.ShouldContain("its split train has 2 images; expected 3");
    }

    [Theory]
    [InlineData("vtab-1k/cifar100", "vitnb data get cifar100")]
    [InlineData("VTAB/svhn", "vitnb data get svhn")]
    [InlineData("vtab/smallnorb-azimuth", "vitnb data get smallnorb")]
    [InlineData("few-shot/pets", "vitnb data get pets")]
    [InlineData("vtab-1k/clevr-count", "vitnb data get clevr")]
    [InlineData("vtab-1k/dsprites-location", "vitnb data get dsprites")]
    [InlineData("vtab-1k/kitti-distance", "vitnb data get kitti")]
    [InlineData("vtab-1k/patch-camelyon", "vitnb data get patch-camelyon")]
    [InlineData("vtab-1k/dmlab", "vitnb data get dmlab")]
    [InlineData("vtab-1k/retinopathy", "vitnb data get retinopathy")]
    [InlineData("few-shot/imagenet", "which cannot be had from the files alone")]
    public void Open_ATaskByItsName_IsTheSetsOwn(string name, string says)
    {
        Datasets.IsPresent(name, _folder.Path).ShouldBeFalse();
        Should.Throw<DatasetNotFoundException>(() => Datasets.Open(name, _folder.Path)).Message.ShouldContain(says);
    }

    [Fact]
    public void Tasks_AreThoseOfTheSetsThatAreRead()
    {
        Datasets.Tasks.ShouldContain("vtab-1k/cifar100");
        Datasets.Tasks.ShouldContain("vtab-1k/smallnorb-elevation");
        Datasets.Tasks.Count(task => task.StartsWith("vtab-1k/", StringComparison.Ordinal)).ShouldBe(19);
        Datasets.Tasks.ShouldBeUnique();
    }

    private static ManifestProtocol Task(string name, params (string Split, int Count, string Rule)[] splits) =>
        new(
            name,
            null,
            "the class",
            null,
            [.. splits.Select(split => new ManifestSplit(split.Split, split.Count, [], split.Rule))],
            "this test"
        );

    private static string[] Sources(IImageDataset data) => [.. Enumerable.Range(0, data.Count).Select(data.Source)];

    private string[] Images(params int[] ids) =>
        [.. ids.Select(id => oracle.PathOf("flowers", "flowers-102", "jpg", $"image_{id:D5}.jpg"))];

    private void List(string name, string text) =>
        _folder.Write(Encoding.UTF8.GetBytes(text), "oxford-iiit-pet", "annotations", $"{name}.txt");
}
