using System.Text;

namespace VitNotebooks.Interactive;

/// <summary>Draws pictures in a grid with a label under each; small pictures are enlarged without smoothing.</summary>
internal static class SvgImageGrid
{
    public static string Render(Figure figure, ImageGridTrace grid)
    {
        if (grid.Images.Count == 0)
        {
            throw new FigureException("Figure: the grid has no image in it; give at least one.");
        }

        if (grid.Labels.Count != 0 && grid.Labels.Count != grid.Images.Count)
        {
            throw new FigureException(
                $"Figure: the grid has {grid.Images.Count} images and {grid.Labels.Count} labels; give one label an image, or none."
            );
        }

        var columns = Math.Clamp(grid.Columns, 1, grid.Images.Count);
        const double gap = 10;
        var side = Math.Min(grid.Side, (figure.Width - 28 - gap * (columns - 1)) / columns);
        var labelled = grid.Labels.Count > 0 ? 18 : 0;
        var top = figure.Title is null ? 14 : 38;
        var rows = (grid.Images.Count + columns - 1) / columns;
        var height = top + rows * (side + labelled + gap) + 4;

        var svg = new StringBuilder();
        SvgFigure.OpenElement(svg, figure, height);
        for (var i = 0; i < grid.Images.Count; i++)
        {
            var image = grid.Images[i];
            var (x, y) = (14 + i % columns * (side + gap), top + i / columns * (side + labelled + gap));
            var label = labelled > 0 ? grid.Labels[i] : "";
            var sharp = image.Width < side && image.Height < side ? ";image-rendering:pixelated" : "";
            svg.Append(
                $"<image x=\"{Markup.N(x)}\" y=\"{Markup.N(y)}\" width=\"{Markup.N(side)}\" height=\"{Markup.N(side)}\" preserveAspectRatio=\"xMidYMid meet\" style=\"overflow:hidden{sharp}\" href=\"{image.ToDataUri()}\"><title>{Markup.Escape(label)}</title></image>"
            );
            if (labelled > 0)
            {
                var room = Math.Max(4, (int)(side / 6.0));
                var text = label.Length <= room ? label : label[..(room - 1)] + "\u2026";
                svg.Append(
                    $"<text x=\"{Markup.N(x + side / 2)}\" y=\"{Markup.N(y + side + 13)}\" text-anchor=\"middle\">{Markup.Escape(text)}</text>"
                );
            }
        }

        return svg.Append("</svg>").ToString();
    }
}
