using System.Globalization;

namespace VitNotebooks.Acceleration;

// What the system counts: the same for every provider.
public static partial class Memory
{
    /// <summary>Bytes of this process in physical memory now.</summary>
    public static long ResidentBytes => Status("VmRSS:");

    /// <summary>The most there have been since the start or the last <see cref="ResetPeak"/>.</summary>
    public static long PeakResidentBytes => Status("VmHWM:");

    /// <summary>Starts the peak anew at what is resident now. Linux only; where the kernel forbids it, false.</summary>
    public static bool ResetPeak()
    {
        try
        {
            File.WriteAllText("/proc/self/clear_refs", "5");
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static long Status(string key)
    {
        foreach (var line in File.ReadLines("/proc/self/status"))
        {
            if (line.StartsWith(key, StringComparison.Ordinal))
            {
                var number = line.AsSpan(key.Length).Trim();
                return 1024 * long.Parse(number[..number.IndexOf(' ')], CultureInfo.InvariantCulture);
            }
        }
        return 0;
    }
}
