using TorchSharp;

namespace VitNotebooks.Acceleration;

/// <summary>What multiplies matrices on the CPU.</summary>
[BeyondTorchSharp]
public enum BlasKind
{
    /// <summary>OpenBLAS with OpenMP, libtorch's own kind of threads: what Debian's libtorch is fastest with.</summary>
    OpenBlasOpenMp,

    /// <summary>OpenBLAS with threads of its own, which fight OpenMP's: training at half the speed.</summary>
    OpenBlasPthread,

    /// <summary>OpenBLAS on one thread.</summary>
    OpenBlasSerial,

    /// <summary>Netlib's reference: 27 times slower.</summary>
    Reference,

    /// <summary>Intel's MKL, as pip's torch and libtorch's zips bring it.</summary>
    Mkl,

    /// <summary>Something else, named in <see cref="BlasInUse.Description"/>.</summary>
    Other,
}

/// <summary>The BLAS of this process, asked of the loaded libraries themselves.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Path">Its file; null where it is built into libtorch.</param>
/// <param name="FoundBy">How it came to be loaded, for people.</param>
/// <param name="Description">What the library says of itself.</param>
/// <param name="Kernels">The processor that OpenBLAS chose its kernels for, <c>Haswell</c> for one; null elsewhere.</param>
[BeyondTorchSharp]
public sealed partial record BlasInUse(
    BlasKind Kind,
    string? Path,
    string FoundBy,
    string Description,
    string? Kernels
);
