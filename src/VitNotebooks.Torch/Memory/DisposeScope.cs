namespace TorchSharp;

/// <summary>Frees the tensors made while it is open, when it is closed. Scopes nest and belong to a thread.</summary>
/// <remarks>
/// The members form an intrusive list: attaching, moving and leaving cost a few writes and no allocation, and closing
/// frees all of them in one native call. The scope's own thread changes the list without a lock; any other thread may move or free
/// members and close the scope as well, at the price of a process-wide fence (see ScopeLists).
/// </remarks>
public sealed partial class DisposeScope : IDisposable
{
    private List<IDisposable>? _others;

    internal DisposeScope()
    {
        var thread = OpThread.Current;
        Outer = CurrentOf(thread);
        _owner = thread;
        thread.Scope = this;
    }

    /// <summary>The scope that a new tensor of this thread goes into.</summary>
    internal static DisposeScope? Current => CurrentOf(OpThread.Current);

    // A scope that was closed or moved by another thread is still the innermost here, and takes nothing more.
    private static DisposeScope? CurrentOf(OpThread thread)
    {
        var scope = thread.Scope;
        while (scope is not null && scope._owner != thread)
        {
            // Another thread may be at work in it just now.
            if (scope._owner is null && !scope._closed)
            {
                using (ScopeLists.Stopped())
                {
                    continue;
                }
            }
            scope = scope.Outer;
        }
        return thread.Scope = scope;
    }

    internal DisposeScope? Outer { get; private set; }

    /// <summary>Where its members go when they leave it upwards: the nearest scope around it that is still open.</summary>
    private DisposeScope? OpenOuter
    {
        get
        {
            var scope = Outer;
            while (scope is { _closed: true })
            {
                scope = scope.Outer;
            }
            return scope;
        }
    }

    /// <summary>How many things it holds.</summary>
    public int DisposablesCount => _count + (_others?.Count ?? 0);

    /// <summary>What it holds: a copy of the list, oldest first.</summary>
    public IReadOnlyList<IDisposable> DisposablesView
    {
        get
        {
            var view = new List<IDisposable>(DisposablesCount);
            ScopeLists.Change(this, () => CopyMembers(view));
            if (_others is not null)
            {
                view.AddRange(_others);
            }
            return view;
        }
    }

    /// <summary>Puts something under this scope's care; a tensor leaves the scope it was in.</summary>
    public void Attach(IDisposable disposable)
    {
        ArgumentNullException.ThrowIfNull(disposable);
        ObjectDisposedException.ThrowIf(_closed, this);
        if (disposable is torch.Tensor tensor)
        {
            tensor.MoveTo(this);
        }
        else if (!(_others ??= []).Contains(disposable))
        {
            _others.Add(disposable);
        }
    }

    public void Attach(params IDisposable[] disposables) => Attach((IEnumerable<IDisposable>)disposables);

    public IReadOnlyList<IDisposable> Attach(IEnumerable<IDisposable> disposables)
    {
        ArgumentNullException.ThrowIfNull(disposables);
        var list = disposables as IReadOnlyList<IDisposable> ?? [.. disposables];
        foreach (var disposable in list)
        {
            Attach(disposable);
        }
        return list;
    }

    /// <summary>True when this very object is in its care.</summary>
    public bool Contains(IDisposable disposable) =>
        disposable is torch.Tensor tensor ? tensor.Scope == this : _others?.Contains(disposable) == true;

    /// <summary>Takes something out of any scope's care: whoever holds it frees it.</summary>
    public T Detach<T>(T disposable)
        where T : IDisposable
    {
        if (Contains(disposable))
        {
            MoveTo(null, disposable);
        }
        return disposable;
    }

    public (T1 first, T2 second) Detach<T1, T2>(T1 first, T2 second)
        where T1 : IDisposable
        where T2 : IDisposable => (Detach(first), Detach(second));

    public (T1 first, T2 second, T3 third) Detach<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable
        where T2 : IDisposable
        where T3 : IDisposable => (Detach(first), Detach(second), Detach(third));

    public void Detach(params IDisposable[] disposables) => Detach((IEnumerable<IDisposable>)disposables);

    public void Detach(IEnumerable<IDisposable> disposables)
    {
        ArgumentNullException.ThrowIfNull(disposables);
        foreach (var disposable in disposables.ToArray())
        {
            // With its type argument: the overload that takes an array would be chosen before, and that one calls this.
            Detach<IDisposable>(disposable);
        }
    }

    /// <summary>Hands something to the scope around this one; without one it is nobody's.</summary>
    public T MoveToOuter<T>(T disposable)
        where T : IDisposable
    {
        if (Contains(disposable))
        {
            MoveTo(OpenOuter, disposable);
        }
        return disposable;
    }

    public (T1 first, T2 second) MoveToOuter<T1, T2>(T1 first, T2 second)
        where T1 : IDisposable
        where T2 : IDisposable => (MoveToOuter(first), MoveToOuter(second));

