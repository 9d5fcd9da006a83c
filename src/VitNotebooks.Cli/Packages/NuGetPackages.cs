using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using VitNotebooks.Data;
using VitNotebooks.Interactive;

namespace VitNotebooks.Cli;

/// <summary>
/// Resolves packages with <c>dotnet restore</c> of a generated project in a cache folder, with the sources of the
/// nuget.config files found upward from the notebook. The answer is kept, and a second run asks nobody, as long as the
/// packages in local folders are the same files; one that leaves a version open is asked again after a day.
/// </summary>
public sealed class NuGetPackages : IPackageSource
{
    private static readonly TimeSpan OpenVersionsHold = TimeSpan.FromDays(1);

    private readonly string _folder;
    private readonly string _cache;
    private readonly Action<string> _status;
    private readonly List<PackageRequest> _all = [];
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Makes a source.</summary>
    /// <param name="folder">The notebook's folder.</param>
    /// <param name="cache">Where answers are kept; by default under the user's cache folder.</param>
    /// <param name="status">Is told when something takes seconds.</param>
    public NuGetPackages(string folder, string? cache = null, Action<string>? status = null)
    {
        _folder = Path.GetFullPath(folder);
        _cache = cache ?? CacheFolder.Of("nuget");
        _status = status ?? (_ => { });
    }

    /// <summary>Version of our own packages, which is this tool's.</summary>
    public static string HostVersion { get; } = HostAssemblies.Version(typeof(Notebook).Assembly);

    /// <inheritdoc/>
    public IReadOnlyList<ResolvedPackage> Resolve(
        IReadOnlyList<PackageRequest> requests,
        CancellationToken cancellation
    )
    {
        foreach (var request in requests)
        {
            if (IsOwn(request.Name) && request.Version is { } wanted && !Allows(wanted, HostVersion))
            {
                throw new DirectiveException(
                    $"line {request.Line}: the notebook asks for {request.Name} {wanted}, and this vitnb is {HostVersion}; the two must be the same build. Ask for {HostVersion}, or use the vitnb of {wanted}.",
                    request.Line
                );
            }

            _all.RemoveAll(r => string.Equals(r.Name, request.Name, StringComparison.OrdinalIgnoreCase));
            _all.Add(request);
        }

        // All requests of the notebook so far are restored together, so that their dependencies agree.
        var resolved = Cached(DateTime.UtcNow - OpenVersionsHold) ?? Restore(requests[0].Line, cancellation);
        foreach (var package in resolved)
        {
            Check(package, requests[0].Line);
        }

        return [.. resolved.Where(p => _known.Add(p.Name) || requests.Any(r => Same(r.Name, p.Name)))];
    }

    private static bool IsOwn(string name) =>
        name.StartsWith("VitNotebooks", StringComparison.OrdinalIgnoreCase) && HostAssemblies.Find(name) is not null;

    private static string Short(Guid build) => "build " + build.ToString("N")[..8];

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

    private static bool Allows(string wanted, string version) =>
        wanted.Contains('*', StringComparison.Ordinal)
            ? version.StartsWith(
                wanted[..wanted.IndexOf('*', StringComparison.Ordinal)],
                StringComparison.OrdinalIgnoreCase
            )
            : Same(wanted.Trim('[', ']'), version);

    /// <summary>The version written into the project: exact for our own, since they must be the host's.</summary>
    private static string VersionOf(PackageRequest request) =>
        IsOwn(request.Name) ? $"[{HostVersion}]" : request.Version ?? "*";

