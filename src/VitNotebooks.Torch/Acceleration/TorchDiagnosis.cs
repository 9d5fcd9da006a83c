using System.Diagnostics;
using TorchSharp;
using TorchSharp.Native;

namespace VitNotebooks.Acceleration;

/// <summary>What there is to know of the libtorch on this machine, for people who look for a fault: each part is asked for
/// on its own, and one that fails leaves a sentence in the place of its answer.</summary>
/// <param name="Installation">The libtorch that is used, found without loading it; null where none was.</param>
/// <param name="InstallationFault">Why none was found.</param>
/// <param name="Runtime">The loaded runtime; null where it does not load.</param>
/// <param name="RuntimeFault">Why it does not load.</param>
/// <param name="Blas">The BLAS of its CPU matrix products; null where it does not load.</param>
/// <param name="Modules">Our native modules, one each.</param>
/// <param name="CudaDevices">The devices that the driver of this machine has, whether or not this libtorch can use them.</param>
/// <param name="MatrixProductGflops">Measured here: an fp32 product of 768 x 768 matrices, in 10^9 operations a second; null where libtorch does not load.</param>
[BeyondTorchSharp]
public sealed partial record TorchDiagnosis(
    TorchInstallation? Installation,
    string? InstallationFault,
    TorchRuntime? Runtime,
    string? RuntimeFault,
    BlasInUse? Blas,
    IReadOnlyList<NativeModuleState> Modules,
    IReadOnlyList<CudaDevice> CudaDevices,
    double? MatrixProductGflops
)
{
    /// <summary>The answer, or the sentence of what went wrong.</summary>
    internal static (T? Value, string? Fault) Attempt<T>(Func<T> ask)
        where T : class
    {
        try
        {
            return (ask(), null);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            while (e is TypeInitializationException or AggregateException && e.InnerException is { } inner)
            {
                e = inner;
            }
            return (null, e is LibtorchException ? e.Message : $"{e.GetType().Name}: {e.Message}");
        }
    }

    private static double MeasureProduct()
    {
        const int side = 768;
        using var scope = torch.NewDisposeScope();
        using var _ = torch.no_grad();
        var (a, b) = (torch.ones(side, side), torch.ones(side, side));
        var best = double.PositiveInfinity;
        for (var i = 0; i < 4; i++) // the first one starts the threads
        {
            var start = Stopwatch.GetTimestamp();
            a.matmul(b).Dispose();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return 2.0 * side * side * side / best / 1e9;
    }
}
