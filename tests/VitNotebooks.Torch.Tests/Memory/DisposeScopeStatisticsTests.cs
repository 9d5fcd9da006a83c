using Shouldly;
using VitNotebooks.Oracles;
using VitNotebooks.Torch.Tests.Oracles;
using Xunit;
using static TorchSharp.torch;

namespace TorchSharp.Tests;

[Collection(Alone.Name)]
public class DisposeScopeStatisticsTests
{
    private static ThreadDisposeScopeStatistics Statistics => DisposeScopeManager.Statistics;

    private static long[] Counts(LifetimeStatistics s) =>
        [
            s.CreatedInScopeCount,
            s.CreatedOutsideScopeCount,
            s.AttachedToScopeCount,
            s.DetachedFromScopeCount,
            s.DisposedInScopeCount,
            s.DisposedOutsideScopeCount,
            s.ThreadTotalLiveCount,
        ];

    [Fact]
    public void Counts_FollowATensorThroughItsLife()
    {
        // In order: created in and outside of scopes, attached, detached, disposed in and outside of scopes, alive.
        Statistics.Reset();
        var outside = empty(1);
        Counts(Statistics.TensorStatistics).ShouldBe([0, 1, 0, 0, 0, 0, 1]);
        using (var scope = NewDisposeScope())
        {
            empty(1);
            var inside = empty(1);
            Counts(Statistics.TensorStatistics).ShouldBe([2, 1, 0, 0, 0, 0, 3]);
            scope.Attach(outside);
            scope.Attach(outside);
            Counts(Statistics.TensorStatistics).ShouldBe([2, 1, 1, 0, 0, 0, 3]);
            scope.Detach(outside);
            Counts(Statistics.TensorStatistics).ShouldBe([2, 1, 1, 1, 0, 0, 3]);
            inside.Dispose();
            inside.Dispose();
            Counts(Statistics.TensorStatistics).ShouldBe([2, 1, 1, 1, 1, 0, 2]);
        }
        Counts(Statistics.TensorStatistics).ShouldBe([2, 1, 1, 1, 2, 0, 1]);
        outside.Dispose();
        Counts(Statistics.TensorStatistics).ShouldBe([2, 1, 1, 1, 2, 1, 0]);
        Counts(Statistics.PackedSequenceStatistics).ShouldBe(new long[7]);
        Statistics.CreatedInScopeCount.ShouldBe(2);
        Statistics.ThreadTotalLiveCount.ShouldBe(0);
    }

    [Fact]
    public void Move_BetweenScopes_NeitherAttachesNorDetaches()
    {
        Statistics.Reset();
        using (var outer = NewDisposeScope())
        {
            using (NewDisposeScope())
            {
                empty(1).MoveToOuterDisposeScope();
            }
            Counts(Statistics.TensorStatistics).ShouldBe([1, 0, 0, 0, 0, 0, 1]);
        }
        Counts(Statistics.TensorStatistics).ShouldBe([1, 0, 0, 0, 1, 0, 0]);
    }

    [Fact]
    public void MoveToOuter_OfTheOutermost_Detaches()
    {
        Statistics.Reset();
        Tensor t;
        using (NewDisposeScope())
        {
            t = empty(1).MoveToOuterDisposeScope();
        }
        Counts(Statistics.TensorStatistics).ShouldBe([1, 0, 0, 1, 0, 0, 1]);
        t.Dispose();
    }

    [Fact]
    public void Counts_AreEachThreadsOwn()
    {
        Statistics.Reset();
        var t = empty(1);
        Workers.Run(
            1,
            _ =>
            {
                Statistics.ThreadTotalLiveCount.ShouldBe(0);
                t.Dispose();
                Statistics.ThreadTotalLiveCount.ShouldBe(-1);
            }
        );
        Statistics.ThreadTotalLiveCount.ShouldBe(1);
    }

    [Fact]
    public void Counts_WhenATensorIsGivenAway_ItIsNoLongerAlive()
    {
        Statistics.Reset();
        var handle = empty(1).DecoupleFromNativeHandle();
        Statistics.ThreadTotalLiveCount.ShouldBe(0);
        Tensor.UnsafeCreateTensor(handle).Dispose();
        Statistics.ThreadTotalLiveCount.ShouldBe(0);
    }

    [Fact]
    public void DisposablesView_ListsTheOldestFirst()
    {
        using var scope = NewDisposeScope();
        var (a, b, c) = (empty(1), empty(1), empty(1));
        b.Dispose();
        scope.DisposablesView.ShouldBe([a, c]);
        scope.DisposablesCount.ShouldBe(2);
        using var stream = new MemoryStream();
        scope.Attach(stream);
        scope.DisposablesView.ShouldBe([a, c, stream]);
        scope.MarkAsDisposed(a);
        scope.DisposablesView.ShouldBe([c, stream]);
        a.IsInvalid.ShouldBeFalse();
        a.Dispose();
    }

    [Fact]
    public void DisposeEverythingBut_KeepsWhatIsNamed()
    {
        using var scope = NewDisposeScope();
        var (a, b, c, d) = (empty(1), empty(1), empty(1), empty(1));
        var (x, y) = scope.DisposeEverythingBut(b, c);
        (x, y).ShouldBe((b, c));
        (a.IsInvalid, b.IsInvalid, c.IsInvalid, d.IsInvalid).ShouldBe((true, false, false, true));
        scope.DisposablesCount.ShouldBe(2);
        scope.DisposeEverything();
        (b.IsInvalid, c.IsInvalid).ShouldBe((true, true));
        empty(1);
        scope.DisposablesCount.ShouldBe(1);
    }

    [Fact]
    public void MoveToOther_AndBack_KeepsTheTensorInOneScope()
    {
        using var other = NewDisposeScope();
        using var scope = NewDisposeScope();
        var (a, b, c) = (empty(1), empty(1), empty(1));
        scope.MoveToOther(other, a, b, c);
        other.DisposablesCount.ShouldBe(3);
        scope.DisposablesCount.ShouldBe(0);
        scope.MoveToOther(other, a).ShouldBeSameAs(a);
        a.MoveToOtherDisposeScope(scope);
        b.MoveToOtherDisposeScope(a);
        (scope.Contains(a), scope.Contains(b), other.Contains(c)).ShouldBe((true, true, true));
        other.Detach(new List<IDisposable> { c });
        other.DisposablesCount.ShouldBe(0);
        c.Dispose();
    }
}
