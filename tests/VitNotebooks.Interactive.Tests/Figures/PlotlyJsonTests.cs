using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace VitNotebooks.Interactive.Tests;

public sealed class PlotlyJsonTests
{
    private static JsonNode Parse(Figure figure) => JsonNode.Parse(figure.ToJson())!;

    [Fact]
    public void ToJson_Line_IsAScatterTraceWithNumbers()
    {
        var json = Parse(Charts.Lines([("loss", [2.5, double.NaN, 1])], "T", "epoch", "loss"));

        var trace = json["data"]![0]!;
        ((string)trace["type"]!).ShouldBe("scatter");
        ((string)trace["mode"]!).ShouldBe("lines+markers");
        trace["y"]!.ToJsonString().ShouldBe("[2.5,null,1]");
        ((string)json["layout"]!["title"]!["text"]!).ShouldBe("T");
        ((string)json["layout"]!["xaxis"]!["title"]!["text"]!).ShouldBe("epoch");
    }

    [Fact]
    public void ToJson_Band_IsFilledBetweenTwoEdges()
    {
        var data = Parse(
            Charts.Bands([
                (
                    "a",
                    [
                        [1.0, 2],
                        [3.0, 4],
                    ]
                ),
            ])
        )["data"]!.AsArray();

        data.Count.ShouldBe(3);
        ((string)data[1]!["fill"]!).ShouldBe("tonexty");
        data[2]!["y"]!.ToJsonString().ShouldBe("[2,3]");
    }

    [Fact]
    public void ToJson_Bars_HaveErrorBarsAndStandInGroups()
    {
        var json = Parse(
            new Figure([
                new BarTrace(["a"], [1]) { Name = "x", Errors = [0.5] },
                new BarTrace(["a"], [2]) { Name = "y" },
            ])
        );

        ((string)json["layout"]!["barmode"]!).ShouldBe("group");
        json["data"]![0]!["error_y"]!["array"]!.ToJsonString().ShouldBe("[0.5]");
    }

    [Fact]
    public void ToJson_Heatmap_HasRowZeroAtTheTop()
    {
        var json = Parse(
            Charts.Heatmap([
                [1.0, 2],
                [3, 4],
            ])
        );

        json["data"]![0]!["z"]!.ToJsonString().ShouldBe("[[1,2],[3,4]]");
        ((string)json["layout"]!["yaxis"]!["autorange"]!).ShouldBe("reversed");
    }

    [Fact]
    public void ToJson_Images_CarryThePictures()
    {
        var image = PngImage.FromRgb(2, 1, [255, 0, 0, 0, 255, 0]);

        var json = Parse(Charts.Images([(image, "a"), (image, "b")]));

        json["data"]!.AsArray().Count.ShouldBe(2);
        ((string)json["data"]![0]!["source"]!).ShouldStartWith("data:image/png;base64,iVBOR");
        json["layout"]!["annotations"]!.AsArray().Count.ShouldBe(2);
    }

    [Fact]
    public void ToJson_MarkupInNames_IsNoMarkupForPlotly() =>
        ((string)Parse(Charts.Line([1, 2], "<b>x</b>"))["layout"]!["title"]!["text"]!).ShouldBe("&lt;b&gt;x&lt;/b&gt;");
}
