namespace VitNotebooks.Cli;

/// <summary>A package on disk.</summary>
/// <param name="Name">Its id.</param>
/// <param name="Version">Its version.</param>
/// <param name="Assemblies">Its assemblies for this framework.</param>
/// <param name="Requested">Whether a cell asked for it by name, rather than another package.</param>
public sealed record ResolvedPackage(string Name, string Version, IReadOnlyList<string> Assemblies, bool Requested);

/// <summary>Finds packages and what they need.</summary>
public interface IPackageSource
{
    /// <summary>Finds packages with everything that they depend on.</summary>
    /// <param name="requests">What a cell asks for.</param>
    /// <param name="cancellation">Stops the search.</param>
    /// <exception cref="DirectiveException">A package that is not there, or one whose version is not the host's.</exception>
    IReadOnlyList<ResolvedPackage> Resolve(IReadOnlyList<PackageRequest> requests, CancellationToken cancellation);
}
