namespace VitNotebooks.Data;

/// <summary>What a packed file says of itself, as JSON behind its records.</summary>
/// <param name="Name">The dataset's name.</param>
/// <param name="Identity">The identity of the dataset that was packed.</param>
/// <param name="Options">How it was packed, see <see cref="PackOptions.ToString"/>.</param>
/// <param name="Classes">Class names in index order.</param>
/// <param name="Set">The splits, where a whole set was packed; null for a file of one split.</param>
internal sealed record PackedHeader(
    string Name,
    string Identity,
    string Options,
    IReadOnlyList<string> Classes,
    PackedSet? Set = null
);
