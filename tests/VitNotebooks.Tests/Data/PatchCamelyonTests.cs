using Shouldly;
using VitNotebooks.Data;
using VitNotebooks.Data.Codecs;
using VitNotebooks.Data.Manifests;
using Xunit;

namespace VitNotebooks.Tests.Data;

[Collection(Hdf5OracleCollection.Name)]
public sealed class PatchCamelyonTests(Hdf5Oracle oracle) : IDisposable
{
    private static readonly DatasetManifest s_small = DatasetOracle.WithCounts(
        "patch-camelyon",
        ("train", 7),
        ("val", 5),
        ("test", 4)
    );
    private readonly DataFolder _folder = new();

    [Fact]
    public void Open_TheFiles_AreWhatH5pyWrote()
    {
        Datasets.IsPresent("pcam", oracle.PathOf("pcam")).ShouldBeTrue();
        var data = Datasets.Open(s_small, oracle.PathOf("pcam"));
        DatasetOracle.Check(data.Train, oracle["patch_camelyon", "train"]);
        DatasetOracle.Check(data.Validation!, oracle["patch_camelyon", "valid"]);
        DatasetOracle.Check(data.Test, oracle["patch_camelyon", "test"]);
        data.Classes.ShouldBe(["no tumour", "tumour"]);
        data.Train.Source(2).ShouldEndWith("camelyonpatch_level_2_split_train_x.h5, image 2");
        data.Train.Remarks.ShouldBeEmpty();
        data.Validation!.Remarks.ShouldHaveSingleItem().ShouldContain("val: an image is unpacked with 1 others");
        Should
            .Throw<DatasetFormatException>(() => Datasets.Open("pcam", oracle.PathOf("pcam")))
            .Message.ShouldContain("7 images are listed; expected 262,144");
    }

    [Fact]
    public void Open_StoppedOrWithADamagedSplit_LeavesNoFileOpen()
    {
        foreach (var file in Directory.GetFiles(oracle.PathOf("pcam", "pcam")))
        {
            _folder.Write(File.ReadAllBytes(file), "pcam", Path.GetFileName(file));
        }
        using (var whole = Datasets.Open(s_small, _folder.Path))
        {
            HeldOpen().ShouldBe(3);
        }
        HeldOpen().ShouldBe(0);

        // At the second split, when the first is open.
        using var stop = new CancellationTokenSource();
        var words = new StopAt(2, stop);
        var options = new OpenOptions
        {
            Root = _folder.Path,
            Progress = words,
            CancellationToken = stop.Token,
        };
        Should.Throw<OperationCanceledException>(() => Datasets.Open(s_small, options));
        words.Heard.ShouldBe(2);
        HeldOpen().ShouldBe(0);

        File.WriteAllBytes(_folder["pcam", "camelyonpatch_level_2_split_test_y.h5"], [1, 2, 3]);
        Should.Throw<DatasetFormatException>(() => Datasets.Open(s_small, _folder.Path));
        HeldOpen().ShouldBe(0);
    }

    // Linux lists what a process holds open.
    private int HeldOpen() =>
        Directory
            .EnumerateFiles("/proc/self/fd")
            .Count(link => TargetOf(link)?.StartsWith(_folder.Path, StringComparison.Ordinal) ?? false);

