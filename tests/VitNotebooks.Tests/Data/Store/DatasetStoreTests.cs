using System.Formats.Tar;
using System.Security.Cryptography;
using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

/// <summary>Whole datasets: fetched, unpacked into their place at once, and compared byte by byte later.</summary>
public sealed class DatasetStoreTests : IDisposable
{
    private readonly DataFolder _folder = new();
    private readonly FileServer _server = new([]);

    public DatasetStoreTests()
    {
        _server.Files["/set/images.tar.gz"] = TestArchives.Gzip(
            TestArchives.Tar(("jpg/1.jpg", "one"), ("jpg/2.jpg", "two"))
        );
        _server.Files["/set/labels.mat"] = TestArchives.Bytes("labels");
        _server.Files["/set/extra.zip"] = TestArchives.Zip(("flowers/extra/3.jpg", "three"));
    }

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    private DatasetStore Store => new(_folder["data"], new DataStore(_folder["store"]) { IsOffline = false });

    private DatasetManifest Source =>
        new()
        {
            Name = "flowers",
            Title = "Flowers",
            Folder = "flowers",
            Homepage = "https://example.org/",
            Licence = "free",
            Citation = "nobody",
            ClassOrder = "none",
            Splits = [new("train", 2, [], "all")],
            Files =
            [
                Remote("images.tar.gz", "tar.gz"),
                Remote("labels.mat"),
                Remote("extra.zip", "zip") with
                {
                    Optional = true,
                },
            ],
        };

