using System.Diagnostics;
using VitNotebooks.Training;

namespace VitNotebooks.Experiments;

/// <summary>Time to the end of all runs: what is left of this one, and the mean of the runs made for each to come.</summary>
internal sealed class ExperimentClock(int runs)
{
    private int _ended;
    private int _made;
    private TimeSpan _spent;
    private long _began;

    public void Begin() => _began = Stopwatch.GetTimestamp();

    /// <summary>A run has ended; one that was complete before took no time and says nothing about the others.</summary>
    public void End(bool made)
    {
        _ended++;
        if (made)
        {
            _made++;
            _spent += Stopwatch.GetElapsedTime(_began);
        }
    }

    public TimeSpan? Remaining(TimeSpan? thisRun)
    {
        if (thisRun is not TimeSpan left)
        {
            return null;
        }
        var whole = _made > 0 ? _spent / _made : Stopwatch.GetElapsedTime(_began) + left;
        return left + (whole * (runs - _ended - 1));
    }
}

/// <summary>Passes a run's reports on, and notices a run that was complete already.</summary>
internal sealed class ExperimentDisplay(ITrainingDisplay inner, Action wasComplete) : ITrainingDisplay
{
    private bool _reported;

    public void Report(TrainingProgress p)
    {
        _reported = true;
        inner.Report(p);
    }

    public void Done(TrainingRun run)
    {
        _reported = true;
        inner.Done(run);
    }

    public void Note(string text)
    {
        if (!_reported && text.StartsWith(TrainingSession.CompleteNote, StringComparison.Ordinal))
        {
            wasComplete();
        }
        inner.Note(text);
    }
}
