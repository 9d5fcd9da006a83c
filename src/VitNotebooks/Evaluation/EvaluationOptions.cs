using VitNotebooks.Data;

namespace VitNotebooks.Evaluation;

/// <summary>How a model is evaluated.</summary>
public sealed record EvaluationOptions
{
    /// <summary>Images a forward pass, at least 1. Default 64.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>Threads that read and transform images, at least 1; null for the loader's own choice. No result depends on it.</summary>
    public int? Workers { get; init; }

    /// <summary>
    /// What to do with an image that cannot be read: throw (default), or leave it out, which the result lists. Replacing it would count another image
    /// twice, and is refused.
    /// </summary>
    public BrokenImagePolicy OnBroken { get; init; }

    /// <summary>Threads and policy as a loader takes them; the batch is said when the split is opened.</summary>
    internal LoaderOptions Loading
    {
        get
        {
            LoaderOptions loading = new() { OnBroken = OnBroken };
            return Workers is int threads ? loading with { Workers = threads } : loading;
        }
    }

    internal void Check()
    {
        var faults = new List<string>();
        if (BatchSize < 1)
        {
            faults.Add($"BatchSize is {BatchSize}, expected at least 1");
        }
        if (Workers < 1)
        {
            faults.Add($"Workers is {Workers}, expected at least 1 or null");
        }
        if (OnBroken is not (BrokenImagePolicy.Throw or BrokenImagePolicy.SkipAndCount))
        {
            faults.Add(
                $"OnBroken is {OnBroken}, expected Throw or SkipAndCount: in place of a broken image another one would count twice"
            );
        }
        if (faults.Count > 0)
        {
            throw new ArgumentException($"EvaluationOptions: {string.Join("; ", faults)}.");
        }
    }
}
