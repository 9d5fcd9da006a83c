namespace VitNotebooks.Models;

/// <summary>What was done with weights beside copying them.</summary>
/// <param name="Resampled">Names of the model's tensors that came in another size and were resampled.</param>
public sealed record LoadedWeights(IReadOnlyList<string> Resampled)
{
    /// <summary>Names of the classifiers that the weights have otherwise, or not at all: the model keeps its own.</summary>
    public IReadOnlyList<string> KeptHeads { get; init; } = [];

    /// <summary>A sentence for everything that was done, with names and shapes.</summary>
    public IReadOnlyList<string> Lines { get; init; } = [];

    /// <summary>Whose weights they are; null where nobody published them.</summary>
    public PublishedWeights? Published { get; init; }

    /// <summary>The same with more sentences behind the others.</summary>
    internal LoadedWeights With(IEnumerable<string> lines) => this with { Lines = [.. Lines, .. lines] };

    /// <inheritdoc/>
    public override string ToString() =>
        string.Join(
            Environment.NewLine,
            (string[])
                [
                    $"{(Published is null ? "weights" : Published.Name)}: {(Lines.Count == 0 ? "taken as they are." : "taken, and")}",
                    .. Lines,
                ]
        );
}
