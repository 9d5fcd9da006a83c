using System.Diagnostics;
using System.Reflection;
using VitNotebooks.Torch.Tests.BadInput;

namespace TorchSharp.Tests;

/// <summary>
/// Runs a static method of this assembly in a process of its own, so that what would end the process is a failed test and no lost run.
/// The method writes what it found to the standard output and returns.
/// </summary>
internal static class ChildProgram
{
    /// <summary>The entry point of the child: the test framework itself never calls it.</summary>
    private static int Main(string[] arguments)
    {
        if (arguments is ["bad-input", .. var rest])
        {
            return BadInputChild.Run(rest);
        }
        if (arguments is not [var type, var name])
        {
            Console.Error.WriteLine("Expected a type and a method; the tests start this program themselves.");
            return 2;
        }
        var method =
            Type.GetType(type)?.GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)
            ?? throw new MissingMethodException(type, name);
        method.CreateDelegate<Action>()();
        return 0;
    }

    /// <summary>Runs a static method in a child and returns what it printed.</summary>
    /// <exception cref="InvalidOperationException">The child crashed, failed, or took too long; with what it wrote.</exception>
    public static string Run(Action program, int seconds = 60)
    {
        var method = program.Method;
        var host =
            Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        var start = new ProcessStartInfo(host) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(typeof(ChildProgram).Assembly.Location);
        start.ArgumentList.Add(method.DeclaringType!.FullName!);
        start.ArgumentList.Add(method.Name);
        start.Environment["OMP_NUM_THREADS"] = "1";
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        using var child = Process.Start(start)!;
        var output = child.StandardOutput.ReadToEndAsync();
        var errors = child.StandardError.ReadToEndAsync();
        var ended = child.WaitForExit(TimeSpan.FromSeconds(seconds));
        if (!ended)
        {
            child.Kill(entireProcessTree: true);
        }
        Task.WaitAll(output, errors);
        return ended && child.ExitCode == 0
            ? output.Result.Trim()
            : throw new InvalidOperationException(
                $"{method.Name} {(ended ? $"ended with exit code {child.ExitCode}" : $"did not end within {seconds} s")}:\n{output.Result}{errors.Result}"
            );
    }
}
