using System.Diagnostics;
using System.Security.Cryptography;
using Shouldly;
using VitNotebooks.Data;
using VitNotebooks.Tests.Training;
using Xunit;

namespace VitNotebooks.Tests.Data;

/// <summary>Downloads from a server on this machine: whole or not at all, taken up where they were cut, held to their hash.</summary>
public sealed class DataStoreTests : IDisposable
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 31 >> 3))];
    private static readonly string Hash = Convert.ToHexStringLower(SHA256.HashData(Content));

    private readonly TemporaryFolder _folder = new();
    private readonly FileServer _server = new(Content);
    private readonly List<string> _said = [];

    private DataStore Store =>
        new(_folder["store"])
        {
            Pause = TimeSpan.Zero,
            Say = _said.Add,
            IsOffline = false,
        };

    private RemoteFile File => new("weights/w.pth", _server.Url) { What = "weights w", Sha256 = Hash[..8] };

    private string Target => Path.Combine(_folder["store"], "weights", "w.pth");

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    private string[] Left =>
        [
            .. Directory
                .EnumerateFiles(Path.GetDirectoryName(Target)!)
                .Select(f => Path.GetFileName(f)!)
                .Order(StringComparer.Ordinal),
        ];

    [Fact]
    public async Task Fetch_AFile_IsFetchedOnceAndWhole()
    {
        var progress = new List<DownloadProgress>();
        var stored = await Store.FetchAsync(File, new Reports(progress.Add));

        stored.ShouldBe(new StoredFile(Target, Hash, IsStated: true));
        System.IO.File.ReadAllBytes(Target).ShouldBe(Content);
        progress[^1].ShouldBe(new DownloadProgress(Content.Length, Content.Length));
        Left.ShouldBe(["w.pth", "w.pth.receipt.json"]);
        Store.Fetch(File).ShouldBe(stored);
        _server.Requests.Count.ShouldBe(1);
        _said[0].ShouldBe($"Fetching weights w from {_server.Url} to {Target}.");
        _said[1].ShouldBe($"weights w: SHA-256 {Hash}, as its publisher states ({Hash[..8]}).");
    }

    [Fact]
    public void Fetch_TheLineIsCut_GoesOnWhereItEnded()
    {
        _server.Cuts.Enqueue(100_000);
        _server.Cuts.Enqueue(70_000);
        Store.Fetch(File).Sha256.ShouldBe(Hash);
        System.IO.File.ReadAllBytes(Target).ShouldBe(Content);
        _server.Requests.ToArray().ShouldBe(["", "bytes=100000- \"one\"", "bytes=170000- \"one\""]);
    }

    [Fact]
    public void Fetch_AfterAFailure_TheNextCallGoesOn()
    {
        _server.Cuts.Enqueue(100_000);
        RefuseAll();
        var fault = Should.Throw<DownloadException>(() => Store.Fetch(File));
        fault.Message.ShouldBe(
            $"weights w cannot be fetched from {_server.Url}: the server says 503 Service Unavailable. 100,000 bytes are kept, and the next try "
                + $"goes on there. To do without a network here, fetch the file on another machine and put it at {Target}; its SHA-256 begins with "
                + $"{Hash[..8]}, which is checked."
        );
        System.IO.File.Exists(Target).ShouldBeFalse();

        _server.Refusals.Clear();
        Store.Fetch(File).Sha256.ShouldBe(Hash);
        _server.Requests.Last().ShouldBe("bytes=100000- \"one\"");
    }

    [Fact]
    public async Task Fetch_IsStopped_KeepsWhatIsHere()
    {
        using var stop = new CancellationTokenSource();
        var store = new DataStore(_folder["store"])
        {
            Pause = TimeSpan.FromMinutes(1),
            Say = said => StopAfterACut(said, stop),
        };
        _server.Cuts.Enqueue(100_000);
        await Should.ThrowAsync<OperationCanceledException>(() => store.FetchAsync(File, cancel: stop.Token));
        Store.Fetch(File).Sha256.ShouldBe(Hash);
        _server.Requests.Last().ShouldBe("bytes=100000- \"one\"");
    }

    [Fact]
    public void Fetch_TheFileChangedMeanwhile_BeginsAnew()
    {
        Interrupt();
        _server.Content = [.. Content.Reverse()];
        _server.Tag = "\"two\"";
        Store.Fetch(File with { Sha256 = null });
        System.IO.File.ReadAllBytes(Target).ShouldBe(_server.Content);
    }

    [Fact]
    public void Fetch_WithoutTagAndHash_NeverMixesTwoFiles()
    {
        _server.Tag = null;
        Interrupt();
        _server.Content = [.. Content.Reverse()];
        Store.Fetch(File with { Sha256 = null });
        System.IO.File.ReadAllBytes(Target).ShouldBe(_server.Content);
        _server.Requests.Last().ShouldBe("");
    }

    [Fact]
    public void Fetch_WhatIsHereIsLongerThanTheFile_BeginsAnew()
    {
        Interrupt();
        _server.Content = Content[..50_000];
        _server.Tag = "\"one\"";
        Store.Fetch(File with { Sha256 = null });
        System.IO.File.ReadAllBytes(Target).ShouldBe(_server.Content);
    }

    [Fact]
    public void Fetch_AWrongHash_IsKeptAsideAndNeverUsed()
    {
        _server.Content = [.. Content.Reverse()];
        var wrong = Convert.ToHexStringLower(SHA256.HashData(_server.Content));
        var fault = Should.Throw<WrongFileException>(() => Store.Fetch(File));
        fault.File.ShouldBe($"{Target}.wrong-{wrong[..8]}");
        fault.Message.ShouldBe(
            $"What came for weights w from {_server.Url} is not used: its SHA-256 is {wrong}, its publisher states {Hash[..8]}. It is kept aside as "
                + $"{fault.File}. Try again; if it stays so, the publisher has put another file there."
        );
        System.IO.File.ReadAllBytes(fault.File).ShouldBe(_server.Content);
        Left.ShouldBe([Path.GetFileName(fault.File)]);

        _server.Content = Content;
        Store.Fetch(File).Sha256.ShouldBe(Hash);
        System.IO.File.ReadAllBytes(Target).ShouldBe(Content);
    }

    [Fact]
    public void Fetch_OlderHashes_AreHeldAsWell()
    {
        var md5 = Convert.ToHexStringLower(MD5.HashData(Content));
        var sha1 = Convert.ToHexStringLower(SHA1.HashData(Content));
        var file = File with { Sha256 = null, Md5 = md5.ToUpperInvariant() };
        Store.Fetch(file).ShouldBe(new StoredFile(Target, Hash, IsStated: true));
        _said[^1].ShouldBe($"weights w: MD5 {md5}, as its publisher states ({md5.ToUpperInvariant()}).");
        Store.Fetch(file with { Md5 = null, Sha1 = sha1 }).IsStated.ShouldBeTrue(); // another hash of the file that is here
        Should
            .Throw<WrongFileException>(() =>
                Store.Fetch(file with { Md5 = md5.Replace(md5[0], md5[0] == 'a' ? 'b' : 'a') })
            )
            .Message.ShouldContain($"its MD5 is {md5}, its publisher states ");
        Should
            .Throw<WrongFileException>(() => Store.Fetch(file with { Sha1 = new string('0', 40) }))
            .Message.ShouldContain($"its SHA-1 is {sha1}, its publisher states 000");
        Should
            .Throw<WrongFileException>(() => Store.Fetch(file with { Size = 5 }))
            .Message.ShouldContain("it has 300,000 bytes, its publisher states 5");
        _server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Verify_AFileThatOnlyItsBytesBetray_IsFound()
    {
        (await Store.VerifyAsync(File)).ShouldBeNull();
        Store.Fetch(File);
        (await Store.VerifyAsync(File)).ShouldBe(new StoredFile(Target, Hash, IsStated: true));

        var changed = System.IO.File.GetLastWriteTimeUtc(Target);
        System.IO.File.WriteAllBytes(Target, [.. Content.Reverse()]);
        System.IO.File.SetLastWriteTimeUtc(Target, changed);

        Store.Fetch(File).Path.ShouldBe(Target); // length and date are as they were
        (await Should.ThrowAsync<WrongFileException>(() => Store.VerifyAsync(File))).File.ShouldBe(Target);
    }

    [Fact]
    public void Fetch_NoRoom_IsSaidBeforeAByteIsKept()
    {
        List<string> asked = [];
        var store = new DataStore(_folder["store"])
        {
            IsOffline = false,
            Free = folder =>
            {
                asked.Add(folder);
                return FreeSpace.Reserve + Content.Length - 1;
            },
        };
        var fault = Should.Throw<DiskFullException>(() => store.Fetch(File));
        fault.Message.ShouldBe(
            $"weights w needs 300,000 bytes, and {_folder["store"]} has 67.4 MB free, of which 67.1 MB are left alone. Make room there, or choose "
                + "another folder."
        );
        asked.ShouldBe([_folder["store"]]);
        Left.ShouldBeEmpty();
    }

    [Fact]
    public void Fetch_IntoASharedFolder_OthersMayReadAndReplaceIt()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Directory.CreateDirectory(_folder["store"]);
        const UnixFileMode shared = (UnixFileMode)0b010_111_111_000; // a group's, which new files belong to
        System.IO.File.SetUnixFileMode(_folder["store"], shared);
        Store.Fetch(File);
        System.IO.File.GetUnixFileMode(Path.GetDirectoryName(Target)!).ShouldBe(shared);
        System.IO.File.GetUnixFileMode(Target).ShouldBe((UnixFileMode)0b110_110_000);
        System.IO.File.GetUnixFileMode(Target + ".receipt.json").ShouldBe((UnixFileMode)0b110_110_000);
    }

    [Fact]
    public async Task Fetch_AnotherProcessHasTheLockAndIsKilled_GoesOn()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Target)!);
        using var other = Process.Start(
            new ProcessStartInfo("flock", ["-x", Target + ".lock", "sh", "-c", "echo locked; exec sleep 600"])
            {
                RedirectStandardOutput = true,
            }
        )!;
        (await other.StandardOutput.ReadLineAsync()).ShouldBe("locked");
        var fetching = Store.FetchAsync(File);
        await Task.Delay(300);
        fetching.IsCompleted.ShouldBeFalse();
        _server.Requests.ShouldBeEmpty();

        other.Kill(entireProcessTree: true);

        (await fetching.WaitAsync(TimeSpan.FromSeconds(30))).Sha256.ShouldBe(Hash);
        Left.ShouldBe(["w.pth", "w.pth.receipt.json"]);
    }

    [Fact]
    public void Fetch_AnAddressFails_TheNextIsTried()
    {
        using var mirror = new FileServer(Content);
        using var wrong = new FileServer([.. Content.Reverse()]);
        _server.Refusals.Enqueue("404 Not Found");
        var file = File with { Mirrors = [wrong.Url, mirror.Url], Sha256 = Hash };
        Store.Fetch(file).Sha256.ShouldBe(Hash);
        _said.ShouldContain(said =>
            said.Contains("404 Not Found", StringComparison.Ordinal) && said.EndsWith("The next address is tried.")
        );
        _said.ShouldContain(said => said.Contains("is not used", StringComparison.Ordinal) && said.Contains(wrong.Url));
        System.IO.File.ReadAllBytes(Target).ShouldBe(Content);
        Left.Length.ShouldBe(3); // the file, its receipt, and the one kept aside
    }

    [Fact]
    public void Fetch_TheFirstAddressIsCutForGood_TheMirrorGoesOn()
    {
        using var mirror = new FileServer(Content) { Tag = _server.Tag };
        _server.Cuts.Enqueue(100_000);
        RefuseAll();
        Store.Fetch(File with { Mirrors = [mirror.Url], Sha256 = Hash }).Sha256.ShouldBe(Hash);
        mirror.Requests.ToArray().ShouldBe(["bytes=100000- \"one\""]);
    }

    [Fact]
    public void Fetch_NoHashIsStated_LaterFilesAreHeldToTheFirst()
    {
        var file = File with { Sha256 = null };
        Store.Fetch(file).ShouldBe(new StoredFile(Target, Hash, IsStated: false));
        _said[^1]
            .ShouldBe(
                $"weights w: the publisher states no hash; SHA-256 {Hash} is recorded, and later files are held to it."
            );

        System.IO.File.Delete(Target);
        _server.Content = [.. Content.Reverse()];
        var fault = Should.Throw<WrongFileException>(() => Store.Fetch(file));
        fault.Message.ShouldContain($"and it was {Hash} on ");
        fault.Message.ShouldEndWith($"which is accepted once {Target}.receipt.json is deleted.");
        System.IO.File.Exists(Target).ShouldBeFalse();

        System.IO.File.Delete(Target + ".receipt.json");
        Store.Fetch(file).Sha256.ShouldNotBe(Hash);
    }

    [Fact]
    public void Fetch_AFilePutThereByHand_IsCheckedAndTaken()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Target)!);
        System.IO.File.WriteAllBytes(Target, Content);
        var offline = new DataStore(_folder["store"]) { IsOffline = true };
        offline.Fetch(File).ShouldBe(new StoredFile(Target, Hash, IsStated: true));

        System.IO.File.WriteAllBytes(Target, Content[..^1]);
        var fault = Should.Throw<WrongFileException>(() => offline.Fetch(File));
        fault.Message.ShouldStartWith($"{Target} is not weights w: its SHA-256 is ");
        fault.Message.ShouldContain($"Delete it and fetch it again from {_server.Url}");
        fault.File.ShouldBe(Target);
        _server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public void Fetch_AChangedFileOfTheSameLength_IsNoticed()
    {
        var file = File with { Sha256 = null };
        Store.Fetch(file);
        System.IO.File.WriteAllBytes(Target, [.. Content.Reverse()]);
        System.IO.File.SetLastWriteTimeUtc(Target, DateTime.UtcNow.AddSeconds(5));
        Should.Throw<WrongFileException>(() => Store.Fetch(file)).Message.ShouldContain($"and it was {Hash} on ");
    }

    [Fact]
    public void Fetch_Offline_SaysWhereTheFileLiesAndWhereToPutIt()
    {
        var offline = new DataStore(_folder["store"]) { IsOffline = true };
        Should
            .Throw<DownloadException>(() => offline.Fetch(File with { Sha256 = null }))
            .Message.ShouldBe(
                $"weights w: not here, and nothing is fetched because VITNB_OFFLINE is set. The file lies at {_server.Url}. To do without a network "
                    + $"here, fetch the file on another machine and put it at {Target}; its publisher states no hash, so that the hash of the first "
                    + "file that is put there is recorded."
            );
        _server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public void Fetch_NobodyAnswers_SaysSoAtOnceAndLeavesNothing()
    {
        var url = _server.Url;
        _server.Dispose();
        var fault = Should.Throw<DownloadException>(() => Store.Fetch(File));
        fault.Message.ShouldStartWith($"weights w cannot be fetched from {url}: ");
        fault.Message.ShouldContain($"put it at {Target}; its SHA-256 begins with {Hash[..8]}");
        Left.ShouldBeEmpty();
        _said.Count.ShouldBe(1);
    }

    [Fact]
    public void Fetch_NotFound_IsNotTriedAgain()
    {
        _server.Refusals.Enqueue("404 Not Found");
        Should
            .Throw<DownloadException>(() => Store.Fetch(File))
            .Message.ShouldContain("the server says 404 Not Found. To do without");
        _server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public void Fetch_AWebPage_IsNoFile()
    {
        _server.ContentType = "text/html; charset=utf-8";
        Should
            .Throw<DownloadException>(() => Store.Fetch(File))
            .Message.ShouldContain("is a web page and not weights w; open it in a browser");
        Left.ShouldBeEmpty();
    }

    [Fact]
    public void Fetch_ByHandAlone_SaysWhatToDo()
    {
        var file = File with { ByHand = "Open the page in a browser and take w.pth." };
        Should
            .Throw<DownloadException>(() => Store.Fetch(file))
            .Message.ShouldStartWith(
                "weights w: no program can fetch this. Open the page in a browser and take w.pth. To do without"
            );
        _server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Fetch_TwoAtOnce_FetchOnce()
    {
        var both = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Store.FetchAsync(File)));
        both.ShouldAllBe(stored => stored.Sha256 == Hash);
        _server.Requests.Count.ShouldBe(1);
        Left.ShouldBe(["w.pth", "w.pth.receipt.json"]);
    }

    [Fact]
    public void Fetch_UnsafeAddressesAndPaths_AreRefused()
    {
        Should
            .Throw<DownloadException>(() => Store.Fetch(File with { Url = "http://example.org/w.pth" }))
            .Message.ShouldContain("only https keeps a file safe on its way");
        Should
            .Throw<ArgumentException>(() => Store.PathOf(File with { Path = "../w.pth" }))
            .Message.ShouldContain("leads out of the store");
    }

    private void Interrupt()
    {
        _server.Cuts.Enqueue(100_000);
        RefuseAll();
        Should.Throw<DownloadException>(() => Store.Fetch(File with { Sha256 = null }));
        _server.Refusals.Clear();
    }

    private void RefuseAll()
    {
        for (var i = 0; i < 20; i++)
        {
            _server.Refusals.Enqueue("503 Service Unavailable");
        }
    }

    private void StopAfterACut(string said, CancellationTokenSource stop)
    {
        if (said.Contains("trying again", StringComparison.Ordinal))
        {
            stop.Cancel();
        }
    }

    private sealed class Reports(Action<DownloadProgress> take) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => take(value);
    }
}
