using System.Buffers.Binary;
using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

public sealed class PackedDatasetTests : IDisposable
{
    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_Pixels_ReadsTheSameBitsLabelsAndClasses()
    {
        var data = TestImages.Dataset(150);
        var path = _folder["a.vitpack"];
        var heard = new Heard();
        PackedDataset.Write(path, data, new PackOptions { Records = PackedRecords.Pixels }, heard);
        heard.Last.ShouldBe(150);
        using var packed = PackedDataset.Open(path);
        packed.Verify();
        packed.Count.ShouldBe(150);
        packed.Classes.ShouldBe(data.Classes);
        packed.Name.ShouldBe(data.Name);
        for (var i = 0; i < 150; i++)
        {
            packed.Label(i).ShouldBe(data.Label(i));
            packed.Read(i).Pixels.ShouldBe(data.Read(i).Pixels);
        }
        packed.ReadFile(0).ShouldBeNull();
        packed.Identity.ShouldStartWith(data.Identity);
        packed.Identity.ShouldContain(packed.Hash[..32]);
    }

    [Fact]
    public void Write_Files_KeepsThemByteForByteAndTheIdentity()
    {
        var data = Pictures();
        var path = _folder["b.vitpack"];
        PackedDataset.Write(path, data);
        using var packed = PackedDataset.Open(path);
        packed.Verify();
        packed.Identity.ShouldBe(data.Identity);
        packed.Records.ShouldBe(PackedRecords.Files);
        for (var i = 0; i < data.Count; i++)
        {
            packed.ReadFile(i).ShouldBe(File.ReadAllBytes(data.Source(i)));
            packed.Read(i).Pixels.ShouldBe(data.Read(i).Pixels);
            packed.Label(i).ShouldBe(data.Label(i));
        }
    }

    [Fact]
    public void Write_JpegWithAShorterSide_IsWhatResizingAndEncodingGive()
    {
        var data = Pictures();
        var path = _folder["c.vitpack"];
        var options = new PackOptions
        {
            Records = PackedRecords.Jpeg,
            ShorterSide = 16,
            Quality = 80,
        };
        PackedDataset.Write(path, data, options);
        using var packed = PackedDataset.Open(path);
        for (var i = 0; i < data.Count; i++)
        {
            var resized = Pipeline.Empty.Resize(16).Apply(data.Read(i), new TorchRandom(0));
            packed.Read(i).Pixels.ShouldBe(RgbImage.Decode(resized.ToJpeg(80), "here").Pixels);
        }
        packed.Identity.ShouldContain("jpeg quality 80 shorter side 16");
        packed.Identity.ShouldNotBe(data.Identity);
    }

    [Fact]
    public void Write_PixelsOfManySizes_SaysWhatMakesThemOne()
    {
        var data = new TestImages.InMemory([TestImages.Noise(8, 8, 0), TestImages.Noise(9, 8, 1)]);
        var path = _folder["d.vitpack"];
        Should
            .Throw<DataException>(() =>
                PackedDataset.Write(path, data, new PackOptions { Records = PackedRecords.Pixels })
            )
            .Message.ShouldContain("memory[1] is 9 x 8, and the first image 8 x 8");
        File.Exists(path).ShouldBeFalse();
        Directory.GetFiles(_folder.Path).ShouldBeEmpty();

        PackedDataset.Write(
            path,
            data,
            new PackOptions
            {
                Records = PackedRecords.Pixels,
                ShorterSide = 4,
                CenterSquare = true,
            }
        );
        using var packed = PackedDataset.Open(path);
        packed.Read(1).Width.ShouldBe(4);
    }

