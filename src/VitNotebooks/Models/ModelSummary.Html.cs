using System.Net;
using System.Text;

namespace VitNotebooks.Models;

public sealed partial record ModelSummary
{
    // It stands in a notebook's output, whose colours it takes, and in a page of nothing else.
    private const string Style =
        "<style>"
        + ".vn-summary{font-size:13px;line-height:1.5;font-variant-numeric:tabular-nums;overflow-x:auto}"
        + ".vn-summary p{margin:4px 0}.vn-summary .vn-node,.vn-summary .vn-head{display:grid;column-gap:10px;padding:1px 0;min-width:var(--vn-width);"
        + "grid-template-columns:var(--vn-columns);border-bottom:1px solid var(--vn-grid,#8884)}"
        + ".vn-summary span{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}.vn-summary .vn-n{text-align:right}"
        + ".vn-summary .vn-head{color:var(--vn-muted,gray);font-size:12px}"
        + ".vn-summary summary.vn-node{cursor:pointer;list-style:none}.vn-summary summary.vn-node::-webkit-details-marker{display:none}"
        + ".vn-summary summary.vn-node>span:first-child::before{content:'\\25b8\\00a0';color:var(--vn-muted,gray)}"
        + ".vn-summary details[open]>summary.vn-node>span:first-child::before{content:'\\25be\\00a0'}"
        + ".vn-summary div.vn-node>span:first-child::before{content:'\\25b8\\00a0';visibility:hidden}"
        + "</style>";

    /// <summary>
    /// The tree as a piece of HTML that reads alone: its style in it, every text escaped, no script. Rows with something below them fold,
    /// and resting on a name shows the path to paste.
    /// </summary>
    /// <param name="open">Levels that are unfolded at first.</param>
    public string ToHtml(int open = 2)
    {
        // Module and type take what the numbers leave.
        string[] widths =
        [
            "minmax(180px,3fr)",
            "minmax(110px,2fr)",
            "120px",
            .. Enumerable.Repeat("92px", Columns.Length - 3),
        ];
        var html = new StringBuilder(Style);
        html.Append(
            $"<div class=\"vn-summary\" style=\"--vn-columns:{string.Join(' ', widths)};--vn-width:{480 + 102 * (Columns.Length - 3)}px\">"
        );
        html.Append($"<p>{WebUtility.HtmlEncode(Headline)}</p>");
        AppendRow(html, "div", "vn-head", Columns, depth: 0, path: null);
        AppendNode(html, this, "", 0, open);
        if (Note is { } note)
        {
            html.Append($"<p>{WebUtility.HtmlEncode(note)}</p>");
        }

        return html.Append("</div>").ToString();
    }

    private string Headline =>
        $"{Grouped(Parameters)} parameters, {Readable(Macs)} multiply-adds and {Bytes(ActivationBytes)} of activations for one image";

    private void AppendNode(StringBuilder html, ModelSummary node, string parent, int depth, int open)
    {
        var cells = Cells(node, parent);
        if (node.Children.Count == 0)
        {
            AppendRow(html, "div", "vn-node", cells, depth, node.Path);
            return;
        }
        html.Append(depth < open ? "<details open>" : "<details>");
        AppendRow(html, "summary", "vn-node", cells, depth, node.Path);
        foreach (var child in node.Children)
        {
            AppendNode(html, child, node.Path, depth + 1, open);
        }

        html.Append("</details>");
    }

    private static void AppendRow(
        StringBuilder html,
        string element,
        string style,
        string[] cells,
        int depth,
        string? path
    )
    {
        html.Append($"<{element} class=\"{style}\">");
        for (var i = 0; i < cells.Length; i++)
        {
            html.Append(i >= FirstNumber ? "<span class=\"vn-n\"" : "<span");
            if (i == 0 && path is not null)
            {
                html.Append($" style=\"padding-left:{16 * depth}px\" title=\"{WebUtility.HtmlEncode(path)}\"");
            }
            else if (i == 1)
            {
                html.Append($" title=\"{WebUtility.HtmlEncode(cells[i])}\""); // a long name is cut
            }

            html.Append($">{WebUtility.HtmlEncode(cells[i])}</span>");
        }
        html.Append($"</{element}>");
    }
}
