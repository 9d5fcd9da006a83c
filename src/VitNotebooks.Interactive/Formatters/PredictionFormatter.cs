using System.Globalization;
using VitNotebooks.Evaluation;

namespace VitNotebooks.Interactive;

/// <summary>A prediction as bars.</summary>
internal static class PredictionFormatter
{
    private const double FullBar = 220; // pixels

    public static string ToHtml(Prediction prediction)
    {
        var rows = prediction.Top.Select(t =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"<tr><td>{Markup.Escape(t.Class)}</td><td class=\"vn-r\">{100 * t.Probability:0.0} %</td><td><span class=\"vn-bar\" style=\"width:{FullBar * t.Probability:0.0}px\"></span></td></tr>"
            )
        );
        return HtmlBlock.Wrap($"<table><tbody>{string.Concat(rows)}</tbody></table>");
    }
}
