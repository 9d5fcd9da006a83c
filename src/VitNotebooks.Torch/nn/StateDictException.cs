using VitNotebooks.Files;

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
        IReadOnlyList<(string Name, long[] Shape)> missing,
        IReadOnlyList<(string Name, long[] Shape)> unexpected,
        IReadOnlyList<string> shapes
    )
        : base(Describe(module, missing, unexpected, shapes))
    {
        Missing = [.. missing.Select(m => m.Name)];
        Unexpected = [.. unexpected.Select(m => m.Name)];
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
        IReadOnlyList<(string Name, long[] Shape)> missing,
        IReadOnlyList<(string Name, long[] Shape)> unexpected,
        IReadOnlyList<string> shapes
    )
    {
        var parts = new List<string>();
        if (missing.Count > 0)
        {
            parts.Add($"missing {missing.Count}: {List(missing.Select(m => Missed(m, unexpected)), missing.Count)}");
        }
        if (unexpected.Count > 0)
        {
            parts.Add($"unexpected {unexpected.Count}: {List(unexpected.Select(Sized), unexpected.Count)}");
        }
        if (shapes.Count > 0)
        {
            parts.Add($"wrong shape {shapes.Count}: {List(shapes, shapes.Count)}");
        }
        return $"{module}: the state dict is not this module's, nothing was loaded; {string.Join("; ", parts)}. "
            + "Build the module the state was saved from, or name what to leave out in `skip`.";
    }

    private static string Sized((string Name, long[] Shape) entry) =>
        $"{entry.Name} [{string.Join(", ", entry.Shape)}]";

    /// <summary>A missing name and, of those that were not expected, the one of the same shape that is nearest to it.</summary>
    private static string Missed(
        (string Name, long[] Shape) entry,
        IReadOnlyList<(string Name, long[] Shape)> unexpected
    )
    {
        var alike = unexpected.Where(u => u.Shape.AsSpan().SequenceEqual(entry.Shape)).Select(u => u.Name);
        return NearestNames.Find(entry.Name, alike) is { } nearest
            ? $"{Sized(entry)} (is '{nearest}' it?)"
            : Sized(entry);
    }

    private static string List(IEnumerable<string> items, int count)
    {
        const int Most = 100;
        return string.Join(", ", items.Take(Most)) + (count > Most ? $" and {count - Most} more" : "");
    }
}
