using System.Xml.Linq;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace VitNotebooks.Interactive.Tests;

public sealed class SvgFigureTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private static XElement Parse(Figure figure) => XElement.Parse(figure.ToSvg());

    [Fact]
    public void ToSvg_Line_HasAxesTicksAndOnePathASeries()
    {
        var svg = Parse(Charts.Lines([("a", [1.0, 2, 3]), ("b", [3.0, 2, 1])], "Title", "epoch", "loss"));

        var texts = svg.Descendants(Svg + "text").Select(t => t.Value).ToArray();
        texts.ShouldContain("Title");
        texts.ShouldContain("epoch");
        texts.ShouldContain("loss");
        texts.ShouldContain("a");
        texts.ShouldContain("2"); // a tick
        svg.Descendants(Svg + "path").Count(p => (string?)p.Attribute("stroke-width") == "2.2").ShouldBe(2);
        svg.Descendants(Svg + "circle").Count().ShouldBe(6);
        svg.Descendants(Svg + "circle").First().Element(Svg + "title")!.Value.ShouldBe("a: 1, 1");
    }

    [Fact]
    public void ToSvg_NotANumber_BreaksTheLine()
    {
        var svg = Parse(new Figure([new LineTrace([1, 2, 3, 4], [1, double.NaN, 2, 3])]));

        var path = (string)
            svg.Descendants(Svg + "path").Single(p => (string?)p.Attribute("stroke-width") == "2.2").Attribute("d")!;
        path.Count(c => c == 'M').ShouldBe(2);
    }

    [Fact]
    public void ToSvg_AnyFiniteValues_StaysWellFormedAndInsideThePicture()
    {
        Prop.ForAll(
                ArbMap.Default.ArbFor<NormalFloat[]>(),
                values =>
                {
                    double[] y = [.. values.Select(v => v.Get).Where(v => Math.Abs(v) < 1e100)];
                    if (y.Length == 0)
                    {
                        return true;
                    }

                    var svg = Parse(new Figure([new ScatterTrace([.. y.Select((_, i) => (double)i)], y)]));
                    return svg.Descendants(Svg + "circle")
                        .All(c =>
                            (double)c.Attribute("cx")! is >= 0 and <= 680
                            && (double)c.Attribute("cy")! is >= 0 and <= 360
                        );
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void ToSvg_Bars_StartAtZeroAndStandSideBySide()
    {
        var figure = new Figure([
            new BarTrace(["x", "y"], [10, 20]) { Name = "one", Errors = [1, 2] },
            new BarTrace(["x", "y"], [5, -5]) { Name = "two" },
        ]);

        var bars = Parse(figure).Descendants(Svg + "rect").Where(r => r.Element(Svg + "title") is not null).ToArray();

        bars.Length.ShouldBe(4);
        var height = bars.ToDictionary(b => b.Value, b => (double)b.Attribute("height")!);
        height["one, y: 20"].ShouldBe(2 * height["one, x: 10"], 0.02);
        height["two, y: -5"].ShouldBe(height["two, x: 5"], 0.02);
    }

    [Fact]
    public void ToSvg_Heatmap_HasACellAValueAndAScale()
    {
        var svg = Parse(
            Charts.Heatmap([
                [0.0, 1],
                [2, 3],
            ])
        );

        svg.Descendants(Svg + "rect").Count(r => r.Element(Svg + "title") is not null).ShouldBe(4);
        svg.Descendants(Svg + "text").Select(t => t.Value).ShouldContain("3");
    }

    [Fact]
    public void ToSvg_MarkupInNames_IsEscaped()
    {
        var figure = new Figure([new LineTrace([1, 2], [1, 2]) { Name = "<script>alert(1)</script>", Markers = true }])
        {
            Title = "a < b & \"c\"",
            X = new Axis { Title = "</svg><img src=x>" },
        };

        var text = figure.ToSvg();

        text.ShouldNotContain("<script");
        text.ShouldNotContain("<img");
        XElement.Parse(text).Descendants(Svg + "text").Select(t => t.Value).ShouldContain("a < b & \"c\"");
    }

    [Fact]
    public void ToSvg_SeriesOfDifferentLength_NamesItAndBothLengths()
    {
        var figure = new Figure([new LineTrace([1, 2, 3], [1, 2]) { Name = "loss" }]);

        Should
            .Throw<FigureException>(figure.ToSvg)
            .Message.ShouldBe(
                "Figure: the series 'loss' has 3 positions and 2 entries in Y; they must be equally many."
            );
    }

    [Fact]
    public void ToSvg_NothingFinite_IsRefused() =>
        Should.Throw<FigureException>(new Figure([new LineTrace([1], [double.NaN])]).ToSvg);

    [Fact]
    public void ToSvg_LogarithmicAxisWithZero_IsRefused() =>
        Should
            .Throw<FigureException>(new Figure([new LineTrace([1, 2], [0, 1])]) { Y = new Axis { Log = true } }.ToSvg)
            .Message.ShouldContain("logarithmic");

    [Fact]
    public void Save_UnknownEnding_IsRefused() =>
        Should
            .Throw<ArgumentException>(() => Charts.Line([1]).Save("x.bmp"))
            .Message.ShouldContain(".svg, .json, .html");
}
