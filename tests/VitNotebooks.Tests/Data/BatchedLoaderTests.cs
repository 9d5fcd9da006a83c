using Shouldly;
using TorchSharp;
using VitNotebooks.Data;
using VitNotebooks.Oracles;
using Xunit;

namespace VitNotebooks.Tests.Data;

[Collection(Alone.Name)] // one test counts the process's tensors
public sealed class BatchedLoaderTests
{
    private static readonly float[] s_mean = [0.49f, 0.48f, 0.45f];
    private static readonly float[] s_std = [0.25f, 0.24f, 0.26f];

    public static TheoryData<string> Exact { get; } = ["crop", "mirrored", "center", "larger", "vertical", "nothing"];

    public static TheoryData<string> Colored { get; } =
    [
        "brightness",
        "contrast",
        "saturation",
        "hue",
        "all",
        "grey",
        "erase",
        "erase color",
        "erase zero",
        "erase many",
        "both",
    ];

    [Theory]
    [MemberData(nameof(Exact))]
    public void Epoch_OfCropsAndFlips_IsTheLoadersToTheBit(string name)
    {
        var pipeline = name switch
        {
            "crop" => Pipeline.Empty.RandomCrop(16, padding: 3).RandomHorizontalFlip(),
            "mirrored" => Pipeline.Empty.RandomHorizontalFlip().Then(new RandomCrop(16, 3, BorderKind.Reflected)),
            "center" => Pipeline.Empty.RandomHorizontalFlip(0.3).CenterCrop(9),
            "vertical" => Pipeline.Empty.RandomVerticalFlip().RandomHorizontalFlip(),
            "larger" => Pipeline.Empty.CenterCrop(21).RandomHorizontalFlip(),
            _ => Pipeline.Empty,
        };
        Compare(pipeline.Normalize(s_mean, s_std), 16, (ours, theirs) => ours.ShouldBe(theirs));
    }

    // The matrix products that resampling takes give a pure crop too, one pixel at a time with a weight of 1.
    [Theory]
    [InlineData(16, 3)]
    [InlineData(9, 0)]
    [InlineData(20, 2)]
    public void Run_OfACropOfAnyDtype_IsThatOfTheMatrixProducts(int size, int border)
    {
        using var scope = torch.NewDisposeScope();
        using var images = ImageTensors.Load(TestImages.Dataset(7, 16));
        var random = new TorchRandom(3);
        var boxes = new float[7 * BatchedResampling.BoxNumbers];
        for (var i = 0; i < 7; i++)
        {
            var left = (int)random.RandInt(-border, 16 + border - size + 1);
            var top = (int)random.RandInt(-border, 16 + border - size + 1);
            BatchedResampling.Write(boxes.AsSpan(i * BatchedResampling.BoxNumbers), new CropBox(left, top, size, size));
        }
        var drawn = torch.tensor(boxes).view(7, BatchedResampling.BoxNumbers);
        var bytes = images.Images;
        var numbers = bytes.to(torch.float32);
        var products = BatchedResampling.Run(numbers, drawn, size, size, Interpolation.Bilinear);
        var expected = products.contiguous().data<float>().ToArray();
        BatchedCrop.Run(numbers, drawn, size, border).data<float>().ToArray().ShouldBe(expected);
        var ofBytes = BatchedCrop.Run(bytes, drawn, size, border);
        ofBytes.dtype.ShouldBe(torch.uint8);
        ofBytes.data<byte>().ToArray().ShouldBe(expected.Select(value => (byte)value));
    }

    [Theory]
    [InlineData(16, 0)]
    [InlineData(16, 15)]
    [InlineData(3, 7)]
    public void Mirrored_IsWhatSingleImagesShow(int side, int border)
    {
        var data = TestImages.Dataset(2, side);
        using var images = ImageTensors.Load(data);
        using var mirrored = BatchedCrop.Mirrored(images.Images, border);
        var size = side + (2 * border);
        var bytes = mirrored.data<byte>().ToArray();
        for (var i = 0; i < 2; i++)
        {
            var buffer = new PixelBuffer();
            buffer.Load(data.Read(i));
            buffer.CropReflected(-border, -border, size, size);
            var pixels = buffer.Pixels.ToArray();
            for (var at = 0; at < pixels.Length; at++)
            {
                bytes[(((i * 3) + (at % 3)) * size * size) + (at / 3)].ShouldBe(pixels[at]);
            }
        }
    }