    private string Project() =>
        $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net{Environment.Version.Major}.{Environment.Version.Minor}</TargetFramework>
                <RestoreRootConfigDirectory>{Markup.Escape(_folder)}</RestoreRootConfigDirectory>
                <RestoreEnablePackagePruning>true</RestoreEnablePackagePruning>
                <ManagePackageVersionsCentrally>false</ManagePackageVersionsCentrally>
                <NuGetAudit>false</NuGetAudit>
                <DisableImplicitFrameworkReferences>false</DisableImplicitFrameworkReferences>
              </PropertyGroup>
              <ItemGroup>
                <FrameworkReference Include="Microsoft.AspNetCore.App" />
            {string.Join(
                '\n',
                _all.OrderBy(r => r.Name, StringComparer.OrdinalIgnoreCase).Select(r =>
                    $"    <PackageReference Include=\"{Markup.Escape(r.Name)}\" Version=\"{Markup.Escape(VersionOf(r))}\" />"
                )
            )}
              </ItemGroup>
            </Project>
            """;

    private string Workspace()
    {
        var key = new StringBuilder(Project());
        foreach (var config in NuGetSources.Configs(_folder))
        {
            key.Append('\n').Append(config).Append('\n').Append(File.ReadAllText(config));
        }

        foreach (var file in NuGetSources.LocalPackages(_folder))
        {
            key.Append(CultureInfo.InvariantCulture, $"\n{file.FullName} {file.Length} {file.LastWriteTimeUtc.Ticks}");
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key.ToString())));
        return Path.Combine(_cache, hash[..24]);
    }

    /// <summary>Whether a source that is no folder could give another answer tomorrow.</summary>
    private bool IsOpen =>
        _all.Exists(r => !IsOwn(r.Name) && r.Version?.Contains('*', StringComparison.Ordinal) != false)
        && NuGetSources.All(_folder).Any(s => s.Contains("://", StringComparison.Ordinal));

    /// <summary>The answer of an earlier run; null when there is none, or it leaves a version open and is too old.</summary>
    private List<ResolvedPackage>? Cached(DateTime notBefore)
    {
        var file = Path.Combine(Workspace(), "resolved.json");
        if (!File.Exists(file) || (IsOpen && File.GetLastWriteTimeUtc(file) < notBefore))
        {
            return null;
        }

        try
        {
            var packages = JsonSerializer.Deserialize<List<ResolvedPackage>>(File.ReadAllText(file));
            return packages is not null && packages.SelectMany(p => p.Assemblies).All(File.Exists) ? packages : null;
        }
        catch (JsonException)
        {
            return null; // half a file of a killed run: ask again
        }
    }

    private List<ResolvedPackage> Restore(int line, CancellationToken cancellation)
    {
        var names = string.Join(", ", _all.Select(r => r.Name));
        _status($"resolving {names} (dotnet restore)");
        var workspace = Workspace();
        Directory.CreateDirectory(workspace);
        var project = Path.Combine(workspace, "notebook.csproj");
        File.WriteAllText(project, Project());
        foreach (var wall in new[] { "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props" })
        {
            File.WriteAllText(Path.Combine(workspace, wall), "<Project />"); // nothing from above reaches in
        }

        // --force: NuGet would hold its own last answer for this project to be good for ever.
        string[] restore = ["restore", project, "--force", "--nologo", "-v:q", "-clp:ErrorsOnly"];
        var (code, output) = (1, "");
        var local = NuGetSources.All(_folder).Where(Directory.Exists).ToArray();
        if (local.Length > 0 && _all.TrueForAll(r => IsOwn(r.Name)))
        {
            // Our own packages lie in a folder, and what they need was restored when this tool was built: no network.
            (code, output) = DotNet.Run(
                [.. restore, $"-p:RestoreSources={string.Join("%3B", local)}"],
                workspace,
                cancellation
            );
        }

        if (code != 0)
        {
            (code, output) = DotNet.Run(restore, workspace, cancellation);
        }

        var assets = Path.Combine(workspace, "obj", "project.assets.json");
        if (code != 0)
        {
            var failure = RestoreFailure.Explain(_all, output, NuGetSources.All(_folder));
            if (!RestoreFailure.IsUnreachable(output) || Cached(DateTime.MinValue) is not { } kept)
            {
                throw new DirectiveException($"line {line}: {failure}", line);
            }

            var versions = kept.Where(p => p.Requested).Select(p => $"{p.Name} {p.Version}");
            _status($"{failure} Going on with the last answer: {string.Join(", ", versions)}.");
            return kept;
        }

        var resolved = ProjectAssets.Read(assets, _all);
        NotebookFile.WriteAtomically(Path.Combine(workspace, "resolved.json"), JsonSerializer.Serialize(resolved));
        return resolved;
    }

    private static void Check(ResolvedPackage package, int line)
    {
        foreach (var path in package.Assemblies)
        {
            var simple = Path.GetFileNameWithoutExtension(path);
            if (HostAssemblies.Find(simple) is not { } own)
            {
                continue;
            }

            if (IsOwn(package.Name))
            {
                if (!Same(package.Version, HostVersion))
                {
                    throw new DirectiveException(
                        $"line {line}: package {package.Name} is {package.Version} and this vitnb is {HostVersion}; the two must be the same build.",
                        line
                    );
                }

                if (BuildIdentity.Of(path) is var packed && BuildIdentity.Of(own) is var running && packed != running)
                {
                    throw new DirectiveException(
                        $"line {line}: {simple} in package {package.Name} {package.Version} ({Short(packed)}) and in this vitnb ({Short(running)}) carry the same version and are different builds; eng/pack.sh packs anew what this vitnb runs.",
                        line
                    );
                }

                continue;
            }

            var (theirs, ours) = (
                AssemblyName.GetAssemblyName(path).Version,
                AssemblyName.GetAssemblyName(own).Version
            );
            if (theirs > ours)
            {
                throw new DirectiveException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"line {line}: {package.Name} {package.Version} brings {simple} {theirs}, and vitnb itself runs on {simple} {ours}; a process holds one of them. Ask for a version of {package.Name} that is not newer than that."
                    ),
                    line
                );
            }
        }
    }
}
