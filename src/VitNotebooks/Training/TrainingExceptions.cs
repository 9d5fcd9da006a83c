namespace VitNotebooks.Training;

/// <summary>A recipe, or its combination with this model and these images, cannot work. All faults are listed at once.</summary>
public sealed class InvalidRecipeException : ArgumentException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="recipe">Name of the recipe.</param>
    /// <param name="faults">One sentence a fault.</param>
    public InvalidRecipeException(string recipe, IReadOnlyList<string> faults)
        : base(
            faults.Count == 1
                ? $"Recipe {recipe}: {faults[0]}"
                : $"Recipe {recipe} has {faults.Count} faults:{Environment.NewLine}"
                    + string.Join(Environment.NewLine, faults.Select(f => "  - " + f))
        ) => Faults = faults;

    /// <summary>One sentence a fault.</summary>
    public IReadOnlyList<string> Faults { get; }
}

/// <summary>The run was cancelled, finished the step it was in, and saved. The same call again goes on.</summary>
public sealed class TrainingInterruptedException : OperationCanceledException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="run">The run so far.</param>
    /// <param name="message">Where it stopped and how to go on.</param>
    /// <param name="cancellation">The token that was cancelled.</param>
    public TrainingInterruptedException(TrainingRun run, string message, CancellationToken cancellation)
        : base(message, cancellation) => Run = run;

    /// <summary>The run so far.</summary>
    public TrainingRun Run { get; }
}

/// <summary>The loss or the gradient norm is no number any more.</summary>
public sealed class TrainingDivergedException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">Epoch, steps, learning rate and the last good checkpoint.</param>
    /// <param name="lastGoodCheckpoint">Path of the last checkpoint with finite numbers, if there is one.</param>
    public TrainingDivergedException(string message, string? lastGoodCheckpoint)
        : base(message) => LastGoodCheckpoint = lastGoodCheckpoint;

    /// <summary>Path of the last checkpoint with finite numbers, if there is one.</summary>
    public string? LastGoodCheckpoint { get; }
}

/// <summary>
/// A run folder or a run's checkpoint belongs to another model, data, recipe, seed or machine, or is damaged. Nothing was touched. Weights that
/// do not fit a model are a <see cref="Models.WeightsException"/>.
/// </summary>
public sealed class CheckpointMismatchException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What differs.</param>
    public CheckpointMismatchException(string message)
        : base(message) { }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What differs.</param>
    /// <param name="inner">The cause.</param>
    public CheckpointMismatchException(string message, Exception inner)
        : base(message, inner) { }

    /// <summary>The file is missing, cut off or changed, so that an older one may serve; false where it is another's.</summary>
    internal bool IsDamage { get; init; }
}

/// <summary>A file of the run could not be written. What was there before is still there.</summary>
public sealed class RunWriteException : IOException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">Which file, why, and what survives.</param>
    /// <param name="inner">The cause.</param>
    public RunWriteException(string message, Exception inner)
        : base(message, inner) { }
}
