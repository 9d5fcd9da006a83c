namespace TorchSharp;

/// <summary>When to ask the garbage collector: it sees small objects and knows nothing of the native memory that hangs on them.</summary>
/// <remarks>
/// Bytes of tensors outside scopes count from when they are made until they are freed. A collection is due when what was made
/// since the last one, and not freed by hand, exceeds a budget: a 64th of the memory this process may use, or an eighth of what is known to be
/// alive if that is more, so that a program that really holds much is not collected at every step; at most 512 MB in both cases.
/// </remarks>
internal static class CollectionBudget
{
    private const long Smallest = 16L << 20;
    private const long Largest = 512L << 20;

    /// <summary>What a tensor takes beside its elements: the native object, its storage, and the allocator's share.</summary>
    private const long Overhead = 512;

    private static readonly long s_share = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 64;
    private static readonly Lock s_gate = new();
    private static long s_sinceCollection;
    private static long s_live;
    private static long s_budget = Math.Clamp(s_share, Smallest, Largest);
    private static volatile int s_collections;

    /// <summary>Bytes that may be made without a scope before a collection.</summary>
    public static long Bytes => Interlocked.Read(ref s_budget);

    /// <summary>The budget for a machine or container and the bytes alive outside scopes.</summary>
    public static long For(long available, long live) =>
        Math.Clamp(Math.Max(available / 64, live / 8), Smallest, Largest);

    /// <summary>Collections that were asked for.</summary>
    public static int Collections => s_collections;

    /// <summary>Native memory that the garbage collector may have to release; collects past the budget.</summary>
    /// <returns>The collection after which the bytes count, for <see cref="Discharge"/>.</returns>
    public static int Charge(long bytes)
    {
        Interlocked.Add(ref s_live, bytes + Overhead);
        if (Interlocked.Add(ref s_sinceCollection, bytes + Overhead) >= Bytes)
        {
            Collect();
        }
        return s_collections;
    }

    /// <summary>Those bytes were freed by hand.</summary>
    public static void Discharge(long bytes, int collection)
    {
        Interlocked.Add(ref s_live, -(bytes + Overhead));
        if (collection == s_collections)
        {
            Interlocked.Add(ref s_sinceCollection, -(bytes + Overhead));
        }
    }

    /// <summary>Those bytes were found by the garbage collector. From a finalizer.</summary>
    public static void Found(long bytes) => Interlocked.Add(ref s_live, -(bytes + Overhead));

    private static void Collect()
    {
        // One thread at a time; the others go on, and find the count at zero.
        if (!s_gate.TryEnter())
        {
            return;
        }
        try
        {
            if (Interlocked.Read(ref s_sinceCollection) < Bytes)
            {
                return;
            }
            s_collections++;
            Interlocked.Exchange(ref s_sinceCollection, 0);
            // What is dropped is mostly young: a collection of the old as well is needed when that freed little.
            var before = Interlocked.Read(ref s_live);
            GC.Collect(1, GCCollectionMode.Forced, blocking: true);
            GC.WaitForPendingFinalizers();
            if (before - Interlocked.Read(ref s_live) < Bytes / 2)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
            Interlocked.Exchange(ref s_budget, For(s_share * 64, Interlocked.Read(ref s_live)));
        }
        finally
        {
            s_gate.Exit();
        }
        TensorMemory.Drain();
    }
}
