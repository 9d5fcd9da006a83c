namespace VitNotebooks.Fuzzing;

/// <summary>Something in a pickle that this reading does not look into; no tensor may come of it.</summary>
internal sealed record PlainOther(string What);

/// <summary>A name of Python's.</summary>
internal sealed record PlainName(string Name);

/// <summary>A dictionary, by the text of its keys (<see cref="PlainPickle.KeyText"/>).</summary>
/// <param name="IsObject">Whether it stands for an object's fields, which a state adds to.</param>
internal sealed record PlainDictionary(bool IsObject)
{
    public Dictionary<string, object?> Entries { get; } = new(StringComparer.Ordinal);
}
