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

    public static TheoryData<string> Exact { get; } = ["crop", "mirrored", "center", "larger", "nothing"];

    [Theory]
    [MemberData(nameof(Exact))]
    public void Epoch_OfCropsAndFlips_IsTheLoadersToTheBit(string name)
    {
        Pipeline pipeline = name switch
        {
            "crop" => Pipeline.Empty.RandomCrop(16, padding: 3).RandomHorizontalFlip(),
            "mirrored" => Pipeline.Empty.RandomHorizontalFlip().Then(new RandomCrop(16, 3, BorderKind.Reflected)),
            "center" => Pipeline.Empty.RandomHorizontalFlip(0.3).CenterCrop(9),
            "larger" => Pipeline.Empty.CenterCrop(21).RandomHorizontalFlip(),
            _ => Pipeline.Empty,
        };
        Compare(pipeline.Normalize(s_mean, s_std), 16, (ours, theirs) => ours.ShouldBe(theirs));
    }

    [Theory]
    [InlineData(16, 24, Interpolation.Bicubic)]
    [InlineData(24, 13, Interpolation.Bicubic)]
    [InlineData(24, 13, Interpolation.Bilinear)]
    [InlineData(16, 48, Interpolation.Bilinear)]
    public void Epoch_OfResizedImages_IsWithinALevelOfPillows(int side, int size, Interpolation filter)
    {
        foreach (
            Pipeline pipeline in new[]
            {
                Pipeline.Empty.Resize(size, filter),
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
        using ImageTensors images = ImageTensors.Load(TestImages.Dataset(23));
        using var loader = new BatchedLoader(images, Pipeline.Empty.RandomCrop(8, 2), Options);
        List<float[]> whole = Read(loader, 3, 0);
        whole.Count.ShouldBe(4);
        Read(loader, 3, 2).ShouldBe(whole[2..]);
        Read(loader, 4, 0)[0].ShouldNotBe(whole[0]);
    }

    [Fact]
    public void Epoch_LeavesNoTensorsBehind()
    {
        using ImageTensors images = ImageTensors.Load(TestImages.Dataset(23));
        using var loader = new BatchedLoader(
            images,
            Pipeline.Empty.RandomResizedCrop(8).RandomHorizontalFlip(),
            Options
        );
        Read(loader, 0, 0);
        long before = torch.Tensor.TotalCount;
        Read(loader, 1, 0);
        torch.Tensor.TotalCount.ShouldBe(before);
        using (torch.NewDisposeScope())
        {
            using Batch first = loader.Epoch(2).First();
            first.Images.IsInvalid.ShouldBeFalse();
        }
    }

    [Fact]
    public void Constructor_OfATransformForSingleImages_NamesIt()
    {
        using ImageTensors images = ImageTensors.Load(TestImages.Dataset(3));
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
        TestImages.InMemory data = TestImages.Dataset(5);
        using ImageTensors images = ImageTensors.Load(data);
        images.Images.shape.ShouldBe([5L, 3, 8, 8]);
        images.Images.dtype.ShouldBe(torch.uint8);
        images.Labels.data<long>().ToArray().ShouldBe([0, 1, 0, 1, 0]);
        byte[] bytes = images.Images.data<byte>().ToArray();
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
        TestImages.InMemory data = TestImages.Dataset(23, side);
        using ImageTensors images = ImageTensors.Load(data);
        using var batched = new BatchedLoader(images, pipeline, Options);
        using var single = new Loader(data, pipeline, Options);
        batched.BatchesPerEpoch.ShouldBe(single.BatchesPerEpoch);
        (batched.Width, batched.Height).ShouldBe((single.Width, single.Height));
        List<float[]> ours = Read(batched, 2, 0);
        int index = 0;
        foreach (Batch batch in single.Epoch(2))
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
        foreach (Batch batch in loader.Epoch(epoch, from))
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
        float[] images = batch.Images.data<float>().ToArray();
        return [.. images, .. batch.Labels.data<long>().ToArray().Select(label => (float)label)];
    }

    private sealed record Own : Transform
    {
        public override void Apply(PixelBuffer image, TorchRandom random) { }

        public override string Describe() => "own(3)";
    }
}
