using System.Net;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Shouldly;
using VitNotebooks.Models;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Models;

/// <summary>The forms of a summary say the same: text for a terminal, Markdown, HTML.</summary>
public sealed partial class ModelSummaryTests
{
    private static ModelSummary Summary(bool frozen = false)
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Vit().Mini().Depth(2).WithRelativeLocalization().Build();
        model.freeze_backbone(frozen);
        return model.summary();
    }

    [Fact]
    public void ToHtml_EveryModule_IsARowThatFoldsWhereItHasChildren()
    {
        var summary = Summary();
        var block = Block(summary.ToHtml());
        var rows = block.Descendants().Where(e => (string?)e.Attribute("class") == "vn-node").ToArray();
        var nodes = All(summary).ToArray();
        rows.Select(row => (string?)row.Elements().First().Attribute("title")).ShouldBe(nodes.Select(n => n.Path));
        foreach (var (row, node) in rows.Zip(nodes))
        {
            var cells = row.Elements().Select(cell => cell.Value).ToArray();
            cells.Length.ShouldBe(6);
            cells[0].ShouldBe(node.Path.Length == 0 ? node.Type : node.Path.Split('.')[^1]);
            cells[1].ShouldBe(node.Type);
            cells[2].ShouldBe(node.OutputShape.Count == 0 ? "" : $"[{string.Join(", ", node.OutputShape)}]");
            cells[3].Replace(",", "").ShouldBe($"{node.Parameters}");
            row.Name.LocalName.ShouldBe(node.Children.Count > 0 ? "summary" : "div");
            row.Ancestors("details").Count().ShouldBe(Depth(node) + (node.Children.Count > 0 ? 1 : 0), node.Path);
        }

        int Depth(ModelSummary node) => nodes.Count(other => other != node && All(other).Contains(node));
    }

    [Fact]
    public void ToHtml_Levels_AreOpenAsAsked()
    {
        var summary = Summary();
        Open(summary.ToHtml(open: 0)).ShouldBe(0);
        Open(summary.ToHtml(open: 1)).ShouldBe(1);
        Open(summary.ToHtml(open: 2)).ShouldBe(1 + summary.Children.Count(c => c.Children.Count > 0));

        static int Open(string html) =>
            Block(html).DescendantsAndSelf("details").Count(d => d.Attribute("open") != null);
    }

    [Fact]
    public void ToHtml_TextFromOutside_IsEscapedAndNothingIsLoadedOrRun()
    {
        var summary = Summary() with { Type = "Pair<A&B>\"'" };
        var html = summary.ToHtml();
        Block(html).Descendants("span").Select(e => e.Value).ShouldContain("Pair<A&B>\"'");
        html.ShouldNotContain("<script");
        html.ShouldNotContain("http");
        html.ShouldNotContain("url(");
    }

    [Fact]
    public void EveryForm_FrozenParameters_HaveAColumn()
    {
        var summary = Summary(frozen: true);
        summary.Trainable.ShouldBe(summary.Find("head")!.Parameters + summary.Find("drloc")!.Parameters);
        var (trainable, frozen) = ($"{summary.Trainable:N0}", $"{summary.Frozen:N0}");
        var lines = summary.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines[0]
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .ShouldBe(["module", "type", "output", "trainable", "frozen", "MACs", "activations"]);
        lines[^2].ShouldContain($"{trainable}  ");
        lines[^2].ShouldContain($"  {frozen}  ");
        lines[^1]
            .ShouldBe(
                "MACs by fvcore's rules: every product, and 5 a value in layer norms, 2 in batch norms. "
                    + $"{trainable} parameters train, {frozen} are frozen."
            );
        summary.ToMarkdown().ShouldContain($"| total |  |  | {trainable} | {frozen} |");
        var html = WebUtility.HtmlDecode(summary.ToHtml());
        html.ShouldContain($">{trainable}</span>");
        html.ShouldContain($">{frozen}</span>");
        Summary().ToString().ShouldNotContain("frozen");
    }

    [Fact]
    public void ToMarkdown_Rows_HaveAsManyCellsAsTheHead()
    {
        foreach (var summary in new[] { Summary(), Summary(frozen: true) })
        {
            var rows = summary.ToMarkdown().Split('\n').TakeWhile(line => line.StartsWith('|')).ToArray();
            rows.Select(row => row.Count(c => c == '|')).Distinct().Count().ShouldBe(1);
            rows[1].ShouldMatch(@"^\|---\|---\|---\|(---:\|){3,4}$");
            rows.Length.ShouldBe(2 + All(summary).Count(n => n.Path.Count(c => c == '.') < 2) + 1);
        }
    }

    [Fact]
    public void Types_OfGenericModules_HaveTheirNameAlone() =>
        All(Summary()).Select(n => n.Type).ShouldAllBe(type => !type.Contains('`'));

    private static IEnumerable<ModelSummary> All(ModelSummary node) => node.Children.SelectMany(All).Prepend(node);

    // What is behind the style is well-formed: a reader that knows nothing of HTML reads it.
    private static XElement Block(string html) =>
        XElement.Parse(Style().Replace(html, "").Replace("<details open>", "<details open=\"\">"));

    [GeneratedRegex("<style>.*</style>", RegexOptions.Singleline)]
    private static partial Regex Style();
}