    [Fact]
    public void Write_Cancelled_LeavesTheOlderFile()
    {
        var path = _folder["e.vitpack"];
        PackedDataset.Write(path, TestImages.Dataset(3), new PackOptions { Records = PackedRecords.Pixels });
        var before = File.ReadAllBytes(path);
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Should.Throw<OperationCanceledException>(() =>
            PackedDataset.Write(
                path,
                TestImages.Dataset(500),
                new PackOptions { Records = PackedRecords.Pixels },
                null,
                stop.Token
            )
        );
        File.ReadAllBytes(path).ShouldBe(before);
        Directory.GetFiles(_folder.Path).ShouldBe([path]);
    }

    [Fact]
    public void Write_BadOptions_NamesAllFaults()
    {
        var message = Should
            .Throw<ArgumentException>(() =>
                PackedDataset.Write(
                    _folder["f.vitpack"],
                    TestImages.Dataset(1),
                    new PackOptions
                    {
                        ShorterSide = 0,
                        CenterSquare = true,
                        Quality = 101,
                    }
                )
            )
            .Message;
        message.ShouldContain("ShorterSide is 0");
        message.ShouldContain("CenterSquare is set");
        message.ShouldContain("Quality is 101");
        Should
            .Throw<ArgumentException>(() => PackedDataset.Write(_folder["f.vitpack"], TestImages.Dataset(1)))
            .Message.ShouldContain("memory has no file an image");
    }

    [Fact]
    public void Read_ABrokenRecord_IsNamedAndListed()
    {
        var data = Pictures();
        var path = _folder["g.vitpack"];
        PackedDataset.Write(path, data);
        var bytes = File.ReadAllBytes(path);
        var file = File.ReadAllBytes(data.Source(1));
        var at = bytes.AsSpan().IndexOf(file);
        bytes.AsSpan(at, file.Length).Clear();
        File.WriteAllBytes(path, bytes);
        using var packed = PackedDataset.Open(path);
        Should.Throw<ImageFileException>(() => packed.Read(1)).Message.ShouldContain($"{path}, record 1");
        packed.Broken.Single().File.ShouldBe($"{path}, record 1");
        packed.Read(0).Pixels.ShouldBe(data.Read(0).Pixels);
        Should.Throw<DatasetFormatException>(packed.Verify).Message.ShouldContain("it was damaged");
    }

    [Fact]
    public void Open_NoSuchFile_SaysHowToWriteOne() =>
        Should
            .Throw<DatasetNotFoundException>(() => PackedDataset.Open(_folder["none.vitpack"]))
            .Message.ShouldContain("vitnb data pack");

    [Fact]
    public void Read_AfterDispose_ThrowsAndDoesNotCrash()
    {
        var path = _folder["h.vitpack"];
        PackedDataset.Write(path, TestImages.Dataset(3), new PackOptions { Records = PackedRecords.Pixels });
        var packed = PackedDataset.Open(path);
        packed.Dispose();
        packed.Dispose();
        Should.Throw<ObjectDisposedException>(() => packed.Read(0));
    }

    [Fact]
    public void Open_OfAnotherVersion_SaysSo()
    {
        var path = _folder["i.vitpack"];
        PackedDataset.Write(path, TestImages.Dataset(3), new PackOptions { Records = PackedRecords.Pixels });
        var bytes = File.ReadAllBytes(path);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), 2);
        File.WriteAllBytes(path, bytes);
        Should
            .Throw<DatasetFormatException>(() => PackedDataset.Open(path))
            .Message.ShouldContain("it is of version 2, and this package reads version 1");
    }

    private ImageFolder Pictures()
    {
        var root = _folder["pictures"];
        if (!Directory.Exists(root))
        {
            _folder.Write(TestImages.Gradient(40, 30).ToJpeg(), "pictures", "cat", "1.jpg");
            _folder.Write(TestImages.Noise(20, 33, 1).ToPng(), "pictures", "cat", "2.png");
            _folder.Write(TestImages.Gradient(17, 19).ToJpeg(70), "pictures", "dog", "1.jpg");
        }
        return new ImageFolder(root);
    }

    private sealed class Heard : IProgress<int>
    {
        public int Last { get; private set; }

        public void Report(int value) => Last = value;
    }
}
