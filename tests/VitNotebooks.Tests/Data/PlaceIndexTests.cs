using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using Shouldly;
using VitNotebooks.Data;
using Xunit;
using Xunit.Abstractions;

namespace VitNotebooks.Tests.Data;

public sealed class PlaceIndexTests(ITestOutputHelper output) : IDisposable
{
    private static readonly string[] s_classes = [.. Enumerable.Range(0, 10).Select(i => $"class {i}")];
    private static readonly byte[] s_image = TestImages.Noise(4, 4, 1).ToPng();
    private readonly DataFolder _folder = new();

    [Fact]
    public void Open_ALargeShardAgain_ReadsTheIndexAndNotTheHeaders()
    {
        var tar = Shard(PlaceIndex.LeastEntries);
        var first = Open(tar);
        var index = PlaceIndex.Places(tar)[0];
        File.Exists(index).ShouldBeTrue();
        new FileInfo(index).Length.ShouldBe(40 + (16 * PlaceIndex.LeastEntries) + 32);
        // A header that no probe looks at is destroyed; only who reads all headers could see it.
        var time = File.GetLastWriteTimeUtc(tar);
        Destroy(tar, first, 7);
        File.SetLastWriteTimeUtc(tar, time);
        var second = Open(tar);
        second.Count.ShouldBe(first.Count);
        Enumerable.Range(0, 50).Select(second.Label).ShouldBe(Enumerable.Range(0, 50).Select(first.Label));
        second.Read(999).Pixels.ShouldBe(first.Read(999).Pixels);
        second.Identity.ShouldBe(first.Identity);
        File.Delete(index);
        Should.Throw<DatasetFormatException>(() => Open(tar));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(10)]
    public void Open_AnIndexWithALabelOutOfRange_IsNamed(int label)
    {
        var tar = Shard(PlaceIndex.LeastEntries);
        Open(tar);
        var index = PlaceIndex.Places(tar)[0];
        var bytes = File.ReadAllBytes(index);
        // Offsets of 8 bytes, lengths and numbers of 4, then the hash.
        BitConverter.TryWriteBytes(bytes.AsSpan(40 + (12 * PlaceIndex.LeastEntries)), label);
        SHA256.HashData(bytes.AsSpan(0, bytes.Length - 32)).CopyTo(bytes.AsSpan(bytes.Length - 32));
        File.WriteAllBytes(index, bytes);
        Should
            .Throw<DatasetFormatException>(() => Open(tar))
            .Message.ShouldContain($"has the label {label}; expected 0..9");
    }

    [Fact]
    public void Open_ASmallShard_KeepsNoIndex()
    {
        var tar = Shard(PlaceIndex.LeastEntries - 1);
        Open(tar);
        PlaceIndex.Places(tar).ShouldAllBe(place => !File.Exists(place));
    }

    [Fact]
    public void Open_ATarOfThisMoment_KeepsNoIndexYet()
    {
        var tar = Shard(PlaceIndex.LeastEntries);
        File.SetLastWriteTimeUtc(tar, DateTime.UtcNow.AddMinutes(1));
        Open(tar);
        File.Exists(PlaceIndex.Places(tar)[0]).ShouldBeFalse();
    }

    [Fact]
    public void Open_AnIndexThatIsDamaged_IsMadeAgain()
    {
        var tar = Shard(PlaceIndex.LeastEntries);
        var labels = Labels(Open(tar));
        var index = PlaceIndex.Places(tar)[0];
        var whole = File.ReadAllBytes(index);
        var random = new TorchRandom(3);
        for (var i = 0; i < 200; i++)
        {
            var damaged = FileMutations.Next(whole, random);
            File.WriteAllBytes(index, damaged);
            Labels(Open(tar)).ShouldBe(labels, $"mutation {i}");
            File.ReadAllBytes(index).ShouldBe(whole, $"mutation {i}");
        }
        File.Delete(index);
        Directory.CreateDirectory(index); // nothing can be written there, and nothing of it is read
        Labels(Open(tar)).ShouldBe(labels);
        var cached = PlaceIndex.Places(tar)[1];
        File.Exists(cached).ShouldBeTrue();
        File.Delete(cached);
    }

    [Theory]
    [InlineData(false, 300)]
    [InlineData(true, 300)]
    public void Open_IndicesWithMutationsAndTheirHash_IsSoundOrAnError(bool records, int count) =>
        FuzzHashed(records, count);

