using System.Text;

namespace VitNotebooks.Interactive;

/// <summary>
/// A figure as plain data. It serializes to plotly.js's JSON (which Plotly.NET and Jupyter read) and draws itself as a
/// static SVG that needs no script and follows the page between light and dark.
/// </summary>
/// <param name="Traces">The series, drawn in this order.</param>
[TypeFormatterSource(typeof(FigureFormatterSource), PreferredMimeTypes = ["text/html"])]
public sealed record Figure(IReadOnlyList<Trace> Traces)
{
    /// <summary>Heading of the figure.</summary>
    public string? Title { get; init; }

    /// <summary>The horizontal axis.</summary>
    public Axis X { get; init; } = new();

    /// <summary>The vertical axis.</summary>
    public Axis Y { get; init; } = new();

    /// <summary>Width in CSS pixels; at least 160.</summary>
    public int Width { get; init; } = 680;

    /// <summary>Height in CSS pixels; at least 120. A grid of images takes the height that it needs.</summary>
    public int Height { get; init; } = 360;

    /// <summary>The figure in plotly.js's JSON: an object with <c>data</c> and <c>layout</c>.</summary>
    public string ToJson() => PlotlyJson.Write(this);

    /// <summary>The figure as one SVG element.</summary>
    /// <exception cref="FigureException">A series does not fit: lengths differ, or nothing finite is in it.</exception>
    public string ToSvg() => new SvgFigure(this).Render();

    /// <summary>The figure as a fragment of HTML: the SVG, which needs neither script nor network.</summary>
    /// <exception cref="FigureException">A series does not fit: lengths differ, or nothing finite is in it.</exception>
    public string ToHtml() => $"<div class=\"vn-figure\">{ToSvg()}</div>";

    /// <summary>Writes the figure; the ending decides the format: .svg, .json (plotly) or .html (a whole page).</summary>
    /// <param name="path">Where to; an existing file is replaced.</param>
    /// <exception cref="ArgumentException">The ending is none of the three.</exception>
    public void Save(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var text = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".svg" => "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + ToSvg() + "\n",
            ".json" => ToJson() + "\n",
            ".html" => "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"color-scheme\" "
                + $"content=\"light dark\"><title>{Markup.Escape(Title ?? "Figure")}</title><body>{ToHtml()}</body></html>\n",
            var other => throw new ArgumentException(
                $"Figure.Save: cannot write '{Path.GetFileName(path)}': the ending '{other}' is none of .svg, .json, .html.",
                nameof(path)
            ),
        };
        File.WriteAllText(path, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
    }

    /// <summary>A short description: what is drawn, not the numbers.</summary>
    public override string ToString() =>
        $"Figure{(Title is null ? "" : $" '{Title}'")}: {string.Join(", ", Traces.Select(t => t.Name ?? t.GetType().Name.Replace("Trace", "", StringComparison.Ordinal).ToLowerInvariant()))}";
}

/// <summary>A figure that cannot be drawn; the message says which series and why.</summary>
/// <param name="message">What was given and what was expected.</param>
public sealed class FigureException(string message) : Exception(message);
