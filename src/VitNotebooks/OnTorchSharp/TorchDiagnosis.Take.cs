using TorchSharp;

namespace VitNotebooks.Acceleration;

public sealed partial record TorchDiagnosis
{
    /// <summary>Looks; loads the libtorch that TorchSharp brings.</summary>
    public static TorchDiagnosis Take()
    {
        var (runtime, fault) = Attempt(() => TorchRuntime.Current);
        if (runtime is null)
        {
            return new(null, fault, null, fault, null, [], CudaDevice.OfTheDriver(), null);
        }
        var installation = new TorchInstallation(
            runtime.Folder,
            runtime.FoundBy,
            runtime.Version,
            Headers: false,
            StringAbi: null,
            BuildId: null,
            OwnBlas: true,
            Cuda: torch.cuda.is_available()
        );
        var blas = new BlasInUse(BlasKind.Other, null, "built into libtorch", runtime.Blas, null);
        var speed = Attempt(() => (object)MeasureProduct()).Value as double?;
        return new(installation, null, runtime, null, blas, [], CudaDevice.OfTheDriver(), speed);
    }
}
