using System.Globalization;
using System.Text;
using Shouldly;
using VitNotebooks.Data;
using VitNotebooks.Data.Codecs;
using VitNotebooks.Data.Manifests;
using Xunit;

namespace VitNotebooks.Tests.Data;

public sealed class ClevrTests : IDisposable
{
    private static readonly DatasetManifest s_small = DatasetOracle.WithCounts("clevr", ("train", 6), ("val", 3));
    private readonly DataFolder _folder = new();

    public ClevrTests()
    {
        // Each bound belongs to the class below it.
        Scenes("train", [3, 8], [10, 8.0000001], [4, 8.01], [5, 8.5], [6, 9.75], [7, 12.5]);
        Scenes("val", [3, 100], [9, 10], [8, 0.5]);
    }

    [Theory]
    [InlineData(ClevrLabel.Count, new[] { 0, 7, 1, 2, 3, 4 }, 8, "3 objects", "10 objects")]
    [InlineData(ClevrLabel.Distance, new[] { 0, 0, 1, 1, 4, 5 }, 6, "up to 8", "over 10")]
    public void OpenSplit_OfEitherLabel_HasVtabsClasses(
        ClevrLabel label,
        int[] labels,
        int classes,
        string first,
        string last
    )
    {
        var data = Clevr.OpenSplit(_folder["CLEVR_v1.0"], "train", label, "x");
        Enumerable.Range(0, data.Count).Select(data.Label).ShouldBe(labels);
        (data.Classes.Count, data.Classes[0], data.Classes[^1]).ShouldBe((classes, first, last));
        Path.GetFileName(data.Source(1)).ShouldBe("CLEVR_train_000001.png");
        data.Read(5).Width.ShouldBe(6);
    }

