namespace TorchSharp;

/// <summary>What one thread did with disposable things of one kind since it began, or since <see cref="Reset"/>.</summary>
public class LifetimeStatistics
{
    /// <summary>Made while a scope was open.</summary>
    public long CreatedInScopeCount { get; internal set; }

    /// <summary>Made while none was.</summary>
    public long CreatedOutsideScopeCount { get; internal set; }

    /// <summary>Were nobody's and came into a scope's care.</summary>
    public long AttachedToScopeCount { get; internal set; }

    /// <summary>Left a scope's care and are nobody's.</summary>
    public long DetachedFromScopeCount { get; internal set; }

    /// <summary>Freed while in a scope, with it or by hand.</summary>
    public long DisposedInScopeCount { get; internal set; }

    /// <summary>Freed while in none, by hand or after the garbage collector found them.</summary>
    public long DisposedOutsideScopeCount { get; internal set; }

    /// <summary>Made less freed, on this thread: below 0 on one that frees what others make.</summary>
    public long ThreadTotalLiveCount =>
        CreatedInScopeCount + CreatedOutsideScopeCount - DisposedInScopeCount - DisposedOutsideScopeCount;

    /// <summary>All counts from 0.</summary>
    public void Reset() =>
        CreatedInScopeCount =
            CreatedOutsideScopeCount =
            AttachedToScopeCount =
            DetachedFromScopeCount =
            DisposedInScopeCount =
            DisposedOutsideScopeCount =
                0;
}
