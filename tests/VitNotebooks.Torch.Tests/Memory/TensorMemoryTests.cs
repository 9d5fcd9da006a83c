using System.Globalization;
using Shouldly;
using VitNotebooks.Acceleration;
using VitNotebooks.Oracles;
using VitNotebooks.Torch.Tests.Oracles;
using Xunit;
using static TorchSharp.torch;

namespace TorchSharp.Tests;

[Collection(Alone.Name)]
public class TensorMemoryTests
{
    private const long Megabyte = 1 << 20;

    // Resident megabytes beyond the start, at most, while an action is repeated in a child.
    private static void Grow(long rounds, Action action)
    {
        action();
        var start = Memory.ResidentBytes;
        long most = 0;
        for (long i = 0; i < rounds; i++)
        {
            action();
            if (i % Math.Max(1, rounds / 500) == 0)
            {
                most = Math.Max(most, Memory.ResidentBytes);
            }
        }
        Console.WriteLine((Math.Max(most, Memory.ResidentBytes) - start) / Megabyte);
    }

    private static long Run(Action program) => long.Parse(ChildProgram.Run(program, 120), CultureInfo.InvariantCulture);

    [Fact]
    [Trait("Category", "Slow")]
    public void SmallTensors_DroppedWithoutAScope_AreFound() => Run(DropSmall).ShouldBeLessThan(512);

    private static void DropSmall() => Grow(1_000_000, () => empty(4, 4));

    [Fact]
    [Trait("Category", "OnDemand")]
    public void TenMillionSmallTensors_DroppedWithoutAScope_AreFound() => Run(DropTenMillion).ShouldBeLessThan(1024);

    private static void DropTenMillion() => Grow(10_000_000, () => empty(4, 4));

    [Fact]
    [Trait("Category", "Slow")]
    public void LargeTensors_DroppedWithoutAScope_AreFound() => Run(DropLarge).ShouldBeLessThan(1024);

    private static void DropLarge() => Grow(20_000, () => empty(25 * Megabyte));

    [Fact]
    [Trait("Category", "Slow")]
    public void LargeTensors_WrittenAndDroppedWithoutAScope_AreFound() => Run(DropWritten).ShouldBeLessThan(1024);

    private static void DropWritten() => Grow(100, () => ones(25 * Megabyte));

    [Theory]
    [InlineData(2048, 0, 32)] // a small container
    [InlineData(65536, 0, 512)] // a big machine
    [InlineData(65536, 100_000, 512)]
    [InlineData(2048, 1600, 200)] // much is alive: collecting more often would not help
    [InlineData(128, 0, 16)]
    public void Budget_FollowsTheMachineAndWhatIsAlive(long availableMb, long liveMb, long budgetMb) =>
        CollectionBudget.For(availableMb * Megabyte, liveMb * Megabyte).ShouldBe(budgetMb * Megabyte);

    [Fact]
    public void Op_InAScope_AllocatesOneSmallObject()
    {
        using var outer = NewDisposeScope();
        var a = ones(4, 4);
        var b = ones(4, 4).requires_grad_();
        Bytes(() => _ = a + a).ShouldBeLessThanOrEqualTo(72);
        Bytes(() => _ = a * b).ShouldBeLessThanOrEqualTo(72);
        Bytes(() => _ = a.matmul(b)).ShouldBeLessThanOrEqualTo(72);
        Bytes(() => _ = a.relu()).ShouldBeLessThanOrEqualTo(72);
        Bytes(() => a.add_(a)).ShouldBe(0);

        static long Bytes(Action op)
        {
            using var scope = NewDisposeScope();
            for (var i = 0; i < 3; i++)
            {
                op();
            }
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 100; i++)
            {
                op();
            }
            return (GC.GetAllocatedBytesForCurrentThread() - before) / 100;
        }
    }

    [Fact]
    public void Orphans_WhileWorkIsCaptured_WaitForItsEnd()
    {
        TensorMemory.Drain();
        TensorMemory.BeginCapture();
        try
        {
            DropOne();
            GC.Collect();
            GC.WaitForPendingFinalizers();
            var held = TensorMemory.Live;
            empty(2).Dispose(); // an op would free what waits
            TensorMemory.Live.ShouldBe(held);
            TensorMemory.EndCapture();
            empty(2).Dispose();
            TensorMemory.Live.ShouldBeLessThan(held);
            TensorMemory.BeginCapture();
        }
        finally
        {
            TensorMemory.EndCapture();
        }

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static void DropOne() => empty(4);
    }

    [Fact]
    public void Steps_ByTheThousand_KeepTheNumberOfTensorsFlat()
    {
        using var scope = NewDisposeScope();
        using var layer = nn.Linear(8, 8);
        var x = randn(4, 8);
        Step();
        var before = Tensor.TotalCount;
        for (var i = 0; i < 1000; i++)
        {
            Step();
        }
        Tensor.TotalCount.ShouldBe(before);

        void Step()
        {
            using var step = NewDisposeScope();
            layer.zero_grad();
            layer.call(x).square().sum().backward();
        }
    }
}