    private ManifestFile Remote(string name, string? archive = null, string? unpackTo = null) =>
        new()
        {
            Path = name,
            Urls = [$"{_server.Base}/set/{name}"],
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(_server.Files[$"/set/{name}"])),
            Size = _server.Files[$"/set/{name}"].Length,
            HashFrom = "made here",
            Archive = archive,
            UnpackTo = unpackTo,
        };

    private string[] Tree(string below = "flowers") =>
        [
            .. Directory
                .EnumerateFiles(_folder["data", below], "*", SearchOption.AllDirectories)
                .Select(path => $"{Path.GetRelativePath(_folder["data"], path)}={File.ReadAllText(path)}")
                .Order(StringComparer.Ordinal),
        ];

    private static readonly string[] Required =
    [
        "flowers/jpg/1.jpg=one",
        "flowers/jpg/2.jpg=two",
        "flowers/labels.mat=labels",
    ];

    [Fact]
    public async Task Get_ASet_IsUnpackedWholeAndOnce()
    {
        Store.StateOf(Source).ShouldBe(DatasetState.Absent);
        List<DatasetStep> steps = [];

        var receipt = await Store.GetAsync(Source, progress: new Reports(p => steps.Add(p.Step)));

        (receipt.Count, receipt.Bytes).ShouldBe((3, 12));
        Tree().ShouldBe(Required);
        Store.StateOf(Source).ShouldBe(DatasetState.Here);
        steps.Distinct().ShouldBe([DatasetStep.Fetching, DatasetStep.Unpacking]);
        Notes().ShouldBe(["flowers.json", "flowers.sha256"]);
        _server.Requests.Clear();
        (await Store.GetAsync(Source)).Unpacked.ShouldBe(receipt.Unpacked);
        _server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Get_TheOptionalFilesLater_AddsThem()
    {
        await Store.GetAsync(Source);
        var receipt = await Store.GetAsync(Source, withOptional: true);

        receipt.Files.Count.ShouldBe(3);
        // All of the archive lies in a folder of the set's name, which is meant.
        Tree().ShouldBe(["flowers/extra/3.jpg=three", .. Required]);
        (await Store.VerifyAsync(Source)).Faults.ShouldBeEmpty();
        _server.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Get_SeveralArchivesIntoFoldersOfTheirOwn_PutsEachInItsPlace()
    {
        var source = Source with
        {
            Files =
            [
                Remote("images.tar.gz", "tar.gz", "flowers/a"),
                Remote("extra.zip", "zip", "other/b"),
                Remote("labels.mat", null, "flowers/c"),
            ],
        };
        await Store.GetAsync(source);

        Tree(".")
            .Where(line => !line.StartsWith(".vitnb", StringComparison.Ordinal))
            .ShouldBe([
                "flowers/a/jpg/1.jpg=one",
                "flowers/a/jpg/2.jpg=two",
                "flowers/c/labels.mat=labels",
                "other/b/flowers/extra/3.jpg=three",
            ]);
        (await Store.VerifyAsync(source)).Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Get_TwoArchivesWithTheSameFile_TakesItOnceAndRefusesAnother()
    {
        _server.Files["/set/labels.mat"] = TestArchives.Zip(("jpg/2.jpg", "two"), ("jpg/4.jpg", "four"));
        var source = Source with { Files = [Remote("images.tar.gz", "tar.gz"), Remote("labels.mat", "zip")] };
        await Store.GetAsync(source);
        Tree().ShouldBe(["flowers/jpg/1.jpg=one", "flowers/jpg/2.jpg=two", "flowers/jpg/4.jpg=four"]);

        Directory.Delete(_folder["data"], recursive: true);
        _server.Files["/set/labels.mat"] = TestArchives.Zip(("jpg/2.jpg", "other"));
        Directory.Delete(_folder["store"], recursive: true);
        source = source with { Files = [source.Files[0], Remote("labels.mat", "zip")] };
        (await Should.ThrowAsync<DatasetFormatException>(() => Store.GetAsync(source))).Message.ShouldContain(
            "two of its files have another 2.jpg"
        );
        Directory.Exists(_folder["data", "flowers"]).ShouldBeFalse();
    }

    [Fact]
    public async Task Get_SetsThatShareAFolder_AreBothInIt()
    {
        var other = Source with
        {
            Name = "other-flowers",
            Files = [Remote("extra.zip", "zip", ".")], // the archive has the folder itself
        };
        await Task.WhenAll(Store.GetAsync(Source), Store.GetAsync(other));

        Tree().ShouldBe(["flowers/extra/3.jpg=three", .. Required]);
        foreach (var source in new[] { Source, other })
        {
            Store.StateOf(source).ShouldBe(DatasetState.Here);
            var check = await Store.VerifyAsync(source);
            (check.Faults.Count, check.Unlisted).ShouldBe((0, 0));
        }
        Store.StateOf(Source with { Name = "third" }).ShouldBe(DatasetState.Absent);
    }

    [Fact]
    public async Task Get_AFolderOfSomebodyElse_IsLeftAlone()
    {
        _folder.Write([1], "data", "flowers", "mine");

        (await Should.ThrowAsync<DataException>(() => Store.GetAsync(Source))).Message.ShouldContain(
            "is there already, and it was not unpacked here"
        );
        Store.StateOf(Source).ShouldBe(DatasetState.Foreign);
        Directory.GetFileSystemEntries(_folder["data", "flowers"]).Length.ShouldBe(1);
        _server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Get_AWrongArchive_LeavesNothingThatLooksWhole()
    {
        var source = Source;
        _server.Files["/set/labels.mat"] = TestArchives.Bytes("LABELS");

        await Should.ThrowAsync<WrongFileException>(() => Store.GetAsync(source));
        Directory.Exists(_folder["data", "flowers"]).ShouldBeFalse();

        _server.Files["/set/labels.mat"] = TestArchives.Bytes("labels");
        _server.Requests.Clear();
        await Store.GetAsync(source);
        Tree().ShouldBe(Required);
        _server.Requests.Count.ShouldBe(1); // the images were here
    }

    [Fact]
    public async Task Get_APublishedFileThatTheArchiveLacksOrHasOtherwise_IsNoSet()
    {
        var missing = Source with { Contents = [new("jpg/9.jpg", 3, null, null, "made here")] };
        (await Should.ThrowAsync<DatasetFormatException>(() => Store.GetAsync(missing))).Message.ShouldContain(
            "flowers/jpg/9.jpg did not come out"
        );
        var other = Source with { Contents = [new("jpg/1.jpg", 3, new string('0', 64), null, "made here")] };
        (await Should.ThrowAsync<WrongFileException>(() => Store.GetAsync(other))).Message.ShouldContain(
            "Nothing is used"
        );
        Directory.Exists(_folder["data", "flowers"]).ShouldBeFalse();

        var md5 = Convert.ToHexStringLower(MD5.HashData(TestArchives.Bytes("one")));
        await Store.GetAsync(Source with { Contents = [new("jpg/1.jpg", 3, null, md5, "made here")] });
        Tree().ShouldBe(Required);
    }

    [Fact]
    public async Task Get_EndedBeforeItsLastRenames_GoesOnThere()
    {
        await Store.GetAsync(Source);
        // As it is when a process is killed once all was put together: nothing is in its place yet, or a part of it.
        var staging = _folder["data", ".vitnb", $"flowers.getting-{SharedFolder.Owner}"];
        Directory.CreateDirectory(Path.Combine(staging, "whole"));
        Directory.Move(_folder["data", "flowers"], Path.Combine(staging, "whole", "flowers"));
        File.Move(_folder["data", ".vitnb", "flowers.json"], Path.Combine(staging, "receipt.json"));
        File.Move(_folder["data", ".vitnb", "flowers.sha256"], Path.Combine(staging, "listing"));
        _folder.Write(TestArchives.Bytes("one"), "data", "flowers", "jpg", "1.jpg");
        _server.Requests.Clear();
        Store.StateOf(Source).ShouldBe(DatasetState.Absent);

        await Store.GetAsync(Source);

        Tree().ShouldBe(Required);
        Notes().ShouldBe(["flowers.json", "flowers.sha256"]);
        _server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Get_EndedWhileItWasPutTogether_BeginsThatAnew()
    {
        _folder.Write([1], "data", ".vitnb", $"flowers.getting-{SharedFolder.Owner}", "whole", "flowers", "half");

        await Store.GetAsync(Source);

        Tree().ShouldBe(Required);
        Notes().ShouldBe(["flowers.json", "flowers.sha256"]);
    }

    [Fact]
    public async Task Get_TwoAtOnce_FetchOnce()
    {
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Store.GetAsync(Source)));

        Tree().ShouldBe(Required);
        _server.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Verify_OtherMissingAndUnknownFiles_AreAllNamed()
    {
        await Store.GetAsync(Source);
        (await Store.VerifyAsync(Source)).Faults.ShouldBeEmpty();
        File.WriteAllText(_folder["data", "flowers", "jpg", "1.jpg"], "ONE");
        File.Delete(_folder["data", "flowers", "jpg", "2.jpg"]);
        _folder.Write([1], "data", "flowers", "new");
        File.Delete(_folder["store", "flowers", "labels.mat"]); // it has a second name in the set
        File.WriteAllText(_folder["store", "flowers", "labels.mat"], "LABELS");

        var check = await Store.VerifyAsync(Source);

        check.Faults.Count.ShouldBe(3);
        check.Faults[0].ShouldContain("labels.mat is not Flowers, labels.mat");
        check
            .Faults[1]
            .ShouldContain("1.jpg is another file than the one that was unpacked or published: its SHA-256 is ");
        check.Faults[2].ShouldEndWith("2.jpg is missing.");
        check.Unlisted.ShouldBe(1);
    }

    [Fact]
    public async Task Verify_AFolderOfSomebodyElse_IsComparedWithWhatIsPublished()
    {
        _folder.Write(TestArchives.Bytes("one"), "data", "flowers", "jpg", "1.jpg");
        var source = Source with
        {
            Contents =
            [
                new(
                    "jpg/1.jpg",
                    3,
                    Convert.ToHexStringLower(SHA256.HashData(TestArchives.Bytes("one"))),
                    null,
                    "made here"
                ),
            ],
        };
        (await Store.VerifyAsync(source)).ShouldBe(new DatasetCheck(1, 3, [], 0), CheckEquality.Instance);
        File.WriteAllText(_folder["data", "flowers", "jpg", "1.jpg"], "two");
        (await Store.VerifyAsync(source)).Faults.ShouldHaveSingleItem();
        (await Should.ThrowAsync<DatasetNotFoundException>(() => Store.VerifyAsync(Source))).Message.ShouldContain(
            "cannot be verified"
        );
        (
            await Should.ThrowAsync<DatasetNotFoundException>(() =>
                Store.VerifyAsync(Source with { Name = "nothing", Folder = "nothing" })
            )
        ).Message.ShouldContain("vitnb data get nothing fetches it");
    }

    [Fact]
    public async Task Get_ThePresentManifestOfCifar10_OpensAsThatSet()
    {
        SyntheticShapes.WriteCifar(
            _folder["made", "cifar-10-batches-bin"],
            new ShapesOptions { Train = 50, Test = 20 }
        );
        var files = Directory.GetFiles(_folder["made", "cifar-10-batches-bin"]);
        _server.Files["/set/cifar.tar.gz"] = TestArchives.Gzip(
            TestArchives.Tar(writer =>
            {
                foreach (var file in files)
                {
                    writer.WriteEntry(file, $"cifar-10-batches-bin/{Path.GetFileName(file)}");
                }
            })
        );
        var published = DatasetManifests.Get("CIFAR10");
        published.DownloadBytes.ShouldBe(170_052_171);
        // The same but for the drawings in place of the photographs.
        var source = published with
        {
            Contents = [],
            Files = [Remote("cifar.tar.gz", "tar.gz", ".")],
        };

        await Store.GetAsync(source);

        Datasets.Open("cifar10", Store.Root).Train.Count.ShouldBe(50);
        (await Store.VerifyAsync(source)).Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Get_OlderHashesAndNone_AreComparedAndPinned()
    {
        var source = Source with
        {
            Files =
            [
                Remote("images.tar.gz", "tar.gz") with
                {
                    Sha256 = null,
                    Md5 = Convert.ToHexStringLower(MD5.HashData(_server.Files["/set/images.tar.gz"])),
                },
                Remote("labels.mat") with
                {
                    Sha256 = null,
                    Sha1 = Convert.ToHexStringLower(SHA1.HashData(_server.Files["/set/labels.mat"])),
                },
                Remote("extra.zip", "zip") with
                {
                    Sha256 = null,
                    Size = null,
                    HashFrom = ManifestFile.NonePublished,
                },
            ],
        };
        var receipt = await Store.GetAsync(source);
        receipt.Files.Select(file => file.IsStated).ShouldBe([true, true, false]);
        (await Store.VerifyAsync(source)).Faults.ShouldBeEmpty();

        // Another file where no hash is published, after the first: it is the receipt's hash that counts.
        Directory.Delete(_folder["data"], recursive: true);
        File.Delete(_folder["store", "flowers", "extra.zip"]);
        _server.Files["/set/extra.zip"] = TestArchives.Zip(("flowers/extra/3.jpg", "drei"));
        (await Should.ThrowAsync<WrongFileException>(() => Store.GetAsync(source))).Message.ShouldContain(
            "the publisher has put another file there"
        );
        Directory.Exists(_folder["data", "flowers"]).ShouldBeFalse();

        File.Delete(_folder["store", "flowers", "labels.mat"]);
        File.Delete(_folder["store", "flowers", "labels.mat.receipt.json"]);
        _server.Files["/set/labels.mat"] = TestArchives.Bytes("LABELS");
        (await Should.ThrowAsync<WrongFileException>(() => Store.GetAsync(source))).Message.ShouldContain(
            "its SHA-1 is "
        );
    }

    [Fact]
    public async Task Get_FilesThatAreFetchedByHand_AreTakenFromTheStoreIntoTheFolderOfAnotherSet()
    {
        // As ImageNet-100, which is read out of the archives in ImageNet's folder.
        var source = Source with
        {
            Folder = "part",
            Files = [Remote("labels.mat", null, "whole") with { Urls = [], ByHand = "Register there." }],
        };
        (await Should.ThrowAsync<DownloadException>(() => Store.GetAsync(source))).Message.ShouldContain(
            $"Register there. To do without a network here, fetch the file on another machine and put it at {_folder["store", "whole", "labels.mat"]}"
        );
        _folder.Write(TestArchives.Bytes("labels"), "store", "whole", "labels.mat");

        await Store.GetAsync(source);

        Store.StateOf(source).ShouldBe(DatasetState.Here);
        Store.PathOf(source).ShouldBe(_folder["data", "whole"]);
        File.ReadAllText(_folder["data", "whole", "labels.mat"]).ShouldBe("labels");
        (await Store.VerifyAsync(source)).Faults.ShouldBeEmpty();
        _server.Requests.ShouldBeEmpty();
        // The other set has the same file at the same place.
        var whole = source with
        {
            Name = "whole",
            Folder = "whole",
        };
        await Store.GetAsync(whole);
        Store.StateOf(whole).ShouldBe(DatasetState.Here);
    }

    [Fact]
    public async Task Get_AnotherManifestOfTheSameName_IsRefused()
    {
        await Store.GetAsync(Source);
        var other = Source with { Folder = "mine" };
        Store.StateOf(other).ShouldBe(DatasetState.Absent);
        (await Should.ThrowAsync<DataException>(() => Store.GetAsync(other))).Message.ShouldContain(
            "Two manifests are named flowers"
        );
    }

    [Fact]
    public async Task Get_AManifestOfOnesOwn_OpensFromItsFile()
    {
        var files = new[] { "train", "test" }.SelectMany(split =>
            new[] { "cat", "dog" }.Select(name => ($"mine/{split}/{name}/1.png", TestImages.Noise(8, 8, 1).ToPng()))
        );
        _server.Files["/set/mine.tar.gz"] = TestArchives.Gzip(
            TestArchives.Tar(writer =>
            {
                foreach (var (name, png) in files)
                {
                    writer.WriteEntry(
                        new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(png) }
                    );
                }
            })
        );
        var hash = Convert.ToHexStringLower(SHA256.HashData(_server.Files["/set/mine.tar.gz"]));
        var path = _folder.Write(
            TestArchives.Bytes(
                $$$"""
                {"name":"mine","title":"Mine","format":"image-folders","folder":"mine","homepage":"https://x.org/","licence":"mine","citation":"me",
                 "files":[{"path":"mine.tar.gz","urls":["{{{_server.Base}}}/set/mine.tar.gz"],"sha256":"{{{hash}}}","hashFrom":"me","archive":"tar.gz"}],
                 "splits":{"train":{"rule":"train"},"test":{"rule":"test"}},"classOrder":"folders, as texts"}
                """
            ),
            "mine.json"
        );
        Datasets.IsPresent(path, Store.Root).ShouldBeFalse();
        await Store.GetAsync(DatasetManifests.Open(path));
        Datasets.IsPresent(path, Store.Root).ShouldBeTrue();
        var data = Datasets.Open(path, Store.Root);
        (data.Name, data.Train.Count, data.Test.Count).ShouldBe(("mine", 2, 2));
        data.Classes.ShouldBe(["cat", "dog"]);
    }

    [Theory]
    [InlineData("../out")]
    [InlineData("/tmp/out")]
    public async Task Get_AManifestThatLeadsOut_IsRefused(string folder) =>
        await Should.ThrowAsync<ArgumentException>(() => Store.GetAsync(Source with { Folder = folder }));

    private string[] Notes() =>
        [
            .. Directory
                .GetFileSystemEntries(_folder["data", ".vitnb"])
                .Select(path => Path.GetFileName(path)!)
                .Order(StringComparer.Ordinal),
        ];

    private sealed class CheckEquality : IEqualityComparer<DatasetCheck>
    {
        public static CheckEquality Instance { get; } = new();

        public bool Equals(DatasetCheck? x, DatasetCheck? y) =>
            (x!.Files, x.Bytes, x.Unlisted) == (y!.Files, y.Bytes, y.Unlisted) && x.Faults.SequenceEqual(y.Faults);

        public int GetHashCode(DatasetCheck obj) => obj.Files.GetHashCode();
    }

    private sealed class Reports(Action<DatasetProgress> take) : IProgress<DatasetProgress>
    {
        public void Report(DatasetProgress value) => take(value);
    }
}
