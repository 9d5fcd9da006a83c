using System.Text.Json;
using System.Text.Json.Nodes;
using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

public sealed class ManifestTests
{
    private static readonly string[] s_files =
    [
        .. Directory.GetFiles(Folder(), "*.json").Where(path => Path.GetFileName(path) != "schema.json"),
    ];

    [Fact]
    public void All_OfTheFolder_AreEmbeddedUnderTheNameOfTheirFile()
    {
        s_files.Length.ShouldBeGreaterThan(30);
        foreach (var path in s_files)
        {
            var manifest = DatasetManifest.Read(path);
            manifest.Name.ShouldBe(Path.GetFileNameWithoutExtension(path));
            DatasetManifests.Get(manifest.Name).ToString().ShouldBe(manifest.ToString());
        }
        DatasetManifests.All.Count.ShouldBe(s_files.Length);
        string[] names = [.. DatasetManifests.All.SelectMany(m => m.Aliases.Append(m.Name))];
        names.ShouldBeUnique();
    }

    [Fact]
    public void All_AgainstTheSchema_HoldItAsTheReaderDoes()
    {
        var schema = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder(), "schema.json")))!.AsObject();
        foreach (var path in s_files)
        {
            JsonSchema.Faults(JsonNode.Parse(File.ReadAllText(path)), schema).ShouldBeEmpty(path);
        }
        // The reader's list of formats is the schema's.
        schema["properties"]!["format"]!["enum"]!
            .AsArray()
            .Select(f => f!.GetValue<string>())
            .ShouldBe(DatasetFormats.Names);
    }

    [Theory]
    [InlineData("""{"name":"Bad Name"}""", "name")]
    [InlineData("""{"format":"nonsense"}""", "format")]
    [InlineData("""{"folder":"../up"}""", "folder")]
    [InlineData("""{"homepage":"ftp://x.org/y"}""", "homepage")]
    [InlineData("""{"licence":""}""", "licence")]
    [InlineData("""{"splits":{}}""", "splits")]
    [InlineData("""{"splits":{"train":{"count":0,"rule":"x"}}}""", "splits.train.count")]
    [InlineData("""{"imageSize":1.5}""", "imageSize")]
    [InlineData(
        """{"files":[{"path":"/etc/x","urls":["https://x.org/y"],"hashFrom":"none published"}]}""",
        "files[0].path"
    )]
    [InlineData(
        """{"files":[{"path":"x","urls":["https://x.org/y"],"sha256":"AB","hashFrom":"x"}]}""",
        "files[0].sha256"
    )]
    [InlineData(
        """{"files":[{"path":"x","urls":["https://x.org/y"],"hashFrom":"none published","archive":"rar"}]}""",
        "files[0].archive"
    )]
    [InlineData("""{"normalization":{"mean":[1,2],"std":[0.1,0.1,0],"source":"x"}}""", "normalization")]
    [InlineData(
        """{"normalization":{"mean":[0,0,0],"std":[1,1,1],"source":"x","own":{"mean":[0,0,0],"std":[1,1,1]}}}""",
        "normalization.own.source"
    )]
    [InlineData(
        """{"protocols":[{"name":"vtab","label":"x","splits":{"a":{"rule":"x"}},"source":"x"}]}""",
        "protocols[0].name"
    )]
    [InlineData("""{"unheard":1}""", "unheard")]
    public void Parse_AMemberThatIsWrong_IsAFaultOfReaderAndSchema(string changed, string at)
    {
        var manifest = JsonNode.Parse(Minimal)!.AsObject();
        foreach (var member in JsonNode.Parse(changed)!.AsObject())
        {
            manifest[member.Key] = member.Value?.DeepClone();
        }
        var schema = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder(), "schema.json")))!.AsObject();
        JsonSchema.Faults(manifest, schema).ShouldNotBeEmpty();
        var error = Should.Throw<ManifestException>(() => DatasetManifest.Parse(manifest.ToJsonString(), "mine.json"));
        error.Faults.ShouldContain(fault => fault.StartsWith(at, StringComparison.Ordinal));
        error.Message.ShouldStartWith("mine.json: ");
    }

    [Theory]
    [InlineData("""{"files":[{"path":"x","urls":["https://x.org/y"],"hashFrom":"a page"}]}""", "without a hash")]
    [InlineData(
        """{"files":[{"path":"x","urls":["http://x.org/y"],"hashFrom":"none published"}]}""",
        "http address of a file without a SHA-256"
    )]
    [InlineData(
        """{"files":[{"path":"x","urls":["http://x.org/y"],"md5":"0cc175b9c0f1b6a831c399e269772661","hashFrom":"a page"}]}""",
        "http address of a file without a SHA-256"
    )]
    [InlineData("""{"files":[{"path":"x","hashFrom":"none published"}]}""", "an address, or byHand")]
    [InlineData("""{"splits":{"train":{"count":3}}}""", "how the split comes out of the files")]
    [InlineData("""{"classCount":3,"classes":["a","b"]}""", "there are 2 classes")]
    [InlineData("""{"classCount":2,"classes":["a","a"]}""", "holds 'a' twice")]
    [InlineData(
        """{"classCount":2,"classes":["a","b"],"publisherOrder":["b","c"]}""",
        "does not hold exactly the classes"
    )]
    public void Parse_WhatDoesNotFitTogether_IsAFault(string changed, string says)
    {
        var manifest = JsonNode.Parse(Minimal)!.AsObject();
        foreach (var member in JsonNode.Parse(changed)!.AsObject())
        {
            manifest[member.Key] = member.Value?.DeepClone();
        }
        Should
            .Throw<ManifestException>(() => DatasetManifest.Parse(manifest.ToJsonString()))
            .Faults.ShouldContain(fault => fault.Contains(says, StringComparison.Ordinal));
    }

    [Fact]
    public void Parse_ManyFaults_ListsAllOfThem()
    {
        var error = Should.Throw<ManifestException>(() =>
            DatasetManifest.Parse(
                """{"name":"Ä","titel":"x","splits":{"a":{"count":-1,"rule":"x","colour":1}},"classOrder":7}"""
            )
        );
        error.Faults.Count.ShouldBe(10);
        foreach (
            var place in new[]
            {
                "name",
                "title",
                "titel",
                "folder",
                "homepage",
                "licence",
                "citation",
                "splits.a.count",
                "splits.a.colour",
                "classOrder",
            }
        )
        {
            error.Faults.ShouldContain(fault => fault.StartsWith(place + " ", StringComparison.Ordinal));
        }
        error.Message.ShouldStartWith("manifest: 10 faults: ");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"name":"a","name":"b"}""")]
    public void Parse_NoManifest_Throws(string json) =>
        Should.Throw<ManifestException>(() => DatasetManifest.Parse(json)).Faults.ShouldNotBeEmpty();

    [Fact]
    public void Files_OfEveryManifest_CanBeFetchedFromAllTheirAddressesOrSayWhatToDo()
    {
        var store = new DataStore("store");
        var places = new Dictionary<string, ManifestFile>();
        foreach (var manifest in DatasetManifests.All)
        {
            foreach (var (file, stated) in DatasetFile.Of(manifest).Zip(manifest.Files))
            {
                store.PathOf(file.File).ShouldStartWith(store.Folder);
                foreach (var url in stated.Urls)
                {
                    DownloadAddress.Of(url, file.File).Scheme.ShouldStartWith("http");
                }
                (file.File.ByHand ?? string.Join(" ", file.File.Mirrors.Prepend(file.File.Url))).ShouldNotBeEmpty();
                (file.File.Sha256, file.File.Md5, file.File.Sha1, file.File.Size).ShouldBe(
                    (stated.Sha256, stated.Md5, stated.Sha1, stated.Size)
                );
                // One place in the store is one file, whichever set it is of.
                if (!places.TryAdd(file.File.Path, stated))
                {
                    places[file.File.Path].Sha256.ShouldBe(stated.Sha256, file.File.Path);
                    places[file.File.Path].Md5.ShouldBe(stated.Md5, file.File.Path);
                }
            }
        }
        places.Keys.ShouldContain("imagenet/ILSVRC2012_img_val.tar"); // of three sets
    }

    [Fact]
    public void Cifar10_Manifest_AgreesWithTheReader()
    {
        var manifest = DatasetManifests.Get("cifar10");
        manifest.Folder.ShouldBe(Cifar10.FolderName);
        manifest.Classes.Count.ShouldBe(10);
        var sizes = manifest.Contents.ToDictionary(c => c.Path, c => c.Size);
        foreach (var split in manifest.Splits)
        {
            // A record is a label and 32 x 32 x 3 bytes.
            split.Files.Sum(file => sizes[file]).ShouldBe(split.Count!.Value * 3073L);
        }
        manifest.Normalization!.Own!.Mean.ShouldBe(ChannelStatistics.Cifar10.Mean);
        manifest.Normalization.Own.Std.ShouldBe(ChannelStatistics.Cifar10.Std);
    }

    [Theory]
    [InlineData("cifar10", 50_000, 10_000, 10)]
    [InlineData("cifar100", 50_000, 10_000, 100)]
    [InlineData("flowers102", 2_040, 6_149, 102)]
    [InlineData("svhn", 73_257, 26_032, 10)]
    [InlineData("clipart", 33_525, 14_604, 345)]
    [InlineData("infograph", 36_023, 15_582, 345)]
    [InlineData("painting", 50_416, 21_850, 345)]
    [InlineData("quickdraw", 120_750, 51_750, 345)]
    [InlineData("real", 120_906, 52_041, 345)]
    [InlineData("sketch", 48_212, 20_916, 345)]
    [InlineData("imagenet100", 126_689, 5_000, 100)]
    [InlineData("imagenet", 1_281_167, 50_000, 1000)]
    public void Counts_OfTheLocalizationPapersDatasets_AreItsTable1(string name, int train, int test, int classes)
    {
        var manifest = DatasetManifests.Get(name);
        manifest.Splits[0].Count.ShouldBe(train);
        manifest.Splits[1].Count.ShouldBe(test);
        manifest.ClassCount.ShouldBe(classes);
        manifest.Classes.Count.ShouldBe(classes);
    }

    [Fact]
    public void ClassOrder_OfWnids_IsTheirTexts()
    {
        var whole = DatasetManifests.Get("imagenet1k");
        whole.Classes.ShouldBe(whole.Classes.Order(StringComparer.Ordinal));
        (whole.Classes[0], whole.ClassTitles[0]).ShouldBe(("n01440764", "tench, Tinca tinca"));
        (whole.PublisherOrder[0], whole.PublisherOrder[^1]).ShouldBe(("n02119789", "n03255030"));
        var part = DatasetManifests.Get("imagenet100");
        part.Classes.ShouldBe(part.Classes.Order(StringComparer.Ordinal));
        part.Classes.ShouldBeSubsetOf(whole.Classes);
        part.Classes.ShouldContain("n02869837"); // the first line of CMC's list
    }

    [Fact]
    public void ClassOrder_OfDomainNet_IsOneForAllDomains()
    {
        DatasetManifest[] domains = [.. DatasetManifests.All.Where(m => m.Format == "domainnet")];
        domains.Length.ShouldBe(6);
        domains.ShouldAllBe(m => m.Classes.SequenceEqual(domains[0].Classes));
        domains[0].Classes[327].ShouldBe("t-shirt"); // as the loaders of the domain adaptation papers note
        static string Key(string name) => name.ToLowerInvariant().Replace("-", "", StringComparison.Ordinal);
        string[] letters = [.. domains[0].Classes.Select(c => Key(c).Replace("_", "", StringComparison.Ordinal)[..1])];
        letters.ShouldBe(letters.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Protocols_OfVtab_AreItsNineteenTasks()
    {
        ManifestProtocol[] tasks =
        [
            .. DatasetManifests
                .All.SelectMany(m => m.Protocols)
                .Where(p => p.Name.StartsWith("vtab-1k/", StringComparison.Ordinal)),
        ];
        tasks
            .CountBy(task => task.Group!)
            .ToDictionary(g => g.Key, g => g.Value)
            .ShouldBe(
                new Dictionary<string, int>
                {
                    ["natural"] = 7,
                    ["specialized"] = 4,
                    ["structured"] = 8,
                },
                ignoreOrder: true
            );
        foreach (var task in tasks)
        {
            var counts = task.Splits.ToDictionary(s => s.Name, s => s.Count);
            counts["train800val200"].ShouldBe(counts["train800"] + counts["val200"]);
            counts["train800"].ShouldBe(800);
            task.ClassCount.ShouldNotBeNull();
        }
    }

    [Fact]
    public void Protocols_OfScalingVits_AreItsNineFewShotSets()
    {
        ManifestProtocol[] tasks =
        [
            .. DatasetManifests
                .All.SelectMany(m => m.Protocols)
                .Where(p => p.Name.StartsWith("few-shot/", StringComparison.Ordinal)),
        ];
        tasks
            .Select(task => task.Name["few-shot/".Length..])
            .Order()
            .ShouldBe(["birds", "caltech", "cars", "cifar100", "col-hist", "dtd", "imagenet", "pets", "uc-merced"]);
        tasks.ShouldAllBe(task => task.Splits.Count == 2 && task.Splits.All(split => split.Count > 0));
    }

    [Theory]
    [InlineData("imagenetv2", 10_000, 1000)]
    [InlineData("objectnet", 18_574, 113)]
    [InlineData("cub200", 5_794, 200)]
    [InlineData("stanford-cars", 8_041, 196)]
    [InlineData("stanford-dogs", 8_580, 120)]
    [InlineData("aircraft", 3_333, 100)]
    public void Counts_OfTheEvaluations_AreAsPublished(string name, int test, int classes)
    {
        var manifest = DatasetManifests.Get(name);
        manifest.Split("test").Count.ShouldBe(test);
        manifest.ClassCount.ShouldBe(classes);
    }

    [Fact]
    public void Splits_OfSetsWithoutAPublishedOne_AddUp()
    {
        DatasetManifest[] sets = [.. DatasetManifests.All.Where(m => m.Format == "unsplit-folders")];
        sets.Select(m => m.Name).ShouldBe(["caltech101", "colorectal-histology", "eurosat", "resisc45", "uc-merced"]);
        foreach (var set in sets)
        {
            set.Splits.Where(split => split.Name != "all")
                .Sum(split => split.Count!.Value)
                .ShouldBe(set.Split("all").Count!.Value, set.Name);
            set.Classes.Count.ShouldBe(set.ClassCount!.Value, set.Name);
            set.Notes.ShouldContain(note => note.Contains("and not its images", StringComparison.Ordinal), set.Name);
        }
    }

    [Fact]
    public void Classes_OfEverySetWithAReader_AreAsManyAsItSaysAndDistinct()
    {
        // Without a count the classes are those of a task, or of an archive that nobody has counted.
        DatasetManifest[] sets = [.. DatasetManifests.All.Where(m => m.Format is not null && m.ClassCount is not null)];
        sets.Length.ShouldBeGreaterThan(25);
        foreach (var set in sets)
        {
            set.Classes.Count.ShouldBe(set.ClassCount!.Value, set.Name);
            set.Classes.Distinct(StringComparer.Ordinal).Count().ShouldBe(set.ClassCount.Value, set.Name);
            set.Classes.ShouldAllBe(name => name.Trim() == name, set.Name);
        }
    }

    [Theory] // each as its publisher's own lists or papers have it
    [InlineData("cub200", 0, "001.Black_footed_Albatross")]
    [InlineData("cub200", 16, "017.Cardinal")]
    [InlineData("cub200", 199, "200.Common_Yellowthroat")]
    [InlineData("dtd", 0, "banded")]
    [InlineData("dtd", 5, "chequered")]
    [InlineData("dtd", 46, "zigzagged")]
    [InlineData("fgvc-aircraft", 0, "707-320")]
    [InlineData("fgvc-aircraft", 41, "Boeing 717")]
    [InlineData("fgvc-aircraft", 73, "F/A-18")]
    [InlineData("fgvc-aircraft", 99, "Yak-42")]
    [InlineData("stanford-cars", 0, "AM General Hummer SUV 2000")]
    [InlineData("stanford-cars", 184, "Tesla Model S Sedan 2012")]
    [InlineData("stanford-cars", 195, "smart fortwo Convertible 2012")]
    [InlineData("stanford-dogs", 0, "n02085620-Chihuahua")]
    [InlineData("stanford-dogs", 56, "n02099601-golden_retriever")]
    [InlineData("stanford-dogs", 119, "n02116738-African_hunting_dog")]
    [InlineData("objectnet", 0, "Alarm clock")]
    [InlineData("objectnet", 32, "Bath towel")] // in the folder full_sized_towel
    [InlineData("objectnet", 112, "Wok")]
    [InlineData("sun397", 0, "a/abbey")]
    [InlineData("sun397", 396, "y/youth_hostel")]
    public void Classes_OfFineGrainedSets_StandAtTheirIndices(string name, int index, string expected) =>
        DatasetManifests.Get(name).Classes[index].ShouldBe(expected);

    [Fact]
    public void Classes_InTheOrderOfTheirRule_AreSorted()
    {
        foreach (var name in new[] { "dtd", "stanford-dogs", "fgvc-aircraft", "sun397" })
        {
            var classes = DatasetManifests.Get(name).Classes;
            classes.SequenceEqual(classes.Order(StringComparer.Ordinal)).ShouldBeTrue(name);
        }
        Enumerable
            .Range(1, 200)
            .ShouldAllBe(i => DatasetManifests.Get("cub200").Classes[i - 1].StartsWith($"{i:000}."));
        // A dog's wnid is one of ImageNet's, which the manifest of ImageNet-1K names alike.
        var whole = DatasetManifests.Get("imagenet1k");
        foreach (var dog in DatasetManifests.Get("stanford-dogs").Classes)
        {
            var at = whole.Classes.ToList().IndexOf(dog[..9]);
            whole.ClassTitles[at].Split(", ")[0].Replace(' ', '_').ShouldBe(dog[10..]);
        }
    }

    [Fact]
    public void Normalization_OfEveryManifest_IsStatedAndIsWhatOpeningUses()
    {
        foreach (var manifest in DatasetManifests.All)
        {
            var used = manifest.Normalization.ShouldNotBeNull(manifest.Name);
            used.Mean.ShouldBe(ChannelStatistics.ImageNet.Mean, manifest.Name);
            used.Std.ShouldBe(ChannelStatistics.ImageNet.Std, manifest.Name);
            used.Source.ShouldStartWith("ImageNet", Case.Sensitive, manifest.Name);
            manifest.Preprocessing.ShouldBe(Preprocessing.ImageNet(manifest.ImageSize ?? 224), manifest.Name);
        }
        (DatasetManifest.Parse(Minimal) with { ImageSize = 64 }).Preprocessing.ShouldBe(Preprocessing.ImageNet(64));
    }

    [Fact]
    public void Files_FromSeveralAddresses_AreHeldByAPublishedHash()
    {
        (DatasetManifest Set, ManifestFile File)[] files =
        [
            .. DatasetManifests.All.SelectMany(m => m.Files.Where(f => f.Urls.Count > 1).Select(f => (m, f))),
        ];
        files
            .Select(each => each.Set.Name)
            .Distinct()
            .ShouldBe([
                "caltech101",
                "cifar10",
                "cifar100",
                "cub200",
                "dsprites",
                "eurosat",
                "fgvc-aircraft",
                "imagenet-real",
                "patch-camelyon",
                "pets",
                "uc-merced",
            ]);
        foreach (var (set, file) in files)
        {
            file.IsStated.ShouldBeTrue($"{set.Name}: {file.Path}");
            file.Urls.ShouldBeUnique();
            // Never http after https.
            file.Urls.OrderByDescending(url => url.StartsWith("http:", StringComparison.Ordinal)).ShouldBe(file.Urls);
            // Who states that the addresses have the same bytes is said beside the hash.
            file.HashFrom.ShouldContain("; ", Case.Sensitive, $"{set.Name}: {file.Path}");
        }
    }

    [Fact]
    public void Files_WithoutAPublishedHash_SayIt()
    {
        ManifestFile[] files = [.. DatasetManifests.All.SelectMany(m => m.Files)];
        files.ShouldContain(file => !file.IsStated);
        files.Where(file => !file.IsStated).ShouldAllBe(file => file.HashFrom == ManifestFile.NonePublished);
        // What a program fetches over http is held by a hash.
        files
            .Where(f => f.Urls.Any(u => u.StartsWith("http:", StringComparison.Ordinal)))
            .ShouldAllBe(f => f.Sha256 != null);
    }

    private const string Minimal = """
        {"name":"mine","title":"Mine","folder":"mine","homepage":"https://x.org/","licence":"mine","citation":"me",
         "splits":{"train":{"count":3,"rule":"all"}},"classOrder":"as they come"}
        """;

    private static string Folder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "data-manifests");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }
        throw new DirectoryNotFoundException("No folder data-manifests above the tests; run them from a checkout.");
    }
}
