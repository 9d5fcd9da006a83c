using System.Diagnostics;

namespace VitNotebooks.Training;

/// <summary>Turns the loop's clocks into progress with an ETA, at most four times a second.</summary>
internal sealed class ProgressReporter(
    TrainerOptions options,
    TrainingRecipe recipe,
    TrainingPlan plan,
    string folder,
    long start
)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private long _lastReport;
    private int _epoch;
    private int _epochSteps;
    private double _weight;
    private double _secondsPerStep;
    private double _evaluationSeconds;
    private double _testAccuracy = double.NaN;
    private TrainingProgress? _last;

    /// <summary>True when a quarter of a second has passed since the last report.</summary>
    public bool Due => _lastReport == 0 || Stopwatch.GetElapsedTime(_lastReport) >= Interval;

    /// <summary>The last update of the epoch whose sums were seen to be finite.</summary>
    public int LastFiniteStep { get; private set; }

    /// <summary>True when the run goes on from a checkpoint with updates in it.</summary>
    public bool WasResumed { get; private set; }

    /// <summary>What an evaluation takes, as far as known.</summary>
    public TimeSpan EvaluationTime => TimeSpan.FromSeconds(_evaluationSeconds);

    /// <summary>Evaluation time as measured before the run.</summary>
    public void Expect(double evaluationSeconds) => _evaluationSeconds = evaluationSeconds;

    public void Resumed(RunCursor cursor, IReadOnlyList<EpochMetrics> history)
    {
        WasResumed = cursor.GlobalStep > 0;
        if (history.LastOrDefault(e => e.Evaluated) is EpochMetrics row)
        {
            _testAccuracy = row.TestAccuracy;
            _evaluationSeconds = row.EvaluationSeconds;
        }
    }

    public void BeginEpoch(int epoch, int step, int steps, double weight)
    {
        _epoch = epoch;
        _epochSteps = steps;
        _weight = weight;
        LastFiniteStep = step;
    }

    public void Training(
        RunCursor cursor,
        RunningMetrics.Reading reading,
        double learningRate,
        EpochClock clock,
        List<double> stepTimes,
        IReadOnlyList<EpochMetrics> history
    )
    {
        LastFiniteStep = cursor.Step;
        _secondsPerStep = stepTimes.Count == 0 ? _secondsPerStep : Recent(stepTimes);
        Publish(
            new TrainingProgress(
                cursor.Epoch,
                plan.Epochs,
                cursor.Step,
                _epochSteps,
                reading.Images == 0 ? double.NaN : reading.Loss,
                reading.Images == 0 ? double.NaN : reading.Accuracy,
                reading.Images / Math.Max(clock.Seconds, 1e-9),
                Stopwatch.GetElapsedTime(start),
                Remaining(cursor.GlobalStep, evaluating: 0)
            )
            {
                GlobalStep = cursor.GlobalStep,
                TotalSteps = plan.TotalSteps,
                WaitShare = Math.Clamp(clock.WaitSeconds / Math.Max(clock.Seconds, 1e-9), 0, 1),
                LearningRate = learningRate,
                AuxiliaryLoss =
                    reading.Images == 0 || (_weight == 0 && reading.Auxiliary == 0) ? double.NaN : reading.Auxiliary,
                AuxiliaryWeight = _weight,
            },
            history
        );
    }

    public void Evaluating(int epoch, int done, int all, double imagesPerSecond, IReadOnlyList<EpochMetrics> history)
    {
        if (!Due)
        {
            return;
        }
        var made = Math.Min((long)(epoch + 1) * plan.StepsPerEpoch, plan.TotalSteps);
        var basis =
            _last
            ?? new TrainingProgress(epoch, plan.Epochs, 0, 0, double.NaN, double.NaN, 0, default, null)
            {
                GlobalStep = made,
                TotalSteps = plan.TotalSteps,
            };
        Publish(
            basis with
            {
                Phase = TrainingPhase.Evaluating,
                Epoch = epoch,
                Step = done,
                StepsPerEpoch = all,
                ImagesPerSecond = imagesPerSecond,
                Elapsed = Stopwatch.GetElapsedTime(start),
                Remaining = Remaining(made, 1 - ((double)done / Math.Max(all, 1))),
            },
            history
        );
    }

    public void EpochDone(RunCursor next, EpochMetrics row, IReadOnlyList<EpochMetrics> history)
    {
        LastFiniteStep = 0;
        if (row.Evaluated)
        {
            _testAccuracy = row.TestAccuracy;
            _evaluationSeconds = row.EvaluationSeconds;
        }
        if (_secondsPerStep == 0 && row.Steps > 0)
        {
            _secondsPerStep = row.Seconds / row.Steps;
        }
        Publish(
            new TrainingProgress(
                row.Epoch,
                plan.Epochs,
                row.Steps,
                _epochSteps,
                row.TrainLoss,
                row.TrainAccuracy,
                row.ImagesPerSecond,
                Stopwatch.GetElapsedTime(start),
                Remaining(next.GlobalStep, 0)
            )
            {
                Phase = next.GlobalStep >= plan.TotalSteps ? TrainingPhase.Finished : TrainingPhase.Training,
                GlobalStep = next.GlobalStep,
                TotalSteps = plan.TotalSteps,
                WaitShare = Math.Clamp(row.WaitSeconds / Math.Max(row.Seconds, 1e-9), 0, 1),
                LearningRate = row.LearningRate,
                AuxiliaryLoss = _weight == 0 && row.AuxiliaryLoss == 0 ? double.NaN : row.AuxiliaryLoss,
                AuxiliaryWeight = row.AuxiliaryWeight,
            },
            history
        );
    }

    private void Publish(TrainingProgress progress, IReadOnlyList<EpochMetrics> history)
    {
        _lastReport = Stopwatch.GetTimestamp();
        progress = progress with
        {
            TestAccuracy = _testAccuracy,
            Label = options.Label,
            ExperimentRemaining = options.ExperimentRemaining?.Invoke(progress.Remaining),
            History = [.. history],
            Folder = folder,
        };
        _last = progress;
        options.Display!.Report(progress);
        options.Progress?.Report(progress);
    }

    private TimeSpan? Remaining(long made, double evaluating)
    {
        if (_secondsPerStep == 0)
        {
            return null;
        }
        var evaluations = 0;
        for (var epoch = _epoch; epoch < plan.Epochs; epoch++)
        {
            var ahead = ((long)epoch * plan.StepsPerEpoch) + plan.StepsOf(epoch) > made;
            if (ahead && ((epoch + 1) % recipe.EvaluateEvery == 0 || epoch + 1 == plan.Epochs))
            {
                evaluations++;
            }
        }
        var once = _evaluationSeconds > 0 ? _evaluationSeconds : ExpectedEvaluation();
        return TimeSpan.FromSeconds(((plan.TotalSteps - made) * _secondsPerStep) + ((evaluations + evaluating) * once));
    }

    /// <summary>Before the first evaluation: a forward pass costs about a third of an update.</summary>
    private double ExpectedEvaluation() => options.Data!.Test.Count / (double)recipe.BatchSize * _secondsPerStep / 3;

    /// <summary>Mean of the last steps, at most 50: follows a machine that becomes slower or faster.</summary>
    private static double Recent(List<double> times)
    {
        var from = Math.Max(times.Count - 50, 0);
        double sum = 0;
        for (var i = from; i < times.Count; i++)
        {
            sum += times[i];
        }
        return times.Count == from ? 0 : sum / (times.Count - from);
    }
}
