using System.Diagnostics;
using Shouldly;
using TorchSharp.Dispatch;
using VitNotebooks.Oracles;
using VitNotebooks.Torch.Tests.Oracles;
using Xunit;
using static TorchSharp.torch;

namespace TorchSharp.Tests;

// Counts all tensors of the process: nothing else may run beside it.
[Collection(Alone.Name)]
public class CoreTests
{
    private static Tensor Of(params float[] values)
    {
        var t = Aten.empty_memory_format([values.Length], dtype: ScalarType.Float32);
        System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()).CopyTo(t.bytes);
        return t;
    }

    private static float[] Values(Tensor t) =>
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(t.bytes).ToArray();

    [Fact]
    public void Add_WithAlpha_IsLibtorchs()
    {
        using var scope = NewDisposeScope();
        Values(Aten.add_Tensor(Of(1, 2), Of(10, 20), alpha: 2)).ShouldBe([21, 42]);
    }

    [Fact]
    public void Add_OfWrongShapes_IsATypedExceptionWithTheOperatorsName()
    {
        using var scope = NewDisposeScope();
        var error = Should.Throw<TorchException>(() => Aten.add_Tensor(Of(1, 2), Of(1, 2, 3)));
        error.Message.ShouldStartWith("add: The size of tensor a (2) must match the size of tensor b (3)");
    }

    [Fact]
    public void Use_AfterItsScopeClosed_Throws()
    {
        Tensor t;
        using (NewDisposeScope())
        {
            t = Of(1);
        }
        Should.Throw<ObjectDisposedException>(() => t.shape);
    }

    [Fact]
    public void Scope_Closed_LeavesOnlyWhatWasMovedOut()
    {
        var before = Tensor.TotalCount;
        Tensor kept;
        using (NewDisposeScope())
        {
            for (var i = 0; i < 1000; i++)
            {
                Aten.add_Tensor(Of(1), Of(2));
            }
            kept = Of(3).MoveToOuterDisposeScope();
        }
        kept.IsInvalid.ShouldBeFalse();
        Tensor.TotalCount.ShouldBe(before + 1);
        kept.Dispose();
    }

    [Fact]
    public void InPlace_ReturnsTheSameWrapper()
    {
        using var scope = NewDisposeScope();
        var a = Of(1, 2);
        Aten.copy_(a, Of(5, 6)).ShouldBeSameAs(a);
        Values(a).ShouldBe([5, 6]);
    }

    [Fact]
    public void Backward_OfASum_FillsTheLeafsGradient()
    {
        using var scope = NewDisposeScope();
        var a = Of(1, 2).requires_grad_();
        Aten.add_Tensor(a, a).backward([Of(1, 3)]);
        Values(a.grad!).ShouldBe([2, 6]);
    }

    [Fact]
    public void Forgotten_OutsideOfScopes_AreFreedByTheCollector()
    {
        Collect();
        var before = Tensor.TotalCount;
        Make();
        Collect();
        Of(1).Dispose();
        Tensor.TotalCount.ShouldBeLessThan(before + 500);

        static void Make()
        {
            for (var i = 0; i < 10_000; i++)
            {
                Of(1);
            }
        }

        static void Collect()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Of(1).Dispose();
        }
    }
}
