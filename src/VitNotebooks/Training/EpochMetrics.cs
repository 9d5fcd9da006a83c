using System.Globalization;

namespace VitNotebooks.Training;

/// <summary>One row of a run's <c>metrics.csv</c>.</summary>
/// <param name="Epoch">0-based epoch.</param>
/// <param name="Steps">Updates made in this epoch.</param>
/// <param name="LearningRate">Rate of the epoch's last update.</param>
/// <param name="TrainLoss">Mean cross-entropy over the epoch's training images, with label smoothing, without auxiliary losses.</param>
/// <param name="TrainAccuracy">Share of augmented training images classified right while training, 0..1.</param>
/// <param name="AuxiliaryLoss">Mean unweighted sum of the auxiliary losses; 0 when there are none.</param>
/// <param name="AuxiliaryWeight">Weight of the first auxiliary loss in this epoch; 0 when there are none.</param>
/// <param name="GradientNorm">Mean norm of all gradients before clipping.</param>
/// <param name="TestLoss">Mean cross-entropy on the test split without smoothing; NaN when this epoch was not evaluated.</param>
/// <param name="TestAccuracy">Top-1 on the test split, 0..1; NaN when this epoch was not evaluated.</param>
/// <param name="Seconds">Wall time of the epoch's training part.</param>
/// <param name="EvaluationSeconds">Wall time of the evaluation.</param>
/// <param name="WaitSeconds">Part of <paramref name="Seconds"/> in which the trainer waited for a batch.</param>
/// <param name="StepMilliseconds">Median wall time of an update.</param>
/// <param name="ImagesPerSecond">Training images a second.</param>
/// <param name="PeakMemoryBytes">Peak resident memory of the process since the run (or its resumption) began; 0 if unknown.</param>
public sealed record EpochMetrics(
    int Epoch,
    int Steps,
    double LearningRate,
    double TrainLoss,
    double TrainAccuracy,
    double AuxiliaryLoss,
    double AuxiliaryWeight,
    double GradientNorm,
    double TestLoss,
    double TestAccuracy,
    double Seconds,
    double EvaluationSeconds,
    double WaitSeconds,
    double StepMilliseconds,
    double ImagesPerSecond,
    long PeakMemoryBytes
)
{
    internal const string CsvHeader =
        "epoch,steps,learning_rate,train_loss,train_accuracy,auxiliary_loss,auxiliary_weight,gradient_norm,test_loss,"
        + "test_accuracy,seconds,evaluation_seconds,wait_seconds,step_ms,images_per_second,peak_memory_bytes";

    /// <summary>True when the test split was read in this epoch.</summary>
    public bool Evaluated => !double.IsNaN(TestAccuracy);

    internal string ToCsv() =>
        string.Join(
            ',',
            new[]
            {
                Text(Epoch),
                Text(Steps),
                Text(LearningRate),
                Text(TrainLoss),
                Text(TrainAccuracy),
                Text(AuxiliaryLoss),
                Text(AuxiliaryWeight),
                Text(GradientNorm),
                Text(TestLoss),
                Text(TestAccuracy),
                Text(Math.Round(Seconds, 3)),
                Text(Math.Round(EvaluationSeconds, 3)),
                Text(Math.Round(WaitSeconds, 3)),
                Text(Math.Round(StepMilliseconds, 3)),
                Text(Math.Round(ImagesPerSecond, 2)),
                Text(PeakMemoryBytes),
            }
        );

    internal static EpochMetrics? FromCsv(string line)
    {
        var cells = line.Split(',');
        if (cells.Length != 16)
        {
            return null;
        }
        var values = new double[16];
        for (var i = 0; i < cells.Length; i++)
        {
            if (cells[i].Length == 0)
            {
                values[i] = double.NaN;
            }
            else if (!double.TryParse(cells[i], CultureInfo.InvariantCulture, out values[i]))
            {
                return null;
            }
        }
        return new EpochMetrics(
            (int)values[0],
            (int)values[1],
            values[2],
            values[3],
            values[4],
            values[5],
            values[6],
            values[7],
            values[8],
            values[9],
            values[10],
            values[11],
            values[12],
            values[13],
            values[14],
            (long)values[15]
        );
    }

    private static string Text(IFormattable value) =>
        value is double d && double.IsNaN(d) ? "" : value.ToString(null, CultureInfo.InvariantCulture);
}
