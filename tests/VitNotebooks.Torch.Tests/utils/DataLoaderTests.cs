using Shouldly;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using VitNotebooks.Acceleration;
using VitNotebooks.Oracles;
using VitNotebooks.Torch.Tests.Oracles;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Torch.Tests.utils_;

/// <summary>Order, content, workers, exceptions and memory of data loaders. Not beside others, for it counts live tensors.</summary>
[Collection(Alone.Name)]
public sealed class DataLoaderTests
{
    /// <summary>Sample i is a picture of i's and the label i.</summary>
    private sealed class Numbers(long count) : utils.data.Dataset
    {
        public long FailsAt { get; init; } = -1;
        public bool IsDisposed { get; private set; }
        public override long Count => count;

        public override Dictionary<string, Tensor> GetTensor(long index)
        {
            if (index == FailsAt)
            {
                throw new InvalidDataException($"sample {index} is broken");
            }
            // A tensor on the way, which the loader must free.
            return new() { ["image"] = ones(2, 3).mul(index), ["label"] = tensor(index) };
        }

        protected override void Dispose(bool disposing) => IsDisposed = true;
    }

    private static List<long[]> Labels(DataLoader loader) => [.. loader.Select(b => b["label"].data<long>().ToArray())];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Pass_InOrder_IsTheSameForAnyNumberOfWorkers(int workers)
    {
        using var scope = NewDisposeScope();
        using var loader = utils.data.DataLoader(new Numbers(23), 4, num_worker: workers);
        loader.Count.ShouldBe(6);
        for (var pass = 0; pass < 2; pass++)
        {
            var batches = Labels(loader);
            batches.Select(b => b.Length).ShouldBe([4, 4, 4, 4, 4, 3]);
            batches.SelectMany(b => b).ShouldBe(Enumerable.Range(0, 23).Select(i => (long)i));
        }
        foreach (var batch in loader)
        {
            batch["image"].shape.ShouldBe([batch["label"].size(0), 2, 3]);
            batch["image"].select(1, 0).select(1, 0).to(int64).Equals(batch["label"]).ShouldBeTrue();
        }
    }

    [Fact]
    public void Pass_DroppingTheLast_LeavesOutOnlyWhatIsNotFull()
    {
        using var scope = NewDisposeScope();
        using var loader = utils.data.DataLoader(new Numbers(23), 4, drop_last: true, num_worker: 3);
        loader.Count.ShouldBe(5);
        Labels(loader).Count.ShouldBe(5);
        using var even = utils.data.DataLoader(new Numbers(8), 4, drop_last: true);
        Labels(even).Count.ShouldBe(2);
        using var empty = utils.data.DataLoader(new Numbers(0), 4);
        empty.Count.ShouldBe(0);
        Labels(empty).ShouldBeEmpty();
    }

    [Fact]
    public void Pass_Shuffled_HoldsEachOnceAndRepeatsWithASeedOnly()
    {
        using var scope = NewDisposeScope();
        using var seeded = utils.data.DataLoader(new Numbers(200), 16, shuffle: true, seed: 7, num_worker: 2);
        using var again = utils.data.DataLoader(new Numbers(200), 16, shuffle: true, seed: 7);
        using var free = utils.data.DataLoader(new Numbers(200), 16, shuffle: true);
        long[] first = [.. Labels(seeded).SelectMany(b => b)];
        first.SequenceEqual(first.Order()).ShouldBeFalse();
        first.Order().ShouldBe(Enumerable.Range(0, 200).Select(i => (long)i));
        Labels(seeded).SelectMany(b => b).ShouldBe(first);
        Labels(again).SelectMany(b => b).ShouldBe(first);
        Labels(free).SelectMany(b => b).SequenceEqual(Labels(free).SelectMany(b => b)).ShouldBeFalse();
    }

    [Fact]
    public void Pass_WithAShufflerOfItsOwn_FollowsIt()
    {
        using var scope = NewDisposeScope();
        using var loader = utils.data.DataLoader(new Numbers(9), 2, [8, 1, 1, 5, 0], num_worker: 2);
        Labels(loader)
            .ShouldBe([
                [8, 1],
                [1, 5],
                [0],
            ]);
    }

