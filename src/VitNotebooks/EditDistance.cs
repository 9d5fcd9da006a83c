namespace VitNotebooks;

/// <summary>How many letters two names differ by (Levenshtein 1966), for the names that a mistyped one may have meant.</summary>
internal static class EditDistance
{
    /// <summary>Fewest letters inserted, left out or changed that make one of the other; case does not matter.</summary>
    /// <param name="a">One name.</param>
    /// <param name="b">The other.</param>
    public static int Between(string a, string b)
    {
        // A row of the table at a time.
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var change = diagonal + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(change, Math.Min(row[j - 1], diagonal) + 1);
            }
        }
        return row[^1];
    }
}
