using Shouldly;
using TorchSharp;
using VitNotebooks.Data;
using VitNotebooks.Oracles;
using Xunit;

namespace VitNotebooks.Tests.Data;

[Collection(Alone.Name)] // one test counts the process's tensors
public sealed class DeviceTailLoaderTests
{
    private static readonly float[] s_mean = [0.49f, 0.48f, 0.45f];
    private static readonly float[] s_std = [0.25f, 0.24f, 0.26f];

    // The localization paper's steps, in an order in which the images are enlarged behind RandAugment.
    private static Pipeline Chain { get; } =
        Pipeline
            .Empty.RandomCrop(32, padding: 4)
            .RandomHorizontalFlip()
            .RandAugment("rand-m9-mstd0.5-inc1")
            .Resize(96)
            .Normalize(s_mean, s_std)
            .RandomErasing(0.6);

    private static LoaderOptions Options { get; } =
        new()
        {
            BatchSize = 6,
            Seed = 9,
            Sampler = Sampler.Shuffle,
        };

    [Fact]
    public void Epoch_IsTheLoadersWithinALevel()
    {
        var data = TestImages.Dataset(23, 32);
        using var parted = new DeviceTailLoader(data, Chain, torch.CPU, Options);
        using var single = new Loader(data, Chain, Options);
        parted.BatchesPerEpoch.ShouldBe(single.BatchesPerEpoch);
        (parted.Width, parted.Height).ShouldBe((96, 96));
        var ours = Read(parted, 2, 0);
        var theirs = Read(single, 2, 0);
        ours.Count.ShouldBe(theirs.Count);
        var erased = 0;
        for (var i = 0; i < ours.Count; i++)
        {
            ours[i].Length.ShouldBe(theirs[i].Length);
            for (var at = 0; at < ours[i].Length; at++)
            {
                // A level of 255, in units of the smallest deviation; the erased numbers are outside of what pixels become.
                Math.Abs(ours[i][at] - theirs[i][at]).ShouldBeLessThan(1.01f / 255 / 0.24f);
                erased += Math.Abs(ours[i][at]) > 2.2f && ours[i][at] == theirs[i][at] ? 1 : 0;
            }
        }
        erased.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Epoch_OfAnyWorkersAndFromTheMiddle_HasTheSameBytes()
    {
        var data = TestImages.Dataset(23, 32);
        using var one = new DeviceTailLoader(data, Chain, torch.CPU, Options with { Workers = 1 });
        var whole = Read(one, 3, 0);
        whole.Count.ShouldBe(4);
        foreach (var workers in new[] { 2, 7 })
        {
            using var more = new DeviceTailLoader(data, Chain, torch.CPU, Options with { Workers = workers });
            Read(more, 3, 0).ShouldBe(whole);
            Read(more, 3, 2).ShouldBe(whole[2..]);
        }
        Read(one, 4, 0)[0].ShouldNotBe(whole[0]);
    }

    [Theory]
    [InlineData(BrokenImagePolicy.SkipAndCount)]
    [InlineData(BrokenImagePolicy.Replace)]
    public void Epoch_OfBrokenImages_DrawsForThoseThatAreThere(BrokenImagePolicy policy)
    {
        int[] broken = [0, 4, 5, 22];
        var data = new TestImages.InMemory(
            [.. Enumerable.Range(0, 23).Select(i => TestImages.Noise(32, 32, i))],
            i => broken.Contains(i) ? new BrokenImageException($"{i}.jpg: broken", $"{i}.jpg") : null
        );
        // At the size that the images have nothing is computed, and the numbers are the same to the bit.
        var same = Pipeline
            .Empty.RandAugment("rand-m9-mstd0.5-inc1")
            .Resize(32)
            .Normalize(s_mean, s_std)
            .RandomErasing(0.6);
        var options = Options with { OnBroken = policy, BatchSize = 5 };
        using var parted = new DeviceTailLoader(data, same, torch.CPU, options);
        using var single = new Loader(data, same, options);
        Read(parted, 1, 0).ShouldBe(Read(single, 1, 0));
        parted.Broken.ShouldBe(single.Broken);
        parted.Skipped.ShouldBe(single.Skipped);
    }

    [Fact]
    public void Epochs_LeaveNoTensorsBehind()
    {
        var before = torch.Tensor.TotalCount;
        using (var loader = new DeviceTailLoader(TestImages.Dataset(23, 32), Chain, torch.CPU, Options))
        {
            Read(loader, 0, 0);
            var after = torch.Tensor.TotalCount;
            Read(loader, 1, 0);
            torch.Tensor.TotalCount.ShouldBe(after);
        }
        torch.Tensor.TotalCount.ShouldBe(before);
    }

    [Fact]
    public void HeadOf_IsThePlaceBehindTheLastStepForSingleImages()
    {
        DeviceTailLoader.HeadOf(Chain).ShouldBe(3);
        DeviceTailLoader.HeadOf(Pipeline.Empty.RandomCrop(32, 4).Resize(96)).ShouldBe(0);
        // The recipes resize first: no step is moved.
        var recipe = Augmentation.VtsDrloc.ToPipeline(Preprocessing.ImageNet(224));
        DeviceTailLoader.HeadOf(recipe).ShouldBeNull();
        Should
            .Throw<ArgumentException>(() => new DeviceTailLoader(TestImages.Dataset(3), recipe, torch.CPU))
            .Message.ShouldContain("no resize stands behind the last step that runs on single images only");
        DeviceTailLoader.HeadOf(Chain.Then(new Own())).ShouldBeNull();
    }

    [Fact]
    public void OnDevice_OfSuchAChain_SaysWhereItIsParted()
    {
        var data = Datasets.Open("shapes");
        var parted = (data with { TrainPipeline = Chain }).OnDevice();
        parted.ToString().ShouldContain("training batches made on the model's device from Resize(96, bicubic) on");
        parted.Identity.ShouldNotBe((data with { TrainPipeline = Chain }).Identity);
    }

    private static List<float[]> Read(IBatchSource source, int epoch, int from)
    {
        var result = new List<float[]>();
        foreach (var batch in source.Epoch(epoch, from))
        {
            using (batch)
            {
                var images = batch.Images.data<float>().ToArray();
                result.Add([.. images, .. batch.Labels.data<long>().ToArray().Select(label => (float)label)]);
            }
        }
        return result;
    }

    private sealed record Own : NormalizedTransform
    {
        public override void Apply(Span<float> planes, int width, int height, TorchRandom random) { }

        public override string Describe() => "own";
    }
}
