using System.Formats.Tar;
using Shouldly;
using VitNotebooks.Data;
using VitNotebooks.Data.Archives;
using Xunit;

namespace VitNotebooks.Tests.Data;

/// <summary>Archives as they come, and as somebody makes them who means harm: all of one or nothing, and never a byte outside.</summary>
public sealed class ArchiveExtractorTests : IDisposable
{
    private readonly DataFolder _folder = new();

    private static readonly (string, string)[] Two = [("set/a.txt", "one"), ("set/deep/b.txt", "two")];

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Kinds => ["v7.tar", "ustar.tar", "pax.tar", "gnu.tar", "set.tar.gz", "set.zip"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Extract_EveryKind_GivesTheFilesAndNothingElse(string name)
    {
        var extraction = await Extract(Archive(name, Two));

        extraction.ShouldBe(new Extraction(Target, 2, 6, 0));
        Tree().ShouldBe(["set/a.txt=one", "set/deep/b.txt=two"]);
        Directory.GetFileSystemEntries(_folder["out"]).ShouldBe([Target]);
    }

    [Fact]
    public async Task Extract_OneFileInGzip_GetsTheNameWithoutGz()
    {
        var extraction = await Extract(TestArchives.Gzip(TestArchives.Bytes("idx")), "train-images-idx3-ubyte.gz");

        extraction.Files.ShouldBe(1);
        Tree().ShouldBe(["train-images-idx3-ubyte=idx"]);
    }

    [Fact]
    public async Task Extract_ANameThatLies_GoesByTheBytes()
    {
        await Extract(TestArchives.Zip(Two), "set.tar.gz");

        Tree().ShouldBe(["set/a.txt=one", "set/deep/b.txt=two"]);
    }

    [Theory]
    [InlineData("x.tar")]
    [InlineData("x.zip")]
    public async Task Extract_Inside_TakesThatFolderAndCountsTheRest(string name)
    {
        (string, string)[] files =
        [
            ("README", "r"),
            ("set/a.txt", "one"),
            ("set/deep/b.txt", "two"),
            ("settled/c", "c"),
        ];
        var options = new ExtractionOptions { Inside = "set", Listing = _folder["listing"] };

        var extraction = await Extract(Archive(name, files), name, options);

        extraction.ShouldBe(new Extraction(Target, 2, 6, 2));
        Tree().ShouldBe(["a.txt=one", "deep/b.txt=two"]);
        File.ReadAllLines(_folder["listing"])
            .ShouldBe([
                "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed  a.txt",
                "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3  deep/b.txt",
            ]);
    }

    [Fact]
    public async Task Extract_InsideAFolderThatIsNotThere_SaysWhatIs() =>
        (await Fails<BrokenArchiveException>(TestArchives.Tar(Two), new() { Inside = "other" })).ShouldContain(
            "there is no file in a folder other; it holds set"
        );

    [Theory]
    [InlineData("../x", "leads out of its folder")]
    [InlineData("set/../../x", "leads out of its folder")]
    [InlineData("/tmp/x", "is absolute")]
    [InlineData("set\\..\\..\\x", "has a backslash")]
    [InlineData("C:/x", "begins with a drive")]
    [InlineData("set/a\u0007", "has a control character")]
    public async Task Extract_ANameThatEscapes_IsRefusedInTarAndZip(string name, string why)
    {
        (string, string)[] files = [("set/good", "g"), (name, "bad")];

        (await Fails<UnsafeArchiveException>(TestArchives.Tar(files))).ShouldContain(why);
        (await Fails<UnsafeArchiveException>(TestArchives.Zip(files))).ShouldContain(why);
        (await Fails<UnsafeArchiveException>(TestArchives.Gzip(TestArchives.Tar(files)))).ShouldContain(why);
    }

    [Theory]
    [InlineData(TarEntryType.SymbolicLink, "set/link", "a.txt")]
    [InlineData(TarEntryType.SymbolicLink, "set/deep/link", "../a.txt")]
    [InlineData(TarEntryType.SymbolicLink, "link", "./set//a.txt")]
    [InlineData(TarEntryType.HardLink, "set/link", "set/a.txt")]
    public async Task Extract_ALinkInside_BecomesACopy(TarEntryType type, string name, string target)
    {
        // The link comes before the file that it means.
        await Extract(
            TestArchives.Tar(writer =>
            {
                writer.WriteEntry(TestArchives.Link(type, name, target));
                writer.WriteEntry(TestArchives.File("set/a.txt", "one"));
            })
        );

        Tree().ShouldContain($"{name}=one");
        new FileInfo(Path.Combine(Target, name)).LinkTarget.ShouldBeNull();
    }

    [Fact]
    public async Task Extract_ALinkToALinkInAZip_BecomesACopy()
    {
        await Extract(
            TestArchives.Zip(zip =>
            {
                TestArchives.AddTo(zip, "b", "a", 0xA1FF);
                TestArchives.AddTo(zip, "a", "set/one", 0xA1FF);
                TestArchives.AddTo(zip, "set/one", "1", 0x81A4);
            })
        );

        Tree().ShouldBe(["a=1", "b=1", "set/one=1"]);
    }

    [Theory]
    [InlineData(TarEntryType.SymbolicLink, "set/link", "/etc/passwd")]
    [InlineData(TarEntryType.SymbolicLink, "set/link", "../../etc/passwd")]
    [InlineData(TarEntryType.SymbolicLink, "link", "..")]
    [InlineData(TarEntryType.HardLink, "set/link", "../../etc/passwd")]
    [InlineData(TarEntryType.HardLink, "set/link", "/etc/passwd")]
    public async Task Extract_ALinkOut_IsRefused(TarEntryType type, string name, string target) =>
        (
            await Fails<UnsafeArchiveException>(
                TestArchives.Tar(writer => writer.WriteEntry(TestArchives.Link(type, name, target)))
            )
        ).ShouldContain("do not trust this file");

    [Fact]
    public async Task Extract_AFileThroughALinkedFolder_NeverLeaves()
    {
        // Two links that are harmless alone, and lead two folders up together.
        await Fails<ArchiveException>(
            TestArchives.Tar(writer =>
            {
                writer.WriteEntry(TestArchives.File("a/b/here", "h"));
                writer.WriteEntry(TestArchives.Link(TarEntryType.SymbolicLink, "a/up", ".."));
                writer.WriteEntry(TestArchives.Link(TarEntryType.SymbolicLink, "a/out", "up/.."));
                writer.WriteEntry(TestArchives.File("a/out/escaped", "e"));
            })
        );
    }

    [Theory]
    [InlineData("nowhere")]
    [InlineData("link")]
    [InlineData("set")]
    public async Task Extract_ALinkToNoFile_IsBroken(string target) =>
        (
            await Fails<BrokenArchiveException>(
                TestArchives.Tar(writer =>
                {
                    writer.WriteEntry(TestArchives.File("set/a.txt", "one"));
                    writer.WriteEntry(TestArchives.Link(TarEntryType.SymbolicLink, "link", target));
                })
            )
        ).ShouldContain($"the link 'link' leads to '{target}', which is no file");

    [Theory]
    [InlineData('3')]
    [InlineData('4')]
    [InlineData('6')]
    public async Task Extract_ADeviceInATar_IsRefused(char type) =>
        (
            await Fails<UnsafeArchiveException>([.. TestArchives.Header("dev", 0, type), .. new byte[1024]])
        ).ShouldContain("'dev' is a device");

    [Theory]
    [InlineData(0x1000)]
    [InlineData(0x2000)]
    [InlineData(0x6000)]
    [InlineData(0xC000)]
    public async Task Extract_ADeviceInAZip_IsRefused(int mode) =>
        (
            await Fails<UnsafeArchiveException>(TestArchives.Zip(zip => TestArchives.AddTo(zip, "dev", "", mode)))
        ).ShouldContain("'dev' is a device");

    [Fact]
    public async Task Extract_TheSameNameTwice_IsRefused()
    {
        (string, string)[] twice = [("set/a", "1"), ("set/./a", "2")];
        (string, string)[] both = [("set/a", "1"), ("set/a/b", "2")];
        (string, string)[] reversed = [("set/a/b", "2"), ("set/a", "1")];
        foreach (var files in new[] { twice, both, reversed })
        {
            (await Fails<UnsafeArchiveException>(TestArchives.Tar(files))).ShouldContain("is there twice");
            (await Fails<UnsafeArchiveException>(TestArchives.Zip(files))).ShouldContain("is there twice");
        }
    }

    [Fact]
    public async Task Extract_MoreThanTheLimits_IsRefused()
    {
        var archives = new[] { TestArchives.Tar(Two), TestArchives.Zip(Two), TestArchives.Gzip(TestArchives.Tar(Two)) };
        foreach (var archive in archives)
        {
            (await TooLarge(archive, new() { MaxEntries = 1 })).ShouldContain("more than 1 entries");
            (await TooLarge(archive, new() { MaxBytes = 5 })).ShouldContain("more than 5 bytes");
        }
        (await TooLarge(TestArchives.Gzip(TestArchives.Tar(Two)), new() { MaxRatio = 1, RatioFrom = 0 })).ShouldContain(
            "more than 1 times its"
        );
    }

    [Fact]
    public async Task Extract_ABomb_EndsSoonAndLeavesNothing()
    {
        // 256 MiB of nothing in some 250 KB; what the header says does not matter.
        var zeros = new string('\0', 1 << 20);
        var bomb = TestArchives.Gzip(
            TestArchives.Tar(writer =>
            {
                for (var i = 0; i < 256; i++)
                {
                    writer.WriteEntry(TestArchives.File($"zeros{i}", zeros));
                }
            })
        );
        bomb.Length.ShouldBeLessThan(1 << 20);

        (await TooLarge(bomb, ArchiveLimits.Default)).ShouldContain("more than 200 times its");
    }

    [Fact]
    public async Task Extract_CopiesInPlaceOfLinks_CountAsWell()
    {
        var archive = TestArchives.Tar(writer =>
        {
            writer.WriteEntry(TestArchives.File("a", new string('x', 100_000)));
            for (var i = 0; i < 50; i++)
            {
                writer.WriteEntry(TestArchives.Link(TarEntryType.HardLink, $"link{i}", "a"));
            }
        });

        (await TooLarge(archive, new() { MaxBytes = 1_000_000 })).ShouldContain("more than 1,000,000 bytes");
    }

    [Theory]
    [InlineData('x')]
    [InlineData('g')]
    [InlineData('L')]
    [InlineData('K')]
    public async Task Extract_AHeaderOfAGigabyteOfNames_TakesNoMemory(char type)
    {
        var before = GC.GetTotalAllocatedBytes();
        (
            await Fails<ArchiveTooLargeException>([
                .. TestArchives.Header("././@LongLink", 1 << 30, type),
                .. new byte[4096],
            ])
        ).ShouldContain("a header of names of more than 1,048,576 bytes");
        (GC.GetTotalAllocatedBytes() - before).ShouldBeLessThan(100 << 20); // of all tests that run beside
    }

    [Fact]
    public async Task Extract_AZipThatLies_IsBroken()
    {
        var zip = TestArchives.Zip(("a", "some text that is stored"));
        var central = zip.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        var wrongSum = (byte[])zip.Clone();
        wrongSum[central + 16] ^= 1;
        var shorter = (byte[])zip.Clone();
        shorter[central + 24] -= 1;
        var longer = (byte[])zip.Clone();
        longer[central + 24] += 1;

        (await Fails<BrokenArchiveException>(wrongSum)).ShouldContain("another checksum");
        await Fails<BrokenArchiveException>(shorter);
        await Fails<BrokenArchiveException>(longer);
    }

    [Fact]
    public async Task Extract_CutAnywhere_IsBroken()
    {
        var tar = TestArchives.Tar(Two);
        var file = TestArchives.Gzip(TestArchives.Bytes(new string('x', 50) + "one file and no tar"));
        foreach (var archive in new[] { TestArchives.Gzip(tar), TestArchives.Zip(Two), file })
        {
            foreach (
                var length in Enumerable.Range(1, 16).Select(i => archive.Length * i / 17).Append(archive.Length - 1)
            )
            {
                await Fails<BrokenArchiveException>(archive[..length]);
            }
        }

        for (var length = 100; length < tar.Length - 1024; length += 300)
        {
            await Fails<BrokenArchiveException>(tar[..length]);
        }
        // On the border of two entries, where a tar looks whole but for its end mark.
        for (var length = 512; length < tar.Length - 1024; length += 512)
        {
            await Fails<BrokenArchiveException>(tar[..length]);
        }
    }

    [Fact]
    public async Task Extract_SomethingBehindTheEnd_IsBroken() =>
        (
            await Fails<BrokenArchiveException>([.. TestArchives.Tar(Two), .. TestArchives.Tar(("c", "c"))])
        ).ShouldContain("something follows its end mark");

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("<!DOCTYPE html><html>an error page</html>")]
    public async Task Extract_NoArchive_IsBroken(string content) =>
        (await Fails<BrokenArchiveException>(TestArchives.Bytes(content))).ShouldContain(
            "that are no tar, tar.gz or zip"
        );

