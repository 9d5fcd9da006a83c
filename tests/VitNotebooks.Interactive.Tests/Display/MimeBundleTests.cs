using Microsoft.DotNet.Interactive.Formatting;
using Shouldly;
using Xunit;

namespace VitNotebooks.Interactive.Tests;

public sealed class MimeBundleTests
{
    [Fact]
    public void Of_Figure_IsFoundByConventionInThreeKinds()
    {
        var content = MimeBundle.Of(Charts.Line([1, 2], "Loss")).Content;

        content["text/html"].ShouldContain("<svg");
        content["text/plain"].ShouldBe("Figure 'Loss': line");
        content["application/vnd.plotly.v1+json"].ShouldContain("\"data\"");
    }

    [Fact]
    public void Of_TextWithMarkup_IsEscaped() =>
        MimeBundle
            .Of(new { Name = "<script>alert(1)</script>" })
            .Content.Where(c => c.Key == "text/html")
            .ShouldAllBe(c => !c.Value.Contains("<script>alert"));

    [Fact]
    public void Of_FormatterThatThrows_SaysSoAndKeepsTheCell()
    {
        Formatter.Register<Broken>((_, _) => throw new InvalidOperationException("no luck"), "text/html");

        var content = MimeBundle.Of(new Broken(), "text/html").Content;

        content.Keys.ShouldNotContain("text/html");
        content["text/plain"].ShouldNotBeEmpty();
    }

    private sealed class Broken;
}
