using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Shouldly;
using VitNotebooks.Data;
using VitNotebooks.Tests.Training;
using Xunit;

namespace VitNotebooks.Tests.Data;

/// <summary>Several connections for one file, and servers that are silent, break off, lie or send elsewhere: the file, or nothing.</summary>
public sealed class DownloadTests : IDisposable
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 400_000).Select(i => (byte)(i * 37 >> 2))];
    private static readonly byte[] Other = [.. Content.Reverse()];
    private static readonly string Hash = Convert.ToHexStringLower(SHA256.HashData(Content));

    private readonly TemporaryFolder _folder = new();
    private readonly FileServer _server = new(Content);
    private readonly List<string> _said = [];

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    private RemoteFile File => new("w.pth", _server.Url) { What = "weights w", Sha256 = Hash };

    private string Target => Path.Combine(_folder["store"], "w.pth");

    private DataStore Store(int connections = 4, double patience = 30, HttpClient? client = null) =>
        new(_folder["store"])
        {
            Pause = TimeSpan.Zero,
            Say = said =>
            {
                lock (_said)
                {
                    _said.Add(said);
                }
            },
            IsOffline = false,
            Client = client ?? Download.DefaultClient,
            Options = new()
            {
                Connections = connections,
                BytesPerConnection = 20_000,
                Patience = TimeSpan.FromSeconds(patience),
            },
        };

    private void ShouldBeWhole(DataStore store, RemoteFile? file = null)
    {
        store.Fetch(file ?? File).Sha256.ShouldBe(Hash);
        System.IO.File.ReadAllBytes(Target).ShouldBe(Content);
        Directory
            .GetFiles(_folder["store"])
            .Select(Path.GetFileName)
            .Order(StringComparer.Ordinal)
            .ShouldBe(["w.pth", "w.pth.receipt.json"]);
    }

    // ---- several connections -------------------------------------------------------------------------------------------------

    [Fact]
    public void Fetch_TheServerGivesParts_SeveralConnectionsShareTheFile()
    {
        var progress = new List<DownloadProgress>();
        // The first one is slow, so that the others have something to take.
        _server.Change = (number, _, reply) => number == 1 ? reply with { CutAfter = 50_000, Stalls = true } : reply;

        Store(patience: 1).FetchAsync(File, new Reports(progress.Add)).Wait();

        ShouldBeWhole(Store());
        var parts = _server.Requests.Where(request => request.Length > 0).ToArray();
        parts.Length.ShouldBeGreaterThanOrEqualTo(3);
        parts.ShouldAllBe(request => request.StartsWith("bytes=") && request.EndsWith(" \"one\""));
        progress[^1].ShouldBe(new DownloadProgress(Content.Length, Content.Length));
        progress.Select(p => p.Received).ShouldBe(progress.Select(p => p.Received).Order());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(16)]
    public void Fetch_AnyNumberOfConnections_GivesTheSameFile(int connections) => ShouldBeWhole(Store(connections));

    [Fact]
    public void Fetch_OneConnection_IsAskedForWhereNoPartsAreGiven()
    {
        _server.Change = (_, _, reply) => reply.With("Accept-Ranges", "none");
        ShouldBeWhole(Store());
        _server.Requests.ToArray().ShouldBe([""]);
    }

    [Fact]
    public void Fetch_TheServerWantsOneConnectionOnly_ItDoesTheOthersParts()
    {
        _server.Change = (number, _, reply) =>
            number is 2 or 3 or 4 ? FileServer.Empty("429 Too Many Requests") : reply;
        ShouldBeWhole(Store());
    }

    [Fact]
    public void Fetch_EveryConnectionIsCutNowAndThen_GoesOn()
    {
        _server.Change = (number, _, reply) => number < 20 ? reply with { CutAfter = 15_000 } : reply;
        ShouldBeWhole(Store());
    }

    [Fact]
    public void Fetch_AfterAFailureOfSeveral_OnlyWhatIsMissingIsAskedFor()
    {
        var isDown = true;
        _server.Change = (number, _, reply) =>
            !isDown ? reply
            : number <= 4 ? reply with { CutAfter = 30_000 }
            : FileServer.Empty("503 Service Unavailable");
        Should
            .Throw<DownloadException>(() => Store().Fetch(File))
            .Message.ShouldContain("bytes are kept, and the next try goes on there");
        var received = Received();
        received.ShouldBeGreaterThanOrEqualTo(60_000);
        _server.Requests.Clear();
        isDown = false;
        long sent = 0;
        _server.Change = (_, _, reply) =>
        {
            Interlocked.Add(ref sent, reply.Body.Length);
            return reply;
        };

        ShouldBeWhole(Store(connections: 1));

        sent.ShouldBe(Content.Length - received);
        _server.Requests.ShouldAllBe(request => request.StartsWith("bytes="));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{\"tag\":null,\"length\":400000,\"missing\":[{\"from\":-5,\"to\":10}]}")]
    [InlineData("{\"tag\":\"\\\"one\\\"\",\"length\":400000,\"missing\":[{\"from\":500000,\"to\":600000}]}")]
    public void Fetch_WhatIsWrittenDownOfAPartIsDamaged_BeginsAnew(string state)
    {
        _server.Change = (number, _, reply) =>
            number == 1 ? reply with { CutAfter = 30_000 } : FileServer.Empty("503 No");
        Should.Throw<DownloadException>(() => Store(1).Fetch(File));
        var note = Directory.GetFiles(_folder["store"], "*.part-*.json").ShouldHaveSingleItem();
        System.IO.File.WriteAllText(note, state);
        _server.Change = (_, _, reply) => reply;
        _server.Requests.Clear();

        ShouldBeWhole(Store(1));

        _server.Requests.ToArray().ShouldBe([""]);
    }

    // ---- servers that lie ------------------------------------------------------------------------------------------------------

    [Fact]
    public void Fetch_PartsOfOtherPlaces_AreNotBelieved()
    {
        _server.Change = (number, range, reply) =>
            number == 1 ? Cut(reply)
            : range is null ? reply
            : reply.With("Content-Range", $"bytes 7-{6 + reply.Body.Length}/{Content.Length}");
        ShouldBeWhole(Store());
    }

    [Fact]
    public void Fetch_TheWholeInPlaceOfAPart_IsNotMixedIn()
    {
        var isFirst = true;
        _server.Change = (_, range, reply) =>
        {
            if (range is not null)
            {
                return reply with { Status = "200 OK", Body = Content };
            }

            var cut = isFirst ? Cut(reply) : reply;
            isFirst = false;
            return cut;
        };
        // The length still belongs to the part: the server contradicts itself in every way.
        ShouldBeWhole(Store());
    }

    [Fact]
    public void Fetch_OtherBytesInTheParts_AreFoundAndFetchedOnceMoreInOnePiece()
    {
        var isFirst = true;
        _server.Change = (_, range, reply) =>
        {
            if (range is not null)
            {
                return reply with { Body = new byte[reply.Body.Length] };
            }

            var cut = isFirst ? Cut(reply) : reply;
            isFirst = false;
            return cut;
        };
        ShouldBeWhole(Store());
        _said.ShouldContain(
            "weights w: the parts that came do not make the file; it is fetched once more, in one piece."
        );
    }

    [Fact]
    public void Fetch_AnotherLengthInTheParts_BeginsAnew()
    {
        _server.Change = (number, range, reply) =>
            number is > 1 and < 5 && range is not null
                ? reply.With("Content-Range", reply.Headers["Content-Range"].Replace("/400000", "/400001"))
            : number == 1 ? Cut(reply)
            : reply;
        ShouldBeWhole(Store());
    }

    [Theory]
    [InlineData(399_000)]
    [InlineData(1)]
    public void Fetch_ALengthThatIsTooSmall_IsFoundByTheHash(int length)
    {
        _server.Change = (_, _, reply) => reply.With("Content-Length", $"{length}");
        Should.Throw<WrongFileException>(() => Store(1).Fetch(File)).Message.ShouldContain("It is kept aside as");
        System.IO.File.Exists(Target).ShouldBeFalse();
    }

    [Fact]
    public void Fetch_ALengthThatIsTooLarge_NeverMakesAFile()
    {
        _server.Change = (_, _, reply) => reply.With("Content-Length", "400100");
        Should.Throw<DownloadException>(() => Store(1).Fetch(File));
        System.IO.File.Exists(Target).ShouldBeFalse();
    }

    [Fact]
    public void Fetch_AnotherLengthThanThePublisherStates_IsRefusedAtOnce()
    {
        Should
            .Throw<DownloadException>(() => Store().Fetch(File with { Size = 5 }))
            .Message.ShouldBe(
                $"{_server.Url} has 400,000 bytes, and the publisher states 5 for weights w: it is another file."
            );
        Directory.GetFiles(_folder["store"]).ShouldBeEmpty();
    }

    [Fact]
    public void Fetch_MoreThanThePublisherStates_IsStoppedThere()
    {
        // Without a length nobody knows before it comes.
        _server.Change = (_, _, reply) => reply.With("Content-Length", null).With("Accept-Ranges", null);
        Should
            .Throw<DownloadException>(() => Store().Fetch(File with { Size = 100_000 }))
            .Message.ShouldContain("sends more than the 100,000 bytes");
        ShouldBeWhole(Store(), File with { Size = Content.Length });
    }

    [Fact]
    public void Fetch_TheTagChangesInTheMiddle_GivesTheNewFileAndNoMixture()
    {
        // The server does not look at If-Range, and sends parts of the new file.
        _server.Change = (number, range, reply) =>
        {
            if (number == 1)
            {
                _server.Content = Other;
                return reply with { CutAfter = 60_000 };
            }
            return reply.With("ETag", "\"two\"");
        };
        Store().Fetch(File with { Sha256 = null });
        System.IO.File.ReadAllBytes(Target).ShouldBe(Other);
    }

    [Fact]
    public void Fetch_ADateInPlaceOfATag_HoldsAsWellOnceItIsAMinuteOld()
    {
        _server.Tag = null;
        var now = DateTimeOffset.UtcNow;
        _server.Change = (number, _, reply) =>
            (number == 1 ? reply with { CutAfter = 60_000 } : reply)
                .With("Date", $"{now:R}")
                .With("Last-Modified", $"{now.AddHours(-1):R}");
        Store(1).Fetch(File with { Sha256 = null }).Sha256.ShouldBe(Hash);
        _server.Requests.ToArray()[1].ShouldBe($"bytes=60000- {now.AddHours(-1):R}");
    }

    [Fact]
    public void Fetch_ADateOfJustNow_IsNoProof()
    {
        _server.Tag = null;
        var now = DateTimeOffset.UtcNow;
        _server.Change = (number, _, reply) =>
            (number == 1 ? reply with { CutAfter = 60_000 } : reply)
                .With("Date", $"{now:R}")
                .With("Last-Modified", $"{now.AddSeconds(-5):R}");
        Store(1).Fetch(File with { Sha256 = null }).Sha256.ShouldBe(Hash);
        _server.Requests.ToArray().ShouldBe(["", ""]);
    }

    // ---- silence -----------------------------------------------------------------------------------------------------------------

    [Fact]
    public void Fetch_TheLineGoesSilent_IsTakenUpOnANewOne()
    {
        _server.Change = (number, _, reply) => number == 1 ? reply with { CutAfter = 70_000, Stalls = true } : reply;
        ShouldBeWhole(Store(1, patience: 2)); // a busy machine takes its time for the first bytes
        _said.ShouldContain("weights w: nothing came for 2 seconds; trying again at 70,000 bytes.");
    }

    [Fact]
    public void Fetch_NoAnswerAtAll_IsGivenUpAfterItsTries()
    {
        _server.Change = (_, _, reply) => reply with { CutAfter = 0, Stalls = true };
        Should
            .Throw<DownloadException>(() => Store(1, patience: 0.1).Fetch(File))
            .Message.ShouldContain("nothing came for 0.1 seconds");
        _server.Requests.Count.ShouldBe(DownloadOptions.Default.Tries);
    }

    // ---- addresses ---------------------------------------------------------------------------------------------------------------

    [Fact]
    public void Fetch_ARedirection_IsFollowedWithItsRange()
    {
        _server.Change = (number, _, reply) =>
            number switch
            {
                1 or 3 => FileServer.Empty("302 Found").With("Location", "/elsewhere"),
                2 => reply with { CutAfter = 50_000 },
                _ => reply,
            };
        ShouldBeWhole(Store(1));
        _server.Requests.ToArray().ShouldBe(["", "", "bytes=50000- \"one\"", "bytes=50000- \"one\""]);
    }

    [Fact]
    public void Fetch_RedirectionsWithoutEnd_AreGivenUp()
    {
        _server.Change = (_, _, _) => FileServer.Empty("301 Moved Permanently").With("Location", _server.Url);
        Should.Throw<DownloadException>(() => Store().Fetch(File)).Message.ShouldContain("sends on more than 10 times");
        _server.Requests.Count.ShouldBe(11);
    }

    [Fact]
    public void Fetch_FromHttpsToHttp_IsNeverFollowed()
    {
        using var certificate = Certificate();
        using var secure = new FileServer(Content, certificate);
        using var client = Download.MakeClient(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
            }
        );
        secure.Change = (_, _, _) => FileServer.Empty("302 Found").With("Location", _server.Url);
        Should
            .Throw<DownloadException>(() => Store(client: client).Fetch(File with { Url = secure.Url }))
            .Message.ShouldBe(
                $"{secure.Url} sends on to {_server.Url}, which is not followed: only https keeps a file safe on its way."
            );
        _server.Requests.ShouldBeEmpty();

        secure.Change = (_, _, reply) => reply;
        ShouldBeWhole(Store(client: client), File with { Url = secure.Url });
    }

    [Fact]
    public void Fetch_FromThisMachineToAnotherByHttp_IsNotFollowedWithoutAWholeHash()
    {
        _server.Change = (_, _, _) => FileServer.Empty("302 Found").With("Location", "http://example.org/w.pth");
        Should
            .Throw<DownloadException>(() => Store().Fetch(File with { Sha256 = Hash[..8] }))
            .Message.ShouldContain("sends on to http://example.org/w.pth, which is not followed");
    }

    [Theory]
    [InlineData("https://a.org/x", "http://a.org/x", false)]
    [InlineData("https://a.org/x", "http://127.0.0.1/x", false)]
    [InlineData("https://a.org/x", "https://127.0.0.1/x", false)]
    [InlineData("https://a.org/x", "ftp://a.org/x", false)]
    [InlineData("https://a.org/x", "file:///etc/passwd", false)]
    [InlineData("https://a.org/x", "https://b.org/y", true)]
    [InlineData("https://a.org/x", "/y", true)]
    [InlineData("http://a.org/x", "http://b.org/y", true)]
    [InlineData("http://a.org/x", "https://b.org/y", true)]
    [InlineData("http://a.org/x", "http://localhost/y", false)]
    public void Next_OfAnAddress_IsNeverLessSafe(string from, string to, bool isFollowed)
    {
        void Follow() => DownloadAddress.Next(new Uri(from), new Uri(to, UriKind.RelativeOrAbsolute), File);
        if (isFollowed)
        {
            Should.NotThrow(Follow);
        }
        else
        {
            Should.Throw<DownloadException>(Follow);
        }
    }

    [Theory]
    [InlineData("http://example.org/w", true)]
    [InlineData("https://example.org/w", true)]
    [InlineData("ftp://example.org/w", false)]
    [InlineData("file:///etc/passwd", false)]
    [InlineData("example.org/w", false)]
    public void Of_AnAddress_IsHttpsOrHeldByAWholeHash(string url, bool isAllowed)
    {
        if (isAllowed)
        {
            DownloadAddress.Of(url, File).ShouldNotBeNull();
        }
        else
        {
            Should.Throw<DownloadException>(() => DownloadAddress.Of(url, File));
        }
    }

    [Fact]
    public void Of_HttpWithOnlyTheOlderHashes_IsRefused()
    {
        var old = File with { Sha256 = null, Md5 = new string('0', 32), Sha1 = new string('0', 40) };
        Should
            .Throw<DownloadException>(() => DownloadAddress.Of("http://example.org/w", old))
            .Message.ShouldContain("or the file's whole SHA-256");
        DownloadAddress.Of("https://example.org/w", old).ShouldNotBeNull();
    }

    [Fact]
    public void Options_OutOfRange_AreAllNamed() =>
        Should
            .Throw<ArgumentException>(() =>
                new DataStore("x")
                {
                    Options = new() { Connections = 17, Tries = 0 },
                }
            )
            .Message.ShouldBe("DownloadOptions: Connections is 17; expected 1..16. Tries is 0; expected 1 or more.");

    private static FileReply Cut(FileReply reply) => reply with { CutAfter = 50_000 };

    private long Received()
    {
        var note = Directory.GetFiles(_folder["store"], "*.part-*.json").ShouldHaveSingleItem();
        using var json = System.Text.Json.JsonDocument.Parse(System.IO.File.ReadAllText(note));
        return Content.Length
            - json.RootElement.GetProperty("missing")
                .EnumerateArray()
                .Sum(range => range.GetProperty("to").GetInt64() - range.GetProperty("from").GetInt64());
    }

    private static X509Certificate2 Certificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    private sealed class Reports(Action<DownloadProgress> take) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => take(value);
    }
}
