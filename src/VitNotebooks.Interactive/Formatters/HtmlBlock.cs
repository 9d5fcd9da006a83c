using System.Globalization;
using System.Text;

namespace VitNotebooks.Interactive;

/// <summary>Pieces of HTML that our pictures share: one look, every text escaped, no script.</summary>
internal static class HtmlBlock
{
    /// <summary>The style, which each output carries so that it reads alone.</summary>
    public static string Style { get; } =
        "<style>"
        + Palette.Css(".vn")
        + ".vn{font:13px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif;color:var(--vn-fg);background:var(--vn-bg);border:1px solid var(--vn-grid);border-radius:6px;padding:12px 14px;max-width:100%;overflow-x:auto;box-sizing:border-box}"
        + ".vn h4{margin:0 0 6px;font-size:14px}.vn p{margin:4px 0}.vn .vn-mute,.vn ul{color:var(--vn-muted);font-size:12px}.vn ul{margin:8px 0 0;padding-left:18px}"
        + ".vn table{display:table;border-collapse:collapse;margin:4px 0;font-size:13px;color:var(--vn-fg);font-variant-numeric:tabular-nums;border:0}"
        + ".vn th,.vn td{padding:4px 12px 4px 0;border:0;border-bottom:1px solid var(--vn-grid);text-align:left;white-space:nowrap;background:none}"
        + ".vn .vn-wrap td:last-child{white-space:normal;min-width:22em}.vn th{font-weight:600;color:var(--vn-muted)}.vn .vn-r{text-align:right;padding-right:14px}"
        + ".vn .vn-up{color:var(--vn-c2);font-weight:600}.vn .vn-down{color:var(--vn-c1);font-weight:600}"
        + ".vn details>summary{cursor:pointer}.vn code{font-family:ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;font-size:12px;background:none;color:inherit;padding:0}"
        + ".vn .vn-bar{display:inline-block;height:9px;border-radius:2px;background:var(--vn-c0);vertical-align:middle}"
        + ".vn .vn-track{display:block;height:6px;border-radius:3px;background:var(--vn-grid);overflow:hidden;margin:6px 0}.vn .vn-track>span{display:block;height:100%;background:var(--vn-c0)}"
        + "</style>";

    /// <summary>A framed block with the style.</summary>
    public static string Wrap(string content) => $"{Style}<div class=\"vn\">{content}</div>";

    /// <summary>A table; cells are texts, and columns of numbers stand right.</summary>
    /// <param name="head">Head of each column.</param>
    /// <param name="rows">Cells of each row.</param>
    /// <param name="right">Index of the first column that stands right.</param>
    public static string Table(IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows, int right = 1)
    {
        var html = new StringBuilder("<table><thead><tr>");
        for (var i = 0; i < head.Count; i++)
        {
            html.Append($"<th{Align(i)}>{Markup.Escape(head[i])}</th>");
        }

        html.Append("</tr></thead><tbody>");
        foreach (var row in rows)
        {
            html.Append("<tr>");
            for (var i = 0; i < row.Count; i++)
            {
                html.Append($"<td{Align(i)}>{Markup.Escape(row[i])}</td>");
            }

            html.Append("</tr>");
        }

        return html.Append("</tbody></table>").ToString();

        string Align(int column) => column >= right ? " class=\"vn-r\"" : "";
    }

    /// <summary>Sentences as a list.</summary>
    public static string Notes(IEnumerable<string> notes)
    {
        var items = string.Concat(notes.Select(n => $"<li>{Markup.Escape(n)}</li>"));
        return items.Length == 0 ? "" : $"<ul>{items}</ul>";
    }

    /// <summary>A number, never localized; nothing for NaN.</summary>
    public static string Number(double value, string format) =>
        double.IsNaN(value) ? "" : value.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>0.123 as 12.3 %; nothing for NaN.</summary>
    public static string Percent(double share) => double.IsNaN(share) ? "" : Number(100 * share, "0.0") + " %";
}
