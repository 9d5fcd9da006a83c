using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

public sealed class ImageFolderTests : IDisposable
{
    private readonly DataFolder _folder = new();

    [Fact]
    public void Open_ClassFolders_AreInOrdinalOrderLikeTorchvisions()
    {
        foreach (var c in new[] { "b", "10", "2", "Zebra", "1" })
        {
            Add("train", c, "x.png");
            Add("val", c, "x.png");
        }
        var data = Datasets.Open(_folder.Path);
        data.Classes.ShouldBe(["1", "10", "2", "Zebra", "b"]);
        Enumerable.Range(0, 5).Select(data.Train.Label).ShouldBe([0, 1, 2, 3, 4]);
        data.ImageSize.ShouldBe(224);
    }

    [Fact]
    public void Open_FilesOfAClass_AreInOrderWithSubfoldersAfter()
    {
        Add("train", "a", "10.png");
        Add("train", "a", "2.jpg");
        Add("train", "a", "sub", "1.png");
        _folder.Write([1, 2, 3], "train", "a", "readme.txt");
        var data = new ImageFolder(_folder["train"]);
        Enumerable
            .Range(0, 3)
            .Select(i => Path.GetRelativePath(_folder["train", "a"], data.Source(i)))
            .ShouldBe(["10.png", "2.jpg", "sub/1.png"]);
        data.IgnoredFiles.ShouldBe(1);
        data.ToString().ShouldContain("1 files that are no images left out");
    }

    [Fact]
    public void Open_ValAndTest_KeepsValForValidation()
    {
        foreach (var split in new[] { "train", "val", "test" })
        {
            Add(split, "a", $"{split}.png");
        }
        var data = Datasets.Open(_folder.Path);
        data.Test.Source(0).ShouldEndWith("test.png");
        data.Validation!.Source(0).ShouldEndWith("val.png");
    }

    [Fact]
    public void Identity_ImageReplacedByOneOfTheSameLength_IsAnother()
    {
        var image = new byte[20_000];
        var path = _folder.Write(image, "train", "a", "1.png");
        Add("train", "b", "1.png");
        ImageFolder before = new(_folder["train"]);
        before.Identity.ShouldStartWith("train 2 files sha256:");
        new ImageFolder(_folder["train"]).Identity.ShouldBe(before.Identity);
        var ends = before.ContentHash(mostBytes: 1);
        ends.Whole.ShouldBeFalse();

        image[10_000] = 1;
        File.WriteAllBytes(path, image);
        ImageFolder middle = new(_folder["train"]);
        middle.Identity.ShouldNotBe(before.Identity);
        middle.ContentHash(mostBytes: 1).ShouldBe(ends);

        image[^1] = 1;
        File.WriteAllBytes(path, image);
        new ImageFolder(_folder["train"]).ContentHash(mostBytes: 1).ShouldNotBe(ends);
    }

    [Fact]
    public void Open_OneClass_IsADatasetOfOneClass()
    {
        Add("train", "a", "1.png");
        Add("val", "a", "1.png");
        var data = Datasets.Open(_folder.Path);
        data.Classes.ShouldBe(["a"]);
        (data.Train.Label(0), data.Test.Label(0)).ShouldBe((0, 0));
    }

    [Fact]
    public void Open_ThousandsOfClasses_FindsEachLabelAtOnce()
    {
        for (var i = 0; i < 3000; i++)
        {
            _folder.Write([1], "train", $"class {i:D5}", "x.png");
        }
        var train = new ImageFolder(_folder["train"]);
        train.Count.ShouldBe(3000);
        Enumerable.Range(0, 3000).Select(train.Label).ShouldBe(Enumerable.Range(0, 3000));
    }

