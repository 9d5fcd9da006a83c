namespace VitNotebooks.Interactive;

/// <summary>One series of a figure. The closed list is line, scatter, bar, heat map and images.</summary>
public abstract record Trace
{
    private protected Trace() { }

    /// <summary>Name in the legend; without one the series is not listed there.</summary>
    public string? Name { get; init; }

    /// <summary>Position in the palette (0 to 7); without one, the position of the series in its figure.</summary>
    public int? ColorIndex { get; init; }
}

/// <summary>A line through points, in the order given. A NaN in <paramref name="Y"/> breaks the line.</summary>
/// <param name="X">Positions, as many as <paramref name="Y"/>.</param>
/// <param name="Y">Values.</param>
public sealed record LineTrace(IReadOnlyList<double> X, IReadOnlyList<double> Y) : Trace
{
    /// <summary>Lower edge of a band around the line, as many values as the line has, or none.</summary>
    public IReadOnlyList<double>? Lower { get; init; }

    /// <summary>Upper edge of the band.</summary>
    public IReadOnlyList<double>? Upper { get; init; }

    /// <summary>Whether the points are marked too.</summary>
    public bool Markers { get; init; }

    /// <summary>Whether the line is dashed: for references and published values.</summary>
    public bool Dashed { get; init; }
}

/// <summary>Points without a line.</summary>
/// <param name="X">Positions, as many as <paramref name="Y"/>.</param>
/// <param name="Y">Values.</param>
public sealed record ScatterTrace(IReadOnlyList<double> X, IReadOnlyList<double> Y) : Trace
{
    /// <summary>A text a point, shown when the pointer rests on it.</summary>
    public IReadOnlyList<string>? Labels { get; init; }
}

/// <summary>A bar a category. Several bar traces of one figure stand side by side.</summary>
/// <param name="Categories">Names of the bars.</param>
/// <param name="Values">Their lengths.</param>
public sealed record BarTrace(IReadOnlyList<string> Categories, IReadOnlyList<double> Values) : Trace
{
    /// <summary>Half the length of an error bar a category, in the unit of the values.</summary>
    public IReadOnlyList<double>? Errors { get; init; }
}

/// <summary>A matrix of colours; row 0 is the top one.</summary>
/// <param name="Values">Rows of equal length.</param>
public sealed record HeatmapTrace(IReadOnlyList<IReadOnlyList<double>> Values) : Trace
{
    /// <summary>Names of the columns.</summary>
    public IReadOnlyList<string>? XLabels { get; init; }

    /// <summary>Names of the rows.</summary>
    public IReadOnlyList<string>? YLabels { get; init; }

    /// <summary>Whether the numbers are written into the cells.</summary>
    public bool ShowValues { get; init; }
}

/// <summary>Pictures in a grid, row by row, each with a label under it.</summary>
/// <param name="Images">PNG files, see <see cref="PngImage"/>.</param>
/// <param name="Labels">A label a picture, or none at all.</param>
public sealed record ImageGridTrace(IReadOnlyList<PngImage> Images, IReadOnlyList<string> Labels) : Trace
{
    /// <summary>Pictures a row.</summary>
    public int Columns { get; init; } = 8;

    /// <summary>Side of a picture in the figure, in CSS pixels.</summary>
    public int Side { get; init; } = 84;
}
