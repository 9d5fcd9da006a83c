using TorchSharp.Native;

namespace TorchSharp;

// The list of members. Everything here runs inside ScopeLists' sections.
public sealed partial class DisposeScope
{
    // The list runs through its members; first is the oldest.
    private torch.Tensor? _first,
        _last;
    private int _count;
    private bool _closed;

    // Null while another thread is at work in the list, and for good once the scope is closed.
    private volatile OpThread? _owner;

    internal OpThread? Owner
    {
        get => _owner;
        set => _owner = value;
    }

    /// <summary>Who owns it when the section that stopped its owner ends.</summary>
    internal OpThread? OwnerAfterwards { get; set; }

    internal bool IsClosed => Volatile.Read(ref _closed);

    internal void ThrowIfClosed() => ObjectDisposedException.ThrowIf(IsClosed, this);

    /// <summary>Takes a new tensor in; false when this thread may not, because the scope was closed or moved meanwhile.</summary>
    internal bool TryLinkNew(torch.Tensor tensor, OpThread thread)
    {
        thread.EnterLists();
        var mine = _owner == thread;
        if (mine)
        {
            Link(tensor);
        }
        thread.LeaveLists();
        return mine;
    }

    internal void Link(torch.Tensor tensor)
    {
        tensor.Scope = this;
        tensor.ScopePrevious = _last;
        if (_last is null)
        {
            _first = tensor;
        }
        else
        {
            _last.ScopeNext = tensor;
        }
        _last = tensor;
        _count++;
    }

    internal void Unlink(torch.Tensor tensor)
    {
        if (tensor.ScopePrevious is null)
        {
            _first = tensor.ScopeNext;
        }
        else
        {
            tensor.ScopePrevious.ScopeNext = tensor.ScopeNext;
        }
        if (tensor.ScopeNext is null)
        {
            _last = tensor.ScopePrevious;
        }
        else
        {
            tensor.ScopeNext.ScopePrevious = tensor.ScopePrevious;
        }
        tensor.ScopePrevious = tensor.ScopeNext = null;
        tensor.Scope = null;
        _count--;
    }

    private void CopyMembers(List<IDisposable> view)
    {
        for (var tensor = _first; tensor is not null; tensor = tensor.ScopeNext)
        {
            view.Add(tensor);
        }
    }

    /// <summary>Frees the members: those that only this thread used in one native call, the others when no call holds them.</summary>
    private void FreeMembers()
    {
        const int onStack = 256;
        var thread = OpThread.Current;
        if (_owner == thread)
        {
            var count = _count;
#pragma warning disable IDE0007 // var would make this a pointer
            Span<IntPtr> handles = count <= onStack ? stackalloc IntPtr[count] : new IntPtr[count];
#pragma warning restore IDE0007
            thread.EnterLists();
            // Only other threads can have stopped the owner since, and they took members out but put none in.
            if (_owner == thread && _count <= count)
            {
                var (mine, shared) = TakeMembers(handles, thread);
                LeaveOwner();
                thread.LeaveLists();
                Free(handles, mine, shared, thread);
                return;
            }
            thread.LeaveLists();
        }
        FreeMembersOfAnother(thread);
    }

    private void FreeMembersOfAnother(OpThread thread)
    {
        IntPtr[] handles;
        int mine,
            shared;
        using (ScopeLists.Stopped(this))
        {
            handles = new IntPtr[_count];
            (mine, shared) = TakeMembers(handles, thread);
            if (_closed)
            {
                OwnerAfterwards = null;
            }
        }
        Free(handles, mine, shared, thread);
    }

    private void LeaveOwner()
    {
        if (_closed)
        {
            _owner = null;
        }
    }

    /// <summary>Empties the list: handles of this thread's own tensors from the front, of shared ones from the back.</summary>
    private (int Mine, int Shared) TakeMembers(Span<IntPtr> handles, OpThread thread)
    {
        int mine = 0,
            shared = 0;
        for (var tensor = _first; tensor is not null; )
        {
            var next = tensor.ScopeNext;
            var handle = tensor.ReleaseFromClosingScope(thread, out var isMine);
            if (handle != IntPtr.Zero)
            {
                handles[isMine ? mine++ : handles.Length - ++shared] = handle;
            }
            tensor = next;
        }
        _first = _last = null;
        _count = 0;
        return (mine, shared);
    }

    private static void Free(ReadOnlySpan<IntPtr> handles, int mine, int shared, OpThread thread)
    {
        thread.Tensors.DisposedInScopeCount += mine + shared;
        TensorMemory.FreeMany(handles[..mine]);
        DeferredFrees.Free(handles[(handles.Length - shared)..]);
    }
}
