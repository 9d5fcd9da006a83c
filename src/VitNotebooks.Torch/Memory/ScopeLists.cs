namespace TorchSharp;

/// <summary>Changes of scopes' lists from any thread.</summary>
/// <remarks>
/// A scope's own thread says, with a plain store, that it is about to change lists, and looks whether it still owns this one.
/// Another thread takes the ownership away, waits behind a process-wide fence until nobody is in the middle of a change, does its
/// work under one lock, and gives the ownership back. So the usual case costs two plain stores and a comparison.
/// </remarks>
internal static class ScopeLists
{
    private static readonly Lock s_gate = new();

    /// <summary>Holds the lock with the owners of one or two scopes stopped.</summary>
    public readonly ref struct Section : IDisposable
    {
        private readonly DisposeScope? _a,
            _b;

        internal Section(DisposeScope? a, DisposeScope? b)
        {
            s_gate.Enter();
            (_a, _b) = (a, b == a ? null : b);
            Stop(_a);
            Stop(_b);
            if (_a is not null || _b is not null)
            {
                OpThread.WaitForLists();
            }
        }

        private static void Stop(DisposeScope? scope)
        {
            if (scope is not null)
            {
                scope.OwnerAfterwards = scope.Owner;
                scope.Owner = null;
            }
        }

        public void Dispose()
        {
            Resume(_a);
            Resume(_b);
            s_gate.Exit();
        }

        private static void Resume(DisposeScope? scope)
        {
            if (scope is not null)
            {
                scope.Owner = scope.OwnerAfterwards;
            }
        }
    }

    public static Section Stopped(DisposeScope? a = null, DisposeScope? b = null) => new(a, b);

    /// <summary>Reads or changes one scope's list.</summary>
    public static void Change(DisposeScope scope, Action change)
    {
        var thread = OpThread.Current;
        thread.EnterLists();
        if (scope.Owner == thread)
        {
            change();
            thread.LeaveLists();
            return;
        }
        thread.LeaveLists();
        using (Stopped(scope))
        {
            change();
        }
    }

    /// <summary>Takes a tensor out of its scope: it is freed, or given away.</summary>
    public static void Forget(torch.Tensor tensor) => Move(tensor, null, guard: false);

    /// <summary>Puts a tensor into a scope, or into none and under a guard.</summary>
    /// <exception cref="ObjectDisposedException">The target is closed.</exception>
    public static void Move(torch.Tensor tensor, DisposeScope? target) => Move(tensor, target, guard: true);

    private static void Move(torch.Tensor tensor, DisposeScope? target, bool guard)
    {
        var thread = OpThread.Current;
        thread.EnterLists();
        var source = tensor.Scope;
        if (
            tensor.IsOwnedBy(thread)
            && (source is null || source.Owner == thread)
            && (target is null || target.Owner == thread)
        )
        {
            Relink(tensor, source, target);
            thread.LeaveLists();
        }
        else
        {
            thread.LeaveLists();
            source = MoveAcrossThreads(tensor, target);
        }
        Count(thread.Tensors, source, target, guard);
        if (guard)
        {
            tensor.GuardAfterMove(target is null);
        }
    }

    private static DisposeScope? MoveAcrossThreads(torch.Tensor tensor, DisposeScope? target)
    {
        tensor.Share();
        while (true)
        {
            var source = tensor.Scope;
            using (Stopped(source, target))
            {
                // Its owner may have moved it before it was stopped.
                if (tensor.Scope != source)
                {
                    continue;
                }
                target?.ThrowIfClosed();
                Relink(tensor, source, target);
                return source;
            }
        }
    }

    private static void Relink(torch.Tensor tensor, DisposeScope? source, DisposeScope? target)
    {
        source?.Unlink(tensor);
        target?.Link(tensor);
    }

    private static void Count(LifetimeStatistics statistics, DisposeScope? source, DisposeScope? target, bool guard)
    {
        if (!guard || (source is null) == (target is null))
        {
            return;
        }
        if (target is null)
        {
            statistics.DetachedFromScopeCount++;
        }
        else
        {
            statistics.AttachedToScopeCount++;
        }
    }
}
