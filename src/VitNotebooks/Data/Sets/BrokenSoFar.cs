using System.Collections.Concurrent;

namespace VitNotebooks.Data;

/// <summary>The images of a dataset that could not be read so far, each once. Safe from several threads.</summary>
internal sealed class BrokenSoFar
{
    private readonly ConcurrentDictionary<int, BrokenImage> _found = new();

    /// <summary>In the order of their indices.</summary>
    public IReadOnlyList<BrokenImage> List => [.. _found.OrderBy(pair => pair.Key).Select(pair => pair.Value)];

    /// <summary>Those of some indices.</summary>
    public IReadOnlyList<BrokenImage> Within(int first, int count) =>
        [
            .. _found
                .Where(pair => pair.Key >= first && pair.Key < first + count)
                .OrderBy(pair => pair.Key)
                .Select(pair => pair.Value),
        ];

    /// <summary>Keeps one.</summary>
    /// <param name="index">Its index.</param>
    /// <param name="file">Its file, or where it lies in one.</param>
    /// <param name="reason">The sentence of the error.</param>
    public void Add(int index, string file, string reason) => _found[index] = new BrokenImage(file, reason);

    /// <summary>How many, as the end of a dataset's line; empty for none.</summary>
    public override string ToString() => _found.IsEmpty ? "" : $", {_found.Count:N0} broken images met so far";
}
