using System.Diagnostics;

namespace VitNotebooks.Acceleration;

/// <summary>What is behind Profiler: the ranges that the program itself names. TorchSharp does not show what libtorch runs.</summary>
internal static class ProfilerEngine
{
    /// <summary>A range; its end is null while it is open.</summary>
    private sealed record Opened(string Name, int Thread, long Start)
    {
        public long? End { get; set; }
    }

    private static readonly Notice s_notice = new($"VitNotebooks: {Refusal}");
    private static readonly Lock s_gate = new();
    private static readonly List<Opened> s_ranges = [];

    // Managed threads by the number that their events carry: the order of the first event.
    private static readonly Dictionary<int, int> s_threads = [];
    private static ulong s_generation;
    private static bool s_running;
    private static int? s_only;
    private static long s_begin;

    public static string Refusal =>
        $"Profiler: TorchSharp does not show which operations run, so that a profile holds the program's own ranges alone; to have the others, {Notice.Remedy}.";

    public static void Start(bool shapes, bool allThreads)
    {
        s_notice.Say();
        lock (s_gate)
        {
            s_ranges.Clear();
            s_threads.Clear();
            s_only = allThreads ? null : Environment.CurrentManagedThreadId;
            s_generation++;
            s_begin = Stopwatch.GetTimestamp();
            s_running = true;
        }
    }

    public static List<ProfiledEvent> Stop()
    {
        lock (s_gate)
        {
            var end = Now();
            s_running = false;
            return [.. s_ranges.OrderBy(r => r.Thread).Select(r => Event(r, r.End ?? end))];
        }
    }

    public static (long Place, ulong Generation) EnterRange(string name)
    {
        lock (s_gate)
        {
            var thread = Environment.CurrentManagedThreadId;
            if (!s_running || (s_only is { } only && only != thread))
            {
                return default;
            }
            if (!s_threads.TryGetValue(thread, out var number))
            {
                s_threads.Add(thread, number = s_threads.Count);
            }
            s_ranges.Add(new(name, number, Now()));
            return (s_ranges.Count - 1, s_generation);
        }
    }

    public static void LeaveRange(long place, ulong generation)
    {
        lock (s_gate)
        {
            // What began under an earlier profiler is not this one's.
            if (s_running && generation == s_generation)
            {
                s_ranges[(int)place].End = Now();
            }
        }
    }

    private static long Now() => (long)Stopwatch.GetElapsedTime(s_begin).TotalNanoseconds;

    private static ProfiledEvent Event(Opened range, long end) =>
        new(
            range.Name,
            ProfiledKind.Range,
            range.Thread,
            TimeSpan.FromTicks(range.Start / TimeSpan.NanosecondsPerTick),
            TimeSpan.FromTicks((end - range.Start) / TimeSpan.NanosecondsPerTick),
            Shapes: null
        )
        {
            StartNanoseconds = range.Start,
            Nanoseconds = end - range.Start,
        };
}
