namespace VitNotebooks.Cli;

/// <summary>What <c>dotnet restore</c> said, in one sentence with a remedy.</summary>
internal static class RestoreFailure
{
    /// <summary>Whether a source did not answer, rather than said no.</summary>
    public static bool IsUnreachable(string output) => output.Contains("NU1301", StringComparison.Ordinal);

    public static string Explain(IReadOnlyList<PackageRequest> requests, string output, IReadOnlyList<string> sources)
    {
        var errors = output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(l => l.IndexOf("error ", StringComparison.Ordinal) is >= 0 and var at ? l[(at + 6)..] : "")
            .Where(l => l.Length > 0)
            .Select(l => l.LastIndexOf(" [", StringComparison.Ordinal) is > 0 and var end ? l[..end] : l)
            .Distinct(StringComparer.Ordinal)
            .ToArray();
        var searched = sources.Count == 0 ? "no source is configured" : "searched: " + string.Join(", ", sources);
        var missing = errors.FirstOrDefault(e =>
            e.StartsWith("NU1101", StringComparison.Ordinal)
            || e.StartsWith("NU1102", StringComparison.Ordinal)
            || e.StartsWith("NU1103", StringComparison.Ordinal)
        );
        if (missing is not null)
        {
            var request = requests.FirstOrDefault(r => missing.Contains(r.Name, StringComparison.OrdinalIgnoreCase));
            var what = request is null
                ? missing
                : $"{request.Name}{(request.Version is null ? "" : " " + request.Version)}";
            var own = request?.Name.StartsWith("VitNotebooks", StringComparison.OrdinalIgnoreCase) == true;
            var remedy = own
                ? $"Pack version {NuGetPackages.HostVersion} first: eng/pack.sh writes it into the folder packages/."
                : "Check the name and the version, or add the source that has it to nuget.config.";
            return $"package {what} was not found ({searched}). {remedy}";
        }

        if (errors.FirstOrDefault(e => e.StartsWith("NU1301", StringComparison.Ordinal)) is { } unreachable)
        {
            return $"a package source cannot be reached: {unreachable} ({searched}). Check the network, or keep the packages in a local folder source.";
        }

        var first = errors.FirstOrDefault() ?? output.Trim();
        return $"dotnet restore failed for {string.Join(", ", requests.Select(r => r.Name))}: {first} ({searched}).";
    }
}
