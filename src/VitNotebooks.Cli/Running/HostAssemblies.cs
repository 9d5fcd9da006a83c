using System.Reflection;
using System.Runtime.Loader;

namespace VitNotebooks.Cli;

/// <summary>
/// The assemblies that this process was started with. A type exists once: where a package brings an assembly that the
/// host has, the host's own is used.
/// </summary>
internal static class HostAssemblies
{
    private static readonly Dictionary<string, string> Trusted = (
        (string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? ""
    )
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .GroupBy(Path.GetFileNameWithoutExtension, StringComparer.OrdinalIgnoreCase)
        .ToDictionary(g => g.Key!, g => g.First(), StringComparer.OrdinalIgnoreCase);

    /// <summary>Path of the host's assembly of that simple name; null when it has none.</summary>
    public static string? Find(string simpleName) => Trusted.GetValueOrDefault(simpleName);

    /// <summary>The framework's assemblies, which every cell may use.</summary>
    public static IEnumerable<string> Framework()
    {
        var folder = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        return Trusted.Values.Where(p => string.Equals(Path.GetDirectoryName(p), folder, StringComparison.Ordinal));
    }

    /// <summary>The one assembly of that name: the host's if it has it, else the file's, loaded beside the host's.</summary>
    public static Assembly Load(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        return Find(name) is not null
            ? Assembly.Load(new AssemblyName(name))
            : AssemblyLoadContext.Default.LoadFromAssemblyPath(Path.GetFullPath(path));
    }

    /// <summary>The package version that an assembly of ours was built as: 0.1.0.</summary>
    public static string Version(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
        ?? assembly.GetName().Version?.ToString(3)
        ?? "unknown";
}
