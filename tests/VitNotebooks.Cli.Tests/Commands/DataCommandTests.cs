using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Shouldly;
using VitNotebooks.Data;
using VitNotebooks.Tests.Data;
using Xunit;

namespace VitNotebooks.Cli.Tests;

/// <summary><c>vitnb data</c> as its user sees it: list, get, verify, info, path, and what happens when it is interrupted.</summary>
public sealed partial class DataCommandTests : IDisposable
{
    private static readonly byte[] Image = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 31 >> 3))];

    private readonly TemporaryFolder _folder = new();
    private readonly FileServer _server = new([]);
    private readonly byte[] _archive;

    public DataCommandTests()
    {
        var tar = new MemoryStream();
        using (var gzip = new GZipStream(tar, CompressionLevel.NoCompression, leaveOpen: true))
        using (var writer = new TarWriter(gzip))
        {
            writer.WriteEntry(
                new PaxTarEntry(TarEntryType.RegularFile, "mine/a.bin") { DataStream = new MemoryStream(Image) }
            );
            writer.WriteEntry(
                new PaxTarEntry(TarEntryType.RegularFile, "mine/b.bin") { DataStream = new MemoryStream([1, 2, 3]) }
            );
        }
        _archive = tar.ToArray();
        _server.Files["/mine.tar.gz"] = _archive;
        var hash = Convert.ToHexStringLower(SHA256.HashData(_archive));
        _folder.Write(
            "mine.json",
            $$$"""
            {"name":"mine","title":"My Set","folder":"mine","licence":"free","citation":"Nobody 2026","homepage":"https://example.org",
             "files":[{"path":"mine.tar.gz","urls":["{{{_server.Base}}}/mine.tar.gz"],"size":{{{_archive.Length}}},"sha256":"{{{hash}}}","hashFrom":"me","archive":"tar.gz"}],
             "splits":{"train":{"count":2,"rule":"all"}},"classCount":4,"classOrder":"order of names"}
            """
        );
    }

    private string Read => ByteSize.Text(_archive.Length + Image.Length + 3);

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Get_AManifestOfOnesOwn_IsFetchedOnceVerifiedAndFound()
    {
        var (output, errors) = Say(ExitCode.Success, "get", "mine.json");
        output.ShouldBe($"mine: 2 files, 300,003 bytes in {Folder}\n");
        errors.ShouldContain($"Fetching My Set, mine.tar.gz from {_server.Base}/mine.tar.gz to ");
        File.ReadAllBytes(Path.Combine(Folder, "a.bin")).ShouldBe(Image);
        Say(ExitCode.Success, "path", "mine.json").Output.ShouldBe($"{Folder}\n");
        Say(ExitCode.Success, "get", "mine.json").Errors.ShouldBeEmpty();
        _server.Requests.Count.ShouldBe(1);
        Say(ExitCode.Success, "verify", "mine.json")
            .Output.ShouldBe($"mine: 3 files, {Read} read; all are as they were published or unpacked.\n");

        File.WriteAllBytes(Path.Combine(Folder, "b.bin"), [3, 2, 1]);

        var wrong = Say(ExitCode.WrongData, "verify", "mine.json").Output;
        wrong.ShouldContain($"mine: 3 files, {Read} read; 1 are wrong:");
        wrong.ShouldContain("b.bin is another file than the one that was unpacked or published: its SHA-256 is ");
        using var json = JsonDocument.Parse(Say(ExitCode.WrongData, "verify", "mine.json", "--json").Output);
        json.RootElement[0].GetProperty("faults").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public void Info_OfAManifest_PrintsItsFacts()
    {
        var text = Say(ExitCode.Success, "info", "mine.json").Output;
        foreach (
            var fact in new[]
            {
                "licence   free",
                "citation  Nobody 2026",
                "splits    train 2",
                "classes   4, in order of names",
                $"folder    {Folder}",
                "here      no; vitnb data get mine fetches it",
                "SHA-256 ",
            }
        )
        {
            text.ShouldContain(fact);
        }

        using var json = JsonDocument.Parse(Say(ExitCode.Success, "info", "cifar10", "--json").Output);
        json.RootElement.GetProperty("name").GetString().ShouldBe("cifar10");
        json.RootElement.GetProperty("state").GetString().ShouldBe("absent");
        json.RootElement.GetProperty("splits").GetArrayLength().ShouldBe(2);
        json.RootElement.GetProperty("files")[0].GetProperty("urls")[0].GetString().ShouldStartWith("https://");
        // How evaluations cut it, and by which mean it is normalized.
        var known = Say(ExitCode.Success, "info", "cifar100").Output;
        known.ShouldContain(
            "task      vtab-1k/cifar100 (natural): the fine class; train800 800 (cifar100:3.*.*: train[:800]), val200 200 ("
        );
        known.ShouldContain("; Datasets.Open(\"vtab-1k/cifar100\")");
        known.ShouldContain("normal    mean 0.485 0.456 0.406, std 0.229 0.224 0.225: ImageNet's, as VTs-Drloc ");
        known.ShouldContain("; data.Standard() takes its own: mean 0.5071 0.4867 0.4408, std ");
        Say(ExitCode.Success, "info", "svhn")
            .Output.ShouldContain("; data.Standard() measures its own, since none are published");
        known.ShouldContain(" or https://dataset.bj.bcebos.com/cifar/cifar-100-python.tar.gz, ");
        // What has no reader says how it becomes a folder that opens.
        Say(ExitCode.Success, "info", "imagenet-real")
            .Output.ShouldContain("to open   The labels are several an image");
    }

    [Fact]
    public void Info_OfASetThatIsHere_SaysWhatOpeningItFinds()
    {
        Directory.CreateDirectory(_folder.File("data/oxford-iiit-pet/annotations"));
        _folder.Write("data/oxford-iiit-pet/annotations/trainval.txt", "Abyssinian_100 1 1 1\n");
        _folder.Write("data/oxford-iiit-pet/annotations/test.txt", "Abyssinian_201 1 1 1\n");
        var text = Say(ExitCode.Success, "info", "pets").Output;
        text.ShouldContain("found     ");
        text.ShouldContain("none of the 1 images of pets/train is there");
        using var json = JsonDocument.Parse(Say(ExitCode.Success, "info", "pets", "--json").Output);
        json.RootElement.GetProperty("found").GetArrayLength().ShouldBe(1);
        json.RootElement.GetProperty("tasks").GetArrayLength().ShouldBe(2);
        json.RootElement.GetProperty("normalization").GetProperty("mean")[0].GetSingle().ShouldBe(0.485f);
        json.RootElement.GetProperty("ownStatistics").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public void List_NamesEverySetAndWhatIsHere()
    {
        Directory.CreateDirectory(_folder.File("data/cifar-10-batches-bin"));
        var text = Say(ExitCode.Success, "list").Output;
        text.ShouldContain("dataset");
        text.ShouldMatch("(?m)^cifar10 .*CIFAR-10 .*train 50,000, test 10,000 .*yes, put there by hand$");
        text.ShouldEndWith($"in {_folder.File("data")}\n");
        using var json = JsonDocument.Parse(Say(ExitCode.Success, "list", "--json").Output);
        var cifar = json.RootElement.EnumerateArray().Single(set => set.GetProperty("name").GetString() == "cifar10");
        cifar.GetProperty("state").GetString().ShouldBe("foreign");
        cifar.GetProperty("classes").GetInt32().ShouldBe(10);
        Say(ExitCode.Success, "get", "cifar10")
            .Output.ShouldContain("put there by hand; vitnb data verify cifar10 compares it");
    }

    [Theory]
    [InlineData("get nothing", "No dataset is named 'nothing'; did you mean ")]
    [InlineData("get nothing.json", "nothing.json: no such file; expected a dataset's manifest, JSON of the form")]
    [InlineData("path mine.json", "mine is not in ")]
    [InlineData("verify mine.json", "vitnb data get mine fetches it")]
    [InlineData("get mine.json --connections 99", "DownloadOptions: Connections is 99; expected 1..16.")]
    public void BadInput_IsASentence(string arguments, string sentence) =>
        Say(ExitCode.UserError, arguments.Split(' ')).Errors.ShouldContain(sentence);

    [Fact]
    public void Get_Offline_SaysWhereTheFileLies() =>
        Say(ExitCode.UserError, (DataStore.OfflineVariable, "1"), ["get", "mine.json"])
            .Errors.ShouldContain($"The file lies at {_server.Base}/mine.tar.gz.");

    [Fact]
    public void Get_Interrupted_ReturnsAndGoesOnThereNextTime()
    {
        _server.Change = (number, _, reply) => number == 1 ? reply with { CutAfter = 100_000, Stalls = true } : reply;
        using (var vitnb = Start(null, "get", "mine.json"))
        {
            Wait(() =>
                Directory.Exists(_folder.File("store")) && Parts().Any(part => new FileInfo(part).Length == 100_000)
            );
            Kill(vitnb.Id, 2).ShouldBe(0);
            vitnb.ExitCode().ShouldBe(ExitCode.Interrupted, vitnb.Errors);
            vitnb.Errors.ShouldContain("Stopping: what is here is kept, and the next call goes on there.");
        }
        Directory.Exists(Folder).ShouldBeFalse();

        Say(ExitCode.Success, "get", "mine.json");

        _server.Requests.ToArray().ShouldBe(["", "bytes=100000- \"one\""]);
        File.ReadAllBytes(Path.Combine(Folder, "a.bin")).ShouldBe(Image);
    }

    [Fact]
    public void Get_Killed_LeavesNothingThatLooksWholeAndGoesOn()
    {
        _server.Change = (number, _, reply) => number == 1 ? reply with { CutAfter = 100_000, Stalls = true } : reply;
        using (var vitnb = Start(null, "get", "mine.json"))
        {
            Wait(() =>
                Directory.Exists(_folder.File("store")) && Parts().Any(part => new FileInfo(part).Length == 100_000)
            );
            Kill(vitnb.Id, 9).ShouldBe(0);
            vitnb.ExitCode().ShouldNotBe(ExitCode.Success);
        }
        Directory.Exists(Folder).ShouldBeFalse();

        Say(ExitCode.Success, "get", "mine.json");

        _server.Requests.ToArray().ShouldBe(["", "bytes=100000- \"one\""]);
        File.ReadAllBytes(Path.Combine(Folder, "a.bin")).ShouldBe(Image);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Get_TwoProcessesAtOnce_BothHaveTheSet(bool isWithoutLocks)
    {
        // What a network file system without locks does: two may write at once, and neither may spoil the other's file.
        (string, string)? variable = isWithoutLocks ? ("DOTNET_SYSTEM_IO_DISABLEFILELOCKING", "1") : null;
        using var first = Start(variable, "get", "mine.json");
        using var second = Start(variable, "get", "mine.json");
        int[] codes = [first.ExitCode(), second.ExitCode()];

        if (!isWithoutLocks)
        {
            codes.ShouldBe([ExitCode.Success, ExitCode.Success], first.Errors + second.Errors);
            _server.Requests.Count.ShouldBe(1);
        }
        codes.ShouldContain(ExitCode.Success, first.Errors + second.Errors);
        File.ReadAllBytes(Path.Combine(Folder, "a.bin")).ShouldBe(Image);
        Say(ExitCode.Success, "verify", "mine.json");
    }

    [Fact]
    public void Get_TheDiskIsFull_SaysSoAndKeepsWhatIsThere()
    {
        // A limit on the size of files stands for the end of a disk: 128 blocks of 1 KiB.
        using var limited = VitnbProcess.Under(
            "trap '' XFSZ; ulimit -f 128; exec",
            _folder.Path,
            Environment(("DOTNET_EnableWriteXorExecute", "0")), // .NET keeps its code in a file in memory, which is longer
            "data",
            "get",
            "mine.json"
        );
        limited.ExitCode().ShouldBe(ExitCode.UserError, limited.Errors);
        limited.Errors.ShouldContain($"the disk of {_folder.File("store")} is full (File too large");
        limited.Errors.ShouldContain("131,072 bytes are kept, and the next try goes on there.");
        Directory.Exists(Folder).ShouldBeFalse();

        Say(ExitCode.Success, "get", "mine.json");
        _server.Requests.ToArray().ShouldBe(["", "bytes=131072- \"one\""]);
    }

    private string Folder => Path.Combine(_folder.File("data"), "mine");

    private string[] Parts() =>
        [
            .. Directory
                .EnumerateFiles(_folder.File("store"), "*.part-*", SearchOption.AllDirectories)
                .Where(p => !p.EndsWith(".json")),
        ];

    private (string Output, string Errors) Say(int code, params string[] arguments) => Say(code, null, arguments);

    private (string Output, string Errors) Say(int code, (string, string)? variable, string[] arguments)
    {
        using var vitnb = Start(variable, arguments);
        vitnb.ExitCode().ShouldBe(code, vitnb.Errors);
        return (vitnb.Output, vitnb.Errors);
    }

    private VitnbProcess Start((string, string)? variable, params string[] arguments) =>
        new(_folder.Path, Environment(variable), ["data", .. arguments]);

    private Dictionary<string, string> Environment((string Name, string Value)? variable)
    {
        Dictionary<string, string> environment = new()
        {
            [DataStore.FolderVariable] = _folder.File("store"),
            [Datasets.RootVariable] = _folder.File("data"),
        };
        if (variable is { } more)
        {
            environment[more.Name] = more.Value;
        }

        return environment;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    private static void Wait(Func<bool> until)
    {
        for (var i = 0; i < 600 && !until(); i++)
        {
            Thread.Sleep(100);
        }

        until().ShouldBeTrue("it did not come to that within a minute");
    }
}
