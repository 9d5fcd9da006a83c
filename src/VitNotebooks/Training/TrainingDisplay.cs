namespace VitNotebooks.Training;

/// <summary>Shows a run while it trains: a terminal line, a notebook cell, nothing.</summary>
public interface ITrainingDisplay
{
    /// <summary>Called at most four times a second, on the trainer's thread; must return quickly.</summary>
    /// <param name="p">Where the run stands.</param>
    void Report(TrainingProgress p);

    /// <summary>Called once when the run ends, completed or interrupted.</summary>
    /// <param name="run">The run.</param>
    void Done(TrainingRun run);

    /// <summary>A sentence worth keeping: what was decided, where a run goes on.</summary>
    /// <param name="text">One or a few lines.</param>
    void Note(string text) { }
}

/// <summary>Where training shows itself.</summary>
public static class TrainingDisplay
{
    private static readonly AsyncLocal<ITrainingDisplay?> Local = new();

    /// <summary>
    /// The display of this flow of control; a line in the terminal until a host sets its own. Set null to go back to it.
    /// </summary>
    public static ITrainingDisplay? Current
    {
        get => Local.Value ?? Default;
        set => Local.Value = value;
    }

    /// <summary>The display where none is set: one line on standard error that is overwritten, plain lines when redirected.</summary>
    public static ITrainingDisplay Default { get; set; } = new TerminalDisplay();

    /// <summary>A display that shows nothing.</summary>
    public static ITrainingDisplay None { get; } = new Silent();

    private sealed class Silent : ITrainingDisplay
    {
        public void Report(TrainingProgress p) { }

        public void Done(TrainingRun run) { }
    }
}
