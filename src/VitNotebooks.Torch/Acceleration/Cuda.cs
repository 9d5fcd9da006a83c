using TorchSharp;

namespace VitNotebooks.Acceleration;

/// <summary>CUDA devices: their memory, and waiting for them. Every call throws one sentence where there is no device.</summary>
/// <remarks>
/// Compiled against libtorch 1.13 and 2.6 with CUDA 11.8's headers; not yet run on a GPU. Where no CUDA headers were found when it was
/// compiled, memory and graphs throw <c>TorchNotImplementedException</c>. TorchSharp has none of this but <see cref="Synchronize"/>:
/// there everything else throws.
/// </remarks>
/// <exception cref="InvalidOperationException">There is no CUDA device.</exception>
/// <exception cref="TorchSharp.Native.LibtorchException">The native module <c>cuda</c> does not compile; the message says why.</exception>
/// <exception cref="NotSupportedException">On TorchSharp, for everything but <see cref="Synchronize"/>.</exception>
[BeyondTorchSharp]
public static class Cuda
{
    /// <summary>What libtorch's allocator holds of a device; -1 for the current one.</summary>
    public static CudaMemory Memory(int device = -1) => CudaEngine.Memory(device);

    /// <summary>Starts the peaks anew at what is in use now.</summary>
    public static void ResetPeak(int device = -1) => CudaEngine.ResetPeak(device);

    /// <summary>Gives memory that no tensor uses back to the device, for other programs.</summary>
    public static void EmptyCache() => CudaEngine.EmptyCache();

    /// <summary>Waits until the device has done all that it was given; -1 for the current one.</summary>
    public static void Synchronize(int device = -1) => CudaEngine.Synchronize(device);
}
