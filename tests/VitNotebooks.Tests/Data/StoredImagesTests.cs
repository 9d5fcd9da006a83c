using System.Formats.Tar;
using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

/// <summary>What becomes of images in larger files when those are closed, shortened or gone.</summary>
public sealed class StoredImagesTests : IDisposable
{
    private const int Each = 8;
    private static readonly byte[] s_image = TestImages.Noise(16, 16, 1).ToPng();
    private readonly DataFolder _folder = new();

    public StoredImagesTests()
    {
        for (var shard = 0; shard < 2; shard++)
        {
            using var writer = new TarWriter(File.Create(Tar(shard)), TarEntryFormat.Ustar, leaveOpen: false);
            for (var i = 0; i < Each; i++)
            {
                Add(writer, $"{i}.png", s_image);
                Add(writer, $"{i}.cls", "0"u8.ToArray());
            }
        }
    }

    [Fact]
    public void Read_AfterTheTarBecameShorter_IsAnErrorThatSaysSo()
    {
        using var data = Open();
        data.Read(0).Width.ShouldBe(16);
        Shorten(0);
        var error = Should.Throw<DatasetFormatException>(() => data.Read(Each - 1));
        error.Message.ShouldContain("it became shorter since it was opened");
        data.Source(Each - 1).ShouldMatch(@"0\.tar, image at byte [0-9]+$");
        data.Source(0).ShouldMatch(@"0\.tar, 0\.png at byte 512$");
    }

    [Theory]
    [InlineData(BrokenImagePolicy.Throw)]
    [InlineData(BrokenImagePolicy.SkipAndCount)]
    public void Epoch_OfATarThatBecomesShorter_ThrowsAtItsBatchAndEndsNothingElse(BrokenImagePolicy policy)
    {
        using var data = Open();
        var options = new LoaderOptions
        {
            BatchSize = 1,
            Workers = 2,
            Prefetch = 1,
            Sampler = new SequentialSampler(),
            OnBroken = policy,
        };
        using var loader = new Loader(data, Pipeline.Empty, options);
        var seen = 0;
        var error = Should.Throw<DataException>(() =>
        {
            foreach (var batch in loader.Epoch(0))
            {
                batch.Dispose();
                if (seen++ == 0)
                {
                    Shorten(0);
                }
            }
        });
        seen.ShouldBeInRange(1, Each - 1);
        error.Message.ShouldContain(Tar(0));
        error.Message.ShouldContain("it became shorter");
    }

    [Fact]
    public void Epoch_OfADatasetThatWasClosed_ThrowsASentence()
    {
        var data = Open();
        var options = new LoaderOptions { BatchSize = 1, Prefetch = 1 };
        using var loader = new Loader(data, Pipeline.Empty, options);
        Should
            .Throw<DataException>(() =>
            {
                foreach (var batch in loader.Epoch(0))
                {
                    batch.Dispose();
                    data.Dispose();
                }
            })
            .InnerException.ShouldBeOfType<ObjectDisposedException>();
    }

    [Fact]
    public void Dispose_ClosesWhatIsOpenAndOpensNothingAnew()
    {
        var data = Open();
        data.Read(0);
        HeldOpen(0).ShouldBeTrue();
        data.Dispose();
        HeldOpen(0).ShouldBeFalse();
        Should.Throw<ObjectDisposedException>(() => data.Read(0));
        Should.Throw<ObjectDisposedException>(() => data.Read(Each)); // of the file that was not open
        HeldOpen(1).ShouldBeFalse();
        data.Label(0).ShouldBe(0);
        data.Dispose();
    }

    [Fact]
    public void Dispose_OfData_ClosesFilesThroughEveryView()
    {
        var train = Open();
        var test = Open();
        var whole = new VisionData
        {
            Name = "x",
            Train = train,
            Test = test,
            Preprocessing = Preprocessing.ImageNet(32),
        };
        var part = whole.Subset(6, 4).HoldOut(2).JoinValidation();
        part.Train.Read(0).Width.ShouldBe(16);
        part.Test.Read(0).Width.ShouldBe(16);
        (HeldOpen(0) || HeldOpen(1)).ShouldBeTrue();
        part.Dispose();
        (HeldOpen(0) || HeldOpen(1)).ShouldBeFalse();
        Should.Throw<ObjectDisposedException>(() => train.Read(0));
        Should.Throw<ObjectDisposedException>(() => test.Read(0));
    }

    public void Dispose() => _folder.Dispose();

    private TarImages Open() => WebDataset.Open([Tar(0), Tar(1)], ["a"], "x");

    private string Tar(int shard) => _folder[$"{shard}.tar"];

    private void Shorten(int shard)
    {
        using var file = new FileStream(Tar(shard), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.SetLength(1024);
    }

    // Linux lists what a process holds open.
    private bool HeldOpen(int shard) =>
        Directory.EnumerateFiles("/proc/self/fd").Any(file => TargetOf(file) == Tar(shard));

    private static string? TargetOf(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget;
        }
        catch (IOException)
        {
            return null; // closed in between
        }
    }

    private static void Add(TarWriter writer, string name, byte[] content) =>
        writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
}
