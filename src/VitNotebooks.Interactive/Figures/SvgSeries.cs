using System.Globalization;
using System.Text;

namespace VitNotebooks.Interactive;

/// <summary>The lines, points and bars of a figure: their range, their legend, their marks.</summary>
internal sealed class SvgSeries
{
    private readonly Figure _figure;
    private readonly List<(Trace Trace, string Color)> _traces = [];

    private SvgSeries(Figure figure) => _figure = figure;

    public double MinX { get; private set; } = double.PositiveInfinity;
    public double MaxX { get; private set; } = double.NegativeInfinity;
    public double MinY { get; private set; } = double.PositiveInfinity;
    public double MaxY { get; private set; } = double.NegativeInfinity;
    public List<string> Categories { get; } = [];
    public List<(string Name, string Color, bool Dashed)> Legend { get; } = [];

    public static SvgSeries Collect(Figure figure)
    {
        var all = new SvgSeries(figure);
        foreach (var trace in figure.Traces)
        {
            all.Add(trace);
        }

        if (all.Categories.Count > 0 && all._traces.Any(t => t.Trace is not BarTrace))
        {
            throw new FigureException(
                "Figure: bars have categories on their axis; lines and points cannot stand beside them."
            );
        }

        if (double.IsInfinity(all.MinY))
        {
            throw new FigureException("Figure: no series has a finite value, so there is nothing to draw.");
        }

        return all;
    }

    public void Draw(StringBuilder svg, Plot plot, Ticks? x, Ticks y)
    {
        var bars = _traces.Count(t => t.Trace is BarTrace);
        var bar = 0;
        foreach (var (trace, color) in _traces)
        {
            switch (trace)
            {
                case LineTrace line when x is not null:
                    DrawLine(svg, plot, x, y, line, color);
                    break;
                case ScatterTrace points when x is not null:
                    for (var i = 0; i < points.X.Count; i++)
                    {
                        Dot(svg, plot, x, y, points.X[i], points.Y[i], color, 4, points.Labels?[i] ?? points.Name);
                    }

                    break;
                case BarTrace one:
                    DrawBars(svg, plot, y, one, color, bar++, bars);
                    break;
            }
        }
    }

    private void Add(Trace trace)
    {
        var index = trace.ColorIndex ?? _traces.Count;
        var color = Palette.Series(index);
        _traces.Add((trace, color));
        if (trace.Name is { } name)
        {
            Legend.Add((name, color, trace is LineTrace { Dashed: true }));
        }

        switch (trace)
        {
            case LineTrace line:
                Same(trace, line.X.Count, line.Y.Count, "Y");
                Same(trace, line.X.Count, line.Lower?.Count ?? line.X.Count, "Lower");
                Same(trace, line.X.Count, line.Upper?.Count ?? line.X.Count, "Upper");
                Range(line.X, line.Y);
                Range([], line.Lower ?? []);
                Range([], line.Upper ?? []);
                break;
            case ScatterTrace points:
                Same(trace, points.X.Count, points.Y.Count, "Y");
                Same(trace, points.X.Count, points.Labels?.Count ?? points.X.Count, "Labels");
                Range(points.X, points.Y);
                break;
            case BarTrace bars:
                Same(trace, bars.Categories.Count, bars.Values.Count, "Values");
                Same(trace, bars.Categories.Count, bars.Errors?.Count ?? bars.Categories.Count, "Errors");
                Categories.AddRange(bars.Categories.Where(c => !Categories.Contains(c, StringComparer.Ordinal)));
                Range([], bars.Values);
                if (bars.Errors is { } errors)
                {
                    Range([], [.. bars.Values.Zip(errors, (v, e) => v + e)]);
                    Range([], [.. bars.Values.Zip(errors, (v, e) => v - e)]);
                }

                if (!_figure.Y.Log)
                {
                    Range([], [0]); // a bar's length is read from zero
                }

                break;
        }
    }

    private static void Same(Trace trace, int expected, int given, string what)
    {
        if (expected != given)
        {
            throw new FigureException(
                $"Figure: the series '{trace.Name}' has {expected} positions and {given} entries in {what}; they must be equally many."
            );
        }
    }

    private void Range(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        foreach (var v in x.Where(double.IsFinite))
        {
            (MinX, MaxX) = (Math.Min(MinX, v), Math.Max(MaxX, v));
        }

        foreach (var v in y.Where(double.IsFinite))
        {
            (MinY, MaxY) = (Math.Min(MinY, v), Math.Max(MaxY, v));
        }
    }

