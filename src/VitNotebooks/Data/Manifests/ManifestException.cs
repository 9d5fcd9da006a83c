namespace VitNotebooks.Data;

/// <summary>A dataset's manifest is not what one must be.</summary>
/// <param name="source">The file.</param>
/// <param name="faults">All that is wrong, each with the place, the value and what was expected.</param>
public sealed class ManifestException(string source, IReadOnlyList<string> faults)
    : DataException(
        faults.Count == 1
            ? $"{source}: {faults[0]}. Compare it with data-manifests/schema.json."
            : $"{source}: {faults.Count} faults: {string.Join("; ", faults)}. Compare it with data-manifests/schema.json."
    )
{
    /// <summary>All that is wrong.</summary>
    public IReadOnlyList<string> Faults { get; } = faults;
}
