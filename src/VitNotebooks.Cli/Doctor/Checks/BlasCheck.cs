using VitNotebooks.Acceleration;

namespace VitNotebooks.Cli;

/// <summary>What multiplies matrices on the CPU, and with which kernels. The factors were measured on two cores.</summary>
internal sealed class BlasCheck : IDoctorCheck
{
    internal sealed record Facts(
        BlasKind? Kind,
        string? Library,
        string? FoundBy,
        string? Description,
        string? Kernels,
        string? CoreType
    );

    private const string Install = "sudo apt-get install -y libopenblas0-openmp";

    // Names that OpenBLAS takes for kernels with AVX-512; all others are narrower.
    private static readonly string[] Wide = ["SkylakeX", "Cooperlake", "SapphireRapids"];

    public string Name => "blas";

    public CheckResult Run(DoctorMachine machine, TorchDiagnosis torch)
    {
        var blas = torch.Blas;
        var coreType = machine.Set("OPENBLAS_CORETYPE");
        List<Finding> findings = [];
        switch (blas?.Kind)
        {
            case BlasKind.Reference:
                Slow(
                    $"libtorch uses the reference BLAS ({blas.Path}): a matrix product is 27 times slower than with OpenBLAS.",
                    Install
                );
                break;
            case BlasKind.OpenBlasPthread:
                Slow(
                    $"OpenBLAS runs on threads of its own ({blas.Path}), which fight libtorch's OpenMP threads: training runs at half the speed.",
                    Install
                );
                break;
            case BlasKind.OpenBlasSerial:
                Slow($"OpenBLAS runs on one thread ({blas.Path}): a matrix product uses one core only.", Install);
                break;
        }
        if (
            coreType is not null
            && blas?.Kind is BlasKind.OpenBlasOpenMp or BlasKind.OpenBlasPthread or BlasKind.OpenBlasSerial
        )
        {
            var wider = (machine.Text("/proc/cpuinfo") ?? "").Contains("avx512f", StringComparison.Ordinal);
            if (wider && !Wide.Contains(coreType, StringComparer.OrdinalIgnoreCase))
            {
                Slow(
                    $"OPENBLAS_CORETYPE={coreType} is set and respected, and this processor has AVX-512: without it an fp32 matrix product "
                        + "went from 216 to 413 GFLOP/s (1.9 times) where that was measured.",
                    "unset OPENBLAS_CORETYPE"
                );
            }
            else
            {
                findings.Add(
                    new(
                        Name,
                        FindingLevel.Note,
                        $"OPENBLAS_CORETYPE={coreType} is set and respected; OpenBLAS uses its kernels for {blas?.Kernels ?? coreType}."
                    )
                );
            }
        }
        var facts = new Facts(blas?.Kind, blas?.Path, blas?.FoundBy, blas?.Description, blas?.Kernels, coreType);
        var line = blas is null
            ? "unknown without libtorch"
            : $"{blas.Description}"
                + (blas.Path is null ? "" : $" ({blas.Path}, {blas.FoundBy})")
                + (blas.Kernels is null ? "" : $", kernels for {blas.Kernels}")
                + (coreType is null ? "" : $", OPENBLAS_CORETYPE={coreType}");
        return new(facts, line, findings);

        void Slow(string text, string remedy) => findings.Add(new(Name, FindingLevel.Slow, text, remedy));
    }
}
