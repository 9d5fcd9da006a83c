namespace VitNotebooks.Training;

/// <summary>What a run is doing when it reports.</summary>
public enum TrainingPhase
{
    /// <summary>Measuring step time for a budget.</summary>
    Measuring,

    /// <summary>Updating weights.</summary>
    Training,

    /// <summary>Reading the test split.</summary>
    Evaluating,

    /// <summary>All steps are made.</summary>
    Finished,
}

/// <summary>Where a run stands; reported at most four times a second.</summary>
/// <param name="Epoch">0-based epoch.</param>
/// <param name="Epochs">Epochs that the run will make; the last may be cut short by a budget.</param>
/// <param name="Step">Updates made in this epoch (batches read, while evaluating).</param>
/// <param name="StepsPerEpoch">Updates of this epoch (batches of the test split, while evaluating).</param>
/// <param name="Loss">Mean training loss of this epoch so far; NaN before the first reading.</param>
/// <param name="Accuracy">Training accuracy of this epoch so far, 0..1; NaN before the first reading.</param>
/// <param name="ImagesPerSecond">Images a second in this epoch.</param>
/// <param name="Elapsed">Wall time of this call so far.</param>
/// <param name="Remaining">Estimated time to the end of the run, evaluations included; null before it can be known.</param>
public sealed record TrainingProgress(
    int Epoch,
    int Epochs,
    int Step,
    int StepsPerEpoch,
    double Loss,
    double Accuracy,
    double ImagesPerSecond,
    TimeSpan Elapsed,
    TimeSpan? Remaining
)
{
    /// <summary>What the run is doing.</summary>
    public TrainingPhase Phase { get; init; } = TrainingPhase.Training;

    /// <summary>Updates made over the whole run.</summary>
    public long GlobalStep { get; init; }

    /// <summary>Updates that the run will make.</summary>
    public long TotalSteps { get; init; }

    /// <summary>Share of the training time spent waiting for batches, 0..1.</summary>
    public double WaitShare { get; init; }

    /// <summary>Learning rate of the last update.</summary>
    public double LearningRate { get; init; }

    /// <summary>Mean unweighted auxiliary loss of this epoch so far; NaN when there is none.</summary>
    public double AuxiliaryLoss { get; init; } = double.NaN;

    /// <summary>Weight of the first auxiliary loss in this epoch.</summary>
    public double AuxiliaryWeight { get; init; }

    /// <summary>Top-1 of the last evaluation, 0..1; NaN before the first.</summary>
    public double TestAccuracy { get; init; } = double.NaN;

    /// <summary>The run's name, or its place in an experiment ("2 of 4, with localization, seed 1").</summary>
    public string Label { get; init; } = "";

    /// <summary>Estimated time to the end of the experiment that the run is part of; null outside one.</summary>
    public TimeSpan? ExperimentRemaining { get; init; }

    /// <summary>The finished epochs, for live curves.</summary>
    public IReadOnlyList<EpochMetrics> History { get; init; } = [];

    /// <summary>The run's folder.</summary>
    public string Folder { get; init; } = "";
}
