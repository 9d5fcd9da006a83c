using System.Text;
using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

public sealed class DatasetsTests : IDisposable
{
    private readonly DataFolder _folder = new();

    [Fact]
    public void Names_AreThoseOfTheManifestsThatHaveAReader()
    {
        string[] papers =
        [
            "cifar10",
            "cifar100",
            "flowers102",
            "svhn",
            "imagenet1k",
            "imagenet100",
            "domainnet-clipart",
            "shapes",
        ];
        papers.ShouldBeSubsetOf(Datasets.Names);
        Datasets.Names.ShouldNotContain("imagenet-real");
        Datasets.Names.ShouldBeUnique();
    }

    [Theory]
    [InlineData("cifar-100", "cifar100")]
    [InlineData("CIFAR100", "cifar100")]
    [InlineData("imagenet-1k", "imagenet1k")]
    [InlineData("Sketch", "domainnet-sketch")]
    public void Get_AnAliasInAnyCase_IsTheManifest(string name, string manifest) =>
        DatasetManifests.Get(name).Name.ShouldBe(manifest);

    [Theory]
    [InlineData("cifar110", "cifar100")]
    [InlineData("flower102", "flowers102")]
    [InlineData("imagenet1000", "imagenet100")]
    public void Open_AWrongName_NamesTheNearest(string name, string nearest)
    {
        Should
            .Throw<DatasetNotFoundException>(() => Datasets.Open(name))
            .Message.ShouldMatch($"did you mean ([a-z0-9-]+ or )?{nearest}\\b");
        Should
            .Throw<DatasetNotFoundException>(() => DatasetManifests.Get(name))
            .Message.ShouldMatch($"did you mean ([a-z0-9-]+ or )?{nearest}\\b");
    }

    [Fact]
    public void Open_WhatHasNoReader_SaysHowItBecomesAFolder()
    {
        DatasetManifest[] without = [.. DatasetManifests.All.Where(manifest => manifest.Format is null)];
        without.Select(manifest => manifest.Name).ShouldBe(["imagenet-real"]); // several labels an image
        foreach (var manifest in without)
        {
            var message = Should
                .Throw<DatasetNotFoundException>(() => Datasets.Open(manifest.Name, _folder.Path))
                .Message;
            message.ShouldContain("no reader for its layout");
            message.ShouldContain(manifest.Conversion.ShouldNotBeNull(manifest.Name));
        }
        Should
            .Throw<DatasetNotFoundException>(() => Datasets.Open("real-labels", _folder.Path))
            .Message.ShouldContain("read real.json with RealLabels.Read");
        // A manifest of one's own need not say it.
        Should
            .Throw<DatasetNotFoundException>(() =>
                Datasets.Open(DatasetManifests.Get("real-labels") with { Conversion = null }, _folder.Path)
            )
            .Message.ShouldContain("one folder a class each");
    }

    [Fact]
    public void Open_EveryNameWithoutItsFiles_SaysHowToFetchThem()
    {
        foreach (var name in Datasets.Names.Where(name => name != "shapes"))
        {
            Datasets.IsPresent(name, _folder.Path).ShouldBeFalse(name);
            DataException error = Should.Throw<DatasetNotFoundException>(() => Datasets.Open(name, _folder.Path), name);
            error.Message.ShouldContain(_folder.Path, Case.Sensitive, name);
            if (DatasetManifests.Get(name).Format != "numbered-folders")
            {
                error.Message.ShouldContain($"vitnb data get {name}", Case.Sensitive, name);
            }
        }
    }

    [Theory] // the archive's folder has been called either way
    [InlineData("imagenetv2-matched-frequency")]
    [InlineData("imagenetv2-matched-frequency-format-val")]
    [InlineData("imagenetv2-matched-frequency", "imagenetv2-matched-frequency-format-val")]
    public void Open_NumberedFolders_AreInTheOrderOfTheNumbers(params string[] folder)
    {
        var manifest = DatasetManifests.Get("imagenetv2") with
        {
            ClassCount = 11,
            Classes = [.. Enumerable.Range(0, 11).Select(i => $"class {i}")],
            ClassTitles = [],
            Splits = [DatasetManifests.Get("imagenetv2").Split("test") with { Count = 11 }],
        };
        for (var i = 0; i < 11; i++)
        {
            _folder.Write(TestImages.Noise(8, 8, i).ToPng(), [.. folder, $"{i}", "x.png"]);
        }
        Datasets.IsPresent("imagenetv2", _folder.Path).ShouldBeTrue();
        var data = Datasets.Open(manifest, _folder.Path);
        Enumerable
            .Range(0, 11)
            .Select(i => (data.Test.Label(i), Path.GetFileName(Path.GetDirectoryName(data.Test.Source(i)))))
            .ShouldBe(Enumerable.Range(0, 11).Select(i => (i, (string?)$"{i}")));
        data.Classes[10].ShouldBe("class 10");
        data.Train.Count.ShouldBe(0);
    }

    [Fact]
    public void Open_AnOwnManifestOfFolders_LooksBesideItself()
    {
        var json = """
            {"name":"mine","title":"Mine","format":"image-folders","folder":"here","homepage":"https://x.org/","licence":"mine","citation":"me",
             "splits":{"train":{"rule":"train"},"test":{"files":["held-out"]}},"classOrder":"folders, as texts",
             "normalization":{"mean":[0.5,0.5,0.5],"std":[0.2,0.2,0.2],"source":"me","own":{"mean":[0.4,0.4,0.4],"std":[0.3,0.3,0.3],"source":"me"}}}
            """;
        var path = _folder.Write(Encoding.UTF8.GetBytes(json), "mine.json");
        foreach (var split in new[] { "train", "held-out" })
        {
            _folder.Write(TestImages.Noise(8, 8, 1).ToPng(), "here", split, "cat", "1.png");
            _folder.Write(TestImages.Noise(8, 8, 1).ToPng(), "here", split, "dog", "1.png");
        }
        var data = Datasets.Open(DatasetManifest.Read(path), _folder.Path);
        data.Name.ShouldBe("mine");
        data.Classes.ShouldBe(["cat", "dog"]);
        data.Test.Source(0).ShouldContain("held-out");
        data.Preprocessing.Mean.ShouldBe([0.5f, 0.5f, 0.5f]);
        data.Preprocessing.Std.ShouldBe([0.2f, 0.2f, 0.2f]);
        data.Standard().Preprocessing.Mean.ShouldBe([0.4f, 0.4f, 0.4f]);
        data.Standard().Preprocessing.Std.ShouldBe([0.3f, 0.3f, 0.3f]);
    }

    [Fact]
    public void Open_AnOwnManifestOfAPublishedLayout_TakesItsOwnFolderAndNoOther()
    {
        SyntheticShapes.WriteCifar(_folder["cifar-10-batches-bin"], new ShapesOptions { Train = 50, Test = 20 });
        var mine = DatasetManifests.Get("cifar10") with { Name = "mine", Folder = "mine", Contents = [] };
        Should
            .Throw<DatasetNotFoundException>(() => Datasets.Open(mine, _folder.Path))
            .Message.ShouldContain(_folder["mine"]);
        SyntheticShapes.WriteCifar(_folder["mine"], new ShapesOptions { Train = 30, Test = 20 });
        Datasets.Open(mine, _folder.Path).Train.Count.ShouldBe(30);
    }

    public void Dispose() => _folder.Dispose();
}
