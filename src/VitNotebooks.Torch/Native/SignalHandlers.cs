using System.Runtime.InteropServices;

namespace TorchSharp.Native;

/// <summary>
/// The process's handlers of faults, kept as they are while a library is loaded. .NET makes exceptions of them: of a null reference from a
/// segmentation fault, of a division by zero from a floating point exception. A library that takes them over when it is loaded (UCX does, which
/// Debian 13's libtorch 2.6 brings through MPI) would end the process where C# expects a catch.
/// </summary>
internal static partial class SignalHandlers
{
    // SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE and SIGSEGV, on Linux of every architecture that .NET knows.
    private static readonly int[] s_faults = [4, 5, 6, 7, 8, 11];

    private const int Size = 256; // struct sigaction has 152 bytes or fewer

    /// <summary>Runs something and puts the handlers back that it replaced.</summary>
    public static unsafe T Keep<T>(Func<T> load)
    {
        var before = stackalloc byte[Size * s_faults.Length];
        for (var i = 0; i < s_faults.Length; i++)
        {
            _ = Action(s_faults[i], null, before + (i * Size));
        }

        try
        {
            return load();
        }
        finally
        {
            for (var i = 0; i < s_faults.Length; i++)
            {
                _ = Action(s_faults[i], before + (i * Size), null);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "sigaction")]
    private static unsafe partial int Action(int signal, byte* action, byte* before);
}
