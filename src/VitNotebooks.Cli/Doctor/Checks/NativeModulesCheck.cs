using VitNotebooks.Acceleration;

namespace VitNotebooks.Cli;

/// <summary>Our native modules: ready-made, from the cache, compiled now, or failed.</summary>
internal sealed class NativeModulesCheck : IDoctorCheck
{
    internal sealed record Module(string Name, NativeModuleOrigin Origin, string? Path, string? Fault);

    internal sealed record Facts(IReadOnlyList<Module> Modules);

    public string Name => "native";

    public CheckResult Run(DoctorMachine machine, TorchDiagnosis torch)
    {
        var findings = torch
            .Modules.Where(m => m.Origin == NativeModuleOrigin.Failed)
            .Select(m => new Finding(
                Name,
                m.Name == "core" ? FindingLevel.Missing : FindingLevel.Slow,
                $"{m.Fault} "
                    + (
                        m.Name == "core"
                            ? "Without it nothing runs."
                            : $"What '{m.Name}' does is left to libtorch's plain ops, or is off."
                    ),
                Remedy(machine, m.Fault ?? "")
            ))
            .ToList();
        var line =
            torch.Modules.Count == 0
                ? "unknown without libtorch"
                : string.Join(
                    ", ",
                    torch
                        .Modules.GroupBy(m => m.Origin)
                        .Select(g => $"{Word(g.Key)}: {string.Join(' ', g.Select(m => m.Name))}")
                );
        return new(
            new Facts([.. torch.Modules.Select(m => new Module(m.Name, m.Origin, m.Path, m.Fault))]),
            line,
            findings
        );
    }

    private static string Word(NativeModuleOrigin origin) =>
        origin switch
        {
            NativeModuleOrigin.ReadyMade => "ready-made",
            NativeModuleOrigin.Cached => "from the cache",
            NativeModuleOrigin.Compiled => "compiled just now",
            _ => "failed",
        };

    private static string? Remedy(DoctorMachine machine, string fault) =>
        fault.Contains("does not start", StringComparison.Ordinal)
            ? machine.Set("CXX") is null
                ? "sudo apt-get install -y g++"
                : "unset CXX, or let it name a C++ compiler"
            : fault.Contains("no headers", StringComparison.Ordinal)
                ? "sudo apt-get install -y libtorch-dev"
                : null;
}
