namespace VitNotebooks.Interactive;

/// <summary>One axis of a figure.</summary>
public sealed record Axis
{
    /// <summary>What the axis measures, with its unit.</summary>
    public string? Title { get; init; }

    /// <summary>Smallest value shown; without one, it follows from the data.</summary>
    public double? Min { get; init; }

    /// <summary>Largest value shown; without one, it follows from the data.</summary>
    public double? Max { get; init; }

    /// <summary>Whether the axis is logarithmic (base 10); the data must then be positive.</summary>
    public bool Log { get; init; }

    /// <summary>Whether the ticks are whole numbers only, as for epochs.</summary>
    public bool Whole { get; init; }
}
