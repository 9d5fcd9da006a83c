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
    public void Fetch_AWrongHash_IsNotKept()
    {
        _server.Content = [.. Content.Reverse()];
        var fault = Should.Throw<WrongFileException>(() => Store.Fetch(File));
        fault.Message.ShouldStartWith($"What came for weights w from {_server.Url} was not kept: its SHA-256 is ");
        fault.Message.ShouldContain(
            $"its publisher states {Hash[..8]}. Try again; if it stays so, the publisher has put another file there."
        );
        Left.ShouldBeEmpty();

        _server.Content = Content;
        Store.Fetch(File).Sha256.ShouldBe(Hash);
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
            _server.Refusals.Enqueue("503 Service Unavailable");
    }

    private void StopAfterACut(string said, CancellationTokenSource stop)
    {
        if (said.Contains("trying again", StringComparison.Ordinal))
            stop.Cancel();
    }

    private sealed class Reports(Action<DownloadProgress> take) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => take(value);
    }
}