    [Fact]
    [Trait("Category", "OnDemand")]
    public void Open_AMillionFiles_TakesLittleTimeAndMemory()
    {
        for (var c = 0; c < 1000; c++)
        {
            var folder = Directory.CreateDirectory(_folder["train", $"n{c:D8}"]).FullName;
            for (var i = 0; i < 1000; i++)
            {
                File.WriteAllBytes(Path.Combine(folder, $"n{c:D8}_{i}.JPEG"), []);
            }
        }
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var train = new ImageFolder(_folder["train"]);
        clock.Stop();
        var held = GC.GetTotalMemory(forceFullCollection: true) - before;
        train.Count.ShouldBe(1_000_000);
        train.Label(999_999).ShouldBe(999);
        train.Source(1_500).ShouldBe(_folder["train", "n00000001", "n00000001_549.JPEG"]);
        held.ShouldBeLessThan(150L << 20);
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(60));
        GC.KeepAlive(train);
    }

    [Fact]
    public void Identity_OfClassesInAnotherOrder_IsAnother()
    {
        _folder.Write([1], "train", "a", "x.png");
        _folder.Write([2], "train", "b", "x.png");
        var found = new ImageFolder(_folder["train"]);
        new ImageFolder(_folder["train"], ["a", "b"]).Identity.ShouldBe(found.Identity);
        var turned = new ImageFolder(_folder["train"], ["b", "a"]);
        turned.Label(0).ShouldBe(1);
        turned.Identity.ShouldNotBe(found.Identity);
    }

    [Fact]
    public void Open_EmptyClass_NamesIt()
    {
        Add("train", "a", "1.png");
        Directory.CreateDirectory(_folder["train", "b"]);
        var error = Should.Throw<DatasetFormatException>(() => new ImageFolder(_folder["train"]));
        error.File.ShouldBe(_folder["train", "b"]);
        error.Message.ShouldContain("a class without images");
    }

    [Fact]
    public void Open_UnknownClassInTest_NamesIt()
    {
        Add("train", "a", "1.png");
        Add("val", "c", "1.png");
        Should
            .Throw<DatasetFormatException>(() => Datasets.Open(_folder.Path))
            .Message.ShouldContain("a class that the training split does not have");
    }

    [Fact]
    public void Open_AClassMissingInTest_KeepsTheTrainingLabels()
    {
        Add("train", "a", "1.png");
        Add("train", "b", "1.png");
        Add("val", "b", "1.png");
        var data = Datasets.Open(_folder.Path);
        data.Test.Label(0).ShouldBe(1);
        data.Test.Classes.ShouldBe(["a", "b"]);
    }

    [Fact]
    public void Open_NoTrainFolder_SaysWhatIsThere()
    {
        Add("training", "a", "1.png");
        var error = Should.Throw<DatasetNotFoundException>(() => Datasets.Open(_folder.Path));
        error.Message.ShouldContain("train and val (or test)");
        error.Message.ShouldContain("found training");
    }

    [Theory]
    [InlineData("no-such-set")]
    [InlineData("/no/such/folder")]
    public void Open_UnknownName_ListsTheKnown(string name) =>
        Should
            .Throw<DatasetNotFoundException>(() => Datasets.Open(name))
            .Message.ShouldContain("Known names: caltech101, cifar10, cifar100");

    [Fact]
    public void Loader_BrokenJpegInTheMiddle_ThrowsWithItsName()
    {
        var broken = AddWithABrokenOne();
        var data = new ImageFolder(_folder["train"]);
        using var loader = new Loader(
            data,
            Pipeline.Empty.Resize(8).CenterCrop(8),
            new LoaderOptions { BatchSize = 3, Workers = 2 }
        );
        var images = 0;
        var error = Should.Throw<BrokenImageException>(() =>
        {
            foreach (var batch in loader.Epoch(0))
            {
                images += batch.Count;
                batch.Dispose();
            }
        });
        images.ShouldBe(3);
        error.File.ShouldBe(broken);
        data.Broken.ShouldHaveSingleItem().File.ShouldBe(broken);
    }

    [Fact]
    public void Loader_BrokenJpegInTheMiddleSkipped_IsCountedAndListed()
    {
        var broken = AddWithABrokenOne();
        var data = new ImageFolder(_folder["train"]);
        using var loader = new Loader(
            data,
            Pipeline.Empty.Resize(8).CenterCrop(8),
            new LoaderOptions
            {
                BatchSize = 3,
                Workers = 2,
                OnBroken = BrokenImagePolicy.SkipAndCount,
            }
        );
        for (var epoch = 0; epoch < 2; epoch++)
        {
            var counts = new List<int>();
            foreach (var batch in loader.Epoch(epoch))
            {
                counts.Add(batch.Count);
                batch.Dispose();
            }
            counts.ShouldBe([3, 2, 1]);
        }
        loader.Skipped.ShouldBe(2);
        loader.Broken.ShouldHaveSingleItem().File.ShouldBe(broken);
        data.Broken.ShouldHaveSingleItem().Reason.ShouldContain("broken JPEG");
        data.ToString().ShouldContain("1 broken images met so far");
    }

    [Fact]
    public void Identity_OfTheSameFolder_ChangesWithItsFiles()
    {
        Add("train", "a", "1.png");
        var before = new ImageFolder(_folder["train"]).Identity;
        new ImageFolder(_folder["train"]).Identity.ShouldBe(before);
        Add("train", "a", "2.png");
        new ImageFolder(_folder["train"]).Identity.ShouldNotBe(before);
    }

    public void Dispose() => _folder.Dispose();

    private string AddWithABrokenOne()
    {
        for (var i = 0; i < 7; i++)
        {
            Add("train", "a", $"{i}.jpg");
        }
        var broken = _folder["train", "a", "4.jpg"];
        var bytes = File.ReadAllBytes(broken);
        File.WriteAllBytes(broken, bytes[..(bytes.Length / 2)]);
        return broken;
    }

    private void Add(params string[] parts)
    {
        var image = TestImages.Noise(20, 16, parts[^1].GetHashCode(StringComparison.Ordinal));
        _folder.Write(parts[^1].EndsWith(".png", StringComparison.Ordinal) ? image.ToPng() : image.ToJpeg(), parts);
    }
}
