using System.Runtime.InteropServices;
using TorchSharp;

namespace VitNotebooks.Acceleration;

/// <summary>Memory of a CUDA device in the hands of libtorch's allocator, in bytes.</summary>
/// <param name="Allocated">In tensors now.</param>
/// <param name="PeakAllocated">The most there was since the start or the last <see cref="Cuda.ResetPeak"/>.</param>
/// <param name="Reserved">Taken from the device now; what is not allocated is kept for the next tensors.</param>
/// <param name="PeakReserved">The most of that.</param>
/// <param name="Retries">How often the cache had to be emptied to find room.</param>
/// <param name="OutOfMemory">How often there was no room.</param>
[BeyondTorchSharp]
[StructLayout(LayoutKind.Sequential)]
public readonly record struct CudaMemory(
    long Allocated,
    long PeakAllocated,
    long Reserved,
    long PeakReserved,
    long Retries,
    long OutOfMemory
);
