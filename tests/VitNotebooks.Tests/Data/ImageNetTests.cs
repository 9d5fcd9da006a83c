using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

[Collection(DatasetOracleCollection.Name)]
public sealed class ImageNetTests(DatasetOracle oracle) : IDisposable
{
    private static readonly string[] s_wnids = ["n01440764", "n02119789", "n03255030"];

    // Three classes of the thousand, in the oracle's order of ILSVRC2012_IDs.
    private static readonly DatasetManifest s_small = DatasetOracle.WithCounts(
        "imagenet1k",
        ("train", 6),
        ("val", 6)
    ) with
    {
        ClassCount = 3,
        Classes = s_wnids,
        ClassTitles = [],
        PublisherOrder = ["n02119789", "n01440764", "n03255030"],
    };

    private readonly DataFolder _folder = new();

    [Theory]
    [InlineData("ustar")]
    [InlineData("gnu")]
    [InlineData("pax")]
    public void Open_TheArchivesAsTheyAre_IsWhatPythonWrote(string form)
    {
        var data = Datasets.Open(s_small, oracle.PathOf($"imagenet-{form}"));
        DatasetOracle.Check(data.Train, oracle["imagenet", form, "train"]);
        DatasetOracle.Check(data.Test, oracle["imagenet", form, "val"]);
        data.Classes.ShouldBe(s_wnids);
        data.Test.Source(0).ShouldContain("ILSVRC2012_img_val.tar, ILSVRC2012_val_00000001.JPEG at byte ");
        data.Train.Identity.ShouldStartWith("imagenet1k/train 6 images sha256:");
    }

    [Theory]
    [InlineData("ustar")]
    [InlineData("pax")]
    public void OpenSplit_AFlatFolderWithTheKit_HasTheSameLabels(string form) =>
        DatasetOracle.Check(
            ImageNet.OpenSplit(oracle.PathOf($"imagenet-{form}-flat", "imagenet"), "val", s_small),
            oracle["imagenet", form, "val"]
        );

    [Fact]
    public void OpenSplit_ClassFolders_AreInTheOrderOfTheWnids()
    {
        foreach (var wnid in s_wnids.Append("n99999999"))
        {
            _folder.Write(TestImages.Noise(8, 8, 1).ToJpeg(), "train", wnid, "1.JPEG");
        }
        var data = ImageNet.OpenSplit(_folder.Path, "train", s_small);
        data.Count.ShouldBe(3); // a folder of another class is not this set's
        Enumerable.Range(0, 3).Select(data.Label).ShouldBe([0, 1, 2]);
        Directory.Delete(_folder["train", "n02119789"], recursive: true);
        Should
            .Throw<DatasetNotFoundException>(() => ImageNet.OpenSplit(_folder.Path, "train", s_small))
            .Message.ShouldContain("1 of the 3 class folders of imagenet1k/train are missing: n02119789");
    }

    [Fact]
    public void Open_ASubsetOfTheClasses_TakesItOutOfTheWholeArchives()
    {
        var part = DatasetOracle.WithCounts("imagenet100", ("train", 4), ("val", 2)) with
        {
            ClassCount = 2,
            Classes = ["n01440764", "n03255030"],
            ClassTitles = [],
        };
        // The kit numbers all classes of ImageNet-1K: its IDs 1..3 are kit fox, English setter, Siberian husky.
        var root = oracle.PathOf("imagenet-gnu");
        var train = ImageNet.OpenSplit(Path.Combine(root, "imagenet"), "train", part);
        train.Count.ShouldBe(4);
        Enumerable.Range(0, 4).Select(train.Label).Order().ShouldBe([0, 0, 1, 1]);
        var husky = ImageNet.OpenSplit(
            Path.Combine(root, "imagenet"),
            "val",
            part with
            {
                Classes = ["n02110185"],
                ClassCount = 1,
            }
        );
        husky.Count.ShouldBe(2);
    }

    [Fact]
    public void Open_AnArchiveWithAnotherCount_NamesBoth() =>
        Should
            .Throw<DatasetFormatException>(() =>
                Datasets.Open(
                    s_small with
                    {
                        Splits = DatasetOracle.WithCounts("imagenet1k", ("train", 7), ("val", 6)).Splits,
                    },
                    oracle.PathOf("imagenet-gnu")
                )
            )
            .Message.ShouldContain("imagenet1k/train: 6 images are listed; expected 7");

    [Fact]
    public void OpenSplit_WithoutTheKit_SaysWhatIsMissing()
    {
        Copy("ILSVRC2012_img_val.tar");
        Should
            .Throw<DatasetNotFoundException>(() => ImageNet.OpenSplit(_folder.Path, "val", s_small))
            .Message.ShouldContain("ILSVRC2012_devkit_t12.tar.gz");
    }

    [Theory]
    [InlineData("1\n2\n3\n1\n2\n", "6 images, and the development kit has 5 labels")]
    [InlineData("1\n2\n3\n1\n2\n4\n", "line 6 is '4'; expected an ILSVRC2012_ID, 1..3")]
    [InlineData("1\n2\nthree\n", "line 3 is 'three'")]
    public void OpenSplit_AKitThatDoesNotFit_Throws(string labels, string says)
    {
        Copy("ILSVRC2012_img_val.tar");
        _folder.Write(
            System.Text.Encoding.ASCII.GetBytes(labels),
            "ILSVRC2012_devkit_t12",
            "data",
            "ILSVRC2012_validation_ground_truth.txt"
        );
        Should
            .Throw<DatasetFormatException>(() => ImageNet.OpenSplit(_folder.Path, "val", s_small))
            .Message.ShouldContain(says);
    }

    [Fact]
    public void OpenSplit_TruncatedTar_Throws()
    {
        var whole = File.ReadAllBytes(oracle.PathOf("imagenet-gnu", "imagenet", "ILSVRC2012_img_train.tar"));
        // The last bytes are the end mark and zeros that fill the record.
        var end = whole.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
        for (var length = 100; length < end; length += 997)
        {
            _folder.Write(whole[..length], "ILSVRC2012_img_train.tar");
            Should
                .Throw<DatasetFormatException>(() => ImageNet.OpenSplit(_folder.Path, "train", s_small))
                .Message.ShouldContain("truncated");
        }
    }

    [Fact]
    public void Read_AfterTheTarBecameShorter_SaysSo()
    {
        Copy("ILSVRC2012_img_train.tar");
        var data = ImageNet.OpenSplit(_folder.Path, "train", s_small);
        using (var file = File.OpenWrite(_folder["ILSVRC2012_img_train.tar"]))
        {
            file.SetLength(2048);
        }
        Should.Throw<DatasetFormatException>(() => data.Read(5)).Message.ShouldContain("became shorter");
    }

    [Fact]
    public void OpenSplit_NothingThere_SaysHowToGetIt() =>
        Should
            .Throw<DatasetNotFoundException>(() => Datasets.Open("imagenet", _folder.Path))
            .Message.ShouldContain("vitnb data get imagenet1k");

    public void Dispose() => _folder.Dispose();

    private void Copy(string name) =>
        _folder.Write(File.ReadAllBytes(oracle.PathOf("imagenet-gnu", "imagenet", name)), name);
}
