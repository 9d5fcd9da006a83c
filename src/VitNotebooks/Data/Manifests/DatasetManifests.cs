using System.Reflection;

namespace VitNotebooks.Data;

/// <summary>The manifests that come with the package, by name; read when first asked for. They are what can be fetched and what can be opened.</summary>
public static class DatasetManifests
{
    private const string Prefix = "data-manifests/";
    private static readonly Lazy<IReadOnlyDictionary<string, DatasetManifest>> s_all = new(ReadAll);

    /// <summary>All of them, in the order of their names.</summary>
    public static IReadOnlyList<DatasetManifest> All => [.. s_all.Value.Values];

    /// <summary>The manifest of a name or alias; null where there is none. Case does not matter.</summary>
    public static DatasetManifest? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return s_all.Value.Values.FirstOrDefault(manifest =>
            Is(manifest.Name, name) || manifest.Aliases.Any(alias => Is(alias, name))
        );
    }

    /// <summary>The manifest of a name or alias.</summary>
    /// <exception cref="DatasetNotFoundException">There is none; the message names the nearest.</exception>
    public static DatasetManifest Get(string name) =>
        Find(name)
        ?? throw new DatasetNotFoundException(
            $"No dataset is named '{name}'; did you mean {string.Join(" or ", Nearest(name, s_all.Value.Keys))}? "
                + "DatasetManifests.All lists what is known."
        );

    /// <summary>The manifest of a name, an alias, or of a file of one's own, which ends in <c>.json</c>.</summary>
    /// <exception cref="DatasetNotFoundException">There is none.</exception>
    /// <exception cref="ManifestException">The file is no manifest.</exception>
    public static DatasetManifest Open(string nameOrFile)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(nameOrFile);
        return IsFile(nameOrFile) ? DatasetManifest.Read(nameOrFile) : Get(nameOrFile);
    }

    /// <summary>The task of a published evaluation and the set that it is cut out of; null where there is none of that name. Case does not matter.</summary>
    /// <param name="name">E.g. <c>vtab-1k/cifar100</c>, <c>few-shot/pets</c>; <c>vtab/</c> stands for <c>vtab-1k/</c>.</param>
    internal static (DatasetManifest Manifest, ManifestProtocol Protocol)? FindProtocol(string name)
    {
        const string Vtab = "vtab/";
        var full = name.StartsWith(Vtab, StringComparison.OrdinalIgnoreCase) ? "vtab-1k/" + name[Vtab.Length..] : name;
        foreach (var manifest in s_all.Value.Values)
        {
            if (manifest.Protocols.FirstOrDefault(protocol => Is(protocol.Name, full)) is { } protocol)
            {
                return (manifest, protocol);
            }
        }
        return null;
    }

    /// <summary>Whether it is meant as a manifest's file.</summary>
    internal static bool IsFile(string nameOrFile) => nameOrFile.EndsWith(".json", StringComparison.OrdinalIgnoreCase);

    /// <summary>The two names that differ least.</summary>
    internal static IEnumerable<string> Nearest(string name, IEnumerable<string> known) =>
        known.OrderBy(each => EditDistance.Between(name, each)).ThenBy(each => each, StringComparer.Ordinal).Take(2);

    private static bool Is(string known, string name) => string.Equals(known, name, StringComparison.OrdinalIgnoreCase);

    private static SortedDictionary<string, DatasetManifest> ReadAll()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var all = new SortedDictionary<string, DatasetManifest>(StringComparer.Ordinal);
        foreach (
            var resource in assembly
                .GetManifestResourceNames()
                .Where(resource => resource.StartsWith(Prefix, StringComparison.Ordinal))
        )
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            var manifest = DatasetManifest.Parse(reader.ReadToEnd(), resource);
            all.Add(manifest.Name, manifest);
        }
        return all;
    }
}
