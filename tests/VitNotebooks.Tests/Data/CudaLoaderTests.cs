using Shouldly;
using TorchSharp;
using VitNotebooks.Acceleration;
using VitNotebooks.Data;
using VitNotebooks.Oracles;
using Xunit;

namespace VitNotebooks.Tests.Data;

/// <summary>Batches that are made on a GPU or copied to one.</summary>
[Collection(Alone.Name)] // fills the device's queue
[Trait("Category", "Cuda")]
public sealed class CudaLoaderTests
{
    // One level of 255, and what is left of float32 behind it.
    private const float Level = 1.001f / 255;

    private static readonly torch.Device s_cuda = torch.device(DeviceType.CUDA, 0);

    private static LoaderOptions Options { get; } =
        new()
        {
            BatchSize = 6,
            Seed = 9,
            Sampler = Sampler.Shuffle,
        };

    private static Pipeline[] Chains { get; } =
    [
        Pipeline.Empty.RandomCrop(16, padding: 3).RandomHorizontalFlip(),
        Pipeline.Empty.Then(new RandomCrop(16, 3, BorderKind.Reflected)).RandomVerticalFlip().CenterCrop(21),
        Pipeline.Empty.RandomResizedCrop(24).RandomHorizontalFlip().RandomErasing(0.7),
        Pipeline.Empty.Resize(40).CenterCrop(36),
        // Of colours every product and sum is an operation of its own there too.
        Pipeline.Empty.ColorJitter(0.4, 0.4, 0.4, 0.1).RandomGrayscale(0.3),
    ];

    [CudaFact]
    public void Epoch_OfABatchedLoader_IsTheCpusWithinALevel()
    {
        var data = TestImages.Dataset(23, 16);
        using var there = ImageTensors.Load(data, s_cuda);
        using var here = ImageTensors.Load(data);
        foreach (var chain in Chains)
        {
            using var onCuda = new BatchedLoader(there, chain, Options);
            using var onCpu = new BatchedLoader(here, chain, Options);
            ShouldBeClose(Read(onCuda), Read(onCpu));
        }
    }

    [CudaFact]
    public void Epoch_OfADeviceTailLoader_IsTheLoadersWithinALevel()
    {
        var data = TestImages.Dataset(23, 32);
        var chain = Pipeline
            .Empty.RandomCrop(32, padding: 4)
            .RandAugment("rand-m9-mstd0.5-inc1")
            .Resize(224)
            .RandomErasing(0.5);
        using var parted = new DeviceTailLoader(data, chain, s_cuda, Options with { CudaDevice = 0 });
        using var single = new Loader(data, chain, Options);
        foreach (var batch in parted.Epoch(1))
        {
            using (batch)
            {
                batch.Images.device_type.ShouldBe(DeviceType.CUDA);
                batch.Labels.device_type.ShouldBe(DeviceType.CUDA);
            }
        }
        ShouldBeClose(Read(parted), Read(single));
    }

    // The device is kept so busy that every copy comes long after its batch was disposed of; written over too early it would hold a later batch.
    [CudaFact]
    public void Epochs_CopiedByABusyDevice_ArriveAsTheyWere()
    {
        var data = TestImages.Dataset(96, 32);
        var options = Options with { BatchSize = 8, Workers = 4 };
        using var plain = new Loader(data, Pipeline.Empty, options);
        using var pinned = new Loader(data, Pipeline.Empty, options with { CudaDevice = 0 });
        using var large = torch.randn([4096, 4096], device: s_cuda);
        CudaEvent.CanBeMade.ShouldBeTrue();
        for (var epoch = 0; epoch < 3; epoch++)
        {
            var copies = new List<torch.Tensor>();
            var underWay = 0;
            foreach (var batch in pinned.Epoch(epoch))
            {
                using (batch)
                {
                    batch.Images.is_pinned().ShouldBeTrue();
                    batch.Labels.is_pinned().ShouldBeTrue();
                    for (var i = 0; i < 4; i++)
                    {
                        large.matmul(large).Dispose();
                    }
                    copies.Add(batch.Images.to(s_cuda, non_blocking: true));
                }
                using var stream = CudaStream.Current(0);
                underWay += stream.IsIdle ? 0 : 1;
            }
            underWay.ShouldBeGreaterThan(0, "the copies were done at once, and the test shows nothing");
            var at = 0;
            foreach (var batch in plain.Epoch(epoch))
            {
                using (batch)
                using (var copied = copies[at++].cpu())
                {
                    copied.data<float>().ToArray().ShouldBe(batch.Images.data<float>().ToArray());
                }
            }
            at.ShouldBe(copies.Count);
            copies.ForEach(copy => copy.Dispose());
        }
    }

    private static void ShouldBeClose(List<float[]> ours, List<float[]> theirs)
    {
        ours.Count.ShouldBe(theirs.Count);
        for (var i = 0; i < ours.Count; i++)
        {
            ours[i].Length.ShouldBe(theirs[i].Length);
            ours[i].Zip(theirs[i], (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThanOrEqualTo(Level);
        }
    }

    private static List<float[]> Read(IBatchSource source)
    {
        var result = new List<float[]>();
        foreach (var batch in source.Epoch(2))
        {
            using (batch)
            using (var images = batch.Images.cpu())
            using (var labels = batch.Labels.cpu())
            {
                result.Add([
                    .. images.data<float>().ToArray(),
                    .. labels.data<long>().ToArray().Select(label => (float)label),
                ]);
            }
        }
        return result;
    }
}