    // Tolerance: none, on the CPU.
    [Theory]
    [MemberData(nameof(Colored))]
    public void Epoch_OfColoursAndErasing_IsTheLoadersToTheBit(string name)
    {
        var normalized = Pipeline.Empty.Normalize(s_mean, s_std);
        var pipeline = name switch
        {
            "brightness" => normalized.ColorJitter(brightness: 0.8),
            "contrast" => normalized.ColorJitter(contrast: 0.8),
            "saturation" => normalized.ColorJitter(saturation: 1.5),
            "hue" => normalized.ColorJitter(hue: 0.5),
            "all" => normalized.ColorJitter(0.4, 0.4, 0.4, 0.1),
            "grey" => normalized.RandomGrayscale(0.5),
            "erase" => normalized.RandomErasing(0.7),
            "erase color" => normalized.RandomErasing(0.7, ErasingMode.Color),
            "erase zero" => normalized.RandomErasing(0.7, ErasingMode.Constant),
            "erase many" => normalized
                .Then(new RandomErasing(0.9, MinCount: 1, MaxCount: 4))
                .RandomErasing(0.5, ErasingMode.Color),
            _ => normalized.RandomCrop(16, 3).RandomHorizontalFlip().ColorJitter(0.4, 0.4, 0.4, 0.1).RandomErasing(0.7),
        };
        float[] seen = [];
        Compare(
            pipeline,
            16,
            (ours, theirs) =>
            {
                ours.ShouldBe(theirs);
                seen = [.. seen, .. ours];
            }
        );
        // And it does something: the numbers are not those of a pipeline without the steps.
        float[] plain = [];
        Compare(normalized, 16, (ours, _) => plain = [.. plain, .. ours]);
        seen.ShouldNotBe(plain);
    }

    [Fact]
    public void Apply_OfColourOnEveryHue_IsTheOneOfSingleImages()
    {
        // All 4,096 colours of four bits a channel, with greys and edges of the sectors among them, and pairs of neighbours beside them.
        byte[] pixels =
        [
            .. Enumerable
                .Range(0, 4096)
                .SelectMany(i => new[] { (byte)((i >> 8) * 17), (byte)((i >> 4 & 15) * 17), (byte)((i & 15) * 17) }),
        ];
        for (var i = 1; i < pixels.Length; i += 7)
        {
            pixels[i] ^= 1;
        }
        var data = new TestImages.InMemory([.. Enumerable.Repeat(new RgbImage(64, 64, pixels), 12)]);
        using var images = ImageTensors.Load(data);
        var pipeline = Pipeline.Empty.ColorJitter(0.3, 0.3, 0.3, 0.5);
        using var batched = new BatchedLoader(images, pipeline, Options);
        using var single = new Loader(data, pipeline, Options);
        var ours = Read(batched, 0, 0);
        var index = 0;
        foreach (var batch in single.Epoch(0))
        {
            using (batch)
            {
                Numbers(batch).ShouldBe(ours[index++]);
            }
        }
    }

