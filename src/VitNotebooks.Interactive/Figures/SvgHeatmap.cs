using System.Globalization;
using System.Text;

namespace VitNotebooks.Interactive;

/// <summary>Draws a matrix of colours with its scale at the right.</summary>
internal static class SvgHeatmap
{
    private const int MostCells = 10_000; // a rectangle a cell: about 100 bytes each

    public static void Draw(StringBuilder svg, Figure figure, HeatmapTrace heat, double top)
    {
        var rows = heat.Values.Count;
        var columns = rows == 0 ? 0 : heat.Values[0].Count;
        if (columns == 0)
        {
            throw new FigureException("Figure: the heat map is empty; it needs at least one row and one column.");
        }

        for (var r = 0; r < rows; r++)
        {
            if (heat.Values[r].Count != columns)
            {
                throw new FigureException(
                    $"Figure: row {r} of the heat map has {heat.Values[r].Count} values and row 0 has {columns}; all must be equal."
                );
            }
        }

        if ((long)rows * columns > MostCells)
        {
            throw new FigureException(
                $"Figure: a heat map of {rows} x {columns} cells is more than the {MostCells} that an SVG carries well; average it first."
            );
        }

        var finite = heat.Values.SelectMany(r => r).Where(double.IsFinite).ToArray();
        var (min, max) = finite.Length == 0 ? (0, 1) : (finite.Min(), finite.Max());
        var range = max > min ? max - min : 1;

        var left = 18 + (heat.YLabels is { } l ? l.Max(s => s.Length) * 6.4 : 20) + (figure.Y.Title is null ? 0 : 18);
        var plot = new Plot(
            left,
            top + 4,
            figure.Width - left - 86,
            figure.Height - top - 34 - (figure.X.Title is null ? 0 : 18)
        );
        var (w, h) = (plot.Width / columns, plot.Height / rows);
        for (var r = 0; r < rows; r++)
        {
            for (var c = 0; c < columns; c++)
            {
                Cell(svg, heat, plot, r, c, w, h, min, range);
            }

            if (r % Math.Max(1, (int)Math.Ceiling(14 / h)) == 0)
            {
                Text(svg, plot.Left - 6, plot.Top + (r + 0.5) * h + 4, heat.YLabels?[r] ?? Number(r), "end", "");
            }
        }

        for (var c = 0; c < columns; c += Math.Max(1, (int)Math.Ceiling(30 / w)))
        {
            Text(svg, plot.Left + (c + 0.5) * w, plot.Bottom + 15, heat.XLabels?[c] ?? Number(c), "middle", "");
        }

        if (figure.X.Title is { } x)
        {
            Text(svg, plot.Left + plot.Width / 2, figure.Height - 8, x, "middle", " class=\"vn-l\"");
        }

        if (figure.Y.Title is { } y)
        {
            var middle = Markup.N(plot.Top + plot.Height / 2);
            Text(
                svg,
                16,
                plot.Top + plot.Height / 2,
                y,
                "middle",
                $" class=\"vn-l\" transform=\"rotate(-90 16 {middle})\""
            );
        }

        Scale(svg, plot, min, max);
    }

    private static void Cell(
        StringBuilder svg,
        HeatmapTrace heat,
        Plot plot,
        int r,
        int c,
        double w,
        double h,
        double min,
        double range
    )
    {
        var v = heat.Values[r][c];
        var (x, y) = (plot.Left + c * w, plot.Top + r * h);
        var color = Palette.Matrix((v - min) / range);
        var fill = double.IsFinite(v) ? Palette.Hex(color) : "var(--vn-grid,#d9dee3)";
        var where = $"{heat.YLabels?[r] ?? Number(r)}, {heat.XLabels?[c] ?? Number(c)}";
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<rect x=\"{Markup.N(x)}\" y=\"{Markup.N(y)}\" width=\"{Markup.N(w + 0.3)}\" height=\"{Markup.N(h + 0.3)}\" fill=\"{fill}\"><title>{Markup.Escape(where)}: {v:g5}</title></rect>"
        );
        if (heat.ShowValues && double.IsFinite(v))
        {
            var ink = Palette.IsBright(color) ? "#101418" : "#ffffff";
            var text = (v + 0.0 is var shown && Math.Abs(shown) < 0.005 ? 0 : shown).ToString(
                Math.Abs(v) >= 100 ? "0" : "0.##",
                CultureInfo.InvariantCulture
            );
            Text(svg, x + w / 2, y + h / 2 + 4, text, "middle", $" style=\"fill:{ink}\"");
        }
    }

    private static void Scale(StringBuilder svg, Plot plot, double min, double max)
    {
        const int steps = 32;
        var (x, h) = (plot.Right + 16, plot.Height / steps);
        for (var i = 0; i < steps; i++)
        {
            var fill = Palette.Hex(Palette.Matrix(1 - (double)i / (steps - 1)));
            svg.Append(
                $"<rect x=\"{Markup.N(x)}\" y=\"{Markup.N(plot.Top + i * h)}\" width=\"12\" height=\"{Markup.N(h + 0.4)}\" fill=\"{fill}\"/>"
            );
        }

        Text(svg, x + 17, plot.Top + 9, max.ToString("g4", CultureInfo.InvariantCulture), "start", "");
        Text(svg, x + 17, plot.Bottom, min.ToString("g4", CultureInfo.InvariantCulture), "start", "");
    }

    private static string Number(int i) => i.ToString(CultureInfo.InvariantCulture);

    private static void Text(StringBuilder svg, double x, double y, string text, string anchor, string more) =>
        svg.Append(
            $"<text x=\"{Markup.N(x)}\" y=\"{Markup.N(y)}\" text-anchor=\"{anchor}\"{more}>{Markup.Escape(text)}</text>"
        );
}
