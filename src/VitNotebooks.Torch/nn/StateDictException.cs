namespace TorchSharp;

/// <summary>A state dict does not fit a module; the message lists every missing, unexpected and mis-shaped name.</summary>
[BeyondTorchSharp]
public sealed class StateDictException : InvalidOperationException
{
    public StateDictException() { }

    public StateDictException(string message)
        : base(message) { }

    public StateDictException(string message, Exception innerException)
        : base(message, innerException) { }

    internal StateDictException(
        string module,
        IReadOnlyList<string> missing,
        IReadOnlyList<string> unexpected,
        IReadOnlyList<string> shapes
    )
        : base(Describe(module, missing, unexpected, shapes))
    {
        Missing = missing;
        Unexpected = unexpected;
        Shapes = shapes;
    }

    /// <summary>Names that the module has and the source lacks.</summary>
    public IReadOnlyList<string> Missing { get; } = [];

    /// <summary>Names that the source has and the module lacks.</summary>
    public IReadOnlyList<string> Unexpected { get; } = [];

    /// <summary>Names whose shapes differ, each with both shapes.</summary>
    public IReadOnlyList<string> Shapes { get; } = [];

    private static string Describe(
        string module,
        IReadOnlyList<string> missing,
        IReadOnlyList<string> unexpected,
        IReadOnlyList<string> shapes
    )
    {
        var parts = new List<string>();
        if (missing.Count > 0)
        {
            parts.Add($"missing {missing.Count}: {string.Join(", ", missing)}");
        }
        if (unexpected.Count > 0)
        {
            parts.Add($"unexpected {unexpected.Count}: {string.Join(", ", unexpected)}");
        }
        if (shapes.Count > 0)
        {
            parts.Add($"wrong shape {shapes.Count}: {string.Join(", ", shapes)}");
        }
        return $"{module}: the state dict is not this module's, nothing was loaded; {string.Join("; ", parts)}. "
            + "Build the module the state was saved from, or name what to leave out in `skip`.";
    }
}
