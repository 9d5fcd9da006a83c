using System.Globalization;
using System.Text;

namespace VitNotebooks.Experiments;

/// <summary>How sure a published number is.</summary>
public enum Verification
{
    /// <summary>Read in the source that is named.</summary>
    Verified,

    /// <summary>Read in another paper that quotes the source.</summary>
    VerifiedThroughQuote,

    /// <summary>From memory; shown only with a question mark, never compared with.</summary>
    Unverified,
}

/// <summary>One published number.</summary>
/// <param name="Model">Model as the paper names it.</param>
/// <param name="Arm">What was trained: "baseline", "drloc", or a variant.</param>
/// <param name="Dataset">Dataset as the paper names it.</param>
/// <param name="Accuracy">Top-1 in percent.</param>
/// <param name="Verification">How sure it is.</param>
/// <param name="Note">What one must know to read it; empty for nothing.</param>
public sealed record PaperCell(
    string Model,
    string Arm,
    string Dataset,
    double Accuracy,
    Verification Verification = Verification.Verified,
    string Note = ""
);

/// <summary>A published table as data, with where it stands.</summary>
/// <param name="Name">Short name.</param>
/// <param name="Title">What it shows and under which protocol.</param>
/// <param name="Source">Paper, version, table.</param>
/// <param name="Cells">Its numbers.</param>
public sealed record PaperTable(string Name, string Title, string Source, IReadOnlyList<PaperCell> Cells)
{
    /// <summary>The number of a model, an arm and a dataset; spelling of names is compared without case, blanks and signs.</summary>
    /// <param name="model">Model, as the paper names it.</param>
    /// <param name="arm">Arm.</param>
    /// <param name="dataset">Dataset.</param>
    /// <returns>The cell, or null when the table has none.</returns>
    public PaperCell? Find(string model, string arm, string dataset) =>
        Cells.FirstOrDefault(c => Same(c.Model, model) && Same(c.Arm, arm) && Same(c.Dataset, dataset));

    /// <summary>The part of the table about some models or datasets.</summary>
    /// <param name="model">Only this model; null for all.</param>
    /// <param name="dataset">Only this dataset; null for all.</param>
    /// <returns>The smaller table.</returns>
    public PaperTable Only(string? model = null, string? dataset = null) =>
        this with
        {
            Cells =
            [
                .. Cells.Where(c =>
                    (model is null || Same(c.Model, model)) && (dataset is null || Same(c.Dataset, dataset))
                ),
            ],
        };

    /// <summary>Models down, datasets across, unverified numbers with a question mark.</summary>
    /// <returns>Aligned text.</returns>
    public override string ToString() => Title + "\n" + TextGrid.ToText(Grid()) + "Source: " + Source + "\n";

    /// <summary>The same as Markdown.</summary>
    /// <returns>Markdown.</returns>
    public string ToMarkdown() => $"**{Title}**\n\n{TextGrid.ToMarkdown(Grid())}\nSource: {Source}\n";

    internal static bool Same(string a, string b) => string.Equals(Plain(a), Plain(b), StringComparison.Ordinal);

    private static string Plain(string name)
    {
        StringBuilder plain = new();
        foreach (var c in name)
        {
            if (char.IsLetterOrDigit(c))
            {
                plain.Append(char.ToLowerInvariant(c));
            }
        }
        return plain.ToString();
    }

    private List<string[]> Grid()
    {
        string[] datasets = [.. Cells.Select(c => c.Dataset).Distinct(StringComparer.Ordinal)];
        List<string[]> rows =
        [
            ["model", "arm", .. datasets],
        ];
        foreach (var row in Cells.GroupBy(c => (c.Model, c.Arm)))
        {
            string Cell(string dataset) =>
                row.FirstOrDefault(c => string.Equals(c.Dataset, dataset, StringComparison.Ordinal)) is PaperCell cell
                    ? cell.Accuracy.ToString("0.00", CultureInfo.InvariantCulture)
                        + (cell.Verification == Verification.Unverified ? "?" : "")
                    : "";
            rows.Add([row.Key.Model, row.Key.Arm, .. datasets.Select(Cell)]);
        }
        return rows;
    }
}
