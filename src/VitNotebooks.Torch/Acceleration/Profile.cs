using System.Globalization;
using System.Text;
using System.Text.Json;
using TorchSharp;

namespace VitNotebooks.Acceleration;

/// <summary>What kind of thing ran; values as in libtorch's <c>at::RecordScope</c>.</summary>
[BeyondTorchSharp]
public enum ProfiledKind
{
    /// <summary>An operation.</summary>
    Operation = 0,

    /// <summary>A node of the graph during backward.</summary>
    Backward = 1,

    /// <summary>A function of a TorchScript module.</summary>
    Script = 2,

    /// <summary>A range of the program's own.</summary>
    Range = 7,
}

/// <summary>One call.</summary>
/// <param name="Name">"aten::linear" for an operation, "AddmmBackward0" for a node of the graph.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Thread">Threads are numbered in the order of their first event.</param>
/// <param name="Start">Since the profiler began.</param>
/// <param name="Duration">How long it ran, what it called included.</param>
/// <param name="Shapes">The shapes of its inputs, where they were asked for.</param>
[BeyondTorchSharp]
public sealed record ProfiledEvent(
    string Name,
    ProfiledKind Kind,
    int Thread,
    TimeSpan Start,
    TimeSpan Duration,
    string? Shapes
)
{
    internal long StartNanoseconds { get; init; }

    internal long Nanoseconds { get; init; }
}

/// <summary>All calls of one name (and, where asked for, one set of shapes).</summary>
/// <param name="Name">The operation.</param>
/// <param name="Shapes">The shapes of the inputs, or null.</param>
/// <param name="Calls">How often.</param>
/// <param name="Self">Time spent in it and not in what it called.</param>
/// <param name="Total">Time from its beginning to its end, counted once where it calls itself.</param>
/// <param name="Share">Its own time over everybody's, 0 to 1.</param>
[BeyondTorchSharp]
public sealed record ProfiledOperation(
    string Name,
    string? Shapes,
    long Calls,
    TimeSpan Self,
    TimeSpan Total,
    double Share
);

/// <summary>What a profiler recorded. Reading anything of it ends the recording.</summary>
[BeyondTorchSharp]
public sealed class Profile : IDisposable
{
    private readonly int? _thread;
    private List<ProfiledEvent>? _events;

    internal Profile(int? thread) => _thread = thread;

    /// <summary>The calls, each thread's in the order of their beginning.</summary>
    public IReadOnlyList<ProfiledEvent> Events
    {
        get
        {
            Stop();
            return _events!;
        }
    }

    /// <summary>Ends the recording.</summary>
    /// <exception cref="InvalidOperationException">It records one thread and is ended on another.</exception>
    public void Stop()
    {
        if (_events is not null)
        {
            return;
        }
        if (_thread is { } thread && thread != Environment.CurrentManagedThreadId)
        {
            throw new InvalidOperationException(
                $"Profiler: this one records thread {thread} alone and must be ended there, not on thread {Environment.CurrentManagedThreadId}."
            );
        }
        _events = ProfilerEngine.Stop();
        Profiler.Ended(this);
    }

    /// <summary>Ends the recording; the events stay readable.</summary>
    public void Dispose() => Stop();

    /// <summary>The calls by name, the greatest own time first.</summary>
    /// <param name="byShapes">Whether calls with other shapes are lines of their own.</param>
    /// <param name="thread">Only this thread, or null for all.</param>
    public IReadOnlyList<ProfiledOperation> Operations(bool byShapes = false, int? thread = null)
    {
        var sums = new Dictionary<(string, string?), (long Calls, long Self, long Total)>();
        long everything = 0;
        foreach (var (e, self, outermost) in WithSelfTimes(Events))
        {
            if (thread is { } wanted && e.Thread != wanted)
            {
                continue;
            }
            var key = (e.Name, byShapes ? e.Shapes : null);
            var (calls, selfSum, total) = sums.GetValueOrDefault(key);
            sums[key] = (calls + 1, selfSum + self, total + (outermost ? e.Nanoseconds : 0));
            everything += self;
        }
        return
        [
            .. sums.Select(s => new ProfiledOperation(
                    s.Key.Item1,
                    s.Key.Item2,
                    s.Value.Calls,
                    Span(s.Value.Self),
                    Span(s.Value.Total),
                    everything == 0 ? 0 : (double)s.Value.Self / everything
                ))
                .OrderByDescending(o => o.Self)
                .ThenBy(o => o.Name, StringComparer.Ordinal),
        ];
    }

