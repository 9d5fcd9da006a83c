using System.Text.Json.Nodes;

namespace VitNotebooks.Cli;

/// <summary>Reads NuGet's project.assets.json: which packages were chosen, and where their assemblies lie.</summary>
internal static class ProjectAssets
{
    public static List<ResolvedPackage> Read(string path, IReadOnlyList<PackageRequest> requests)
    {
        var root = JsonNode.Parse(File.ReadAllText(path))!;
        var folders = root["packageFolders"]!.AsObject().Select(f => f.Key).ToArray();
        var libraries = root["libraries"]!.AsObject();
        var packages = new List<ResolvedPackage>();
        foreach (var (key, entry) in root["targets"]!.AsObject().First().Value!.AsObject())
        {
            if ((string?)entry!["type"] != "package")
            {
                continue;
            }

            var slash = key.IndexOf('/', StringComparison.Ordinal);
            var (name, version) = (key[..slash], key[(slash + 1)..]);
            var relative = (string)libraries[key]!["path"]!;
            var folder = folders.Select(f => Path.Combine(f, relative)).First(Directory.Exists);
            var assemblies = (entry["runtime"] as JsonObject ?? [])
                .Select(f => f.Key)
                .Where(f => f.EndsWith(".dll", StringComparison.OrdinalIgnoreCase))
                .Select(f => Path.Combine(folder, f))
                .ToArray();
            var requested = requests.Any(r => string.Equals(r.Name, name, StringComparison.OrdinalIgnoreCase));
            packages.Add(new ResolvedPackage(name, version, assemblies, requested));
        }

        return packages;
    }
}
