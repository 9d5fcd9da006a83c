using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

public sealed class UnsplitFoldersTests : IDisposable
{
    private readonly DataFolder _folder = new();

    [Fact]
    public void Open_EuroSat_IsDividedAsVtabDoesWithEveryImageOnce()
    {
        // 60, 20 and 20 of a hundred, as 16,200, 5,400 and 5,400 of 27,000.
        var manifest = DatasetManifests.Get("eurosat");
        foreach (var name in manifest.Classes)
        {
            Fill(10, "eurosat", "2750", name);
        }
        var data = Datasets.Open("eurosat", _folder.Path);
        (data.Train.Count, data.Validation!.Count, data.Test.Count).ShouldBe((60, 20, 20));
        data.Notes.ShouldBe([
            "eurosat: 100 of 27,000 images are here; the splits are the same shares of them as of all.",
        ]);
        foreach (var split in new[] { data.Train, data.Validation, data.Test })
        {
            split.Classes.ShouldBe(manifest.Classes);
            Enumerable.Range(0, split.Count).CountBy(split.Label).ShouldAllBe(c => c.Value == split.Count / 10);
            split.Identity.ShouldContain("own split, seed 0");
        }
        string[] sources = [.. Sources(data.Train), .. Sources(data.Validation), .. Sources(data.Test)];
        sources.ShouldBeUnique();
        sources.Length.ShouldBe(100);
        // The same images always: no clock, no order of the disk.
        var again = Datasets.Open("eurosat", _folder.Path);
        Sources(again.Test).ShouldBe(Sources(data.Test));
        Datasets.IsPresent("eurosat", _folder.Path).ShouldBeTrue();
        // Other sizes choose other images, also where a split keeps its size.
        ManifestSplit[] turned =
        [
            .. manifest.Splits.Select(s =>
                s.Name is "train" ? s with { Count = 10_800 }
                : s.Name is "test" ? s with { Count = 10_800 }
                : s
            ),
        ];
        var other = Datasets.Open(manifest with { Splits = turned }, _folder.Path);
        other.Validation!.Count.ShouldBe(20);
        other.Validation.Identity.ShouldNotBe(data.Validation.Identity);
        other.Train.Identity.ShouldNotBe(data.Train.Identity);
    }

    [Fact]
    public void Open_Caltech101Whole_TrainsOnThirtyOfEachClass()
    {
        var manifest = DatasetManifests.Get("caltech101") with
        {
            ClassCount = 3,
            Classes = ["accordion", "BACKGROUND_Google", "barrel"],
            Splits =
            [
                new ManifestSplit("train", 90, [], "x"),
                new ManifestSplit("test", 25, [], "x"),
                new ManifestSplit("all", 115, ["101_ObjectCategories"], "x"),
            ],
        };
        Fill(31, "caltech101", "101_ObjectCategories", "accordion");
        Fill(50, "caltech101", "101_ObjectCategories", "BACKGROUND_Google");
        Fill(34, "caltech101", "101_ObjectCategories", "barrel");
        var data = Datasets.Open(manifest, _folder.Path);
        Enumerable.Range(0, 90).CountBy(data.Train.Label).ShouldAllBe(count => count.Value == 30);
        Enumerable.Range(0, 25).CountBy(data.Test.Label).OrderBy(c => c.Key).Select(c => c.Value).ShouldBe([1, 20, 4]);
        data.Validation.ShouldBeNull();
        data.Classes[1].ShouldBe("BACKGROUND_Google");
        data.Notes.ShouldBeEmpty();
        Fill(32, "caltech101", "101_ObjectCategories", "accordion");
        Should
            .Throw<DatasetFormatException>(() => Datasets.Open(manifest, _folder.Path))
            .Message.ShouldContain("116 images are in ");
    }

    [Fact]
    public void Open_AnOwnManifest_SaysHowManyAreChosen()
    {
        var mine = DatasetManifests.Get("eurosat") with
        {
            Name = "mine",
            Folder = "mine",
            ClassCount = 2,
            Classes = [],
            Splits = [new ManifestSplit("train", 6, [], "x")],
        };
        Fill(5, "mine", "cat");
        Fill(5, "mine", "dog");
        var data = Datasets.Open(mine, _folder.Path);
        (data.Train.Count, data.Test.Count, data.Classes[1]).ShouldBe((6, 4, "dog"));
        var tested = Datasets.Open(mine with { Splits = [new ManifestSplit("test", 2, [], "x")] }, _folder.Path);
        (tested.Train.Count, tested.Validation, tested.Test.Count).ShouldBe((8, null, 2));
        Should
            .Throw<ManifestException>(() =>
                Datasets.Open(mine with { Splits = [new ManifestSplit("all", 10, [], "x")] }, _folder.Path)
            )
            .Message.ShouldContain("must say how many images are chosen");
    }

    [Fact]
    public void Open_AClassWithoutFolder_IsNamed()
    {
        Fill(3, "resisc45", "NWPU-RESISC45", "airplane");
        Should
            .Throw<DatasetNotFoundException>(() => Datasets.Open("resisc45", _folder.Path))
            .Message.ShouldContain("44 of the 45 class folders of resisc45 are missing: airport");
    }

    [Theory]
    [InlineData("uc-merced", "UCMerced_LandUse", "Images", "agricultural")]
    [InlineData("col-hist", "Kather_texture_2016_image_tiles_5000", "01_TUMOR", ".")]
    public void Open_TiffFiles_SaysHowTheyBecomePng(string name, params string[] folder)
    {
        _folder.Write([0x49, 0x49, 0x2A, 0], [.. folder, "a.tif"]);
        var message = Should.Throw<DatasetFormatException>(() => Datasets.Open(name, _folder.Path)).Message;
        message.ShouldContain("TIFF files are not read");
        message.ShouldContain("mogrify -format png");
    }

    public void Dispose() => _folder.Dispose();

    private void Fill(int count, params string[] folder)
    {
        var image = TestImages.Noise(4, 4, count).ToPng();
        for (var i = 0; i < count; i++)
        {
            _folder.Write(image, [.. folder, $"{i}.png"]);
        }
    }

    private static string[] Sources(IImageDataset data) => [.. Enumerable.Range(0, data.Count).Select(data.Source)];
}
