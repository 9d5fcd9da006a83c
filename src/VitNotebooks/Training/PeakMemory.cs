using System.Runtime.InteropServices;
using VitNotebooks.Acceleration;

namespace VitNotebooks.Training;

/// <summary>Peak resident memory of one phase of this process, as the kernel counts it.</summary>
public static partial class PeakMemory
{
    /// <summary>Peak resident bytes since the last <see cref="Reset"/>, or since the process began.</summary>
    /// <returns>Bytes; 0 where the kernel does not tell.</returns>
    public static long Read() => Memory.PeakResidentBytes;

    /// <summary>
    /// Collects garbage, hands freed heap pages back to the kernel, and sets the peak to what is resident now.
    /// </summary>
    /// <returns>False where the kernel does not allow the reset; the next peak then counts from the process's start.</returns>
    public static bool Reset()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        ReturnFreePages();
        return Memory.ResetPeak();
    }

    private static void ReturnFreePages()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }
        try
        {
            malloc_trim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // Not glibc: its allocator has no such call, and the peak then includes pages that are free but not returned.
        }
        catch (DllNotFoundException)
        {
            // As above.
        }
    }

    [LibraryImport("libc")]
    private static partial int malloc_trim(nuint pad);
}
