using System.Globalization;
using System.Text;

namespace VitNotebooks.Interactive;

/// <summary>
/// Draws a figure as one SVG element. No script, no font file, no network; a title element on each mark gives the
/// number when the pointer rests on it.
/// </summary>
internal sealed class SvgFigure
{
    private const double CharWidth = 6.4; // of an 11 px sans-serif digit, rounded up

    private readonly Figure _figure;
    private readonly StringBuilder _svg = new();

    public SvgFigure(Figure figure)
    {
        if (figure.Width < 160 || figure.Height < 120)
        {
            throw new FigureException(
                $"Figure: {figure.Width} x {figure.Height} pixels is too small; the least is 160 x 120."
            );
        }

        _figure = figure;
    }

    /// <summary>The style that an SVG of ours carries.</summary>
    public static string Style { get; } =
        "<style>"
        + Palette.Css(".vn-fig")
        + ".vn-fig text{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif;font-size:11px;fill:var(--vn-muted,#59636e)}"
        + ".vn-fig .vn-t{font-size:14px;font-weight:600;fill:var(--vn-fg,#1f2328)}"
        + ".vn-fig .vn-l{font-size:12px;fill:var(--vn-fg,#1f2328)}</style>";

    public string Render()
    {
        var images = _figure.Traces.OfType<ImageGridTrace>().ToArray();
        if (images.Length > 0)
        {
            if (_figure.Traces.Count > 1)
            {
                throw new FigureException("Figure: a grid of images stands alone; another series was given beside it.");
            }

            return SvgImageGrid.Render(_figure, images[0]);
        }

        var top = 14.0;
        if (_figure.Title is not null)
        {
            top += 22;
        }

        if (_figure.Traces.Count == 0)
        {
            throw new FigureException("Figure: there is no series in it; give at least one trace.");
        }

        if (_figure.Traces.OfType<HeatmapTrace>().FirstOrDefault() is { } heat)
        {
            if (_figure.Traces.Count > 1)
            {
                throw new FigureException("Figure: a heat map stands alone; another series was given beside it.");
            }

            Open(_figure.Height);
            SvgHeatmap.Draw(_svg, _figure, heat, top);
            return Close();
        }

        Open(_figure.Height);
        DrawSeries(top);
        return Close();
    }

    private void Open(int height) => OpenElement(_svg, _figure, height);

    private string Close() => _svg.Append("</svg>").ToString();

