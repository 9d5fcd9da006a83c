using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using VitNotebooks.Acceleration;

namespace VitNotebooks.Training;

/// <summary>What a number was made on. Recorded with every run, never part of its identity.</summary>
internal static class Machine
{
    public static JsonObject Describe()
    {
        TorchRuntime torch = TorchRuntime.Current;
        return new JsonObject
        {
            ["package"] =
                typeof(Machine)
                    .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
                    ?.InformationalVersion
                ?? "unknown",
            ["torch"] = torch.Version,
            ["blas"] = torch.Blas,
            ["threads"] = torch.Threads.ToString(CultureInfo.InvariantCulture),
            ["blasKernels"] = Environment.GetEnvironmentVariable("OPENBLAS_CORETYPE") ?? "chosen by the library",
            ["processor"] = Processor(),
            ["cores"] = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture),
            ["system"] = RuntimeInformation.OSDescription,
            ["runtime"] = RuntimeInformation.FrameworkDescription,
        };
    }

    private static string Processor()
    {
        const string CpuInfo = "/proc/cpuinfo";
        if (!File.Exists(CpuInfo))
        {
            return RuntimeInformation.ProcessArchitecture.ToString();
        }
        string? line = File.ReadLines(CpuInfo)
            .FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal));
        return line is null
            ? RuntimeInformation.ProcessArchitecture.ToString()
            : line[(line.IndexOf(':') + 1)..].Trim();
    }
}
