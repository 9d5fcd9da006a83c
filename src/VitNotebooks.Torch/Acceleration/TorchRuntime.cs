using System.Security.Cryptography;
using System.Text;
using TorchSharp;
using TorchSharp.Native;

namespace VitNotebooks.Acceleration;

/// <summary>Which libtorch runs here: part of the identity of every result.</summary>
/// <param name="Version">libtorch's version.</param>
/// <param name="Folder">Where its libraries lie.</param>
/// <param name="FoundBy">The variable or rule that led there.</param>
/// <param name="Blas">The BLAS that its CPU matrix products use.</param>
/// <param name="Threads">Threads inside one op.</param>
/// <param name="CudaDevices">How many CUDA devices it sees.</param>
/// <param name="Core">The native module of ours that is loaded over it.</param>
[BeyondTorchSharp]
public sealed record TorchRuntime(
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
    /// may round otherwise.
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
    /// <exception cref="LibtorchException">There is none, or it does not load.</exception>
    public static unsafe TorchRuntime Current
    {
        get
        {
            var loaded = Libtorch.Instance;
            return new TorchRuntime(
                TorchSharp.Native.Core.LibtorchVersion,
                loaded.Location.LibraryFolder,
                loaded.Location.FoundBy,
                loaded.Blas,
                TorchSharp.Native.Core.GetNumThreads(),
                TorchSharp.Native.Core.CudaDeviceCount(),
                loaded.Core.Path
            );
        }
    }

    /// <summary>libtorch's own account of its build and its thread pools, many lines.</summary>
    public static string Configuration => TorchSharp.Native.Core.Configuration;

    /// <summary>Writes our native modules for the libtorch found into a folder, under the names by which the package finds
    /// them; compiles what no cache has. libtorch itself is not loaded.</summary>
    /// <param name="folder">The folder; made if needed. Files of the same name hold the same and are left.</param>
    /// <returns>The paths of the modules.</returns>
    /// <exception cref="LibtorchException">There is no libtorch, or a module does not compile.</exception>
    public static IReadOnlyList<string> WriteNativeModules(string folder)
    {
        var location = LibtorchLocation.Find();
        var image = ElfImage.Read(location.CpuLibrary);
        Directory.CreateDirectory(folder);
        var written = new List<string>();
        foreach (var name in ReadyMadeModules.Names)
        {
            var module = NativeModule.Ensure(name, location, image);
            var path = Path.Combine(Path.GetFullPath(folder), Path.GetFileName(module));
            if (!File.Exists(path))
            {
                var staged = $"{path}.{Environment.ProcessId}";
                File.Copy(module, staged, overwrite: true);
                File.Move(staged, path, overwrite: true);
            }
            written.Add(path);
        }
        return written;
    }

    private static string BuildOf(string core)
    {
        // What follows are the thread pools, which belong to the process.
        var account = Configuration.Split("ATen/Parallel")[0];
        var lines = account.Split('\n').Where(l => !l.Contains(CapabilityLine, StringComparison.Ordinal));
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))));
        var kernels = Libtorch.KernelsRefusal is null
            ? Path.GetFileNameWithoutExtension(Libtorch.Kernels.Path)
            : "no kernels";
        return $"{hash[..16]} {Path.GetFileNameWithoutExtension(core)} {kernels}";
    }

    /// <summary>One line for people.</summary>
    public override string ToString() =>
        $"libtorch {Version} ({FoundBy}: {Folder}), BLAS {Blas}, {Threads} threads, {CudaDevices} CUDA devices";
}
