namespace VitNotebooks.Interactive;

/// <summary>The formatters of <see cref="Figure"/>: SVG as HTML, a line of text, and plotly's JSON as data.</summary>
internal sealed class FigureFormatterSource
{
    /// <summary>The formatters, by .NET Interactive's convention.</summary>
    public IEnumerable<object> CreateTypeFormatters() =>
        [
            new ConventionFormatter<Figure>("text/html", figure => figure.ToHtml()),
            new ConventionFormatter<Figure>("text/plain", figure => figure.ToString()),
            new ConventionFormatter<Figure>("application/vnd.plotly.v1+json", figure => figure.ToJson()),
        ];
}
