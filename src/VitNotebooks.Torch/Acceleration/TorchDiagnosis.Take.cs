using TorchSharp.Native;

namespace VitNotebooks.Acceleration;

public sealed partial record TorchDiagnosis
{
    /// <summary>Looks; loads libtorch and compiles what of our native modules no cache has (some ten seconds, once).</summary>
    public static TorchDiagnosis Take()
    {
        var (location, missing) = Attempt(LibtorchLocation.Find);
        if (location is null)
        {
            return new(null, missing, null, missing, null, [], CudaDevice.OfTheDriver(), null);
        }
        var installation = TorchInstallation.Of(location);
        var modules = NativeModuleState.OfAll(location);
        var (runtime, fault) = Attempt(() => TorchRuntime.Current);
        var (blas, _) = runtime is null ? (null, null) : Attempt(BlasInUse.OfThisProcess);
        var speed = runtime is null ? null : Attempt(() => (object)MeasureProduct()).Value as double?;
        return new(installation, null, runtime, fault, blas, modules, CudaDevice.OfTheDriver(), speed);
    }
}
