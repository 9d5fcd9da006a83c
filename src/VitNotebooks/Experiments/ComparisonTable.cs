using System.Globalization;
using VitNotebooks.Training;

namespace VitNotebooks.Experiments;

/// <summary>One arm of ours beside the published number.</summary>
/// <param name="Arm">What was trained.</param>
/// <param name="Model">Our model's name.</param>
/// <param name="Data">Our data's name.</param>
/// <param name="Profile">Profile of the recipe: "paper", "quick", ...</param>
/// <param name="Selection">How the accuracy of a run was chosen.</param>
/// <param name="Accuracies">Top-1 in percent by seed.</param>
/// <param name="Published">The published number beside it; null when there is none.</param>
/// <param name="PublishedBaseline">The published number of the first arm, for the published gain.</param>
public sealed record ComparisonRow(
    string Arm,
    string Model,
    string Data,
    string Profile,
    Selection Selection,
    IReadOnlyDictionary<int, double> Accuracies,
    PaperCell? Published,
    PaperCell? PublishedBaseline
)
{
    /// <summary>In what runs of a paper's recipe are not the paper's training, a part of a sentence each; such a row's profile is <c>departing</c>.</summary>
    public IReadOnlyList<string> Departures { get; init; } = [];

    /// <summary>Mean over seeds, percent.</summary>
    public double Mean => Accuracies.Count == 0 ? double.NaN : Accuracies.Values.Average();

    /// <summary>Standard deviation over seeds (n - 1), percentage points; NaN below two seeds.</summary>
    public double StandardDeviation => ComparisonTable.Deviation([.. Accuracies.Values]);

    /// <summary>True when the published number is of the same model and dataset, by name.</summary>
    public bool SameTask =>
        Published is PaperCell cell
        && PaperTable.Same(cell.Model, PublishedNames.Model(Model))
        && PaperTable.Same(cell.Dataset, Data);

    /// <summary>
    /// Ours minus published, percentage points; null when nothing certain is published, or for another model or dataset.
    /// </summary>
    public double? Difference =>
        SameTask && Published is { Verification: not Verification.Unverified } cell ? Mean - cell.Accuracy : null;

    /// <summary>Published gain over the first arm, percentage points; null when not certain.</summary>
    public double? PublishedGain =>
        Published is { Verification: not Verification.Unverified } cell
        && PublishedBaseline is { Verification: not Verification.Unverified } first
            ? cell.Accuracy - first.Accuracy
            : null;
}

/// <summary>
/// Our runs beside published numbers: mean and standard deviation over seeds, gain over the first arm with the deviation of
/// the paired differences, the published number and the difference. A run in another profile than the paper's is marked, and so is one whose recipe, images or size
/// are not those of the paper that its profile names, so that neither can pass for a reproduction.
/// </summary>
public sealed class ComparisonTable
{
    private ComparisonTable(string title, IReadOnlyList<ComparisonRow> rows, PaperTable? table)
    {
        Title = title;
        Rows = rows;
        Published = table;
    }

    /// <summary>What is compared.</summary>
    public string Title { get; }

    /// <summary>One row an arm, the reference arm first.</summary>
    public IReadOnlyList<ComparisonRow> Rows { get; }

    /// <summary>Where the published numbers come from; null without any.</summary>
    public PaperTable? Published { get; }

    /// <summary>What one must know to read the table.</summary>
    public IReadOnlyList<string> Notes => BuildNotes();

    /// <summary>Runs beside a table; runs without an auxiliary loss are the arm "baseline", those with one "drloc".</summary>
    /// <param name="runs">The runs, one a seed and arm.</param>
    /// <param name="table">Published numbers.</param>
    /// <param name="publishedModel">The model to read there, when ours has another name or is another; null to match by name.</param>
    /// <param name="publishedDataset">The dataset to read there; null to match by name.</param>
    /// <returns>The table.</returns>
    public static ComparisonTable Of(
        IEnumerable<TrainingRun> runs,
        PaperTable? table,
        string? publishedModel = null,
        string? publishedDataset = null
    ) => Of(runs.Select(r => (ArmOf(r), ArmOf(r), r)), table, publishedModel, publishedDataset);

    /// <summary>Runs of named arms beside a table.</summary>
    /// <param name="runs">Name of the arm, name of that arm in the table, and the run. The first arm is the reference.</param>
    /// <param name="table">Published numbers.</param>
    /// <param name="publishedModel">The model to read there; null to match by name.</param>
    /// <param name="publishedDataset">The dataset to read there; null to match by name.</param>
    /// <returns>The table.</returns>
    public static ComparisonTable Of(
        IEnumerable<(string Arm, string PublishedArm, TrainingRun Run)> runs,
        PaperTable? table,
        string? publishedModel = null,
        string? publishedDataset = null
    )
    {
        List<ComparisonRow> rows = [];
        PaperCell? baseline = null;
        TrainingRun? first = null;
        foreach (
            var group in runs.GroupBy(r =>
                (
                    r.Arm,
                    r.PublishedArm,
                    r.Run.Model,
                    r.Run.Data,
                    Profile: PaperDepartures.ProfileOf(r.Run),
                    r.Run.Recipe.Selection
                )
            )
        )
        {
            var cell = table?.Find(
                publishedModel ?? PublishedNames.Model(group.Key.Model),
                group.Key.PublishedArm,
                publishedDataset ?? group.Key.Data
            );
            if (first is null)
            {
                baseline = cell;
                first = group.First().Run;
            }
            rows.Add(
                new ComparisonRow(
                    group.Key.Arm,
                    group.Key.Model,
                    group.Key.Data,
                    group.Key.Profile,
                    group.Key.Selection,
                    group
                        .GroupBy(r => r.Run.Seed)
                        .OrderBy(g => g.Key)
                        .ToDictionary(g => g.Key, g => 100 * g.Last().Run.Accuracy),
                    cell,
                    baseline
                )
                {
                    Departures = [.. group.SelectMany(r => PaperDepartures.Of(r.Run)).Distinct(StringComparer.Ordinal)],
                }
            );
        }
        var title = first is null
            ? "No runs"
            : $"Top-1 (%), {first.Model} on {first.Data} ({first.TrainImages:N0} training images, {first.ImageSize} px, {first.Epochs.Sum(e => e.Steps):N0} updates of {first.Recipe.BatchSize})";
        return new ComparisonTable(title, rows, table);
    }

