using System.Globalization;
using TorchSharp;

namespace VitNotebooks.Acceleration;

/// <summary>What this process holds, for tables of cost and for tests that nothing leaks.</summary>
[BeyondTorchSharp]
public static class Memory
{
    /// <summary>Tensors alive in managed hands.</summary>
    public static long LiveTensors => torch.Tensor.TotalCount;

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

    /// <summary>Bytes of large CPU tensors: in use, kept idle for the next ones, and the most that was in use since the last
    /// <see cref="Trim"/>; zeros where libtorch's own allocator is in place.</summary>
    public static (long Live, long Idle, long Peak) LargeTensors =>
        TorchSharp.Native.Libtorch.Instance.Allocator?.Statistics() ?? default;

    /// <summary>Gives idle tensor memory back to the system: after training, before something else needs it.</summary>
    public static void Trim() => TorchSharp.Native.Libtorch.Instance.Allocator?.Trim();

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
