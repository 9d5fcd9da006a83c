using System.Globalization;
using System.Text;
using VitNotebooks.Experiments;

namespace VitNotebooks.Interactive;

/// <summary>Tables of results: ours beside the published, the gain coloured, the source where the pointer rests.</summary>
internal static class ComparisonFormatter
{
    public static string ToHtml(ComparisonTable table)
    {
        var html = new StringBuilder();
        html.Append($"<h4>{Markup.Escape(table.Title)}</h4><table><thead><tr>");
        html.Append(
            "<th>arm</th><th>profile</th><th class=\"vn-r\">seeds</th><th class=\"vn-r\" title=\"mean and standard deviation over seeds\">ours</th>"
                + "<th class=\"vn-r\" title=\"over the first arm, seed by seed: mean and standard deviation of the differences\">gain</th>"
                + "<th class=\"vn-r\">published</th><th class=\"vn-r\">published gain</th><th class=\"vn-r\" title=\"ours minus published\">difference</th></tr></thead><tbody>"
        );
        foreach (var row in table.Rows)
        {
            var gain = table.Gain(row);
            var seeds = string.Join(
                ", ",
                row.Accuracies.Select(a => string.Create(CultureInfo.InvariantCulture, $"seed {a.Key}: {a.Value:0.00}"))
            );
            var source =
                table.Published is { } published && row.Published is { } at
                    ? $"{at.Model} on {at.Dataset}, {published.Source}"
                    : "nothing published for this row";
            html.Append(
                $"<tr><td>{Markup.Escape(row.Arm)}</td><td>{Markup.Escape(row.Profile)}</td><td class=\"vn-r\">{row.Accuracies.Count}</td>"
            );
            html.Append(
                $"<td class=\"vn-r\" title=\"{Markup.Escape(seeds)}\">{Deviating(row.Mean, row.StandardDeviation, "0.00")}</td>"
            );
            html.Append(
                $"<td class=\"vn-r{(gain is { } g ? Tone(g) : "")}\">{(gain is { } v ? Deviating(v.Mean, v.StandardDeviation, Signed) : "")}</td>"
            );
            html.Append($"<td class=\"vn-r\" title=\"{Markup.Escape(source)}\">{Published(row)}</td>");
            html.Append(
                $"<td class=\"vn-r\" title=\"{Markup.Escape(source)}\">{(ReferenceEquals(row, table.Rows[0]) ? "" : HtmlBlock.Number(row.PublishedGain ?? double.NaN, Signed))}</td>"
            );
            html.Append(
                $"<td class=\"vn-r{(row.Difference is { } d ? Tone(d) : "")}\">{HtmlBlock.Number(row.Difference ?? double.NaN, Signed)}</td></tr>"
            );
        }

        html.Append("</tbody></table>").Append(HtmlBlock.Notes(table.Notes));
        return HtmlBlock.Wrap(html.ToString());
    }

    public static string ToHtml(CostOfLoss cost) =>
        HtmlBlock.Wrap(
            HtmlBlock.Table(
                ["cost", cost.Reference, cost.Arm, "ratio"],
                [
                    [
                        "ms an update",
                        HtmlBlock.Number(cost.ReferenceStepMilliseconds, "0.0"),
                        HtmlBlock.Number(cost.StepMilliseconds, "0.0"),
                        HtmlBlock.Number(cost.TimeRatio, "0.000"),
                    ],
                    [
                        "peak memory, MB",
                        HtmlBlock.Number(cost.ReferencePeakMemoryBytes / 1048576.0, "0"),
                        HtmlBlock.Number(cost.PeakMemoryBytes / 1048576.0, "0"),
                        HtmlBlock.Number(cost.MemoryRatio, "0.000"),
                    ],
                    [
                        "parameters",
                        HtmlBlock.Number(cost.ReferenceParameters, "N0"),
                        HtmlBlock.Number(cost.Parameters, "N0"),
                        HtmlBlock.Number((double)cost.Parameters / cost.ReferenceParameters, "0.000"),
                    ],
                ]
            )
        );

    public static string ToHtml(PaperTable table)
    {
        string[] datasets = [.. table.Cells.Select(c => c.Dataset).Distinct(StringComparer.Ordinal)];
        var rows = table
            .Cells.GroupBy(c => (c.Model, c.Arm))
            .Select(g =>
                (IReadOnlyList<string>)
                    [
                        g.Key.Model,
                        g.Key.Arm,
                        .. datasets.Select(d =>
                            g.FirstOrDefault(c => string.Equals(c.Dataset, d, StringComparison.Ordinal)) is { } cell
                                ? HtmlBlock.Number(cell.Accuracy, "0.00")
                                    + (cell.Verification == Verification.Unverified ? "?" : "")
                                : ""
                        ),
                    ]
            );
        return HtmlBlock.Wrap(
            $"<h4>{Markup.Escape(table.Title)}</h4>{HtmlBlock.Table(["model", "arm", .. datasets], rows, right: 2)}{HtmlBlock.Notes([table.Source])}"
        );
    }

    private const string Signed = "+0.00;\u22120.00;0.00";

    private static string Deviating(double mean, double deviation, string format) =>
        HtmlBlock.Number(mean, format)
        + (double.IsNaN(deviation) ? "" : " \u00b1 " + HtmlBlock.Number(deviation, "0.00"));

    private static string Published(ComparisonRow row) =>
        row.Published is { } cell
            ? HtmlBlock.Number(cell.Accuracy, "0.00") + (cell.Verification == Verification.Unverified ? "?" : "")
            : "";

    // Green or red only where chance between the seeds does not explain it: a colour is read as a finding.
    internal static string Tone((double Mean, double StandardDeviation, int Pairs) gain) =>
        Math.Abs(gain.Mean) > Verdict.HalfWidthOf(gain.Pairs, gain.StandardDeviation) ? Tone(gain.Mean) : "";

    private static string Tone(double value) =>
        value switch
        {
            > 0 => " vn-up",
            < 0 => " vn-down",
            _ => "",
        };
}