    private void DrawLine(StringBuilder svg, Plot plot, Ticks x, Ticks y, LineTrace line, string color)
    {
        var points = Enumerable
            .Range(0, line.X.Count)
            .Where(i => double.IsFinite(line.X[i]))
            .Select(i => (X: plot.X(x.At(line.X[i], _figure.X.Log)), I: i))
            .ToArray();
        double AtY(double v) => plot.Y(y.At(v, _figure.Y.Log));

        if (line is { Lower: { } lower, Upper: { } upper })
        {
            var band = points.Where(p => double.IsFinite(lower[p.I]) && double.IsFinite(upper[p.I])).ToArray();
            if (band.Length > 1)
            {
                var edge = band.Select(p => $"{Markup.N(p.X)} {Markup.N(AtY(upper[p.I]))}")
                    .Concat(band.Reverse().Select(p => $"{Markup.N(p.X)} {Markup.N(AtY(lower[p.I]))}"));
                svg.Append($"<path d=\"M{string.Join('L', edge)}Z\" fill=\"{color}\" fill-opacity=\"0.18\"/>");
            }
        }

        var path = new StringBuilder();
        var pen = false;
        foreach (var (px, i) in points)
        {
            if (!double.IsFinite(line.Y[i]))
            {
                pen = false;
                continue;
            }

            path.Append(pen ? 'L' : 'M').Append(Markup.N(px)).Append(' ').Append(Markup.N(AtY(line.Y[i])));
            pen = true;
        }

        var dash = line.Dashed ? " stroke-dasharray=\"6 4\"" : "";
        svg.Append(
            $"<path d=\"{path}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"2.2\" stroke-linejoin=\"round\" stroke-linecap=\"round\"{dash}/>"
        );
        if (line.Markers)
        {
            for (var i = 0; i < line.X.Count; i++)
            {
                Dot(svg, plot, x, y, line.X[i], line.Y[i], color, 3, line.Name);
            }
        }
    }

    private void Dot(
        StringBuilder svg,
        Plot plot,
        Ticks x,
        Ticks y,
        double vx,
        double vy,
        string color,
        double r,
        string? name
    )
    {
        if (!double.IsFinite(vx) || !double.IsFinite(vy))
        {
            return;
        }

        var (px, py) = (plot.X(x.At(vx, _figure.X.Log)), plot.Y(y.At(vy, _figure.Y.Log)));
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<circle cx=\"{Markup.N(px)}\" cy=\"{Markup.N(py)}\" r=\"{Markup.N(r)}\" fill=\"{color}\"><title>{Markup.Escape(name is null ? "" : name + ": ")}{vx:g6}, {vy:g6}</title></circle>"
        );
    }

    private void DrawBars(StringBuilder svg, Plot plot, Ticks y, BarTrace bars, string color, int index, int count)
    {
        var step = plot.Width / Categories.Count;
        var width = step * 0.72 / count;
        var zero = plot.Y(Math.Clamp(_figure.Y.Log ? 0 : y.At(0, log: false), 0, 1));
        for (var i = 0; i < bars.Categories.Count; i++)
        {
            var value = bars.Values[i];
            if (!double.IsFinite(value))
            {
                continue;
            }

            var slot = Categories.IndexOf(bars.Categories[i]);
            var left = plot.Left + slot * step + step * 0.14 + index * width;
            var end = plot.Y(y.At(value, _figure.Y.Log));
            var title = $"{(bars.Name is null ? "" : bars.Name + ", ")}{bars.Categories[i]}: ";
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<rect x=\"{Markup.N(left)}\" y=\"{Markup.N(Math.Min(zero, end))}\" width=\"{Markup.N(width * 0.94)}\" height=\"{Markup.N(Math.Abs(zero - end))}\" rx=\"1.5\" fill=\"{color}\"><title>{Markup.Escape(title)}{value:g6}</title></rect>"
            );
            if (bars.Errors is { } errors && double.IsFinite(errors[i]) && errors[i] > 0)
            {
                var (low, high) = (value - errors[i], value + errors[i]);
                if (_figure.Y.Log && low <= 0)
                {
                    low = y.Min;
                }

                var middle = left + width * 0.47;
                svg.Append(
                    $"<path d=\"M{Markup.N(middle)} {Markup.N(plot.Y(y.At(low, _figure.Y.Log)))}V{Markup.N(plot.Y(y.At(high, _figure.Y.Log)))}\" stroke=\"var(--vn-fg,#1f2328)\" stroke-width=\"1.5\"/>"
                );
            }
        }
    }
}
