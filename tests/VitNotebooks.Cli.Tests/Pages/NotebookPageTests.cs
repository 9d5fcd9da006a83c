using System.Net;
using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace VitNotebooks.Cli.Tests;

public sealed partial class NotebookPageTests
{
    [Fact]
    public void Render_PageWithEverything_FetchesNothing()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Notebook(
            "%% # Title\n\n![remote](https://example.com/x.png) and [a link](https://example.com)\n\n<script src=\"https://example.com/x.js\"></script>",
            "Charts.Line([1, 2, 3], \"Loss\")"
        );
        new NotebookRunner(new RunOptions(path) { Html = folder.File("x.html") }, TextWriter.Null)
            .Run(default)
            .ShouldBe(0);

        var html = File.ReadAllText(folder.File("x.html"));

        html.ShouldNotContain("<script");
        html.ShouldNotContain("<link");
        html.ShouldNotContain("@import");
        Source().Matches(html).Select(m => m.Groups[1].Value).ShouldAllBe(s => s.StartsWith("data:"));
        html.ShouldContain("default-src 'none'");
        html.ShouldContain("<svg");
        html.ShouldContain("prefers-color-scheme");
        html.ShouldContain("<title>Title</title>");
    }

    [Fact]
    public void Render_MarkupInStreamsErrorsAndTitles_IsEscaped()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Notebook(
            "%% # <img src=x onerror=alert(1)>\n\n[x](javascript:alert(1))",
            "Console.WriteLine(\"<script>alert(1)</script>\");\nthrow new Exception(\"<img src=y>\");"
        );
        new NotebookRunner(new RunOptions(path) { Html = folder.File("x.html") }, TextWriter.Null)
            .Run(default)
            .ShouldBe(1);

        var html = File.ReadAllText(folder.File("x.html"));

        html.ShouldNotContain("<script");
        html.ShouldNotContain("<img");
        html.ShouldNotContain("javascript:");
        html.ShouldContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    }

    [Fact]
    public void Render_PictureBesideTheNotebook_IsPutIntoThePage()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("p.png"), Interactive.PngImage.FromRgb(1, 1, [1, 2, 3]).Bytes.ToArray());

        MarkdownText.ToHtml("![p](p.png)", folder.Path).ShouldContain("src=\"data:image/png;base64,");
    }

    [Theory]
    [InlineData(
        "#r \"nuget: X\"\nusing System;\n// c\nvar s = $\"a{1 + 2}<b>\"; /* x */ int[] y = [1];\nawait M<int>(s);"
    )]
    [InlineData("this is ( not } C#; \"open")]
    [InlineData("")]
    public void Highlight_AnyCode_KeepsEveryCharacter(string code) =>
        WebUtility.HtmlDecode(Tag().Replace(CSharpHighlighter.ToHtml(code), "")).ShouldBe(code);

    [Fact]
    public void Highlight_KeywordsStringsAndCalls_HaveTheirClasses()
    {
        var html = CSharpHighlighter.ToHtml("var x = Charts.Line(\"a\"); // end");

        html.ShouldContain("<span class=\"k\">var</span>");
        html.ShouldContain("<span class=\"t\">Charts</span>");
        html.ShouldContain("<span class=\"m\">Line</span>");
        html.ShouldContain("<span class=\"s\">&quot;a&quot;</span>");
        html.ShouldContain("<span class=\"c\">// end</span>");
    }

    [GeneratedRegex("\\ssrc=\"([^\"]*)\"")]
    private static partial Regex Source();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();
}