    [Fact]
    public async Task Extract_NoSuchArchive_Throws() =>
        (
            await Should.ThrowAsync<FileNotFoundException>(() =>
                ArchiveExtractor.ExtractAsync(_folder["none.tar"], Target)
            )
        ).Message.ShouldContain("none.tar: no such archive");

    [Fact]
    public async Task Extract_TheTargetIsThere_ChangesNothing()
    {
        _folder.Write([1], "out", "target", "mine");

        (await Should.ThrowAsync<DataException>(() => Extract(TestArchives.Tar(Two)))).Message.ShouldContain(
            "is there already, and nothing is unpacked over it"
        );
        Tree().ShouldBe(["mine=\u0001"]);
    }

    [Fact]
    public async Task Extract_AfterOneThatWasKilled_CleansUp()
    {
        var stale = _folder.Write([1], "out", $".target.unpacking-{SharedFolder.Owner}", "set", "half");

        await Extract(TestArchives.Tar(Two));

        File.Exists(stale).ShouldBeFalse();
        Tree().ShouldBe(["set/a.txt=one", "set/deep/b.txt=two"]);
        Directory.GetFileSystemEntries(_folder["out"]).ShouldBe([Target]);
    }

    [Fact]
    public async Task Extract_TwoAtOnce_OneIsTold()
    {
        var path = _folder.Write(TestArchives.Tar(Two), "two.tar");
        var both = await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(async _ =>
                {
                    try
                    {
                        return (await ArchiveExtractor.ExtractAsync(path, Target)).Files;
                    }
                    catch (DataException e)
                    {
                        e.Message.ShouldContain("is there already");
                        return 0;
                    }
                })
        );

