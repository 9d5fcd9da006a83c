using System.Globalization;
using System.Text;
using VitNotebooks.Models;

namespace VitNotebooks.Interactive;

/// <summary>A model as a foldable tree of its modules; resting on a name shows the path to paste.</summary>
internal static class ModelFormatter
{
    private const int OpenDepth = 2;

    public static string ToHtml(VisionModel model) =>
        HtmlBlock.Wrap($"<h4>{Markup.Escape(model.Config.Name)}</h4>{Tree(model.summary())}");

    public static string ToHtml(ModelSummary summary) => HtmlBlock.Wrap(Tree(summary));

    private static string Tree(ModelSummary summary)
    {
        var html = new StringBuilder();
        html.Append(
            $"<p>{Number(summary.Parameters)} parameters, {Macs(summary.Macs)} multiply-adds for one image</p><div class=\"vn-row vn-mute\"><span>module</span><span>type</span><span>output</span><span class=\"vn-r\">parameters</span><span class=\"vn-r\">MACs</span></div>"
        );
        Node(html, summary, "", 0);
        return html.ToString();
    }

    private static void Node(StringBuilder html, ModelSummary node, string parent, int depth)
    {
        var name =
            node.Path.Length == 0 ? node.Type
            : parent.Length > 0 && node.Path.StartsWith(parent + ".", StringComparison.Ordinal)
                ? node.Path[(parent.Length + 1)..]
            : node.Path;
        var indent = (depth * 16).ToString(CultureInfo.InvariantCulture);
        var row =
            $"<span style=\"padding-left:{indent}px\" title=\"{Markup.Escape(node.Path)}\">{Markup.Escape(name)}</span><span>{Markup.Escape(node.Type)}</span>"
            + $"<span>{Markup.Escape(string.Join(" \u00d7 ", node.OutputShape))}</span><span class=\"vn-r\">{Number(node.Parameters)}</span><span class=\"vn-r\">{Macs(node.Macs)}</span>";
        if (node.Children.Count == 0)
        {
            html.Append($"<div class=\"vn-row\">{row}</div>");
            return;
        }

        html.Append($"<details{(depth < OpenDepth ? " open" : "")}><summary class=\"vn-row\">{row}</summary>");
        foreach (var child in node.Children)
            Node(html, child, node.Path, depth + 1);
        html.Append("</details>");
    }

    private static string Number(long n) => n.ToString("N0", CultureInfo.InvariantCulture);

    private static string Macs(long macs) =>
        macs switch
        {
            0 => "",
            < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{macs / 1e3:0.0} k"),
            < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{macs / 1e6:0.0} M"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{macs / 1e9:0.00} G"),
        };
}
