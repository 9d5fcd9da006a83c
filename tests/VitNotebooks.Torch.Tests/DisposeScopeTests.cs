using Shouldly;
using VitNotebooks.Oracles;
using VitNotebooks.Torch.Tests.Oracles;
using Xunit;
using static TorchSharp.torch;

namespace TorchSharp.Tests;

// Counts all tensors of the process: nothing else may run beside it.
[Collection(Alone.Name)]
public class DisposeScopeTests
{
    private static void OnAnotherThread(Action action)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                action();
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        failure.ShouldBeNull();
    }

    [Fact]
    public void Dispose_OnAnotherThread_LeavesNoDeadScopeBehind()
    {
        var outer = NewDisposeScope();
        var inner = NewDisposeScope();
        OnAnotherThread(inner.Dispose);

        using var late = zeros(2);
        outer.Contains(late).ShouldBeTrue();
        outer.Dispose();
        late.IsInvalid.ShouldBeTrue();
        DisposeScope.Current.ShouldBeNull();
    }

    [Fact]
    public void Attach_ToAClosedScope_Throws()
    {
        var scope = NewDisposeScope();
        scope.Dispose();
        using var t = zeros(2);
        Should.Throw<ObjectDisposedException>(() => scope.Attach(t));
        Should.Throw<ObjectDisposedException>(() => t.MoveToOtherDisposeScope(scope));
        t.IsInvalid.ShouldBeFalse();
    }

    [Fact]
    public void MoveToOuter_PastAScopeThatIsClosed_GoesToTheNextOpenOne()
    {
        using var outer = NewDisposeScope();
        var middle = NewDisposeScope();
        var inner = NewDisposeScope();
        var t = zeros(2);
        middle.Dispose();
        // Closing the middle one takes the inner one off the stack; what is in it is still its own.
        inner.MoveToOuter(t);
        inner.Dispose();
        t.IsInvalid.ShouldBeFalse();
        outer.Contains(t).ShouldBeTrue();
    }

    [Fact]
    public void Scopes_OfTwoThreads_DoNotSeeEachOther()
    {
        using var scope = NewDisposeScope();
        Tensor? other = null;
        OnAnotherThread(() =>
        {
            DisposeScope.Current.ShouldBeNull();
            other = zeros(2);
        });
        scope.Contains(other!).ShouldBeFalse();
        other!.Dispose();
    }

    [Fact]
    public void Scope_WithMoreMembersThanOneNativeCallTakes_FreesAll()
    {
        var before = Tensor.TotalCount;
        using (NewDisposeScope())
        {
            for (var i = 0; i < 1000; i++)
            {
                zeros(1);
            }
        }
        Tensor.TotalCount.ShouldBe(before);
    }

    [Fact]
    public void Accessor_OfADisposedTensor_Throws()
    {
        var t = zeros(3);
        var data = t.data<float>();
        t.Dispose();
        Should.Throw<ObjectDisposedException>(() => data[0]);
        Should.Throw<ObjectDisposedException>(() => data.ToArray());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    public void Accessor_FromAnElementOutside_Throws(long from)
    {
        using var t = zeros(3);
        var data = t.data<float>();
        Should.Throw<ArgumentOutOfRangeException>(() => data.CopyTo(new float[2], 0, from));
        Should.Throw<ArgumentOutOfRangeException>(() => data.CopyFrom(new float[2], 0, from));
    }

    [Fact]
    public void DetachAndMove_OfSeveral_TakesEach()
    {
        using var outer = NewDisposeScope();
        Tensor[] all = [ones(1), ones(2), ones(3)];
        using (var scope = NewDisposeScope())
        {
            IDisposable[] made = [.. all.Select(t => t + 1)];
            scope.Detach(made);
            scope.Contains(made[2]).ShouldBeFalse();
            foreach (var one in made)
            {
                one.Dispose();
            }
            IDisposable[] kept = [.. all.Select(t => t + 2)];
            scope.MoveToOuter(kept);
            outer.Contains(kept[1]).ShouldBeTrue();
            IEnumerable<IDisposable> more = [ones(4)];
            scope.MoveToOther(outer, more);
            outer.Contains(more.Single()).ShouldBeTrue();
        }
    }
}
