using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using TorchSharp.Native;

namespace TorchSharp;

/// <summary>Who frees native tensors: scopes at once; for those outside any scope a finalizable guard, whose finalizer only
/// queues the handle, so that libtorch is entered by threads that run ops and by no other.</summary>
internal static unsafe class TensorMemory
{
    private static readonly ConcurrentQueue<IntPtr> s_orphans = new();
    private static volatile int s_orphanCount;
    private static int s_captures;
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
        if ((s_orphanCount | DeferredFrees.Waiting) != 0)
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

    /// <summary>Frees tensors in one native call.</summary>
    public static void FreeMany(ReadOnlySpan<IntPtr> handles)
    {
        if (handles.IsEmpty)
        {
            return;
        }
        fixed (IntPtr* p = handles)
        {
            Core.FreeMany(p, handles.Length);
        }
        Interlocked.Add(ref s_live, -handles.Length);
    }

    /// <summary>One tensor less is in managed hands.</summary>
    public static void ForgetOne() => Interlocked.Decrement(ref s_live);

    /// <summary>While work is captured into a graph nothing that waits is freed: the allocator would record the free.</summary>
    public static void BeginCapture() => Interlocked.Increment(ref s_captures);

    /// <summary>The end of <see cref="BeginCapture"/>.</summary>
    public static void EndCapture() => Interlocked.Decrement(ref s_captures);

    /// <summary>From a finalizer: remember, free later.</summary>
    public static void Orphan(IntPtr handle)
    {
        s_orphans.Enqueue(handle);
        Interlocked.Increment(ref s_orphanCount);
    }

    /// <summary>Frees what waits: tensors that the garbage collector found, and those that were in use when they were freed.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Drain()
    {
        if (Volatile.Read(ref s_captures) != 0)
        {
            return;
        }
        var statistics = OpThread.Current.Tensors;
        while (s_orphans.TryDequeue(out var handle))
        {
            Interlocked.Decrement(ref s_orphanCount);
            Free(handle);
            statistics.DisposedOutsideScopeCount++;
        }
        if (DeferredFrees.Waiting != 0)
        {
            DeferredFrees.Drain();
        }
    }
}
