using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

public sealed class PackedSetTests : IDisposable
{
    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_ASetWithoutFiles_OpensByItsPathAsTheSameSet()
    {
        var data = Datasets.Open("shapes").Subset(60, 20).HoldOut(10).Standard();
        var path = _folder["shapes.vitpack"];
        PackedDataset.Write(path, data);
        var packed = Datasets.Open(path);
        Datasets.IsPresent(path).ShouldBeTrue();
        packed.Name.ShouldBe(data.Name);
        packed.Preprocessing.ShouldBe(data.Preprocessing);
        packed.Classes.ShouldBe(data.Classes);
        ShouldBeSame(packed.Train, data.Train);
        ShouldBeSame(packed.Validation!, data.Validation!);
        ShouldBeSame(packed.Test, data.Test);
        packed.Train.Identity.ShouldStartWith(data.Train.Identity);
        packed.Train.Identity.ShouldContain("[packed: pixels, sha256:");
        Should.Throw<ArgumentOutOfRangeException>(() => packed.Train.Read(packed.Train.Count));
        Should.Throw<ArgumentOutOfRangeException>(() => packed.Test.Label(-1));
    }

    [Fact]
    public void Write_AFolder_KeepsFilesAndTheSetsIdentity()
    {
        var data = Pictures();
        var path = _folder["pictures.vitpack"];
        PackedDataset.Write(path, data);
        var packed = Datasets.Open(path);
        packed.Identity.ShouldBe(data.Identity);
        packed.Train.ReadFile(2).ShouldBe(File.ReadAllBytes(data.Train.Source(2)));
        packed.Test.ReadFile(0).ShouldBe(File.ReadAllBytes(data.Test.Source(0)));
        using var all = PackedDataset.Open(path);
        all.Splits.ShouldBe(["train", "test"]);
        all.Records.ShouldBe(PackedRecords.Files);
        all.Count.ShouldBe(data.Train.Count + data.Test.Count);
        all.Bytes.ShouldBe(new FileInfo(path).Length);
        all.Verify();
    }

    [Fact]
    public void Broken_OfASplit_ListsItsOwn()
    {
        var data = Pictures();
        File.WriteAllText(data.Train.Source(1), "no picture");
        var path = _folder["broken.vitpack"];
        PackedDataset.Write(path, data);
        var packed = Datasets.Open(path);
        Should.Throw<ImageFileException>(() => packed.Train.Read(1));
        packed.Train.Broken.Single().File.ShouldBe($"{path}, record 1");
        packed.Test.Broken.ShouldBeEmpty();
    }

    [Fact]
    public void WriteOnce_Again_LeavesTheFileAlone()
    {
        var data = Pictures();
        var path = _folder["once.vitpack"];
        PackedDataset.WriteOnce(path, data).ShouldBeTrue();
        var written = File.GetLastWriteTimeUtc(path);
        var content = File.ReadAllBytes(path);
        PackedDataset.WriteOnce(path, data).ShouldBeFalse();
        File.GetLastWriteTimeUtc(path).ShouldBe(written);

        Should
            .Throw<DataException>(() =>
                PackedDataset.WriteOnce(path, data, new PackOptions { Records = PackedRecords.Jpeg, ShorterSide = 8 })
            )
            .Message.ShouldContain("its packing is files, and not jpeg quality 95 shorter side 8");
        Should
            .Throw<DataException>(() => PackedDataset.WriteOnce(path, data.Resize(64)))
            .Message.ShouldContain("its preprocessing is 224 px");
        _folder.Write(TestImages.Noise(9, 9, 5).ToPng(), "pictures", "train", "cat", "9.png");
        Should
            .Throw<DataException>(() => PackedDataset.WriteOnce(path, Pictures()))
            .Message.ShouldContain("its content is train of 3");
        File.ReadAllBytes(path).ShouldBe(content);
        Directory.GetFiles(_folder.Path).ShouldBe([path]); // no lock, nothing half
    }

    [Fact]
    public void WriteOnce_OverAnotherFile_RefusesAndKeepsIt()
    {
        var path = _folder["letter.txt"];
        File.WriteAllText(path, "Dear reader");
        Should
            .Throw<DataException>(() => PackedDataset.WriteOnce(path, Pictures()))
            .Message.ShouldContain("is there and no packed dataset");
        File.ReadAllText(path).ShouldBe("Dear reader");
        Should
            .Throw<DirectoryNotFoundException>(() => PackedDataset.WriteOnce(_folder["none", "a.vitpack"], Pictures()))
            .Message.ShouldContain("no such folder");
    }