    [Fact]
    public void Open_ByItsName_TestsOnTheValidationImages()
    {
        Datasets.IsPresent("clevr", _folder.Path).ShouldBeTrue();
        var data = Datasets.Open(s_small, _folder.Path);
        (data.Train.Name, data.Train.Count, data.Test.Name, data.Test.Count).ShouldBe(
            ("clevr/train", 6, "clevr/val", 3)
        );
        data.Classes.Count.ShouldBe(8);
        Should
            .Throw<DatasetFormatException>(() => Datasets.Open("clevr", _folder.Path))
            .Message.ShouldContain("6 images are listed; expected 70,000");
        File.Delete(_folder["CLEVR_v1.0", "images", "val", "CLEVR_val_000001.png"]);
        var part = Datasets.Open(s_small, _folder.Path);
        part.Test.Count.ShouldBe(2);
        part.Notes.ShouldContain(note => note.StartsWith("clevr/val: 1 of 3 listed images", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("count", 8, new[] { 0, 6, 5 })]
    [InlineData("distance", 6, new[] { 5, 4, 0 })]
    public void Open_ATaskOfVtab_TakesItsTestFromValidation(string task, int classes, int[] tests)
    {
        var protocol = s_small.Protocols.Single(p => p.Name == $"vtab-1k/clevr-{task}") with
        {
            Splits =
            [
                new ManifestSplit("train800", 3, [], "clevr:3.*.*: train[:3]"),
                new ManifestSplit("val200", 2, [], "clevr:3.*.*: train[4:6]"),
                new ManifestSplit("test", 3, [], "clevr:3.*.*: validation"),
            ],
        };
        var data = DatasetProtocols.Open(s_small, protocol, _folder.Path, OpenOptions.Default);
        (data.Train.Count, data.Validation!.Count, data.Classes.Count).ShouldBe((3, 2, classes));
        protocol.ClassCount.ShouldBe(classes);
        Enumerable.Range(0, 3).Select(data.Test.Label).ShouldBe(tests);
        Should
            .Throw<ManifestException>(() =>
                DatasetProtocols.Open(s_small, protocol with { Reads = "colour" }, _folder.Path, OpenOptions.Default)
            )
            .Message.ShouldContain("reads is 'colour'; expected one of count, distance");
    }

    [Theory]
    [InlineData("""{"scenes":[]}""", "holds no scenes")]
    [InlineData("""{"info":{}}""", "holds no scenes")]
    [InlineData("""{"scenes":[{"image_filename":"a.png","objects":[]""", "is no JSON (")]
    [InlineData("""{"scenes":[{"objects":[]}]}""", "has no image_filename in scene 0; expected both")]
    [InlineData("""{"scenes":[{"image_filename":"a.png"}]}""", "has no objects in scene 0; expected both")]
    [InlineData(
        """{"scenes":[{"image_filename":"a.png","objects":[{"pixel_coords":[1,2]}]}]}""",
        "has 2 numbers of pixel_coords in object 0 of scene 0; expected three"
    )]
    [InlineData(
        """{"scenes":[{"image_filename":"a.png","objects":[{"pixel_coords":[1,2,1e999]}]}]}""",
        "has a number in scene 0 that is too large"
    )]
    [InlineData(
        """{"scenes":[{"image_filename":"a.png","objects":[{"pixel_coords":[1,2,3]}]}]}""",
        "scene 0 has 1 objects; expected 3 to 10"
    )]
    [InlineData(
        """{"scenes":[{"image_filename":"../a.png","objects":[{"pixel_coords":[1,2,3]}]}]}""",
        "scene 0 has the image '../a.png'; expected a file's name"
    )]
    public void OpenSplit_ScenesThatAreWrong_SaysWhichOne(string json, string says)
    {
        _folder.Write(Encoding.UTF8.GetBytes(json), "CLEVR_v1.0", "scenes", "CLEVR_train_scenes.json");
        var message = Should
            .Throw<DatasetFormatException>(() => Clevr.OpenSplit(_folder["CLEVR_v1.0"], "train", ClevrLabel.Count, "x"))
            .Message;
        message.ShouldContain(says);
        message.ShouldEndWith("vitnb data get clevr.");
    }

    [Theory]
    [InlineData(100.5)]
    [InlineData(0)]
    [InlineData(-3)]
    public void OpenSplit_ADistanceOutOfRange_IsNamed(double distance)
    {
        Scenes("train", [3, distance]);
        Should
            .Throw<DatasetFormatException>(() =>
                Clevr.OpenSplit(_folder["CLEVR_v1.0"], "train", ClevrLabel.Distance, "x")
            )
            .Message.ShouldContain(
                string.Create(CultureInfo.InvariantCulture, $"scene 0 has its nearest object at {distance}; expected")
            );
    }

    [Fact]
    public void OpenSplit_WhatIsNotThere_IsNamed()
    {
        Should
            .Throw<DatasetNotFoundException>(() => Clevr.OpenSplit(_folder.Path, "train", ClevrLabel.Count, "x"))
            .Message.ShouldContain(Path.Combine("scenes", "CLEVR_train_scenes.json"));
        Should
            .Throw<ArgumentException>(() => Clevr.OpenSplit(_folder.Path, "test", ClevrLabel.Count, "x"))
            .Message.ShouldContain("it has train and val");
    }

    [Fact]
    public void Read_AFileOfManyPieces_GivesEveryScene()
    {
        const int Count = 3000;
        var file = _folder.Write(
            Encoding.UTF8.GetBytes(
                $$"""{"info":{"scenes":1},"scenes":[{{string.Join(",\n", Enumerable.Range(0, Count).Select(i => Scene($"{i}.png", 3 + (i % 8), 8 + (i % 3))))}}],"more":[1]}"""
            ),
            "x.json"
        );
        new FileInfo(file).Length.ShouldBeGreaterThan(1 << 20);
        var scenes = ClevrScenes.Read(file, "Remedy.");
        scenes.ShouldBe(Enumerable.Range(0, Count).Select(i => new ClevrScene($"{i}.png", 3 + (i % 8), 8 + (i % 3))));
    }

    public void Dispose() => _folder.Dispose();

    // The members of a real scene, some of them nested as deeply.
    internal static string Scene(string image, int objects, double nearest) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            {"split":"x","directions":{"right":[0.6,0.7,0],"left":[1,2,3]},"image_index":0,"image_filename":"{{image}}","relationships":{"right":[[1,2],[],[0]]},
             "objects":[{{string.Join(
                ",",
                Enumerable.Range(0, objects).Select(i =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $$"""{"color":"red","3d_coords":[1,2,0.35],"pixel_coords":[269,88,{{(i == objects / 2 ? nearest : nearest + i + 1)}}],"rotation":269.5,"size":"large"}"""
                    )
                )
            )}}]}
            """
        );

    private void Scenes(string split, params double[][] scenes)
    {
        string[] texts = [.. scenes.Select((scene, i) => Scene($"CLEVR_{split}_{i:D6}.png", (int)scene[0], scene[1]))];
        _folder.Write(
            Encoding.UTF8.GetBytes($$"""{"info":{"split":"{{split}}"},"scenes":[{{string.Join(",", texts)}}]}"""),
            "CLEVR_v1.0",
            "scenes",
            $"CLEVR_{split}_scenes.json"
        );
        for (var i = 0; i < scenes.Length; i++)
        {
            _folder.Write(
                TestImages.Noise(6, 5, i).ToPng(),
                "CLEVR_v1.0",
                "images",
                split,
                $"CLEVR_{split}_{i:D6}.png"
            );
        }
    }
}
