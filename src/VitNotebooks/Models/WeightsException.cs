namespace VitNotebooks.Models;

/// <summary>Weights that do not fit a model, or a file that holds none of this package's. The message names every tensor that is missing, unexpected,
/// mis-shaped or not finite, or what the file says instead.</summary>
public sealed class WeightsException : Exception
{
    internal WeightsException(
        string message,
        IReadOnlyList<string> missing,
        IReadOnlyList<string> unexpected,
        IReadOnlyList<string> misshaped,
        IReadOnlyList<string> notFinite
    )
        : base(message) => (Missing, Unexpected, Misshaped, NotFinite) = (missing, unexpected, misshaped, notFinite);

    internal WeightsException(string message, Exception? inner = null)
        : base(message, inner) { }

    /// <summary>Names of the model that the weights lack.</summary>
    public IReadOnlyList<string> Missing { get; } = [];

    /// <summary>Names of the weights that the model lacks, as the weights spell them.</summary>
    public IReadOnlyList<string> Unexpected { get; } = [];

    /// <summary>Names whose shapes differ, each with both shapes.</summary>
    public IReadOnlyList<string> Misshaped { get; } = [];

    /// <summary>Names whose values are not all numbers, each with how many are not.</summary>
    public IReadOnlyList<string> NotFinite { get; } = [];
}
