using System.Diagnostics;

namespace VitNotebooks.Cli;

/// <summary>Bytes a second over the last ten seconds: what is left is told from what is now, and not from how it began.</summary>
internal sealed class TransferRate
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly Queue<(long Time, long Bytes)> _seen = new();

    /// <summary>Null until half a second is seen.</summary>
    public double? BytesPerSecond { get; private set; }

    /// <summary>Forgets everything: another file begins.</summary>
    public void Restart()
    {
        _seen.Clear();
        BytesPerSecond = null;
    }

    /// <summary>So many bytes were done at that time.</summary>
    /// <param name="time">In ticks of <see cref="Stopwatch"/>.</param>
    /// <param name="bytes">Since the beginning; fewer than before where it began anew.</param>
    public void Add(long time, long bytes)
    {
        if (_seen.Count > 0 && bytes < _seen.Last().Bytes)
        {
            Restart();
        }

        _seen.Enqueue((time, bytes));
        while (_seen.Count > 2 && Stopwatch.GetElapsedTime(_seen.Peek().Time, time) > Window)
        {
            _seen.Dequeue();
        }

        var (first, before) = _seen.Peek();
        var span = Stopwatch.GetElapsedTime(first, time).TotalSeconds;
        if (span >= 0.5)
        {
            BytesPerSecond = (bytes - before) / span;
        }
    }
}
