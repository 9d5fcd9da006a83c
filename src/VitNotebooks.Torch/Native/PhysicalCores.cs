using System.Globalization;

namespace TorchSharp.Native;

/// <summary>How many cores this process may use: libtorch's own count fails in some virtual machines and says 1, and
/// hyperthreads of one core only take each other's place in matrix products.</summary>
internal static class PhysicalCores
{
    /// <summary>The physical cores among the processors that the process may run on, and no more than its control group grants.</summary>
    public static int Available() =>
        Count("/sys/devices/system/cpu", AllowedProcessors("/proc/self/status"), Environment.ProcessorCount);

    /// <summary>Distinct cores of the processors <paramref name="allowed"/>; processors that tell no core count each.</summary>
    internal static int Count(string processors, IReadOnlyList<int> allowed, int granted)
    {
        var cores = new HashSet<string>(StringComparer.Ordinal);
        foreach (var processor in allowed)
        {
            var topology = Path.Combine(processors, $"cpu{processor}", "topology");
            var core = Read(Path.Combine(topology, "core_id"));
            cores.Add(
                core is null ? $"cpu {processor}" : $"{Read(Path.Combine(topology, "physical_package_id"))}/{core}"
            );
        }
        return Math.Clamp(cores.Count, 1, Math.Max(1, granted));
    }

    /// <summary>The processors of "Cpus_allowed_list:\t0-3,8".</summary>
    internal static IReadOnlyList<int> AllowedProcessors(string status)
    {
        const string Key = "Cpus_allowed_list:";
        var allowed = new List<int>();
        var line = File.Exists(status)
            ? File.ReadLines(status).FirstOrDefault(l => l.StartsWith(Key, StringComparison.Ordinal))
            : null;
        foreach (var range in line?[Key.Length..].Trim().Split(',', StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            var ends = range.Split('-');
            var first = int.Parse(ends[0], CultureInfo.InvariantCulture);
            var last = int.Parse(ends[^1], CultureInfo.InvariantCulture);
            allowed.AddRange(Enumerable.Range(first, last - first + 1));
        }
        return allowed.Count > 0 ? allowed : [.. Enumerable.Range(0, Environment.ProcessorCount)];
    }

    private static string? Read(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
