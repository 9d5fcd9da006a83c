namespace VitNotebooks.Files;

/// <summary>Which of the names that there are was probably meant.</summary>
internal static class NearestNames
{
    private const int MostCompared = 400;
    private const int LongestCompared = 200;

    /// <summary>A half sentence for a message, or nothing: <c>; nearest is 'head.weight'</c>.</summary>
    public static string Suggest(string name, IEnumerable<string> candidates) =>
        Find(name, candidates) is { } nearest ? $"; nearest is '{nearest}'" : "";

    /// <summary>The candidate with the fewest changes, when over half of the name stays; null when none is near.</summary>
    public static string? Find(string name, IEnumerable<string> candidates)
    {
        if (name.Length > LongestCompared)
        {
            return null;
        }
        var last = Last(name);
        // A parameter's own name (weight, bias) is seldom wrong: those that share it come first where there are many.
        return candidates
            .Where(c => c.Length <= LongestCompared)
            .OrderByDescending(c => Last(c).SequenceEqual(last))
            .Take(MostCompared)
            .Select(c => (Name: c, Changes: Changes(name, c)))
            .Where(c => c.Changes * 2 <= Math.Max(name.Length, c.Name.Length))
            .OrderBy(c => c.Changes)
            .Select(c => c.Name)
            .FirstOrDefault();
    }

    private static string Last(string name) => name[(name.LastIndexOf('.') + 1)..];

    /// <summary>Insertions, removals and replacements of letters between two names.</summary>
    private static int Changes(string from, string to)
    {
        Span<int> row = stackalloc int[to.Length + 1];
        for (var j = 0; j <= to.Length; j++)
        {
            row[j] = j;
        }
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (from[i - 1] == to[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }
        return row[to.Length];
    }
}