    [Fact]
    public void WriteOnce_AfterAKill_RemovesWhatItLeftOfThisFileAlone()
    {
        var path = _folder["killed.vitpack"];
        var left = _folder[".killed.vitpack.0123.vitnb-partial"];
        var another = _folder[".other.vitpack.0123.vitnb-partial"];
        File.WriteAllText(left, "half");
        File.WriteAllText(another, "half");
        PackedDataset.WriteOnce(path, Pictures()).ShouldBeTrue();
        File.Exists(left).ShouldBeFalse();
        File.Exists(another).ShouldBeTrue();
    }

    [Fact]
    public void WriteOnce_ByManyAtOnce_IsDoneByOne()
    {
        var data = Pictures();
        var path = _folder["many.vitpack"];
        var wrote = new bool[4];
        Thread[] threads =
        [
            .. Enumerable
                .Range(0, wrote.Length)
                .Select(i => new Thread(() => wrote[i] = PackedDataset.WriteOnce(path, data))),
        ];
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        wrote.Count(w => w).ShouldBe(1);
        Datasets.Open(path).Identity.ShouldBe(data.Identity);
    }

    [Fact]
    public void OpenSet_OfOneSplit_SaysWhatToDo()
    {
        var path = _folder["one.vitpack"];
        PackedDataset.Write(path, TestImages.Dataset(3), new PackOptions { Records = PackedRecords.Pixels });
        Should
            .Throw<DatasetNotFoundException>(() => Datasets.Open(path))
            .Message.ShouldContain("holds one split (memory)");
        File.WriteAllText(_folder["text.vitpack"], new string('x', 200));
        Should
            .Throw<DatasetFormatException>(() => Datasets.Open(_folder["text.vitpack"]))
            .Message.ShouldContain("does not begin as a packed dataset");
        PackedDataset.IsPacked(path).ShouldBeTrue();
        PackedDataset.IsPacked(_folder["text.vitpack"]).ShouldBeFalse();
        PackedDataset.IsPacked(_folder["none.vitpack"]).ShouldBeFalse();
    }

    [Fact]
    public void Write_SplitsOfOtherClasses_SaysWhich()
    {
        var data = Datasets.Open("shapes").Subset(20, 10);
        Should
            .Throw<DataException>(() =>
                PackedDataset.Write(_folder["c.vitpack"], data with { Test = TestImages.Dataset(4) })
            )
            .Message.ShouldContain("memory has other classes than shapes32/train");
    }

    [Theory]
    [InlineData(3000)]
    public void OpenSet_AMutatedDescription_IsAnErrorOrAnswers(int mutations)
    {
        var path = _folder["seed.vitpack"];
        PackedDataset.Write(path, Datasets.Open("shapes").Subset(4, 2));
        var seed = File.ReadAllBytes(path);
        var description = seed.AsSpan().IndexOf("{\"Name\""u8);
        var random = new TorchRandom(3);
        var (errors, answers) = (0, 0);
        for (var i = 0; i < mutations; i++)
        {
            byte[] bytes = [.. seed];
            for (var changes = (int)random.RandInt(1, 3); changes > 0; changes--)
            {
                bytes[random.RandInt(description, bytes.Length - 64)] =
                    random.RandInt(0, 2) == 0 ? (byte)random.RandInt(32, 127) : (byte)'9';
            }
            var file = _folder["fuzz.vitpack"];
            File.WriteAllBytes(file, bytes);
            try
            {
                var data = Datasets.Open(file);
                data.Train.Read(data.Train.Count - 1);
                data.Test.Label(0).ShouldBeInRange(0, data.Classes.Count - 1);
                data.TrainPipeline.Apply(data.Train.Read(0), new TorchRandom(0)).Width.ShouldBe(data.ImageSize);
                answers++;
            }
            catch (DataException e)
            {
                e.Message.ShouldContain(file);
                errors++;
            }
        }
        errors.ShouldBeGreaterThan(mutations / 10);
        answers.ShouldBeGreaterThan(mutations / 100);
    }

    private VisionData Pictures()
    {
        foreach (var (split, seed) in new[] { ("train", 0), ("val", 10) })
        {
            _folder.Write(TestImages.Gradient(40, 30 + seed).ToJpeg(), "pictures", split, "cat", "1.jpg");
            _folder.Write(TestImages.Noise(20, 33, seed).ToPng(), "pictures", split, "cat", "2.png");
            _folder.Write(TestImages.Gradient(17 + seed, 19).ToJpeg(70), "pictures", split, "dog", "1.jpg");
        }
        return Datasets.Open(_folder["pictures"]);
    }

    private static void ShouldBeSame(IImageDataset packed, IImageDataset data)
    {
        packed.Count.ShouldBe(data.Count);
        packed.Name.ShouldBe(data.Name);
        for (var i = 0; i < data.Count; i++)
        {
            packed.Label(i).ShouldBe(data.Label(i));
            packed.Read(i).Pixels.ShouldBe(data.Read(i).Pixels);
        }
    }
}