    [Theory]
    [Trait("Category", "OnDemand")]
    [InlineData(false)]
    [InlineData(true)]
    public void Open_ManyIndicesWithMutationsAndTheirHash_IsSoundOrAnError(bool records) => FuzzHashed(records, 10_000);

    // What only a wrong hash would catch is not caught: the file itself must be asked.
    private void FuzzHashed(bool records, int count)
    {
        var file = records ? Records(PlaceIndex.LeastEntries) : Shard(PlaceIndex.LeastEntries);
        Func<StoredImages> open = records ? () => Dmlab.OpenSplit(_folder.Path, "test", "x") : () => Open(file);
        open().Dispose();
        var index = PlaceIndex.Places(file)[0];
        var whole = File.ReadAllBytes(index);
        var random = new TorchRandom(5);
        var (errors, believed) = (0, 0);
        for (var i = 0; i < count; i++)
        {
            var content = FileMutations.Next(whole.AsSpan(0, whole.Length - 32).ToArray(), random);
            File.WriteAllBytes(index, [.. content, .. SHA256.HashData(content)]);
            try
            {
                using var data = open();
                data.Count.ShouldBe(PlaceIndex.LeastEntries);
                for (var image = 0; image < data.Count; image++)
                {
                    data.Label(image).ShouldBeInRange(0, data.Classes.Count - 1);
                }
                if (File.ReadAllBytes(index).AsSpan().StartsWith(content))
                {
                    believed++;
                    ReadSome(data, random);
                }
            }
            catch (DataException)
            {
                errors++;
            }
        }
        output.WriteLine(
            $"{count:N0} mutations: {believed:N0} believed, {errors:N0} refused by name, the others made again"
        );
        believed.ShouldBeGreaterThan(0);
    }

    private static void ReadSome(StoredImages data, TorchRandom random)
    {
        for (var k = 0; k < 8; k++)
        {
            try
            {
                data.Read((int)random.RandInt(0, data.Count)).Width.ShouldBe(4);
            }
            catch (ImageFileException)
            {
                // Elsewhere in the file, where no image begins: broken, and listed.
                data.Broken.Count.ShouldBeGreaterThan(0);
            }
        }
    }

    private string Records(int count)
    {
        var image = TestImages.Noise(4, 4, 1).ToJpeg();
        var path = _folder.Write(
            TestTfRecords.File([.. Enumerable.Range(0, count).Select(i => TestTfRecords.Frame(image, $"{i}", i % 6))]),
            "dmlab-test.tfrecord"
        );
        Settle(path);
        return path;
    }

    [Fact]
    public void Open_ATarThatChanged_IsReadAgain()
    {
        var tar = Shard(PlaceIndex.LeastEntries);
        Open(tar);
        var time = File.GetLastWriteTimeUtc(tar);
        // Longer, at the same time.
        Shard(PlaceIndex.LeastEntries + 5);
        File.SetLastWriteTimeUtc(tar, time);
        Open(tar).Count.ShouldBe(PlaceIndex.LeastEntries + 5);
        // As long, at another time, with other labels.
        var before = Labels(Open(tar));
        Shard(PlaceIndex.LeastEntries + 5, shift: 1);
        File.SetLastWriteTimeUtc(tar, time.AddTicks(10_000_000));
        Labels(Open(tar)).ShouldBe(before.Select(label => (label + 1) % 10));
    }

    [Fact]
    public void Open_ATarOfTheSameLengthAndTimeWithOtherPlaces_IsReadAgain()
    {
        var tar = Shard(PlaceIndex.LeastEntries);
        var labels = Labels(Open(tar));
        var time = File.GetLastWriteTimeUtc(tar);
        var length = new FileInfo(tar).Length;
        // Labels before images: the images lie elsewhere.
        Shard(PlaceIndex.LeastEntries, imageFirst: false);
        new FileInfo(tar).Length.ShouldBe(length);
        File.SetLastWriteTimeUtc(tar, time);
        var again = Open(tar);
        Labels(again).ShouldBe(labels);
        again.Read(500).Width.ShouldBe(4);
    }

    [Fact]
    public void Open_WithFewerClassesThanTheIndexHas_NamesTheLabel()
    {
        var tar = Shard(PlaceIndex.LeastEntries);
        Open(tar);
        Should
            .Throw<DatasetFormatException>(() => WebDataset.Open([tar], s_classes[..5], "x"))
            .Message.ShouldContain("has the label 7; expected 0..4");
    }

