using System.Text.Json.Nodes;

namespace VitNotebooks.Interactive;

/// <summary>Writes a figure in plotly.js's JSON, https://plotly.com/javascript/reference/ (names and meanings as there).</summary>
internal static class PlotlyJson
{
    public static string Write(Figure figure) => Node(figure).ToJsonString();

    public static JsonObject Node(Figure figure)
    {
        var data = new JsonArray();
        var images = figure.Traces.OfType<ImageGridTrace>().FirstOrDefault();
        for (var i = 0; i < figure.Traces.Count; i++)
        {
            foreach (var node in Nodes(figure.Traces[i], i))
            {
                data.Add(node);
            }
        }

        var layout = new JsonObject
        {
            ["width"] = figure.Width,
            ["height"] = figure.Height,
            ["template"] = new JsonObject { ["layout"] = new JsonObject { ["colorway"] = Strings(Palette.Light) } },
            ["xaxis"] = AxisNode(figure.X, figure.Traces.OfType<HeatmapTrace>().Any() || images is not null),
            ["yaxis"] = AxisNode(figure.Y, false),
        };
        if (figure.Title is not null)
        {
            layout["title"] = new JsonObject { ["text"] = Text(figure.Title) };
        }

        if (figure.Traces.Count(t => t is BarTrace) > 1)
        {
            layout["barmode"] = "group";
        }

        if (figure.Traces.OfType<HeatmapTrace>().Any())
        {
            layout["yaxis"]!["autorange"] = "reversed"; // row 0 is the top one
        }

        if (images is not null)
        {
            foreach (var axis in new[] { "xaxis", "yaxis" })
            {
                layout[axis]!["visible"] = false;
            }

            layout["yaxis"]!["autorange"] = "reversed";
            layout["annotations"] = Labels(images);
        }

        return new JsonObject { ["data"] = data, ["layout"] = layout };
    }

    private static IEnumerable<JsonNode> Nodes(Trace trace, int index)
    {
        var color = Palette.Light[(trace.ColorIndex ?? index) % Palette.Light.Length];
        switch (trace)
        {
            case LineTrace line:
                if (line is { Lower: { } lower, Upper: { } upper })
                {
                    yield return Band(line, lower, "none", color);
                    yield return Band(line, upper, "tonexty", color);
                }

                var node = Series("scatter", line.Name, line.X, line.Y);
                node["mode"] = line.Markers ? "lines+markers" : "lines";
                node["line"] = new JsonObject { ["color"] = color, ["dash"] = line.Dashed ? "dash" : "solid" };
                yield return node;
                break;
            case ScatterTrace points:
                node = Series("scatter", points.Name, points.X, points.Y);
                node["mode"] = "markers";
                node["marker"] = new JsonObject { ["color"] = color };
                if (points.Labels is { } labels)
                {
                    node["text"] = Strings(labels.Select(Text));
                }

                yield return node;
                break;
            case BarTrace bars:
                node = new JsonObject
                {
                    ["type"] = "bar",
                    ["x"] = Strings(bars.Categories.Select(Text)),
                    ["y"] = Numbers(bars.Values),
                    ["marker"] = new JsonObject { ["color"] = color },
                };
                Named(node, bars.Name);
                if (bars.Errors is { } errors)
                {
                    node["error_y"] = new JsonObject { ["type"] = "data", ["array"] = Numbers(errors) };
                }

                yield return node;
                break;
            case HeatmapTrace heat:
                node = new JsonObject
                {
                    ["type"] = "heatmap",
                    ["z"] = new JsonArray([.. heat.Values.Select(r => (JsonNode)Numbers(r))]),
                    ["colorscale"] = "Viridis",
                };
                Named(node, heat.Name);
                if (heat.XLabels is { } x)
                {
                    node["x"] = Strings(x.Select(Text));
                }

                if (heat.YLabels is { } y)
                {
                    node["y"] = Strings(y.Select(Text));
                }

                if (heat.ShowValues)
                {
                    node["texttemplate"] = "%{z:.3~g}";
                }

                yield return node;
                break;
            case ImageGridTrace grid:
                for (var i = 0; i < grid.Images.Count; i++)
                {
                    var image = grid.Images[i];
                    yield return new JsonObject
                    {
                        ["type"] = "image",
                        ["source"] = image.ToDataUri(),
                        ["x0"] = i % grid.Columns * 1.15,
                        ["y0"] = i / grid.Columns * 1.35,
                        ["dx"] = 1.0 / image.Width,
                        ["dy"] = 1.0 / image.Height,
                        ["name"] = Text(grid.Labels.ElementAtOrDefault(i) ?? ""),
                    };
                }

                break;
        }
    }

    private static JsonObject Series(string type, string? name, IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        var node = new JsonObject
        {
            ["type"] = type,
            ["x"] = Numbers(x),
            ["y"] = Numbers(y),
        };
        Named(node, name);
        return node;
    }

    private static JsonObject Band(LineTrace line, IReadOnlyList<double> edge, string fill, string color)
    {
        var node = Series("scatter", null, line.X, edge);
        node["mode"] = "lines";
        node["fill"] = fill;
        node["fillcolor"] = color + "2e"; // 18 %
        node["line"] = new JsonObject { ["width"] = 0 };
        node["hoverinfo"] = "skip";
        return node;
    }

    private static void Named(JsonObject node, string? name)
    {
        if (name is null)
        {
            node["showlegend"] = false;
        }
        else
        {
            node["name"] = Text(name);
        }
    }

    private static JsonObject AxisNode(Axis axis, bool plain)
    {
        var node = new JsonObject { ["type"] = axis.Log ? "log" : "-", ["automargin"] = true };
        if (axis.Title is not null)
        {
            node["title"] = new JsonObject { ["text"] = Text(axis.Title) };
        }

        if (axis.Whole)
        {
            node["tickformat"] = "d";
        }

        if (plain)
        {
            node["showgrid"] = false;
        }

        if (axis is { Min: { } min, Max: { } max })
        {
            node["range"] = axis.Log ? new JsonArray(Math.Log10(min), Math.Log10(max)) : new JsonArray(min, max);
        }

        return node;
    }

    private static JsonArray Labels(ImageGridTrace grid) =>
        new([
            .. grid.Labels.Select(
                (label, i) =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["x"] = i % grid.Columns * 1.15 + 0.5,
                            ["y"] = i / grid.Columns * 1.35 + 1.12,
                            ["text"] = Text(label),
                            ["showarrow"] = false,
                        }
            ),
        ]);

    /// <summary>plotly reads a small dialect of HTML in its texts: angle brackets of ours are no tags.</summary>
    private static string Text(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal);

    private static JsonArray Numbers(IReadOnlyList<double> values) =>
        new([.. values.Select(v => double.IsFinite(v) ? JsonValue.Create(v) : null)]);

    private static JsonArray Strings(IEnumerable<string> values) =>
        new([.. values.Select(v => (JsonNode)JsonValue.Create(v))]);
}
