using System.Runtime.InteropServices;
using Shouldly;
using TorchSharp;
using VitNotebooks.Data;
using VitNotebooks.Oracles;
using Xunit;

namespace VitNotebooks.Tests.Data;

/// <summary>Memory of batches: used again once a batch is disposed of, and never before.</summary>
[Collection(Alone.Name)] // counts the process's tensors
public sealed class BatchRingTests
{
    private static readonly LoaderOptions s_options = new()
    {
        BatchSize = 4,
        Workers = 3,
        Prefetch = 2,
        Sampler = Sampler.Shuffle,
        Seed = 5,
    };

    private static Pipeline Chain => Pipeline.Empty.RandomCrop(8, 2).RandomHorizontalFlip().RandomErasing();

    [Fact]
    public void Epochs_OfDisposedBatches_LieInTheMemoryOfAFew()
    {
        using var loader = new Loader(TestImages.Dataset(80), Chain, s_options);
        var places = new HashSet<nint>();
        for (var epoch = 0; epoch < 5; epoch++)
        {
            foreach (var batch in loader.Epoch(epoch))
            {
                places.Add(Place(batch.Images));
                batch.Dispose();
            }
        }
        places.Count.ShouldBeInRange(1, s_options.Prefetch + 2);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1000)]
    public void Epochs_OfBatchesThatAreKept_AreNotWrittenOver(int every)
    {
        var expected = new List<float[]>();
        using (var fresh = new Loader(TestImages.Dataset(41), Chain, s_options))
        {
            for (var epoch = 0; epoch < 3; epoch++)
            {
                foreach (var batch in fresh.Epoch(epoch))
                {
                    expected.Add(Numbers(batch));
                    batch.Dispose();
                }
            }
        }
        using var loader = new Loader(TestImages.Dataset(41), Chain, s_options);
        var kept = new List<(int Place, Batch Batch)>();
        var at = 0;
        for (var epoch = 0; epoch < 3; epoch++)
        {
            foreach (var batch in loader.Epoch(epoch))
            {
                Numbers(batch).ShouldBe(expected[at]);
                if (at % every == 0)
                {
                    kept.Add((at, batch));
                }
                else
                {
                    batch.Dispose();
                }
                at++;
            }
        }
        at.ShouldBe(expected.Count);
        foreach (var (place, batch) in kept)
        {
            Numbers(batch).ShouldBe(expected[place]);
            batch.Dispose();
        }
    }

    [Fact]
    public void Dispose_Twice_GivesTheMemoryBackOnce()
    {
        using var ring = new BatchRing(4, 8, 8, torch.float32, usual: 1, cudaDevice: null);
        var first = new Batch(0, 0, 4, ring.Rent(), draws: null);
        var place = Place(first.Images);
        first.Dispose();
        first.Dispose();
        using var second = new Batch(0, 1, 4, ring.Rent(), draws: null);
        using var third = new Batch(0, 2, 3, ring.Rent(), draws: null);
        Place(second.Images).ShouldBe(place);
        Place(third.Images).ShouldNotBe(place);
        third.Images.shape.ShouldBe([3, 3, 8, 8]);
        third.Labels.shape.ShouldBe([3L]);
    }

    [Fact]
    public void Dispose_OfTheLoader_FreesAllAndWhatIsGivenBackLater()
    {
        var before = torch.Tensor.TotalCount;
        Batch kept;
        using (var loader = new Loader(TestImages.Dataset(41), Chain, s_options))
        {
            var batches = new List<Batch>(loader.Epoch(0));
            kept = batches[3];
            batches.Where(batch => batch != kept).ToList().ForEach(batch => batch.Dispose());
            // The kept one with its memory, and of all the others' memory what an epoch needs and two more.
            (torch.Tensor.TotalCount - before).ShouldBeLessThanOrEqualTo(4 + (2 * (s_options.Prefetch + 4)));
        }
        var numbers = Numbers(kept);
        numbers.ShouldNotBe(new float[numbers.Length]);
        kept.Dispose();
        torch.Tensor.TotalCount.ShouldBe(before);
    }

    [Fact]
    public void Rent_OfADisposedRing_SaysSo()
    {
        using var ring = new BatchRing(4, 8, 8, torch.uint8, usual: 2, cudaDevice: null);
        var memory = ring.Rent();
        memory.Images.dtype.ShouldBe(torch.uint8);
        ring.Dispose();
        memory.GiveBack();
        memory.Images.IsInvalid.ShouldBeTrue();
        Should.Throw<ObjectDisposedException>(() => ring.Rent());
    }

    private static unsafe nint Place(torch.Tensor tensor)
    {
        fixed (byte* first = tensor.bytes)
        {
            return (nint)first;
        }
    }

    // Images, and labels behind them.
    private static float[] Numbers(Batch batch) =>
        [
            .. MemoryMarshal.Cast<byte, float>(batch.Images.bytes).ToArray(),
            .. MemoryMarshal.Cast<byte, long>(batch.Labels.bytes).ToArray().Select(label => (float)label),
        ];
}
