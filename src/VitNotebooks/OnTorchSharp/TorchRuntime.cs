using System.Reflection;
using TorchSharp;
using TorchSharp.Native;

namespace VitNotebooks.Acceleration;

/// <summary>Which libtorch runs here: part of the identity of every result.</summary>
/// <param name="Version">libtorch's version.</param>
/// <param name="Folder">Where TorchSharp lies; its libtorch is beside it or in the package cache.</param>
/// <param name="FoundBy">The package that brought it.</param>
/// <param name="Blas">The BLAS that its CPU matrix products use: that of TorchSharp's own builds.</param>
/// <param name="Threads">Threads inside one op.</param>
/// <param name="CudaDevices">How many CUDA devices it sees.</param>
public sealed record TorchRuntime(
    string Version,
    string Folder,
    string FoundBy,
    string Blas,
    int Threads,
    int CudaDevices
)
{
    /// <summary>The runtime of this process; loads libtorch where that has not happened yet.</summary>
    public static TorchRuntime Current =>
        new(
            torch.__version__,
            AppContext.BaseDirectory,
            $"TorchSharp {Package}",
            "the package's",
            torch.get_num_threads(),
            torch.cuda.is_available() ? torch.cuda.device_count() : 0
        );

    private static string Package { get; } =
        typeof(torch).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? "of unknown version";

    /// <summary>Which build of libtorch: the version of the package that brought it.</summary>
    public string Build { get; } = $"TorchSharp {Package}";

    /// <summary>The vector instructions of libtorch's CPU kernels; TorchSharp does not tell.</summary>
    public string CpuCapability { get; } = "unknown";

    /// <summary>libtorch's own account of its build, which TorchSharp does not show.</summary>
    public static string Configuration => "";

    /// <summary>There are none of ours on TorchSharp.</summary>
    /// <exception cref="LibtorchException">Always.</exception>
    public static IReadOnlyList<string> WriteNativeModules(string folder) =>
        throw new LibtorchException(
            $"There are no native modules to write into {folder}: this build runs on TorchSharp, which brings its own. "
                + "Build without -p:TorchProvider=TorchSharp."
        );

    /// <summary>One line for people.</summary>
    public override string ToString() =>
        $"libtorch {Version} ({FoundBy}), {Threads} threads, {CudaDevices} CUDA devices";
}