        both.Order().ShouldBe([0, 0, 0, 2]);
        Directory.GetFileSystemEntries(_folder["out"]).ShouldBe([Target]);
    }

    [Fact]
    public async Task Extract_NoRoom_IsSaidBeforeAByteIsWritten()
    {
        foreach (
            var archive in new[]
            {
                TestArchives.Tar(Two),
                TestArchives.Gzip(TestArchives.Tar(Two)),
                TestArchives.Zip(Two),
            }
        )
        {
            List<string> asked = [];
            var options = new ExtractionOptions
            {
                Free = folder =>
                {
                    asked.Add(folder);
                    return FreeSpace.Reserve + 1;
                },
            };
            (await Fails<DiskFullException>(archive, options)).ShouldContain("Make room there");
            asked.ShouldBe([_folder["out"]]);
        }
    }

    [Fact]
    public async Task Extract_IsStopped_LeavesNothing()
    {
        using var stop = new CancellationTokenSource();
        var path = _folder.Write(TestArchives.Tar(Two), "stopped.tar");
        var options = new ExtractionOptions
        {
            Free = _ =>
            {
                stop.Cancel();
                return null;
            },
        };

        await Should.ThrowAsync<OperationCanceledException>(() =>
            ArchiveExtractor.ExtractAsync(path, Target, options, null, stop.Token)
        );
        Directory.GetFileSystemEntries(_folder["out"]).ShouldBeEmpty();
    }

    [Fact]
    public async Task Extract_IntoASharedFolder_OthersMayUseIt()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Directory.CreateDirectory(_folder["out"]);
        const UnixFileMode shared = (UnixFileMode)0b111_111_101;
        File.SetUnixFileMode(_folder["out"], shared);

        await Extract(TestArchives.Tar(Two));

        File.GetUnixFileMode(Target).ShouldBe(shared);
        File.GetUnixFileMode(Path.Combine(Target, "set", "deep")).ShouldBe(shared);
        File.GetUnixFileMode(Path.Combine(Target, "set", "a.txt")).ShouldBe((UnixFileMode)0b110_110_100);
    }

    [Fact]
    public void Limits_OutOfRange_AreAllNamed() =>
        Should
            .Throw<ArgumentException>(() =>
                ArchiveExtractor.ExtractAsync(
                    "x",
                    "y",
                    new()
                    {
                        Limits = new() { MaxEntries = 0, MaxRatio = 0.5 },
                    }
                )
            )
            .Message.ShouldBe(
                "ArchiveLimits: MaxEntries is 0; expected 1 or more. MaxRatio is 0.5; expected 1 or more."
            );

    [Fact]
    public Task Extract_Mutants_GiveFilesOrATypedError() => Mutate(2_000, 11);

    [Fact]
    [Trait("Category", "OnDemand")]
    public Task Extract_AHundredThousandMutants_GiveFilesOrATypedError() => Mutate(100_000, 12);

    private async Task Mutate(int rounds, long seed)
    {
        byte[][] seeds =
        [
            TestArchives.Tar(Two),
            TestArchives.Gzip(TestArchives.Tar(TarEntryFormat.Gnu, Two)),
            TestArchives.Zip(Two),
            TestArchives.Tar(writer =>
            {
                writer.WriteEntry(TestArchives.File("a", "1"));
                writer.WriteEntry(TestArchives.Link(TarEntryType.SymbolicLink, "b", "a"));
                writer.WriteEntry(TestArchives.File(new string('n', 300), "long"));
            }),
        ];
        var random = new TorchRandom(seed);
        var limits = new ArchiveLimits { MaxBytes = 1 << 20, MaxEntries = 100 };
        var path = _folder["mutant"];
        var (good, refused) = (0, 0);
        for (var round = 0; round < rounds; round++)
        {
            byte[] data = [.. seeds[round % seeds.Length]];
            for (var i = 0; i <= round % 4; i++)
            {
                data[random.RandInt(0, data.Length)] = (byte)random.NextUInt32();
            }

            if (round % 7 == 0)
            {
                data = data[..(int)random.RandInt(0, data.Length)];
            }

            await File.WriteAllBytesAsync(path, data);
            try
            {
                await ArchiveExtractor.ExtractAsync(path, Target, new() { Limits = limits });
                good++;
                Directory.Delete(Target, recursive: true);
            }
            catch (ArchiveException e)
            {
                e.Archive.ShouldBe(path);
                refused++;
            }
            Directory.GetFileSystemEntries(_folder["out"]).ShouldBeEmpty($"round {round}");
            Directory.GetFileSystemEntries(_folder.Path).Length.ShouldBe(2, $"round {round}"); // the mutant and out
        }
        good.ShouldBeGreaterThan(rounds / 100);
        refused.ShouldBeGreaterThan(rounds / 10);
    }

    private string Target => _folder["out", "target"];

    private static byte[] Archive(string name, (string, string)[] files) =>
        name switch
        {
            _ when name.EndsWith(".zip", StringComparison.Ordinal) => TestArchives.Zip(files),
            _ when name.EndsWith(".gz", StringComparison.Ordinal) => TestArchives.Gzip(TestArchives.Tar(files)),
            "v7.tar" => TestArchives.Tar(TarEntryFormat.V7, files),
            "ustar.tar" => TestArchives.Tar(TarEntryFormat.Ustar, files),
            "gnu.tar" => TestArchives.Tar(TarEntryFormat.Gnu, files),
            _ => TestArchives.Tar(files),
        };

    private Task<Extraction> Extract(byte[] archive, string name = "archive", ExtractionOptions? options = null) =>
        ArchiveExtractor.ExtractAsync(_folder.Write(archive, name), Target, options);

    private async Task<string> Fails<T>(byte[] archive, ExtractionOptions? options = null)
        where T : Exception
    {
        var fault = await Should.ThrowAsync<T>(() => Extract(archive, "archive", options));
        fault.Message.ShouldContain(_folder.Path);
        Directory.GetFileSystemEntries(_folder["out"]).ShouldBeEmpty();
        Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order().ShouldBe(["archive", "out"]);
        return fault.Message;
    }

    private Task<string> TooLarge(byte[] archive, ArchiveLimits limits) =>
        Fails<ArchiveTooLargeException>(archive, new() { Limits = limits });

    private string[] Tree() =>
        [
            .. Directory
                .EnumerateFiles(Target, "*", SearchOption.AllDirectories)
                .Select(path => $"{Path.GetRelativePath(Target, path)}={File.ReadAllText(path)}")
                .Order(StringComparer.Ordinal),
        ];
}