    /// <summary>The same as text in columns: share, own time, total time, calls, name.</summary>
    /// <param name="rows">How many lines.</param>
    /// <param name="byShapes">Whether calls with other shapes are lines of their own.</param>
    /// <param name="thread">Only this thread, or null for all.</param>
    public string Table(int rows = 30, bool byShapes = false, int? thread = null)
    {
        var text = new StringBuilder("   self    self ms   total ms    calls  operation\n");
        var operations = Operations(byShapes, thread);
        foreach (var o in operations.Take(rows))
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"{100 * o.Share, 6:0.0}% {o.Self.TotalMilliseconds, 10:0.000} {o.Total.TotalMilliseconds, 10:0.000} {o.Calls, 8}  {o.Name}{(o.Shapes is { Length: > 0 } s ? $"({s})" : "")}"
            );
        }
        var rest = operations.Skip(rows).Aggregate(TimeSpan.Zero, (sum, o) => sum + o.Self);
        if (rest > TimeSpan.Zero)
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"        {rest.TotalMilliseconds, 10:0.000}                      {operations.Count - rows} more"
            );
        }
        return text.ToString();
    }

    /// <summary>Writes the events as Chrome's trace format, for chrome://tracing and ui.perfetto.dev.</summary>
    public void WriteChromeTrace(string path)
    {
        using var file = File.Create(path);
        WriteChromeTrace(file);
    }

    /// <inheritdoc cref="WriteChromeTrace(string)"/>
    public void WriteChromeTrace(Stream stream)
    {
        using var writer = new Utf8JsonWriter(stream);
        writer.WriteStartObject();
        writer.WriteString("displayTimeUnit", "ms");
        writer.WriteStartArray("traceEvents");
        foreach (var e in Events)
        {
            writer.WriteStartObject();
            writer.WriteString("name", e.Name);
            writer.WriteString("cat", e.Kind.ToString());
            writer.WriteString("ph", "X");
            writer.WriteNumber("ts", e.StartNanoseconds / 1000.0);
            writer.WriteNumber("dur", e.Nanoseconds / 1000.0);
            writer.WriteNumber("pid", Environment.ProcessId);
            writer.WriteNumber("tid", e.Thread);
            if (e.Shapes is { } shapes)
            {
                writer.WriteStartObject("args");
                writer.WriteString("shapes", shapes);
                writer.WriteEndObject();
            }
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    // Events of one thread nest: what lies inside another belongs to its total and not to its own time.
    private static IEnumerable<(ProfiledEvent Event, long Self, bool Outermost)> WithSelfTimes(
        IReadOnlyList<ProfiledEvent> events
    )
    {
        var self = events.Select(e => e.Nanoseconds).ToArray();
        var outermost = new bool[events.Count];
        var open = new List<int>();
        for (var i = 0; i < events.Count; i++)
        {
            var e = events[i];
            while (open.Count > 0 && !Holds(events[open[^1]], e))
            {
                open.RemoveAt(open.Count - 1);
            }
            outermost[i] = !open.Any(o => events[o].Name == e.Name);
            if (open.Count > 0)
            {
                self[open[^1]] -= e.Nanoseconds;
            }
            open.Add(i);
        }
        for (var i = 0; i < events.Count; i++)
        {
            yield return (events[i], Math.Max(0, self[i]), outermost[i]);
        }

        static bool Holds(ProfiledEvent outer, ProfiledEvent inner) =>
            outer.Thread == inner.Thread
            && inner.StartNanoseconds >= outer.StartNanoseconds
            && inner.StartNanoseconds + inner.Nanoseconds <= outer.StartNanoseconds + outer.Nanoseconds;
    }

    private static TimeSpan Span(long nanoseconds) => TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick);
}
