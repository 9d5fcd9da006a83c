using System.Formats.Tar;
using Shouldly;
using VitNotebooks.Data;
using VitNotebooks.Data.Codecs;
using Xunit;

namespace VitNotebooks.Tests.Data;

/// <summary>What a user sets reaches the decoding of every kind of dataset.</summary>
[Collection(CodecOracleCollection.Name)]
public sealed class OpenOptionsTests(CodecOracle oracle) : IDisposable
{
    private static readonly OpenOptions s_upright = new()
    {
        Decode = DecodeOptions.Default with { ApplyOrientation = true },
    };

    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_AFolderWithOrientation_TurnsItsImagesAndIsOtherData()
    {
        var folder = Pictures("turned-6.jpg");
        var stored = Datasets.Open(folder);
        var upright = Datasets.Open(folder, s_upright);
        Sides(stored.Train).ShouldBe((37, 91));
        Sides(upright.Train).ShouldBe((91, 37));
        Sides(upright.Test).ShouldBe((91, 37));
        upright.Identity.ShouldContain(" turned upright by EXIF ");
        upright.Train.ReadFile(0).ShouldBeNull(); // who decodes it himself would see another image
        stored.Train.ReadFile(0).ShouldNotBeNull();
        // What is not set leaves no trace, and limits decide no pixel.
        stored.Identity.ShouldNotContain("EXIF");
        Datasets.Open(folder, OpenOptions.Default).Identity.ShouldBe(stored.Identity);
        Datasets.Open(folder, WithPixels(10_000)).Identity.ShouldBe(stored.Identity);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void ReadPart_OfATurnedImage_IsThePartOfTheTurnedOne(int orientation)
    {
        var data = Datasets.Open(Pictures($"turned-{orientation}.jpg"), s_upright).Train;
        var whole = data.Read(0);
        var wanted = new CropBox(3, 5, 20, 17);
        (int, int) seen = default;
        var buffer = new PixelBuffer();
        var box = data.ReadPart(
            0,
            (width, height) =>
            {
                seen = (width, height);
                return wanted;
            },
            (20, 17),
            buffer
        );
        seen.ShouldBe((whole.Width, whole.Height));
        (box.Width, box.Height).ShouldBe((wanted.Width, wanted.Height));
        var part = buffer.ToImage();
        for (var y = 0; y < box.Height; y++)
        {
            Row(part, box, y).SequenceEqual(Row(whole, wanted, y)).ShouldBeTrue($"row {y}");
        }
    }

    [Fact]
    public void Open_WithLimits_HoldsEveryImageToThem()
    {
        var data = Datasets.Open(Pictures("turned-1.jpg"), WithPixels(1000)).Train;
        Should.Throw<ImageTooLargeException>(() => data.Read(0)).Message.ShouldContain("the limit is 1,000");
        data.Broken.Count.ShouldBe(1);
    }

    [Fact]
    public void Open_OptionsThatAreNone_NamesEach()
    {
        var options = new OpenOptions
        {
            Decode = new DecodeOptions
            {
                Limits = new DecodeLimits { MaxPixels = 0 },
                Codecs = [],
                AtLeast = (0, 4),
            },
        };
        var message = Should.Throw<ArgumentException>(() => Datasets.Open(Pictures("turned-1.jpg"), options)).Message;
        message.ShouldContain("Limits.MaxPixels is 0; expected 1 or more.");
        message.ShouldContain("AtLeast is 0 x 4");
        message.ShouldContain("Codecs is empty");
    }

    [Fact]
    public void Open_AFormatOfOnesOwn_IsReadAndPartOfTheIdentity()
    {
        foreach (var split in new[] { "train", "val" })
        {
            _folder.Write([.. "FLAT"u8, 5, 4, 200], "flat", split, "a", "1.flat");
            _folder.Write(oracle.BytesOf("turned-1.jpg"), "flat", split, "b", "1.jpg");
        }
        Should.Throw<DatasetFormatException>(() => Datasets.Open(_folder["flat"])); // a class without images
        var options = new OpenOptions { Decode = new DecodeOptions { Codecs = [.. ImageCodecs.All, new FlatCodec()] } };
        var data = Datasets.Open(_folder["flat"], options);
        var flat = data.Train.Read(0);
        (flat.Width, flat.Height).ShouldBe((5, 4));
        flat.Pixels.ShouldAllBe(value => value == 200);
        data.Train.Read(1).Width.ShouldBeGreaterThan(5);
        data.Train.Identity.ShouldContain(nameof(FlatCodec));
        Should
            .Throw<NotAnImageException>(() => ImageCodecs.For("GIF89a"u8, "x", options.Decode.Codecs))
            .Message.ShouldBe(
                "x: this is a GIF file; expected JPEG or PNG or WebP or FLAT. Convert the file, or take it out of the folder."
            );
    }

    [Fact]
    public void Open_ImagesInTarFiles_TurnsThem()
    {
        var tar = _folder["x-0.tar"];
        using (var writer = new TarWriter(File.Create(tar)))
        {
            Add(writer, "1.jpg", oracle.BytesOf("turned-6.jpg"));
            Add(writer, "1.cls", "0"u8.ToArray());
        }
        var stored = WebDataset.Open([tar], ["a"], "x");
        var upright = WebDataset.Open([tar], ["a"], "x", s_upright);
        Sides(stored).ShouldBe((37, 91));
        Sides(upright).ShouldBe((91, 37));
        upright.Identity.ShouldNotBe(stored.Identity);
        upright.ReadFile(0).ShouldBeNull();
        (int, int) seen = default;
        upright.ReadPart(
            0,
            (width, height) =>
            {
                seen = (width, height);
                return new CropBox(0, 0, 1, 1);
            },
            (1, 1),
            new PixelBuffer()
        );
        seen.ShouldBe((91, 37));
    }

    [Fact]
    public void Open_APackedFile_TurnsFilesAndSaysThatPixelsStay()
    {
        var stored = Datasets.Open(Pictures("turned-6.jpg"));
        var files = _folder["files.vitpack"];
        PackedDataset.Write(files, stored, new PackOptions { Records = PackedRecords.Files });
        var turned = Datasets.Open(files, s_upright);
        Sides(turned.Train).ShouldBe((91, 37));
        turned.Identity.ShouldNotBe(stored.Identity);
        turned.Notes.ShouldBeEmpty();
        Datasets.Open(files).Identity.ShouldBe(stored.Identity);

        var pixels = _folder["pixels.vitpack"];
        PackedDataset.Write(pixels, stored, new PackOptions { Records = PackedRecords.Pixels });
        var same = Datasets.Open(pixels, s_upright);
        Sides(same.Train).ShouldBe((37, 91));
        same.Identity.ShouldBe(Datasets.Open(pixels).Identity);
        same.Notes.ShouldHaveSingleItem().ShouldContain("its pixels are as they were decoded when they were packed");

        // Files alone do not carry that they were to be turned.
        var upright = Datasets.Open(_folder["set"], s_upright);
        PackOptions.For(upright).Records.ShouldNotBe(PackedRecords.Files);
    }

    [Fact]
    public void ReadPart_OfAPackedSetOfFiles_IsTheFoldersOwn()
    {
        var jpeg = TestImages.Gradient(320, 240).ToJpeg();
        foreach (var split in new[] { "train", "val" })
        {
            _folder.Write(jpeg, "large", split, "a", "1.jpg");
            _folder.Write(jpeg, "large", split, "b", "1.jpg");
        }
        var folder = Datasets.Open(_folder["large"]);
        PackedDataset.Write(_folder["large.vitpack"], folder, new PackOptions { Records = PackedRecords.Files });
        var (ofFolder, ofPack) = (new PixelBuffer(), new PixelBuffer());
        var box = new CropBox(40, 30, 200, 160);
        var one = folder.Train.ReadPart(0, (_, _) => box, (32, 32), ofFolder);
        var other = Datasets.Open(_folder["large.vitpack"]).Train.ReadPart(0, (_, _) => box, (32, 32), ofPack);
        one.Width.ShouldBeLessThan(200); // decoded coarser
        other.ShouldBe(one);
        ofPack.ToImage().Pixels.ShouldBe(ofFolder.ToImage().Pixels);
    }

    [Theory]
    [InlineData("folder", DatasetStep.Listing)]
    [InlineData("list", DatasetStep.Listing)]
    [InlineData("tar", DatasetStep.Reading)]
    [InlineData("records", DatasetStep.Reading)]
    [InlineData("scenes", DatasetStep.Reading)]
    public void Open_WithProgress_HearsOfEveryFileAndStopsWhereverItIsTold(string layout, DatasetStep step)
    {
        var open = Layout(layout);
        var heard = new Listener();
        using (open(new OpenOptions { Progress = heard }) as IDisposable) { }
        heard.Words.ShouldContain(word => word.Step == step);
        foreach (var word in heard.Words.Where(word => word.Total is not null))
        {
            word.Done.ShouldBeInRange(0, word.Total!.Value);
            word.Total.ShouldBe(new FileInfo(word.What).Length);
        }
        for (var at = 0; at < heard.Words.Count; at++)
        {
            using var stop = new CancellationTokenSource();
            var stopping = new Listener { StopsAt = at, Stop = stop };
            var options = new OpenOptions { Progress = stopping, CancellationToken = stop.Token };
            if (at < heard.Words.Count - 1)
            {
                Should.Throw<OperationCanceledException>(() => open(options)).CancellationToken.ShouldBe(stop.Token);
            }
            else
            {
                // Whether the last word is followed by work or not, nothing but the dataset or the stop may come of it.
                try
                {
                    (open(options) as IDisposable)?.Dispose();
                }
                catch (OperationCanceledException) { }
            }
            stopping.Words.Count.ShouldBe(at + 1);
        }
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        var silent = new Listener();
        Should.Throw<OperationCanceledException>(() =>
            open(new OpenOptions { Progress = silent, CancellationToken = stopped.Token })
        );
        silent.Words.ShouldBeEmpty();
    }

    [Fact]
    public void Open_ByNameAlreadyStopped_ReadsNothing()
    {
        var options = new OpenOptions { CancellationToken = new CancellationToken(canceled: true) };
        var folder = Pictures("turned-1.jpg");
        var packed = _folder["x.vitpack"];
        PackedDataset.Write(packed, Datasets.Open(folder));
        foreach (var name in new[] { folder, packed, "shapes", "cifar10", "vtab-1k/dmlab", "no such set" })
        {
            Should.Throw<OperationCanceledException>(() => Datasets.Open(name, options), name);
        }
        Should.Throw<OperationCanceledException>(() => Datasets.Open(DatasetManifests.Get("svhn"), options));
    }

    private Func<OpenOptions, IImageDataset> Layout(string layout)
    {
        switch (layout)
        {
            case "folder":
                return options => new ImageFolder(Path.Combine(Pictures("turned-1.jpg"), "train"), options: options);
            case "list":
                Pictures("turned-1.jpg");
                _folder.Write("train/a/1.jpg 0\nval/b/1.jpg 1\n"u8.ToArray(), "set", "list.txt");
                return options => DomainNet.OpenSplit(_folder["set"], "list.txt", "x", ["a", "b"], options);
            case "tar":
                for (var shard = 0; shard < 3; shard++)
                {
                    using var writer = new TarWriter(File.Create(_folder[$"{shard}.tar"]));
                    Add(writer, "1.jpg", oracle.BytesOf("turned-1.jpg"));
                    Add(writer, "1.cls", "0"u8.ToArray());
                }
                return options => WebDataset.Open([_folder.Path], ["a"], "x", options);
            case "records":
                for (var part = 0; part < 2; part++)
                {
                    _folder.Write(
                        TestTfRecords.File(TestTfRecords.Frame(oracle.BytesOf("turned-1.jpg"), "x", 1)),
                        $"dmlab-test.tfrecord-{part}"
                    );
                }
                return options => Dmlab.OpenSplit(_folder.Path, "test", "x", options);
            default:
                _folder.Write(TestImages.Noise(6, 4, 1).ToPng(), "clevr", "images", "val", "1.png");
                var objects = string.Join(",", Enumerable.Repeat("{\"pixel_coords\":[1,2,9.5]}", 3));
                var scene = $$"""{"image_filename":"1.png","objects":[{{objects}}]}""";
                var scenes = $$"""{"scenes":[{{string.Join(",", Enumerable.Repeat(scene, 1000))}}]}""";
                _folder.Write(System.Text.Encoding.UTF8.GetBytes(scenes), "clevr", "scenes", "CLEVR_val_scenes.json");
                return options => Clevr.OpenSplit(_folder["clevr"], "val", ClevrLabel.Count, "x", options);
        }
    }

    private static OpenOptions WithPixels(long most) =>
        new() { Decode = new DecodeOptions { Limits = DecodeLimits.Default with { MaxPixels = most } } };

    private static void Add(TarWriter writer, string name, byte[] content) =>
        writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });

    private static (int, int) Sides(IImageDataset data)
    {
        var image = data.Read(0);
        return (image.Width, image.Height);
    }

    private static ReadOnlySpan<byte> Row(RgbImage image, CropBox box, int y) =>
        image.Pixels.AsSpan(3 * (((box.Top + y) * image.Width) + box.Left), 3 * box.Width);

    private string Pictures(string file)
    {
        foreach (var split in new[] { "train", "val" })
        {
            foreach (var name in new[] { "a", "b" })
            {
                _folder.Write(oracle.BytesOf(file), "set", split, name, "1.jpg");
            }
        }
        return _folder["set"];
    }

    /// <summary>Keeps what it hears, and stops the opening at one word of it.</summary>
    private sealed class Listener : IProgress<DatasetProgress>
    {
        public List<DatasetProgress> Words { get; } = [];

        public int StopsAt { get; init; } = -1;

        public CancellationTokenSource? Stop { get; init; }

        public void Report(DatasetProgress value)
        {
            if (Words.Count == StopsAt)
            {
                Stop?.Cancel();
            }
            Words.Add(value);
        }
    }

    /// <summary>FLAT, columns, rows, the one value of all pixels.</summary>
    private sealed class FlatCodec : IImageCodec
    {
        public string Format => "FLAT";

        public IReadOnlyList<string> Endings => [".flat"];

        public bool Recognises(ReadOnlySpan<byte> data) => data.StartsWith("FLAT"u8);

        public ImageHeader ReadHeader(ReadOnlySpan<byte> data, string source) => new(data[4], data[5], Format);

        public void Decode(ReadOnlySpan<byte> data, string source, DecodeLimits limits, PixelBuffer target) =>
            target.Reset(data[4], data[5]).Fill(data[6]);

        public int ReadOrientation(ReadOnlySpan<byte> data) => 1;
    }
}
