using System.Runtime.InteropServices;

namespace VitNotebooks.Cli;

/// <summary>Ctrl-C of a command that can be stopped: the first one asks it to end, the second one ends it.</summary>
internal static class Interruption
{
    /// <summary>Runs it; its exit code, or <see cref="ExitCode.Interrupted"/>.</summary>
    /// <param name="sentence">What the terminal says when it is stopped.</param>
    /// <param name="run">The command.</param>
    public static async Task<int> RunAsync(string sentence, Func<CancellationToken, Task<int>> run)
    {
        using var interrupt = new CancellationTokenSource();
        using var sigint = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var sigterm = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            return await run(interrupt.Token);
        }
        catch (OperationCanceledException) when (interrupt.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }

        void Stop(PosixSignalContext context)
        {
            if (interrupt.IsCancellationRequested)
            {
                return; // the second time, the process ends
            }

            context.Cancel = true;
            Console.Error.WriteLine();
            Console.Error.WriteLine(sentence);
            interrupt.Cancel();
        }
    }
}
