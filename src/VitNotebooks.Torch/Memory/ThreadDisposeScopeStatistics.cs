namespace TorchSharp;

/// <summary>What the current thread did with tensors and packed sequences; each count is the sum of both.</summary>
public class ThreadDisposeScopeStatistics
{
    public LifetimeStatistics TensorStatistics => OpThread.Current.Tensors;

    public LifetimeStatistics PackedSequenceStatistics => OpThread.Current.PackedSequences;

    public long CreatedInScopeCount =>
        TensorStatistics.CreatedInScopeCount + PackedSequenceStatistics.CreatedInScopeCount;

    public long CreatedOutsideScopeCount =>
        TensorStatistics.CreatedOutsideScopeCount + PackedSequenceStatistics.CreatedOutsideScopeCount;

    public long AttachedToScopeCount =>
        TensorStatistics.AttachedToScopeCount + PackedSequenceStatistics.AttachedToScopeCount;

    public long DetachedFromScopeCount =>
        TensorStatistics.DetachedFromScopeCount + PackedSequenceStatistics.DetachedFromScopeCount;

    public long DisposedInScopeCount =>
        TensorStatistics.DisposedInScopeCount + PackedSequenceStatistics.DisposedInScopeCount;

    public long DisposedOutsideScopeCount =>
        TensorStatistics.DisposedOutsideScopeCount + PackedSequenceStatistics.DisposedOutsideScopeCount;

    public long ThreadTotalLiveCount =>
        TensorStatistics.ThreadTotalLiveCount + PackedSequenceStatistics.ThreadTotalLiveCount;

    /// <summary>All counts of this thread from 0.</summary>
    public void Reset()
    {
        TensorStatistics.Reset();
        PackedSequenceStatistics.Reset();
    }
}

/// <summary>Where the current thread's counts are read.</summary>
public class DisposeScopeManager
{
    /// <summary>The counts of the thread that reads them.</summary>
    public static ThreadDisposeScopeStatistics Statistics { get; } = new();
}
