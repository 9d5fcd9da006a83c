using System.Runtime.InteropServices;
using TorchSharp.Native;

namespace TorchSharp;

/// <summary>Frees native tensors that more than one thread has used: at once when no other thread is inside a native call, else
/// as soon as the calls that were going on are over.</summary>
/// <remarks>
/// The wrapper's handle was already cleared, with a fence. A thread says that it is in a call before it reads a handle, with a
/// plain store; after the process-wide fence here either we see that, or it sees the cleared handle and throws.
/// </remarks>
internal static unsafe class DeferredFrees
{
    private sealed record Batch(IntPtr[] Handles, (OpThread Thread, uint Call)[] Calls);

    private static readonly Lock s_gate = new();
    private static readonly List<Batch> s_batches = [];
    private static volatile int s_waiting;
    private static long s_lastTry;

    /// <summary>Batches that wait for calls on other threads.</summary>
    public static int Waiting => s_waiting;

    public static void Free(ReadOnlySpan<IntPtr> handles)
    {
        if (handles.IsEmpty)
        {
            return;
        }
        Interlocked.MemoryBarrierProcessWide();
        var me = OpThread.Current;
        List<(OpThread, uint)>? calls = null;
        foreach (var thread in OpThread.All)
        {
            var call = thread.Call;
            if (thread != me && !thread.IsPast(call))
            {
                (calls ??= []).Add((thread, call));
            }
        }
        if (calls is null)
        {
            TensorMemory.FreeMany(handles);
            return;
        }
        lock (s_gate)
        {
            s_batches.Add(new Batch(handles.ToArray(), [.. calls]));
            s_waiting = s_batches.Count;
        }
    }

    /// <summary>Frees what no call holds any more. Called by ops while something waits; looks at most once a millisecond.</summary>
    public static void Drain()
    {
        var now = Environment.TickCount64;
        if (now == Volatile.Read(ref s_lastTry))
        {
            return;
        }
        Volatile.Write(ref s_lastTry, now);
        DrainNow();
    }

    /// <summary>The same without a look at the clock: before live tensors are counted.</summary>
    public static void DrainNow()
    {
        if (s_waiting == 0)
        {
            return;
        }
        List<Batch> ready = [];
        lock (s_gate)
        {
            s_batches.RemoveAll(batch =>
            {
                var past = Array.TrueForAll(batch.Calls, c => c.Thread.IsPast(c.Call));
                if (past)
                {
                    ready.Add(batch);
                }
                return past;
            });
            s_waiting = s_batches.Count;
        }
        // Outside of the lock: what hangs on a tensor may run managed code when it goes.
        foreach (var batch in ready)
        {
            TensorMemory.FreeMany(batch.Handles);
        }
    }
}
