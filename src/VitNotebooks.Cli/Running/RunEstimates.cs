namespace VitNotebooks.Cli;

/// <summary>How long the rest of a notebook takes, from the time each cell took last time.</summary>
internal sealed class RunEstimates(IEnumerable<double?> seconds)
{
    private readonly double?[] _seconds = [.. seconds];
    private double _expected;
    private double _measured;

    /// <summary>Time for the cells from that one on; null while some have never run.</summary>
    public TimeSpan? Remaining(int from)
    {
        var rest = _seconds[from..];
        if (rest.Any(s => s is null))
        {
            return null;
        }
        // This machine against the one that noted the times, as soon as there is something to compare.
        var pace = _expected > 30 ? Math.Clamp(_measured / _expected, 0.2, 5) : 1;
        return TimeSpan.FromSeconds(rest.Sum(s => s!.Value) * pace);
    }

    /// <summary>Notes how long a cell took now.</summary>
    public void Done(int index, double seconds)
    {
        if (_seconds[index] is not { } expected)
        {
            return;
        }

        _expected += expected;
        _measured += seconds;
    }
}
