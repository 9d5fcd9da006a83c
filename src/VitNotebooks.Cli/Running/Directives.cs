using System.Text.RegularExpressions;

namespace VitNotebooks.Cli;

/// <summary>A package that a cell asks for.</summary>
/// <param name="Name">The package id.</param>
/// <param name="Version">A version, a range or a floating version; null for the newest.</param>
/// <param name="Line">1-based line in the cell.</param>
public sealed record PackageRequest(string Name, string? Version, int Line);

/// <summary>An assembly that a cell asks for.</summary>
/// <param name="Path">The path as written.</param>
/// <param name="Line">1-based line in the cell.</param>
public sealed record AssemblyRequest(string Path, int Line);

/// <summary>The lines of a cell that are for the host and not for the compiler; they are blanked, so that line numbers hold.</summary>
/// <param name="Code">The cell without them.</param>
/// <param name="Packages">From <c>#r "nuget: Name, Version"</c>.</param>
/// <param name="Assemblies">From <c>#r "path.dll"</c>.</param>
public sealed partial record Directives(
    string Code,
    IReadOnlyList<PackageRequest> Packages,
    IReadOnlyList<AssemblyRequest> Assemblies
)
{
    /// <summary>Takes the directives out of a cell.</summary>
    /// <param name="source">The cell's text.</param>
    /// <exception cref="DirectiveException">A directive that is malformed or that this host does not know.</exception>
    public static Directives Parse(string source)
    {
        var lines = source.Split('\n');
        var packages = new List<PackageRequest>();
        var assemblies = new List<AssemblyRequest>();
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].Trim();
            if (line.StartsWith("#!", StringComparison.Ordinal) || line.StartsWith("#i ", StringComparison.Ordinal))
            {
                throw new DirectiveException(
                    $"line {i + 1}: vitnb run knows #r and #load; it does not know '{line}'. Take the line out, or run the notebook in the host that it was written for.",
                    i + 1
                );
            }

            if (!Reference().IsMatch(line))
            {
                continue;
            }

            var quoted = Quoted().Match(line);
            if (!quoted.Success)
            {
                throw new DirectiveException(
                    $"line {i + 1}: '{line}' is not understood; expected #r \"nuget: Name\", #r \"nuget: Name, 1.2.3\" or #r \"path.dll\".",
                    i + 1
                );
            }

            var text = quoted.Groups[1].Value.Trim();
            lines[i] = "";
            if (!text.StartsWith("nuget:", StringComparison.OrdinalIgnoreCase))
            {
                assemblies.Add(new AssemblyRequest(text, i + 1));
                continue;
            }

            var parts = text["nuget:".Length..].Split(',', 2, StringSplitOptions.TrimEntries);
            if (!PackageName().IsMatch(parts[0]) || parts.Length == 2 && !PackageVersion().IsMatch(parts[1]))
            {
                throw new DirectiveException(
                    $"line {i + 1}: '{text}' names no package; expected \"nuget: Name\" or \"nuget: Name, 1.2.3\".",
                    i + 1
                );
            }

            packages.Add(new PackageRequest(parts[0], parts.Length == 2 ? parts[1] : null, i + 1));
        }

        return new Directives(string.Join('\n', lines), packages, assemblies);
    }

    [GeneratedRegex(@"^#r\b")]
    private static partial Regex Reference();

    [GeneratedRegex("^#r\\s+\"([^\"]+)\"\\s*(//.*)?$")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.\-]{0,99}$")]
    private static partial Regex PackageName();

    [GeneratedRegex(@"^[\[\(]?[0-9A-Za-z.\-+*, ]{1,80}[\]\)]?$")]
    private static partial Regex PackageVersion();
}

/// <summary>A line of a cell for the host that cannot be followed.</summary>
/// <param name="message">What is wrong, with the line.</param>
/// <param name="line">1-based line in the cell; 0 where none is known.</param>
public sealed class DirectiveException(string message, int line) : Exception(message)
{
    /// <summary>1-based line in the cell; 0 where none is known.</summary>
    public int Line { get; } = line;
}
