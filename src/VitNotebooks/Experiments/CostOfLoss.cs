using System.Globalization;

namespace VitNotebooks.Experiments;

/// <summary>What one arm cost against another, as measured in the runs of an experiment.</summary>
/// <param name="Arm">The arm.</param>
/// <param name="Reference">The arm that it is compared with.</param>
/// <param name="StepMilliseconds">Median wall time of an update, median over seeds.</param>
/// <param name="ReferenceStepMilliseconds">The same of the reference.</param>
/// <param name="PeakMemoryBytes">Peak resident memory of the process while training, median over seeds; 0 if unknown.</param>
/// <param name="ReferencePeakMemoryBytes">The same of the reference.</param>
/// <param name="Parameters">Parameters of the model while training.</param>
/// <param name="ReferenceParameters">The same of the reference.</param>
public sealed record CostOfLoss(
    string Arm,
    string Reference,
    double StepMilliseconds,
    double ReferenceStepMilliseconds,
    long PeakMemoryBytes,
    long ReferencePeakMemoryBytes,
    long Parameters,
    long ReferenceParameters
)
{
    /// <summary>Time of an update against the reference's.</summary>
    public double TimeRatio => StepMilliseconds / ReferenceStepMilliseconds;

    /// <summary>Peak memory against the reference's; NaN if unknown.</summary>
    public double MemoryRatio =>
        ReferencePeakMemoryBytes == 0 ? double.NaN : (double)PeakMemoryBytes / ReferencePeakMemoryBytes;

    /// <summary>Time, memory and parameters of both arms and their ratios.</summary>
    /// <returns>Aligned text.</returns>
    public override string ToString() => TextGrid.ToText(Grid());

    /// <summary>The same as Markdown.</summary>
    /// <returns>Markdown.</returns>
    public string ToMarkdown() => TextGrid.ToMarkdown(Grid());

    private List<string[]> Grid() =>
        [
            ["cost", Reference, Arm, "ratio"],
            [
                "ms an update",
                Text($"{ReferenceStepMilliseconds:0.0}"),
                Text($"{StepMilliseconds:0.0}"),
                Text($"{TimeRatio:0.000}"),
            ],
            [
                "peak memory, MB",
                Text($"{ReferencePeakMemoryBytes / 1048576.0:0}"),
                Text($"{PeakMemoryBytes / 1048576.0:0}"),
                double.IsNaN(MemoryRatio) ? "" : Text($"{MemoryRatio:0.000}"),
            ],
            [
                "parameters",
                Text($"{ReferenceParameters:N0}"),
                Text($"{Parameters:N0}"),
                Text($"{(double)Parameters / ReferenceParameters:0.000}"),
            ],
        ];

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
