using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace VitNotebooks.Training;

/// <summary>
/// What a number was made on, recorded with every run: the <see cref="RunEnvironment"/>, which its bits depend on, and what
/// only its time depends on.
/// </summary>
internal static class Machine
{
    public static JsonObject Describe()
    {
        var machine = RunEnvironment.Of(device: null);
        machine["cores"] = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture);
        machine["system"] = RuntimeInformation.OSDescription;
        machine["runtime"] = RuntimeInformation.FrameworkDescription;
        return machine;
    }

    /// <summary>The processor's name, else its architecture.</summary>
    public static string Processor()
    {
        const string CpuInfo = "/proc/cpuinfo";
        var line = File.Exists(CpuInfo)
            ? File.ReadLines(CpuInfo).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line is null
            ? RuntimeInformation.ProcessArchitecture.ToString()
            : line[(line.IndexOf(':') + 1)..].Trim();
    }
}
