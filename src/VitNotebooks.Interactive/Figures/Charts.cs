using VitNotebooks.Data;

namespace VitNotebooks.Interactive;

/// <summary>Charts in one line. Each returns a <see cref="Figure"/>, which <c>with</c> adjusts further.</summary>
public static class Charts
{
    /// <summary>One line over 1, 2, 3, ...</summary>
    /// <param name="values">The values in order.</param>
    /// <param name="title">Heading.</param>
    /// <param name="x">Name of the horizontal axis.</param>
    /// <param name="y">Name of the vertical axis.</param>
    public static Figure Line(IEnumerable<double> values, string? title = null, string? x = null, string? y = null) =>
        Lines([(null, values)], title, x, y);

    /// <summary>Named lines over 1, 2, 3, ...</summary>
    /// <param name="series">Name and values of each line.</param>
    /// <param name="title">Heading.</param>
    /// <param name="x">Name of the horizontal axis.</param>
    /// <param name="y">Name of the vertical axis.</param>
    public static Figure Lines(
        IEnumerable<(string? Name, IEnumerable<double> Values)> series,
        string? title = null,
        string? x = null,
        string? y = null
    )
    {
        var traces = series
            .Select(s =>
            {
                double[] values = [.. s.Values];
                return (Trace)
                    new LineTrace(Count(values.Length), values) { Name = s.Name, Markers = values.Length <= 40 };
            })
            .ToArray();
        return new Figure(traces)
        {
            Title = title,
            X = new Axis { Title = x, Whole = true },
            Y = new Axis { Title = y },
        };
    }

    /// <summary>Mean and standard deviation over repeated runs: a line with a band for each name.</summary>
    /// <param name="series">Name and runs; the runs of one name have equally many values. One run has no band.</param>
    /// <param name="title">Heading.</param>
    /// <param name="x">Name of the horizontal axis.</param>
    /// <param name="y">Name of the vertical axis.</param>
    /// <exception cref="FigureException">The runs of one name differ in length.</exception>
    public static Figure Bands(
        IEnumerable<(string Name, IReadOnlyList<IReadOnlyList<double>> Runs)> series,
        string? title = null,
        string? x = null,
        string? y = null
    )
    {
        var traces = series.Select(s => (Trace)Band(s.Name, s.Runs)).ToArray();
        return new Figure(traces)
        {
            Title = title,
            X = new Axis { Title = x, Whole = true },
            Y = new Axis { Title = y },
        };
    }

    /// <summary>Points.</summary>
    /// <param name="x">Positions.</param>
    /// <param name="y">Values, as many.</param>
    /// <param name="title">Heading.</param>
    /// <param name="labels">A text a point.</param>
    public static Figure Scatter(
        IEnumerable<double> x,
        IEnumerable<double> y,
        string? title = null,
        IEnumerable<string>? labels = null
    ) => new([new ScatterTrace([.. x], [.. y]) { Labels = labels is null ? null : [.. labels] }]) { Title = title };

    /// <summary>A bar a category.</summary>
    /// <param name="bars">Names and values.</param>
    /// <param name="title">Heading.</param>
    /// <param name="y">Name of the vertical axis.</param>
    public static Figure Bar(IEnumerable<(string Category, double Value)> bars, string? title = null, string? y = null)
    {
        var all = bars.ToArray();
        return new Figure([new BarTrace([.. all.Select(b => b.Category)], [.. all.Select(b => b.Value)])])
        {
            Title = title,
            Y = new Axis { Title = y },
        };
    }

    /// <summary>A matrix of colours.</summary>
    /// <param name="values">Rows of equal length; row 0 is the top one.</param>
    /// <param name="title">Heading.</param>
    public static Figure Heatmap(IEnumerable<IEnumerable<double>> values, string? title = null)
    {
        IReadOnlyList<double>[] rows = [.. values.Select(r => (IReadOnlyList<double>)[.. r])];
        return new Figure([new HeatmapTrace(rows) { ShowValues = rows.Length is > 0 and <= 12 && rows[0].Count <= 12 }])
        {
            Title = title,
        };
    }

    /// <summary>Pictures in a grid.</summary>
    /// <param name="images">Pictures and their labels.</param>
    /// <param name="title">Heading.</param>
    /// <param name="columns">Pictures a row.</param>
    public static Figure Images(
        IEnumerable<(PngImage Image, string Label)> images,
        string? title = null,
        int columns = 8
    )
    {
        var all = images.ToArray();
        return new Figure([
            new ImageGridTrace([.. all.Select(i => i.Image)], [.. all.Select(i => i.Label)]) { Columns = columns },
        ])
        {
            Title = title,
        };
    }

    /// <summary>Pictures in a grid.</summary>
    /// <param name="images">Pictures and their labels.</param>
    /// <param name="title">Heading.</param>
    /// <param name="columns">Pictures a row.</param>
    public static Figure Images(
        IEnumerable<(RgbImage Image, string Label)> images,
        string? title = null,
        int columns = 8
    ) => Images(images.Select(i => (DataFormatter.Picture(i.Image), i.Label)), title, columns);

    private static LineTrace Band(string name, IReadOnlyList<IReadOnlyList<double>> runs)
    {
        var length = runs.Count == 0 ? 0 : runs[0].Count;
        if (runs.FirstOrDefault(r => r.Count != length) is { } odd)
        {
            throw new FigureException(
                $"Charts.Bands: the runs of '{name}' have {length} and {odd.Count} values; a band needs equally many."
            );
        }

        var mean = new double[length];
        var deviation = new double[length];
        for (var i = 0; i < length; i++)
        {
            var column = runs.Select(r => r[i]).ToArray();
            mean[i] = column.Average();
            deviation[i] =
                column.Length < 2 ? 0 : Math.Sqrt(column.Sum(v => (v - mean[i]) * (v - mean[i])) / (column.Length - 1));
        }

        return new LineTrace(Count(length), mean)
        {
            Name = name,
            Markers = length <= 40,
            Lower = runs.Count < 2 ? null : [.. mean.Zip(deviation, (m, d) => m - d)],
            Upper = runs.Count < 2 ? null : [.. mean.Zip(deviation, (m, d) => m + d)],
        };
    }

    private static double[] Count(int n) => [.. Enumerable.Range(1, n).Select(i => (double)i)];
}
