using System.Globalization;
using VitNotebooks.Acceleration;

namespace VitNotebooks.Cli;

/// <summary>The libtorch that is used, how it was found, and whether it loads.</summary>
internal sealed class LibtorchCheck : IDoctorCheck
{
    internal sealed record Facts(
        string? Version,
        string? Folder,
        string? FoundBy,
        string? StringAbi,
        string? BuildId,
        bool? Headers,
        bool Loads,
        string? Fault,
        string? CpuCapability,
        double? MatrixProductGflops
    );

    public string Name => "libtorch";

    public CheckResult Run(DoctorMachine machine, TorchDiagnosis torch)
    {
        var (at, runtime) = (torch.Installation, torch.Runtime);
        var fault = torch.InstallationFault ?? torch.RuntimeFault;
        var facts = new Facts(
            runtime?.Version ?? at?.Version,
            at?.Folder,
            at?.FoundBy,
            at?.StringAbi,
            at?.BuildId,
            at?.Headers,
            runtime is not null,
            fault,
            runtime?.CpuCapability,
            torch.MatrixProductGflops is { } speed ? Math.Round(speed, 1) : null
        );
        List<Finding> findings = [];
        if (at is null)
        {
            findings.Add(
                new(Name, FindingLevel.Missing, $"{fault} Without it no tensor can be made.", Remedy(machine))
            );
        }
        else if (runtime is null)
        {
            findings.Add(
                new(
                    Name,
                    FindingLevel.Missing,
                    $"the libtorch in {at.Folder} (found by {at.FoundBy}) does not load: {fault}",
                    at.FoundBy.StartsWith("VITNB_LIBTORCH", StringComparison.Ordinal)
                        ? "unset VITNB_LIBTORCH"
                        : Remedy(machine)
                )
            );
        }

        if (machine.Set("ATEN_CPU_CAPABILITY") is { } capability)
        {
            findings.Add(
                new(
                    Name,
                    FindingLevel.Slow,
                    $"ATEN_CPU_CAPABILITY={capability} is set: libtorch's own kernels use these instructions and no better ones that the processor may have.",
                    "unset ATEN_CPU_CAPABILITY"
                )
            );
        }

        if (at is null)
        {
            return new(facts, "none", findings);
        }

        var line =
            $"{facts.Version ?? "of an unknown version"} in {at.Folder} (found by: {at.FoundBy}), {at.StringAbi ?? "unknown"} string ABI"
            + (runtime is null ? ", does not load" : $", {runtime.CpuCapability}")
            + (
                facts.MatrixProductGflops is { } gflops
                    ? string.Create(CultureInfo.InvariantCulture, $", fp32 matrix product {gflops:0} GFLOP/s")
                    : ""
            );
        return new(facts, line, findings);
    }

    // A torch that pip put somewhere is nearer than a package: looked for without importing it.
    private static string Remedy(DoctorMachine machine)
    {
        const string find =
            "import importlib.util as u; s = u.find_spec('torch'); print(s.submodule_search_locations[0] if s else '')";
        var wheel = machine.Set("VITNB_LIBTORCH") is null ? machine.Output("python3", ["-c", find]) : null;
        if (!string.IsNullOrEmpty(wheel))
        {
            return $"export VITNB_LIBTORCH={wheel}";
        }

        if (machine.Set("VITNB_LIBTORCH") is not null)
        {
            return "unset VITNB_LIBTORCH, or let it name the folder of an unpacked libtorch or of a Python torch package";
        }

        return machine.Program("apt-get") is not null
            ? "sudo apt-get install -y libtorch-dev libopenblas0-openmp g++"
            : "pip install torch, then export VITNB_LIBTORCH=$(python3 -c 'import torch; print(torch.__path__[0])')";
    }
}