    [Theory]
    [InlineData(BrokenImagePolicy.SkipAndCount)]
    [InlineData(BrokenImagePolicy.Replace)]
    public void Epoch_OfBrokenImages_IsTheLoadersAndListsThem(BrokenImagePolicy policy)
    {
        int[] broken = [0, 4, 5, 6, 7, 8, 22];
        var data = new TestImages.InMemory(
            [.. Enumerable.Range(0, 23).Select(i => TestImages.Noise(8, 8, i))],
            i => broken.Contains(i) ? new BrokenImageException($"{i}.jpg: broken", $"{i}.jpg") : null
        );
        var options = Options with { OnBroken = policy, BatchSize = 3 };
        var pipeline = Pipeline.Empty.RandomCrop(8, 2);
        using var images = ImageTensors.Load(data, onBroken: policy);
        images.Broken.Select(b => b.File).ShouldBe(broken.Select(i => $"{i}.jpg"));
        using var batched = new BatchedLoader(images, pipeline, options);
        using var single = new Loader(data, pipeline, options);
        foreach (var epoch in new[] { 0, 1 })
        {
            var ours = Read(batched, epoch, 0);
            var theirs = new List<float[]>();
            foreach (var batch in single.Epoch(epoch))
            {
                using (batch)
                {
                    theirs.Add(Numbers(batch));
                }
            }
            ours.Count.ShouldBe(theirs.Count);
            for (var i = 0; i < ours.Count; i++)
            {
                ours[i].ShouldBe(theirs[i]);
            }
        }
        batched.Broken.ShouldBe(single.Broken);
        batched.Skipped.ShouldBe(2 * broken.Length);
        Should
            .Throw<ArgumentException>(() =>
                new BatchedLoader(images, pipeline, options with { OnBroken = BrokenImagePolicy.Throw })
            )
            .Message.ShouldContain("give both the same");
        Should.Throw<BrokenImageException>(() => ImageTensors.Load(data)).File.ShouldBe("0.jpg");
    }

    [Fact]
    public void Load_WithoutAWholeImage_SaysSo()
    {
        var data = new TestImages.InMemory(
            [TestImages.Noise(8, 8, 0), TestImages.Noise(8, 8, 1)],
            i => new BrokenImageException($"{i}.jpg: broken", $"{i}.jpg")
        );
        Should
            .Throw<DataException>(() => ImageTensors.Load(data, onBroken: BrokenImagePolicy.Replace))
            .Message.ShouldContain("none of the 2 images of memory");
    }

    [Fact]
    public void WaitSeconds_IsTheTimeInWhichBatchesAreMade()
    {
        using var images = ImageTensors.Load(TestImages.Dataset(64, 48));
        using var loader = new BatchedLoader(images, Pipeline.Empty.Resize(96), Options);
        loader.WaitSeconds.ShouldBe(0);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        Read(loader, 0, 0);
        loader.WaitSeconds.ShouldBeInRange(1e-4, clock.Elapsed.TotalSeconds);
    }

    [Theory]
    [InlineData(16, 24, Interpolation.Bicubic)]
    [InlineData(24, 13, Interpolation.Bicubic)]
    [InlineData(24, 13, Interpolation.Bilinear)]
    [InlineData(16, 48, Interpolation.Bilinear)]
    public void Epoch_OfResizedImages_IsWithinALevelOfPillows(int side, int size, Interpolation filter)
    {
        foreach (
            var pipeline in new[]
            {
                Pipeline.Empty.Resize(size, filter),
                Pipeline.Empty.Resize(size, size + 5, filter),
                Pipeline.Empty.RandomResizedCrop(size, interpolation: filter).RandomHorizontalFlip(),
            }
        )
        {
            Compare(pipeline, side, Within);
        }

        static void Within(float[] ours, float[] theirs)
        {
            int[] levels = [.. ours.Zip(theirs, (a, b) => (int)Math.Round(Math.Abs(a - b) * 255))];
            levels.Max().ShouldBeLessThanOrEqualTo(1);
            // Of n / 96 one sum in 96 lies at a half, where the last bit of a weight decides; no box here has many more.
            levels.Count(l => l == 1).ShouldBeLessThan(levels.Length / 50);
        }
    }

    [Fact]
    public void Epoch_BegunInTheMiddle_GoesOnAsItWouldHave()
    {
        using var images = ImageTensors.Load(TestImages.Dataset(23));
        using var loader = new BatchedLoader(images, Pipeline.Empty.RandomCrop(8, 2), Options);
        var whole = Read(loader, 3, 0);
        whole.Count.ShouldBe(4);
        Read(loader, 3, 2).ShouldBe(whole[2..]);
        Read(loader, 4, 0)[0].ShouldNotBe(whole[0]);
    }

