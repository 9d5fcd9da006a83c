using System.CommandLine;
using VitNotebooks.Data;
using VitNotebooks.Models;
using VitNotebooks.Training;

namespace VitNotebooks.Cli;

/// <summary>Runs a command: user errors are one sentence on standard error and exit code 2, never a stack trace.</summary>
public static class CommandLineHost
{
    /// <summary>Parses and runs.</summary>
    /// <param name="args">What the user typed.</param>
    /// <returns>The exit code, see <see cref="ExitCode"/>.</returns>
    public static async Task<int> InvokeAsync(IReadOnlyList<string> args)
    {
        var root = new RootCommand("Runs notebooks and models of VitNotebooks.")
        {
            RunCommand.Create(),
            PredictCommand.Create(),
            DataCommand.Create(),
            ModelsCommand.Create(),
            SummaryCommand.Create(),
            ForwardCommand.Create(),
            NativeCommand.Create(),
            DoctorCommand.Create(),
        };
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                await Console.Error.WriteLineAsync("vitnb: " + error.Message);
            }

            await Console.Error.WriteLineAsync("vitnb --help lists what there is.");
            return ExitCode.UserError;
        }

        try
        {
            // Ctrl-C is ours from the first moment; a run may take a minute to save what it has.
            var invocation = new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return await parsed.InvokeAsync(invocation);
        }
        catch (Exception e) when (IsSentence(Causes.Of(e)))
        {
            await Console.Error.WriteLineAsync("vitnb: " + Causes.Of(e).Message);
            return ExitCode.UserError;
        }
    }

    /// <summary>Whether the exception speaks to the user: what was given, what was expected, what to do.</summary>
    private static bool IsSentence(Exception e) =>
        e
            is UserErrorException
                or DataException
                or ModelConfigException
                or WeightsException
                or CheckpointMismatchException
                or TorchSharp.Native.LibtorchException
                or IOException
                or UnauthorizedAccessException;
}
