using System.Collections.Concurrent;
using Shouldly;
using VitNotebooks.Acceleration;
using VitNotebooks.Oracles;
using VitNotebooks.Torch.Tests.Oracles;
using Xunit;
using static TorchSharp.torch;

namespace TorchSharp.Tests.Native;

// Counts what the whole process holds.
[Collection(Alone.Name)]
public class CpuAllocatorTests
{
    private const long Large = 8 << 20;

    // What a live neighbour keeps of a huge page on either side of an idle range.
    private const long Remainder = 4 << 20;

    [Fact]
    public void LargeTensor_FreedAndMadeAgain_UsesTheSameMemory()
    {
        Memory.Trim();
        var before = Memory.LargeTensors;
        using (zeros(Large / 4))
        {
            Memory.LargeTensors.Live.ShouldBe(before.Live + Large);
        }
        var freed = Memory.LargeTensors;
        freed.Live.ShouldBe(before.Live);
        freed.Idle.ShouldBeGreaterThanOrEqualTo(Large);
        using (zeros(Large / 4))
        {
            var (live, idle, _) = Memory.LargeTensors;
            live.ShouldBe(before.Live + Large);
            (live + idle).ShouldBe(freed.Live + freed.Idle, "the second tensor takes nothing from the system");
        }
    }

    [Fact]
    public void Trim_ReturnsIdleMemoryToTheSystem()
    {
        using (zeros(Large * 4)) { }
        Memory.LargeTensors.Idle.ShouldBeGreaterThanOrEqualTo(Large * 4);
        Memory.Trim();
        Memory.LargeTensors.Idle.ShouldBeLessThan(Remainder);
    }

    [Fact]
    public void Idle_OfManySizes_StaysBelowAnEighthOfThePeak()
    {
        Memory.Trim();
        for (var n = 1; n <= 40; n++)
        {
            using var t = zeros(n * Large / 8);
        }
        var (live, idle, peak) = Memory.LargeTensors;
        (live + idle).ShouldBeLessThanOrEqualTo(peak + (peak / 8) + Remainder);
    }

    [Fact]
    public void Peak_ThatWasLongAgo_LeavesNoMemoryBehind()
    {
        Memory.Trim();
        var before = Memory.LargeTensors;
        using (empty(Large * 64)) { }
        for (var i = 0; i < 40_000; i++) // two windows of allocations and more
        {
            empty(Large / 4).Dispose();
        }
        var (live, idle, _) = Memory.LargeTensors;
        (live + idle - before.Live).ShouldBeLessThan(Large * 3 + Remainder);
    }

    [Fact]
    public void TwoSmallNeighbours_Freed_ServeOneLargeTensor()
    {
        Memory.Trim();
        using (zeros(Large))
        using (zeros(Large)) { }
        var freed = Memory.LargeTensors;
        using var joined = zeros(Large * 2);
        var (live, idle, _) = Memory.LargeTensors;
        (live + idle).ShouldBe(freed.Live + freed.Idle);
    }

    [Fact]
    public void RandomSizesTakenAndFreedInAnyOrder_NeverOverlapAndAreAllGivenBack()
    {
        Memory.Trim();
        var before = Memory.LargeTensors.Live;
        var random = new Random(7);
        var held = new List<(Tensor Values, int Mark)>();
        for (var n = 0; n < 1500; n++)
        {
            if (held.Count > 0 && (held.Count == 24 || random.Next(2) == 0))
            {
                var at = random.Next(held.Count);
                var (values, mark) = held[at];
                held.RemoveAt(at);
                using (NewDisposeScope())
                using (values)
                {
                    values.eq(mark).all().ToBoolean().ShouldBeTrue($"tensor {mark} was overwritten by another");
                }
            }
            else
            {
                held.Add((full(random.Next(200_000, 3_000_000), n, dtype: ScalarType.Int32), n));
            }
            if (n % 300 == 299)
            {
                Memory.Trim();
            }
        }
        held.ForEach(h => h.Values.Dispose());
        Memory.LargeTensors.Live.ShouldBe(before);
        Memory.Trim();
        Memory.LargeTensors.Idle.ShouldBeLessThan(Remainder);
    }

    [Fact]
    public void SmallTensors_MadeOnOneThreadAndFreedOnAnother_NeverOverlap()
    {
        using var made = new BlockingCollection<(Tensor Values, int Mark)>(400);
        var wrong = 0;
        var consumers = Enumerable
            .Range(0, 2)
            .Select(_ => new Thread(() =>
            {
                var held = new Queue<(Tensor Values, int Mark)>();
                foreach (var next in made.GetConsumingEnumerable())
                {
                    held.Enqueue(next);
                    if (held.Count > 150)
                    {
                        Check(held.Dequeue());
                    }
                }
                while (held.TryDequeue(out var last))
                {
                    Check(last);
                }
            }))
            .ToArray();
        Array.ForEach(consumers, thread => thread.Start());
        var random = new Random(3);
        for (var n = 0; n < 20_000; n++)
        {
            made.Add((full(random.Next(1, 1100), n, dtype: ScalarType.Int32).DetachFromDisposeScope(), n));
        }
        made.CompleteAdding();
        Array.ForEach(consumers, thread => thread.Join());
        wrong.ShouldBe(0);

        void Check((Tensor Values, int Mark) entry)
        {
            using (entry.Values)
            {
                if (entry.Values.data<int>().Any(value => value != entry.Mark))
                {
                    Interlocked.Increment(ref wrong);
                }
            }
        }
    }

    [Fact]
    public void SmallTensors_OfEverySize_AreAlignedAsLibtorchExpects()
    {
        using var scope = NewDisposeScope();
        for (var n = 1; n <= 1100; n++)
        {
            (empty(n).DataPointer() % 64).ShouldBe(0, $"{n} numbers");
        }
    }

    [Fact]
    public void Memory_UsedAgain_HoldsWhatIsWrittenToIt()
    {
        for (var n = 0; n < 20; n++)
        {
            using var scope = NewDisposeScope();
            var a = full([Large / 4 + (n * 1000)], n);
            var b = full([Large / 4 + (n * 1000)], -n);
            (a + b).abs().sum().ToSingle().ShouldBe(0);
        }
    }
}