    [Fact]
    public void Open_ImageNetsTar_HasOneIndexForAllSubsets()
    {
        string[] wnids = ["n01440764", "n02119789", "n03255030"];
        var tar = _folder["imagenet", "ILSVRC2012_img_train.tar"];
        Directory.CreateDirectory(_folder["imagenet"]);
        using (var outer = new TarWriter(File.Create(tar), TarEntryFormat.Gnu, leaveOpen: false))
        {
            foreach (var wnid in wnids)
            {
                var inner = new MemoryStream();
                using (var writer = new TarWriter(inner, TarEntryFormat.Gnu, leaveOpen: true))
                {
                    for (var i = 0; i < 400; i++)
                    {
                        Add(writer, $"{wnid}_{i}.JPEG", s_image);
                    }
                }
                Add(outer, $"{wnid}.tar", inner.ToArray());
            }
        }
        Settle(tar);
        var whole = DatasetOracle.WithCounts("imagenet1k", ("train", 1200)) with { Classes = wnids };
        var all = ImageNet.OpenSplit(_folder["imagenet"], "train", whole);
        all.Count.ShouldBe(1200);
        var index = File.ReadAllBytes(PlaceIndex.Places(tar)[0]);
        var part = DatasetOracle.WithCounts("imagenet100", ("train", 400)) with { Classes = [wnids[1]] };
        var fox = ImageNet.OpenSplit(_folder["imagenet"], "train", part);
        fox.Count.ShouldBe(400);
        fox.Source(3).ShouldContain("n02119789_3.JPEG");
        File.ReadAllBytes(PlaceIndex.Places(tar)[0]).ShouldBe(index);
    }

    [Fact]
    [Trait("Category", "OnDemand")]
    public void Open_AHundredThousandSamplesAgain_TakesATenthOfTheTime()
    {
        var tar = Shard(100_000);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var first = Open(tar);
        var read = clock.Elapsed;
        clock.Restart();
        var second = Open(tar);
        var known = clock.Elapsed;
        output.WriteLine(
            $"100,000 samples: read in {read.TotalMilliseconds:N0} ms, from the index in {known.TotalMilliseconds:N0} ms"
        );
        second.Count.ShouldBe(100_000);
        Labels(second).ShouldBe(Labels(first));
        known.ShouldBeLessThan(read / 10);
    }

    public void Dispose() => _folder.Dispose();

    private static TarImages Open(string tar) => WebDataset.Open([tar], s_classes, "x");

    private static int[] Labels(TarImages data) => [.. Enumerable.Range(0, data.Count).Select(data.Label)];

    private string Shard(int count, int shift = 0, bool imageFirst = true)
    {
        var tar = _folder["x.tar"];
        using (var writer = new TarWriter(File.Create(tar), TarEntryFormat.Ustar, leaveOpen: false))
        {
            for (var i = 0; i < count; i++)
            {
                var label = Encoding.ASCII.GetBytes($"{((i * 7) + shift) % 10}");
                (string, byte[]) image = ($"{i}.png", s_image);
                foreach (
                    (var name, var content) in imageFirst
                        ? [image, ($"{i}.cls", label)]
                        : new[] { ($"{i}.cls", label), image }
                )
                {
                    Add(writer, name, content);
                }
            }
        }
        Settle(tar);
        return tar;
    }

    private static void Add(TarWriter writer, string name, byte[] content)
    {
        TarEntry entry =
            writer.Format == TarEntryFormat.Gnu
                ? new GnuTarEntry(TarEntryType.RegularFile, name)
                : new UstarTarEntry(TarEntryType.RegularFile, name);
        entry.DataStream = new MemoryStream(content);
        writer.WriteEntry(entry);
    }

    private static void Settle(string tar) =>
        File.SetLastWriteTimeUtc(tar, new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc));

    private static void Destroy(string tar, TarImages data, int image)
    {
        var source = data.Source(image);
        var at = long.Parse(source[(source.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture);
        // The dataset holds the file open.
        using var file = new FileStream(tar, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.Position = at - 512;
        file.Write(
            new byte[100]
                .Select(_ => (byte)'!')
                .ToArray()
        );
    }
}
