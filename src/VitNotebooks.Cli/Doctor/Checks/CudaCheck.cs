using VitNotebooks.Acceleration;

namespace VitNotebooks.Cli;

/// <summary>CUDA devices: those that the driver has, and whether the libtorch found can use them.</summary>
internal sealed class CudaCheck : IDoctorCheck
{
    internal sealed record Facts(bool? BuiltWithCuda, int? UsableDevices, IReadOnlyList<CudaDevice> Devices);

    public string Name => "cuda";

    public CheckResult Run(DoctorMachine machine, TorchDiagnosis torch)
    {
        var (built, usable, devices) = (torch.Installation?.Cuda, torch.Runtime?.CudaDevices, torch.CudaDevices);
        List<Finding> findings = [];
        if (devices.Count > 0 && built == false)
        {
            Slow(
                $"this machine has {devices.Count} CUDA device(s), {devices[0].Name} first, and the libtorch in {torch.Installation!.Folder} "
                    + "was built without CUDA: everything runs on the CPU.",
                "pip install torch, then export VITNB_LIBTORCH=$(python3 -c 'import torch; print(torch.__path__[0])')"
            );
        }

        if (devices.Count > 0 && built == true && usable < devices.Count)
        {
            Slow(
                $"libtorch sees {usable} of the driver's {devices.Count} CUDA devices"
                    + (
                        machine.Variable("CUDA_VISIBLE_DEVICES") is { } visible
                            ? $" (CUDA_VISIBLE_DEVICES={visible})."
                            : "; it may want a newer driver."
                    ),
                machine.Variable("CUDA_VISIBLE_DEVICES") is null ? "nvidia-smi" : "unset CUDA_VISIBLE_DEVICES"
            );
        }

        if (devices.Count == 0 && built == true)
        {
            findings.Add(
                new(
                    Name,
                    FindingLevel.Note,
                    "this libtorch was built with CUDA, but the machine's driver (libcuda.so.1) is missing or has no device: everything runs on the CPU."
                )
            );
        }

        var line =
            devices.Count == 0
                ? "no device"
                : string.Join(
                    "; ",
                    devices.Select(d => $"{d.Index}: {d.Name}, {d.MemoryBytes >> 20:N0} MiB, capability {d.Capability}")
                ) + $"; libtorch uses {usable?.ToString() ?? "none"}";
        return new(new Facts(built, usable, devices), line, findings);

        void Slow(string text, string remedy) => findings.Add(new(Name, FindingLevel.Slow, text, remedy));
    }
}