    [Fact]
    public void TensorDataset_Loaded_GivesTheRows()
    {
        using var scope = NewDisposeScope();
        var (images, labels) = (arange(24, dtype: float32).reshape(6, 2, 2), arange(6));
        using var set = utils.data.TensorDataset(images, labels);
        set.Count.ShouldBe(6);
        set[2][0].Equals(images[2]).ShouldBeTrue();
        using var loader = utils.data.DataLoader(set, 4);
        var batches = loader.Select(b => (b[0].clone(), b[1].clone())).ToList();
        batches.Count.ShouldBe(2);
        cat([.. batches.Select(b => b.Item1)]).Equals(images).ShouldBeTrue();
        cat([.. batches.Select(b => b.Item2)]).Equals(labels).ShouldBeTrue();
        Should.Throw<ArgumentException>(() => utils.data.TensorDataset(images, arange(5))).Message.ShouldContain("[5]");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Pass_OverABrokenSample_ThrowsWhatItThrew(int workers)
    {
        using var scope = NewDisposeScope();
        using var loader = utils.data.DataLoader(new Numbers(23) { FailsAt = 9 }, 4, num_worker: workers);
        var seen = 0;
        var error = Should.Throw<InvalidDataException>(() =>
        {
            foreach (var _ in loader)
            {
                seen++;
            }
        });
        error.Message.ShouldBe("sample 9 is broken");
        error.StackTrace!.ShouldContain(nameof(Numbers.GetTensor));
        seen.ShouldBe(2);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Pass_EndedEarlyOrByAnError_LeavesNoTensors(int workers)
    {
        using (var loader = utils.data.DataLoader(new Numbers(400) { FailsAt = 301 }, 4, num_worker: workers))
        {
            var before = Memory.LiveTensors;
            for (var pass = 0; pass < 3; pass++)
            {
                foreach (var batch in loader)
                {
                    using var first = batch["label"][0];
                    if (first.ToInt64() == 40)
                    {
                        break;
                    }
                }
            }
            Should.Throw<InvalidDataException>(() => loader.Count(_ => true));
            Memory.LiveTensors.ShouldBe(before);
        }
    }

    [Fact]
    public void Pass_KeepingBatches_LeavesThemAlive()
    {
        using var loader = utils.data.DataLoader(new Numbers(8), 4, disposeBatch: false, num_worker: 2);
        var kept = loader.ToList();
        kept[0]["label"].data<long>().ToArray().ShouldBe([0, 1, 2, 3]);
        kept.ForEach(b => b.Values.ToList().ForEach(t => t.Dispose()));
        using var freeing = utils.data.DataLoader(new Numbers(8), 4);
        Should.Throw<ObjectDisposedException>(() => freeing.ToList()[0]["label"].sum());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Dispose_DisposesTheDataSetWhenAsked(bool asked)
    {
        using var set = new Numbers(3);
        utils.data.DataLoader(set, 2, disposeDataset: asked).Dispose();
        set.IsDisposed.ShouldBe(asked);
    }

    [Fact]
    public void Construction_OfACollatingFunction_MakesAnyBatch()
    {
        using var loader = new DataLoader<Dictionary<string, Tensor>, string>(
            new Numbers(5),
            2,
            (samples, device) => $"{device}: {string.Join("+", samples.Select(s => s["label"].ToInt64()))}",
            num_worker: 2
        );
        loader.ShouldBe(["cpu: 0+1", "cpu: 2+3", "cpu: 4"]);
        Should
            .Throw<ArgumentOutOfRangeException>(() => utils.data.DataLoader(new Numbers(5), 0))
            .Message.ShouldContain("1 or more");
    }

    [Fact]
    public void Shuffler_OfASeed_IsTorchSharps()
    {
        // Inside-out Fisher-Yates over System.Random's numbers, two a place.
        var random = new Random(3);
        var expected = new List<long>();
        for (long i = 0; i < 50; i++)
        {
            var place = (int)(((((long)random.Next()) << 32) + (uint)random.Next()) % (i + 1));
            expected.Add(i);
            (expected[place], expected[(int)i]) = (i, expected[place]);
        }
        new FisherYatesShuffler(50, 3).ShouldBe(expected);
    }
}