    /// <summary>Opens the element, with style, background and heading.</summary>
    internal static void OpenElement(StringBuilder svg, Figure figure, double height)
    {
        var name = Markup.Escape(figure.Title ?? "Figure");
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"vn-fig\" role=\"img\" aria-label=\"{name}\" viewBox=\"0 0 {figure.Width} {Markup.N(height)}\" width=\"{figure.Width}\" height=\"{Markup.N(height)}\" style=\"max-width:100%;height:auto\">"
        );
        svg.Append(Style);
        svg.Append("<rect width=\"100%\" height=\"100%\" rx=\"6\" fill=\"var(--vn-bg,#fff)\"/>");
        if (figure.Title is not null)
        {
            svg.Append($"<text class=\"vn-t\" x=\"14\" y=\"24\">{name}</text>");
        }
    }

    private void DrawSeries(double top)
    {
        var series = SvgSeries.Collect(_figure);
        top = Legend(series, top);
        var bottom = 30 + (_figure.X.Title is null ? 0 : 18);
        var height = _figure.Height - top - bottom;
        var y = Ticks.For(_figure.Y, series.MinY, series.MaxY, (int)Math.Clamp(height / 45, 2, 8), pad: true);
        var left = 16 + y.Labels.Max(l => l.Length) * CharWidth + (_figure.Y.Title is null ? 0 : 20);
        var plot = new Plot(left, top, _figure.Width - left - 18, height);

        foreach (var (value, label) in y.Values.Zip(y.Labels))
        {
            var at = plot.Y(y.At(value, _figure.Y.Log));
            Grid(plot.Left, at, plot.Right, at);
            Text(plot.Left - 7, at + 4, label, "end");
        }

        if (_figure.Y.Title is { } yTitle)
        {
            var middle = Markup.N(plot.Top + plot.Height / 2);
            _svg.Append(
                $"<text class=\"vn-l\" x=\"16\" y=\"{middle}\" transform=\"rotate(-90 16 {middle})\" text-anchor=\"middle\">{Markup.Escape(yTitle)}</text>"
            );
        }

        Ticks? x = null;
        if (series.Categories.Count > 0)
        {
            Categories(series.Categories, plot);
        }
        else
        {
            x = Ticks.For(_figure.X, series.MinX, series.MaxX, (int)Math.Clamp(plot.Width / 80, 2, 12), pad: false);
            foreach (var (value, label) in x.Values.Zip(x.Labels))
            {
                var at = plot.X(x.At(value, _figure.X.Log));
                Grid(at, plot.Top, at, plot.Bottom);
                Text(at, plot.Bottom + 16, label, "middle");
            }
        }

        if (_figure.X.Title is { } xTitle)
        {
            _svg.Append(
                $"<text class=\"vn-l\" x=\"{Markup.N(plot.Left + plot.Width / 2)}\" y=\"{_figure.Height - 10}\" text-anchor=\"middle\">{Markup.Escape(xTitle)}</text>"
            );
        }

        _svg.Append(
            $"<path d=\"M{Markup.N(plot.Left)} {Markup.N(plot.Top)}V{Markup.N(plot.Bottom)}H{Markup.N(plot.Right)}\" fill=\"none\" stroke=\"var(--vn-axis,#8b949e)\"/>"
        );
        series.Draw(_svg, plot, x, y);
    }

    private double Legend(SvgSeries series, double top)
    {
        var named = series.Legend;
        if (named.Count == 0 || (named.Count == 1 && _figure.Traces.Count == 1 && _figure.Title is not null))
        {
            return top + 4;
        }

        double x = 16;
        var line = top + 10;
        foreach (var (name, color, dashed) in named)
        {
            var width = 34 + name.Length * 6.9;
            if (x > 16 && x + width > _figure.Width - 12)
            {
                x = 16;
                line += 18;
            }

            var dash = dashed ? " stroke-dasharray=\"5 4\"" : "";
            _svg.Append(
                $"<path d=\"M{Markup.N(x)} {Markup.N(line - 4)}h18\" stroke=\"{color}\" stroke-width=\"3\"{dash}/><text class=\"vn-l\" x=\"{Markup.N(x + 24)}\" y=\"{Markup.N(line)}\">{Markup.Escape(name)}</text>"
            );
            x += width + 8;
        }

        return line + 12;
    }

    private void Categories(IReadOnlyList<string> names, Plot plot)
    {
        var step = plot.Width / names.Count;
        var every = Math.Max(1, (int)Math.Ceiling(34 / step));
        var room = Math.Max(3, (int)(step * every / CharWidth) - 1);
        for (var i = 0; i < names.Count; i += every)
        {
            var name = names[i].Length <= room ? names[i] : names[i][..Math.Max(1, room - 1)] + "\u2026";
            Text(plot.Left + (i + 0.5) * step, plot.Bottom + 16, name, "middle");
        }
    }

    private void Grid(double x1, double y1, double x2, double y2) =>
        _svg.Append(
            $"<path d=\"M{Markup.N(x1)} {Markup.N(y1)}L{Markup.N(x2)} {Markup.N(y2)}\" stroke=\"var(--vn-grid,#d9dee3)\"/>"
        );

    private void Text(double x, double y, string text, string anchor) =>
        _svg.Append(
            $"<text x=\"{Markup.N(x)}\" y=\"{Markup.N(y)}\" text-anchor=\"{anchor}\">{Markup.Escape(text)}</text>"
        );
}

/// <summary>The rectangle inside the axes, in pixels.</summary>
internal readonly record struct Plot(double Left, double Top, double Width, double Height)
{
    public double Right => Left + Width;
    public double Bottom => Top + Height;

    public double X(double t) => Left + t * Width;

    public double Y(double t) => Bottom - t * Height;
}