    /// <summary>Gain of a row over the first, as mean and standard deviation of the differences seed by seed.</summary>
    /// <param name="row">One of <see cref="Rows"/>.</param>
    /// <returns>Percentage points and pairs; null for the first row or without a common seed.</returns>
    public (double Mean, double StandardDeviation, int Pairs)? Gain(ComparisonRow row)
    {
        if (Rows.Count == 0 || ReferenceEquals(row, Rows[0]))
        {
            return null;
        }
        double[] differences =
        [
            .. row
                .Accuracies.Where(p => Rows[0].Accuracies.ContainsKey(p.Key))
                .Select(p => p.Value - Rows[0].Accuracies[p.Key]),
        ];
        return differences.Length == 0 ? null : (differences.Average(), Deviation(differences), differences.Length);
    }

    /// <summary>Aligned text with notes.</summary>
    /// <returns>Text.</returns>
    public override string ToString() =>
        Title + "\n" + TextGrid.ToText(Grid()) + string.Concat(Notes.Select(n => "  * " + n + "\n"));

    /// <summary>Markdown with notes.</summary>
    /// <returns>Markdown.</returns>
    public string ToMarkdown() =>
        $"**{Title}**\n\n{TextGrid.ToMarkdown(Grid())}\n" + string.Concat(Notes.Select(n => $"* {n}\n"));

    internal static double Deviation(double[] values)
    {
        if (values.Length < 2)
        {
            return double.NaN;
        }
        var mean = values.Average();
        return Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1));
    }

    /// <summary>Head and rows as text cells, for displays of other kinds.</summary>
    /// <returns>The grid, head first.</returns>
    public IReadOnlyList<string[]> Grid()
    {
        List<string[]> grid =
        [
            ["arm", "profile", "seeds", "ours", "sd", "gain", "gain sd", "published", "published gain", "difference"],
        ];
        foreach (var row in Rows)
        {
            var gain = Gain(row);
            grid.Add([
                row.Arm,
                row.Profile,
                row.Accuracies.Count.ToString(CultureInfo.InvariantCulture),
                Number(row.Mean),
                Number(row.StandardDeviation),
                Signed(gain?.Mean),
                Number(gain?.StandardDeviation ?? double.NaN),
                row.Published is PaperCell cell
                    ? Number(cell.Accuracy) + (cell.Verification == Verification.Unverified ? "?" : "")
                    : "",
                ReferenceEquals(row, Rows[0]) ? "" : Signed(row.PublishedGain),
                Signed(row.Difference),
            ]);
        }
        return grid;
    }

    private static string ArmOf(TrainingRun run) => run.AuxiliaryLosses.Count == 0 ? "baseline" : "drloc";

    private static string Number(double value) =>
        double.IsNaN(value) ? "" : value.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Signed(double? value) =>
        value is double v && !double.IsNaN(v) ? v.ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture) : "";

    private List<string> BuildNotes()
    {
        List<string> notes = [];
        if (Rows.Any(r => !string.Equals(r.Profile, TrainingRecipe.PaperProfile, StringComparison.Ordinal)))
        {
            var profiles = string.Join(
                ", ",
                Rows.Select(r => r.Profile)
                    .Where(p => !string.Equals(p, TrainingRecipe.PaperProfile, StringComparison.Ordinal))
                    .Distinct(StringComparer.Ordinal)
            );
            notes.Add(
                $"Profile {profiles}: not the paper's training. These are no reproductions; published numbers stand "
                    + "beside them for orientation only."
            );
        }
        string[] departures = [.. Rows.SelectMany(r => r.Departures).Distinct(StringComparer.Ordinal)];
        if (departures.Length > 0)
        {
            notes.Add($"Departing from the published training: {string.Join("; ", departures)}.");
        }
        if (Rows.Any(r => r.Accuracies.Count < 2))
        {
            notes.Add("A single seed has no standard deviation; no gain can be told from chance.");
        }
        foreach (var selection in Rows.Select(r => r.Selection).Distinct().Select(Explain))
        {
            notes.Add(selection);
        }
        if (Published is not null)
        {
            PaperCell[] shown = [.. Rows.Select(r => r.Published).OfType<PaperCell>()];
            notes.Add(
                shown.Length == 0
                    ? $"No published number for this model and data in {Published.Name}."
                    : $"Published: {shown[0].Model} on {shown[0].Dataset}. {Published.Title}; {Published.Source}."
            );
            if (Rows.Any(r => r.Published is not null && !r.SameTask))
            {
                notes.Add("The published row is of another model or dataset than ours, so no difference is taken.");
            }
            notes.AddRange(shown.Where(c => c.Note.Length > 0).Select(c => $"{c.Arm}: {c.Note}."));
        }
        return notes;
    }

    private static string Explain(Selection selection) =>
        selection == Selection.BestOnTest
            ? "Ours: best epoch on the test split, as the authors select; it flatters."
            : "Ours: accuracy after the last update, test split not used for selection.";
}
