using VitNotebooks.Experiments;
using VitNotebooks.Training;

namespace VitNotebooks.Interactive;

/// <summary>Figures of training runs and experiments.</summary>
public static class RunFigures
{
    /// <summary>Training and test accuracy of a run by epoch.</summary>
    /// <param name="run">The run; it needs at least one finished epoch.</param>
    public static Figure Accuracy(TrainingRun run)
    {
        double[] epochs = [.. run.Epochs.Select(e => e.Epoch + 1.0)];
        var few = epochs.Length <= 40;
        return new Figure([
            new LineTrace(epochs, [.. run.Epochs.Select(e => 100 * e.TrainAccuracy)])
            {
                Name = "training (augmented images)",
                Dashed = true,
                ColorIndex = 7,
            },
            new LineTrace(epochs, [.. run.Epochs.Select(e => 100 * e.TestAccuracy)])
            {
                Name = "test",
                Markers = few,
                ColorIndex = 0,
            },
        ])
        {
            X = new Axis { Title = "epoch", Whole = true },
            Y = new Axis { Title = "accuracy (%)" },
            Height = 280,
        };
    }

    /// <summary>Test accuracy by epoch: a line an arm, the mean over seeds, with a band of one standard deviation.</summary>
    /// <param name="result">The experiment.</param>
    public static Figure AccuracyCurves(this ExperimentResult result) =>
        Curves(result, "Test accuracy, mean and deviation over seeds", "top-1 (%)", e => 100 * e.TestAccuracy);

    /// <summary>Cross-entropy of training by epoch: a line an arm, the mean over seeds, with a band of one standard deviation.</summary>
    /// <param name="result">The experiment.</param>
    public static Figure LossCurves(this ExperimentResult result) =>
        Curves(result, "Training loss (cross-entropy alone)", "cross-entropy", e => e.TrainLoss);

    /// <summary>The unweighted auxiliary loss by epoch, of the arms that have one.</summary>
    /// <param name="result">The experiment.</param>
    public static Figure AuxiliaryCurves(this ExperimentResult result) =>
        Curves(
            result,
            "Auxiliary loss, before its weight",
            "loss",
            e => e.AuxiliaryLoss,
            arm => result.Of(arm).Any(r => r.AuxiliaryLosses.Count > 0)
        );

    private static Figure Curves(
        ExperimentResult result,
        string title,
        string y,
        Func<EpochMetrics, double> value,
        Func<string, bool>? include = null
    )
    {
        var traces = new List<Trace>();
        for (var i = 0; i < result.Arms.Count; i++)
        {
            if (include?.Invoke(result.Arms[i]) == false)
            {
                continue;
            }

            var runs = result.Of(result.Arms[i]);
            var epochs = runs.Count == 0 ? 0 : runs.Min(r => r.Epochs.Count);
            // An epoch that some seed was not evaluated in has no point.
            var points = Enumerable
                .Range(0, epochs)
                .Select(e => (Epoch: e + 1.0, Values: runs.Select(r => value(r.Epochs[e])).ToArray()))
                .Where(p => p.Values.All(double.IsFinite))
                .ToArray();
            if (points.Length == 0)
            {
                continue;
            }

            double[] mean = [.. points.Select(p => p.Values.Average())];
            double[] deviation = [.. points.Select(p => Deviation(p.Values))];
            traces.Add(
                new LineTrace([.. points.Select(p => p.Epoch)], mean)
                {
                    Name = result.Arms[i],
                    ColorIndex = i,
                    Markers = points.Length <= 40,
                    Lower = runs.Count < 2 ? null : [.. mean.Zip(deviation, (m, d) => m - d)],
                    Upper = runs.Count < 2 ? null : [.. mean.Zip(deviation, (m, d) => m + d)],
                }
            );
        }

        return new Figure(traces)
        {
            Title = title,
            X = new Axis { Title = "epoch", Whole = true },
            Y = new Axis { Title = y },
            Height = 320,
        };
    }

    private static double Deviation(double[] values)
    {
        var mean = values.Average();
        return values.Length < 2 ? 0 : Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1));
    }
}
