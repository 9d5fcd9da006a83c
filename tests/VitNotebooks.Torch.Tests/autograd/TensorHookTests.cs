using Shouldly;
using VitNotebooks.Oracles;
using VitNotebooks.Torch.Tests.Oracles;
using Xunit;
using static TorchSharp.torch;

namespace TorchSharp.Tests;

[Collection(Alone.Name)]
public class TensorHookTests
{
    private static Tensor Leaf(params double[] values) => torch.tensor(values).requires_grad_();

    private static double[] Values(Tensor? t) => t!.data<double>().ToArray();

    [Fact]
    public void Hook_ThatReturnsATensor_ReplacesTheGradient()
    {
        using var scope = NewDisposeScope();
        var x = Leaf(1, 2);
        x.register_hook(g => g * 10);
        x.register_hook(g => g + 1);
        (x * x).sum().backward();
        Values(x.grad).ShouldBe([21, 41]);
    }

    [Fact]
    public void Hook_ThatReturnsNull_OnlySees()
    {
        using var scope = NewDisposeScope();
        var x = Leaf(1, 2);
        var y = x * 3;
        double[] seen = [];
        y.register_hook(g =>
        {
            seen = Values(g);
            return null;
        });
        (y * y).sum().backward();
        seen.ShouldBe([6, 12]);
        Values(x.grad).ShouldBe([18, 36]);
    }

    [Fact]
    public void Hook_Removed_IsCalledNoMore()
    {
        using var scope = NewDisposeScope();
        var x = Leaf(1);
        var calls = 0;
        var hook = x.register_hook(g =>
        {
            calls++;
            return null;
        });
        (x * 2).sum().backward();
        hook.remove();
        hook.remove();
        (x * 2).sum().backward();
        calls.ShouldBe(1);
    }

    [Fact]
    public void Hook_ThatThrows_ThrowsTheSameFromBackward()
    {
        using var scope = NewDisposeScope();
        var x = Leaf(1);
        var refusal = new InvalidOperationException("no");
        var y = x * 2;
        y.register_hook(_ => throw refusal);
        Should.Throw<InvalidOperationException>(() => y.sum().backward()).ShouldBeSameAs(refusal);
        Should.Throw<InvalidOperationException>(() => autograd.grad([(y * 1).sum()], [x])).ShouldBeSameAs(refusal);
    }

    [Fact]
    public void Hook_ThatTurnsGradOff_DoesNotReachTheCaller()
    {
        using var scope = NewDisposeScope();
        var x = Leaf(1);
        x.register_hook(g =>
        {
            no_grad();
            NewDisposeScope();
            return null;
        });
        (x * 2).sum().backward();
        is_grad_enabled().ShouldBeTrue();
        DisposeScope.Current.ShouldBeSameAs(scope);
    }

    [Fact]
    public void Hook_OnATensorWithoutGrad_IsRefused()
    {
        using var x = torch.tensor(1.0);
        Should.Throw<TorchException>(() => x.register_hook(g => g)).Message.ShouldContain("require gradient");
    }

    [Fact]
    public void Hooks_OfFreedTensors_AreFreed()
    {
        var reference = Make();
        for (var i = 0; i < 10 && reference.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        reference.IsAlive.ShouldBeFalse();

        static WeakReference Make()
        {
            using var scope = NewDisposeScope();
            var payload = new object();
            var x = Leaf(1);
            x.register_hook(_ =>
            {
                GC.KeepAlive(payload);
                return null;
            });
            (x * 2).sum().backward();
            return new WeakReference(payload);
        }
    }

    [Fact]
    public void Hooks_ManyTimes_LeakNoTensor()
    {
        var before = Tensor.TotalCount;
        for (var i = 0; i < 100; i++)
        {
            using var scope = NewDisposeScope();
            var x = Leaf(1, 2);
            x.register_hook(g => g * g + g);
            (x * x).sum().backward();
        }
        Tensor.TotalCount.ShouldBe(before);
    }
}