    public (T1 first, T2 second, T3 third) MoveToOuter<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable
        where T2 : IDisposable
        where T3 : IDisposable => (MoveToOuter(first), MoveToOuter(second), MoveToOuter(third));

    public void MoveToOuter(params IDisposable[] disposables) => MoveToOuter((IEnumerable<IDisposable>)disposables);

    public void MoveToOuter(IEnumerable<IDisposable> disposables)
    {
        ArgumentNullException.ThrowIfNull(disposables);
        foreach (var disposable in disposables.ToArray())
        {
            MoveToOuter<IDisposable>(disposable);
        }
    }

    /// <summary>Hands something to another scope.</summary>
    public T MoveToOther<T>(DisposeScope scope, T disposable)
        where T : IDisposable
    {
        if (Contains(disposable))
        {
            MoveTo(scope, disposable);
        }
        return disposable;
    }

    public (T1 first, T2 second) MoveToOther<T1, T2>(DisposeScope scope, T1 first, T2 second)
        where T1 : IDisposable
        where T2 : IDisposable => (MoveToOther(scope, first), MoveToOther(scope, second));

    public (T1 first, T2 second, T3 third) MoveToOther<T1, T2, T3>(DisposeScope scope, T1 first, T2 second, T3 third)
        where T1 : IDisposable
        where T2 : IDisposable
        where T3 : IDisposable => (MoveToOther(scope, first), MoveToOther(scope, second), MoveToOther(scope, third));

    public void MoveToOther(DisposeScope scope, params IDisposable[] disposables) =>
        MoveToOther(scope, (IEnumerable<IDisposable>)disposables);

    public void MoveToOther(DisposeScope scope, IEnumerable<IDisposable> disposables)
    {
        ArgumentNullException.ThrowIfNull(disposables);
        foreach (var disposable in disposables.ToArray())
        {
            MoveToOther<IDisposable>(scope, disposable);
        }
    }

    private void MoveTo(DisposeScope? target, IDisposable disposable)
    {
        if (disposable is torch.Tensor tensor)
        {
            tensor.MoveTo(target);
        }
        else
        {
            _others?.Remove(disposable);
            target?.Attach(disposable);
        }
    }

    /// <summary>Frees all it holds, now; the scope stays open.</summary>
    public void DisposeEverything()
    {
        FreeMembers();
        if (_others is { Count: > 0 } others)
        {
            _others = null;
            foreach (var disposable in others)
            {
                disposable.Dispose();
            }
        }
    }

    /// <summary>Frees all but what is named.</summary>
    public void DisposeEverythingBut(IEnumerable<IDisposable> inKeep)
    {
        ArgumentNullException.ThrowIfNull(inKeep);
        var keep = inKeep.Where(Contains).ToArray();
        foreach (var disposable in keep)
        {
            MoveTo(null, disposable);
        }
        DisposeEverything();
        Attach(keep);
    }

    public void DisposeEverythingBut(params IDisposable[] keep) => DisposeEverythingBut((IEnumerable<IDisposable>)keep);

    public T DisposeEverythingBut<T>(T keep)
        where T : IDisposable
    {
        DisposeEverythingBut([keep]);
        return keep;
    }

    public (T1 first, T2 second) DisposeEverythingBut<T1, T2>(T1 first, T2 second)
        where T1 : IDisposable
        where T2 : IDisposable
    {
        DisposeEverythingBut([first, second]);
        return (first, second);
    }

    public (T1 first, T2 second, T3 third) DisposeEverythingBut<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable
        where T2 : IDisposable
        where T3 : IDisposable
    {
        DisposeEverythingBut([first, second, third]);
        return (first, second, third);
    }

    /// <summary>Forgets something that was freed by other hands.</summary>
    public void MarkAsDisposed(IDisposable disposable)
    {
        if (disposable is torch.Tensor tensor)
        {
            if (tensor.Scope == this)
            {
                ScopeLists.Forget(tensor);
            }
        }
        else
        {
            _others?.Remove(disposable);
        }
    }

    /// <summary>Closes the scope and frees what is still in it. Any thread may do it.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _closed, true))
        {
            return;
        }
        // Scopes close in the order they nest; one that is closed early takes those inside it off the stack.
        var thread = OpThread.Current;
        for (var scope = thread.Scope; scope is not null; scope = scope.Outer)
        {
            if (scope == this)
            {
                thread.Scope = Outer;
                break;
            }
        }
        DisposeEverything();
    }

    /// <summary>Makes this scope the innermost one of the calling thread, which owns it from here on; the thread it was on
    /// makes no more tensors in it.</summary>
    internal void MoveToThisThread()
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        var thread = OpThread.Current;
        var outer = CurrentOf(thread);
        for (var scope = outer; scope is not null; scope = scope.Outer)
        {
            if (scope == this)
            {
                if (scope != outer)
                {
                    throw new InvalidOperationException(
                        "This scope is on this thread already, with others inside it; close those first."
                    );
                }
                return;
            }
        }
        using (ScopeLists.Stopped(this))
        {
            ThrowIfClosed();
            OwnerAfterwards = thread;
            Outer = outer;
        }
        thread.Scope = this;
    }
}