    private static string? TargetOf(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget;
        }
        catch (IOException)
        {
            return null; // closed in between
        }
    }

    private sealed class StopAt(int word, CancellationTokenSource stop) : IProgress<DatasetProgress>
    {
        public int Heard { get; private set; }

        public void Report(DatasetProgress value)
        {
            if (++Heard == word)
            {
                stop.Cancel();
            }
        }
    }

    [Fact]
    public void Open_TheTaskOfVtab_TakesTheValidationSplitToChooseBy()
    {
        var task = s_small.Protocols.Single() with
        {
            Splits =
            [
                new ManifestSplit("train800", 4, [], "patch_camelyon:2.*.*: train[:4]"),
                new ManifestSplit("val200", 2, [], "patch_camelyon:2.*.*: validation[:2]"),
                new ManifestSplit("test", 4, [], "patch_camelyon:2.*.*: test"),
            ],
        };
        var data = DatasetProtocols.Open(s_small, task, oracle.PathOf("pcam"), OpenOptions.Default);
        (data.Train.Count, data.Validation!.Count, data.Test.Count).ShouldBe((4, 2, 4));
        data.Validation.Source(0).ShouldContain("split_valid_x.h5");
    }

    [Fact]
    public void Read_FromSeveralThreads_IsTheSameImage()
    {
        var data = Open("valid", "valid");
        byte[][] images = [.. Enumerable.Range(0, data.Count).Select(i => data.Read(i).Pixels.ToArray())];
        Parallel.For(0, 64, i => data.Read(i % data.Count).Pixels.ToArray().ShouldBe(images[i % images.Length]));
    }

    [Fact]
    public void Identity_OfOtherImages_IsAnother()
    {
        var images = File.ReadAllBytes(PathOf("train", "x"));
        var before = Open("train", "train").Identity;
        var copy = _folder.Write(images, "x.h5");
        PatchCamelyon.Open(copy, PathOf("train", "y"), "pcam").Identity.ShouldBe(before);
        images[^1] ^= 1;
        _folder.Write(images, "y.h5");
        PatchCamelyon.Open(_folder["y.h5"], PathOf("train", "y"), "pcam").Identity.ShouldNotBe(before);
    }

    [Fact]
    public void Read_AnImageThatDoesNotUnpack_IsBrokenAndListed()
    {
        var bytes = File.ReadAllBytes(PathOf("valid", "x"));
        bytes.AsSpan(bytes.Length - 2000, 1000).Clear();
        var data = PatchCamelyon.Open(_folder.Write(bytes, "x.h5"), PathOf("valid", "y"), "pcam");
        var broken = Enumerable.Range(0, data.Count).Count(i => Fails(data, i));
        broken.ShouldBeInRange(1, 2); // a chunk holds half of two images
        data.Broken.Count.ShouldBe(broken);
        data.Broken[0].Reason.ShouldContain("has a chunk at byte ");
    }

    [Fact]
    public void Open_FilesThatDoNotFit_SaysWhich()
    {
        Should
            .Throw<DatasetFormatException>(() => Open("train", "test"))
            .Message.ShouldContain("'x' has 7 images, and there are 4 labels in ");
        Should
            .Throw<DatasetFormatException>(() => PatchCamelyon.Open(PathOf("train", "x"), PathOf("train", "x"), "x"))
            .Message.ShouldContain("it has no 'y'");
        Should
            .Throw<DatasetNotFoundException>(() => PatchCamelyon.Open(_folder["x.h5"], PathOf("train", "y"), "x"))
            .Message.ShouldBe($"{_folder["x.h5"]} is missing. Fetch the set again: vitnb data get patch-camelyon.");
        _folder.Write([1], "x.h5.gz");
        Should
            .Throw<DatasetNotFoundException>(() => PatchCamelyon.Open(_folder["x.h5"], PathOf("train", "y"), "x"))
            .Message.ShouldContain("its .gz file is there: unpack it");
    }

    [Fact]
    public void Open_ALabelThatIsNeither0Nor1_IsNamed()
    {
        var bytes = File.ReadAllBytes(PathOf("train", "y"));
        bytes[^1] = 2; // the labels, a byte each, end the file
        var path = _folder.Write(bytes, "y.h5");
        Should
            .Throw<DatasetFormatException>(() => PatchCamelyon.Open(PathOf("train", "x"), path, "x"))
            .Message.ShouldContain("'y' has 2 as number 6; expected 0 to 1");
    }

    public void Dispose() => _folder.Dispose();

    private static bool Fails(PatchCamelyon data, int index)
    {
        try
        {
            data.Read(index);
            return false;
        }
        catch (BrokenImageException)
        {
            return true;
        }
    }

    private PatchCamelyon Open(string images, string labels) =>
        PatchCamelyon.Open(PathOf(images, "x"), PathOf(labels, "y"), "pcam");

    private string PathOf(string split, string what) =>
        oracle.PathOf("pcam", "pcam", $"camelyonpatch_level_2_split_{split}_{what}.h5");
}
