using System.Xml;
using System.Xml.Linq;

namespace VitNotebooks.Cli;

/// <summary>Reads which sources NuGet will ask, for the words of an error and for the key of the cache.</summary>
internal static class NuGetSources
{
    /// <summary>The nuget.config files from the folder upward, nearest first, then the user's.</summary>
    public static IEnumerable<string> Configs(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            if (!at.Exists)
            {
                continue;
            }

            var found = at.EnumerateFiles("*")
                .FirstOrDefault(f => string.Equals(f.Name, "nuget.config", StringComparison.OrdinalIgnoreCase));
            if (found is not null)
            {
                yield return found.FullName;
            }
        }

        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var user = Path.Combine(home, ".nuget", "NuGet", "NuGet.Config");
        if (File.Exists(user))
        {
            yield return user;
        }
    }

    /// <summary>The sources, nearest first: folders with their full path, others as they are written.</summary>
    public static IReadOnlyList<string> All(string folder)
    {
        var sources = new List<string>();
        foreach (var config in Configs(folder))
        {
            XElement root;
            try
            {
                root = XElement.Load(config);
            }
            catch (XmlException)
            {
                continue; // restore itself says what is wrong with the file
            }

            var entries = root.Elements("packageSources").Elements().ToArray();
            var clear = Array.FindLastIndex(
                entries,
                e => string.Equals(e.Name.LocalName, "clear", StringComparison.OrdinalIgnoreCase)
            );
            sources.AddRange(entries[(clear + 1)..].Select(e => Source(e, config)).OfType<string>());
            if (clear >= 0)
            {
                break; // what the files above add is wiped out
            }
        }

        return [.. sources.Distinct(StringComparer.Ordinal)];
    }

    private static string? Source(XElement entry, string config)
    {
        if ((string?)entry.Attribute("value") is not { Length: > 0 } value)
        {
            return null;
        }

        return value.Contains("://", StringComparison.Ordinal)
            ? new UriBuilder(value) { UserName = "", Password = "" }.Uri.ToString()
            : Path.GetFullPath(value, Path.GetDirectoryName(config)!);
    }

    /// <summary>The package files in sources that are folders.</summary>
    public static IEnumerable<FileInfo> LocalPackages(string folder) =>
        All(folder)
            .Where(Directory.Exists)
            .SelectMany(d => new DirectoryInfo(d).EnumerateFiles("*.nupkg"))
            .OrderBy(f => f.FullName, StringComparer.Ordinal);
}
