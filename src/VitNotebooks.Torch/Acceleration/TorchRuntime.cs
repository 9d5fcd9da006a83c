using TorchSharp;

namespace VitNotebooks.Acceleration;

/// <summary>Which libtorch runs here: part of the identity of every result.</summary>
/// <param name="Version">libtorch's version.</param>
/// <param name="Folder">Where its libraries lie; on TorchSharp where the program lies: its libtorch is beside it or in the package cache.</param>
/// <param name="FoundBy">The variable or rule that led there; on TorchSharp its package and version.</param>
/// <param name="Blas">The BLAS that its CPU matrix products use.</param>
/// <param name="Threads">Threads inside one op.</param>
/// <param name="CudaDevices">How many CUDA devices it sees.</param>
/// <param name="Core">The native module of ours that is loaded over it; empty on TorchSharp, which brings its own.</param>
[BeyondTorchSharp]
public sealed partial record TorchRuntime(
    string Version,
    string Folder,
    string FoundBy,
    string Blas,
    int Threads,
    int CudaDevices,
    string Core
)
{
    private const string CapabilityLine = "CPU capability usage:";

    /// <summary>
    /// Which build of libtorch: a hash of its own account of compiler, options and libraries, and the names of our native modules,
    /// which hold the build id; "no kernels" where those did not compile and the plain ops run. The same version built otherwise
    /// may round otherwise. On TorchSharp the version of the package that brought it.
    /// </summary>
    public string Build { get; } = BuildOf(Core);

    /// <summary>The vector instructions that libtorch's own CPU kernels use here, "AVX2" for one; "unknown" where it does not tell.</summary>
    public string CpuCapability { get; } =
        Configuration
            .Split('\n')
            .FirstOrDefault(l => l.Contains(CapabilityLine, StringComparison.Ordinal))
            ?.Split(':')[1]
            .Trim()
        ?? "unknown";

    /// <summary>The runtime of this process; loads libtorch where that has not happened yet.</summary>
    /// <exception cref="TorchSharp.Native.LibtorchException">There is none, or it does not load.</exception>
    public static partial TorchRuntime Current { get; }

    /// <summary>libtorch's own account of its build and its thread pools, many lines; empty on TorchSharp, which does not show it.</summary>
    public static partial string Configuration { get; }

    /// <summary>Writes our native modules for the libtorch found into a folder, under the names by which the package finds
    /// them; compiles what no cache has. libtorch itself is not loaded.</summary>
    /// <param name="folder">The folder; made if needed. Files of the same name hold the same and are left.</param>
    /// <returns>The paths of the modules.</returns>
    /// <exception cref="TorchSharp.Native.LibtorchException">There is no libtorch, or a module does not compile; on TorchSharp, always.</exception>
    public static partial IReadOnlyList<string> WriteNativeModules(string folder);

    private static partial string BuildOf(string core);

    /// <summary>One line for people.</summary>
    public override string ToString() =>
        $"libtorch {Version} ({FoundBy}: {Folder}), BLAS {Blas}, {Threads} threads, {CudaDevices} CUDA devices";
}
