using System.Runtime.CompilerServices;

namespace TorchSharp;

/// <summary>What a thread that uses tensors says about itself: whether it is inside a native call, and in which scope.</summary>
/// <remarks>
/// An op pays plain stores and no fence here. Whoever frees a tensor that other threads have used pays for both sides with a
/// process-wide fence (see <see cref="DeferredFrees"/>), which happens rarely.
/// </remarks>
internal sealed class OpThread
{
    [ThreadStatic]
    private static OpThread? t_current;

    private static readonly Lock s_gate = new();
    private static volatile OpThread[] s_all = [];
    private static int s_nextId;

    /// <summary>In the place of an owner's id: other threads have used the tensor as well.</summary>
    public const int Shared = 0;

    /// <summary>This thread's number, from 1; never given twice.</summary>
    public readonly int Id = Interlocked.Increment(ref s_nextId);

    /// <summary>How many tensors this thread made, moved and freed.</summary>
    public readonly LifetimeStatistics Tensors = new();

    /// <summary>The same for packed sequences.</summary>
    public readonly LifetimeStatistics PackedSequences = new();

    /// <summary>The innermost scope, possibly closed or moved to another thread meanwhile: see <see cref="DisposeScope.Current"/>.</summary>
    public DisposeScope? Scope;

    private readonly Thread _thread = Thread.CurrentThread;
    private uint _call;
    private bool _linking;

    public static OpThread Current
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => t_current ?? Register();
    }

    /// <summary>All threads that are alive and have used tensors; some that have ended may be among them.</summary>
    public static OpThread[] All => s_all;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static OpThread Register()
    {
        var made = new OpThread();
        lock (s_gate)
        {
            s_all = [.. s_all.Where(thread => thread._thread.IsAlive), made];
        }
        return t_current = made;
    }

    /// <summary>From here on this thread may hold handles that it read from tensors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void EnterCall() => Volatile.Write(ref _call, _call | 1);

    /// <summary>It holds none any more that libtorch has not retained for itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void LeaveCall() => Volatile.Write(ref _call, (_call | 1) + 1);

    /// <summary>Odd inside a call; another number after it. To be read behind a process-wide fence.</summary>
    public uint Call => Volatile.Read(ref _call);

    /// <summary>True once nothing of the call that had this number goes on.</summary>
    public bool IsPast(uint call) => (call & 1) == 0 || Call != call || !_thread.IsAlive;

    /// <summary>From here on this thread changes the lists of scopes that it owns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void EnterLists() => Volatile.Write(ref _linking, true);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void LeaveLists() => Volatile.Write(ref _linking, false);

    /// <summary>Waits until no other thread is inside a change of its lists. What they must not touch was marked before; after
    /// the fence they see the mark, or are seen here.</summary>
    public static void WaitForLists()
    {
        Interlocked.MemoryBarrierProcessWide();
        var me = Current;
        foreach (var thread in s_all)
        {
            if (thread != me)
            {
                var spin = new SpinWait();
                while (Volatile.Read(ref thread._linking) && thread._thread.IsAlive)
                {
                    spin.SpinOnce();
                }
            }
        }
    }
}