    [Fact]
    public void Epoch_LeavesNoTensorsBehind()
    {
        using var images = ImageTensors.Load(TestImages.Dataset(23));
        using var loader = new BatchedLoader(
            images,
            Pipeline.Empty.RandomResizedCrop(8).RandomHorizontalFlip(),
            Options
        );
        Read(loader, 0, 0);
        var before = torch.Tensor.TotalCount;
        Read(loader, 1, 0);
        torch.Tensor.TotalCount.ShouldBe(before);
        using (torch.NewDisposeScope())
        {
            using var first = loader.Epoch(2).First();
            first.Images.IsInvalid.ShouldBeFalse();
        }
    }

    [Fact]
    public void Constructor_OfATransformForSingleImages_NamesIt()
    {
        using var images = ImageTensors.Load(TestImages.Dataset(3));
        Should
            .Throw<ArgumentException>(() => new BatchedLoader(images, Pipeline.Empty.Then(new Own()).CenterCrop(4)))
            .Message.ShouldContain("own(3) cannot run on whole batches");
    }

    [Fact]
    public void Load_ImagesOfTwoSizes_NamesTheFirstThatDiffers()
    {
        var data = new TestImages.InMemory([TestImages.Noise(8, 8, 0), TestImages.Noise(9, 8, 1)]);
        Should
            .Throw<DataException>(() => ImageTensors.Load(data))
            .Message.ShouldContain("memory[1] is 9 x 8, and the first image 8 x 8");
    }

    [Fact]
    public void Load_MoreThanTheLimit_SaysSoBeforeReading()
    {
        Should
            .Throw<DataException>(() => ImageTensors.Load(TestImages.Dataset(10), maxBytes: 1000))
            .Message.ShouldContain("take 1,920 bytes, above the limit of 1,000");
    }

    [Fact]
    public void Load_HoldsImagesAsPlanesAndLabels()
    {
        var data = TestImages.Dataset(5);
        using var images = ImageTensors.Load(data);
        images.Images.shape.ShouldBe([5L, 3, 8, 8]);
        images.Images.dtype.ShouldBe(torch.uint8);
        images.Labels.data<long>().ToArray().ShouldBe([0, 1, 0, 1, 0]);
        var bytes = images.Images.data<byte>().ToArray();
        bytes[(3 * 192) + 64 + (2 * 8) + 7].ShouldBe(data.Read(3)[7, 2].G);
    }

    private static LoaderOptions Options { get; } =
        new()
        {
            BatchSize = 6,
            Seed = 9,
            Sampler = Sampler.Shuffle,
        };

    private static void Compare(Pipeline pipeline, int side, Action<float[], float[]> compare)
    {
        var data = TestImages.Dataset(23, side);
        using var images = ImageTensors.Load(data);
        using var batched = new BatchedLoader(images, pipeline, Options);
        using var single = new Loader(data, pipeline, Options);
        batched.BatchesPerEpoch.ShouldBe(single.BatchesPerEpoch);
        (batched.Width, batched.Height).ShouldBe((single.Width, single.Height));
        var ours = Read(batched, 2, 0);
        var index = 0;
        foreach (var batch in single.Epoch(2))
        {
            using (batch)
            {
                compare(ours[index++], Numbers(batch));
            }
        }
        index.ShouldBe(ours.Count);
    }

    private static List<float[]> Read(BatchedLoader loader, int epoch, int from)
    {
        var result = new List<float[]>();
        foreach (var batch in loader.Epoch(epoch, from))
        {
            using (batch)
            {
                result.Add(Numbers(batch));
            }
        }
        return result;
    }

    // Images, and labels behind them.
    private static float[] Numbers(Batch batch)
    {
        var images = batch.Images.data<float>().ToArray();
        return [.. images, .. batch.Labels.data<long>().ToArray().Select(label => (float)label)];
    }

    private sealed record Own : Transform
    {
        public override void Apply(PixelBuffer image, TorchRandom random) { }

        public override string Describe() => "own(3)";
    }
}
