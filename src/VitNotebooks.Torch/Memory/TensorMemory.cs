using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using TorchSharp.Native;

namespace TorchSharp;

/// <summary>Who frees native tensors: scopes at once; for those outside any scope a finalizable guard, whose finalizer only
/// queues the handle, so that libtorch is entered by threads that run ops and by no other.</summary>
internal static unsafe class TensorMemory
{
    /// <summary>Native bytes made outside scopes after which the garbage collector is asked: it sees small objects and knows
    /// nothing of what hangs on them.</summary>
    private const long Budget = 256L << 20;

    private static readonly ConcurrentQueue<IntPtr> s_orphans = new();
    private static volatile int s_orphanCount;
    private static long s_sinceCollection;
    private static volatile int s_collections;
    private static long s_live;
    private static long s_peak;

    /// <summary>Tensors alive in this process, in managed hands.</summary>
    public static long Live => Interlocked.Read(ref s_live);

    /// <summary>The most there have been.</summary>
    public static long Peak => Interlocked.Read(ref s_peak);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void CountNew()
    {
        var live = Interlocked.Increment(ref s_live);
        if (live > Volatile.Read(ref s_peak))
        {
            Interlocked.Exchange(ref s_peak, live);
        }
        if (s_orphanCount != 0)
        {
            Drain();
        }
    }

    /// <summary>Frees one tensor.</summary>
    public static void Free(IntPtr handle)
    {
        Core.Free(handle);
        Interlocked.Decrement(ref s_live);
    }

    /// <summary>One tensor less is in managed hands.</summary>
    public static void ForgetOne() => Interlocked.Decrement(ref s_live);

    /// <summary>Frees the members of a scope in one native call.</summary>
    public static void FreeChain(torch.Tensor? first, int count)
    {
        const int onStack = 256;
        if (count == 0)
        {
            return;
        }
        var handles = stackalloc IntPtr[Math.Min(count, onStack)];
        var n = 0;
        for (var tensor = first; tensor is not null; )
        {
            var next = tensor.ScopeNext;
            var handle = tensor.ReleaseFromClosingScope();
            if (handle != IntPtr.Zero)
            {
                if (n == onStack)
                {
                    Core.FreeMany(handles, n);
                    Interlocked.Add(ref s_live, -n);
                    n = 0;
                }
                handles[n++] = handle;
            }
            tensor = next;
        }
        Core.FreeMany(handles, n);
        Interlocked.Add(ref s_live, -n);
    }

    /// <summary>Takes note of native memory that the garbage collector may have to release; collects past the budget.</summary>
    /// <returns>The collection after which the bytes count, for <see cref="Discharge"/>.</returns>
    public static int Charge(long bytes)
    {
        if (Interlocked.Add(ref s_sinceCollection, bytes) >= Budget)
        {
            Interlocked.Increment(ref s_collections);
            Interlocked.Exchange(ref s_sinceCollection, 0);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Drain();
        }
        return s_collections;
    }

    /// <summary>Those bytes were freed by hand.</summary>
    public static void Discharge(long bytes, int collection)
    {
        if (collection == s_collections)
        {
            Interlocked.Add(ref s_sinceCollection, -bytes);
        }
    }

    /// <summary>From a finalizer: remember, free later.</summary>
    public static void Orphan(IntPtr handle)
    {
        s_orphans.Enqueue(handle);
        Interlocked.Increment(ref s_orphanCount);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Drain()
    {
        while (s_orphans.TryDequeue(out var handle))
        {
            Interlocked.Decrement(ref s_orphanCount);
            Free(handle);
        }
    }
}

/// <summary>Stands behind a tensor that is in no scope, so that a forgotten one is freed all the same. Tensors in a scope have
/// none: a finalizable object costs more than the op.</summary>
internal sealed unsafe class TensorGuard
{
    private IntPtr _handle;
    private readonly long _bytes;
    private readonly int _collection;

    public TensorGuard(IntPtr handle)
    {
        _bytes = Core.Bytes(handle);
        _collection = TensorMemory.Charge(_bytes);
        _handle = handle;
    }

    ~TensorGuard()
    {
        if (_handle != IntPtr.Zero)
        {
            TensorMemory.Orphan(_handle);
        }
    }

    /// <summary>Someone else frees it from here on.</summary>
    public void Disarm()
    {
        _handle = IntPtr.Zero;
        TensorMemory.Discharge(_bytes, _collection);
        GC.SuppressFinalize(this);
    }
}
