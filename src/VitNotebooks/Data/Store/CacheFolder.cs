namespace VitNotebooks.Data;

/// <summary>
/// The user's folder for what can be fetched or made again: <c>VITNB_CACHE</c>, <c>XDG_CACHE_HOME</c> or <c>~/.cache</c>, whichever is set first,
/// and in it one folder a purpose. The torch layer, which stands alone, finds its own below the same.
/// </summary>
public static class CacheFolder
{
    /// <summary>The folder that is set, ours or everybody's; null where neither variable nor HOME is.</summary>
    /// <param name="variable">Gives the value of an environment variable, null where it is empty; by default this process's.</param>
    public static string? Root(Func<string, string?>? variable = null)
    {
        variable ??= Variable;
        return variable("VITNB_CACHE")
            ?? variable("XDG_CACHE_HOME")
            ?? (variable("HOME") is { } home ? Path.Combine(home, ".cache") : null);
    }

    /// <summary>The folder of a purpose, e.g. <c>~/.cache/vitnotebooks/store</c>; it need not exist.</summary>
    /// <param name="purpose">Its name.</param>
    public static string Of(string purpose) =>
        Path.Combine(
            Root() ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
            "vitnotebooks",
            purpose
        );

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
