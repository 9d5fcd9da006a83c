using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace VitNotebooks.Cli;

/// <summary>Runs the .NET SDK.</summary>
internal static class DotNet
{
    /// <summary>Runs <c>dotnet</c> and collects what it prints.</summary>
    /// <exception cref="DirectiveException">There is no SDK.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the process is ended.</exception>
    public static (int Code, string Output) Run(
        IEnumerable<string> arguments,
        string folder,
        CancellationToken cancellation
    )
    {
        var start = new ProcessStartInfo(Executable(), arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment.Remove("MSBuildSDKsPath"); // set inside a build, and then of another SDK
        var output = new StringBuilder();
        try
        {
            using var process = new Process { StartInfo = start };
            process.OutputDataReceived += Collect;
            process.ErrorDataReceived += Collect;
            process.Start();
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            try
            {
                process.WaitForExitAsync(cancellation).GetAwaiter().GetResult();
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw;
            }

            process.WaitForExit();
            lock (output)
            {
                return (process.ExitCode, output.ToString());
            }
        }
        catch (Win32Exception)
        {
            throw new DirectiveException(
                "packages are resolved with the .NET SDK, and 'dotnet' is not on the PATH; install the .NET 10 SDK or set DOTNET_ROOT.",
                line: 0
            );
        }

        void Collect(object sender, DataReceivedEventArgs e)
        {
            if (e.Data is null)
            {
                return;
            }

            lock (output)
            {
                output.AppendLine(e.Data);
            }
        }
    }

    private static string Executable()
    {
        if (Environment.ProcessPath is { } own && Path.GetFileNameWithoutExtension(own) is "dotnet")
        {
            return own;
        }

        var root = Environment.GetEnvironmentVariable("DOTNET_ROOT");
        return !string.IsNullOrEmpty(root) && File.Exists(Path.Combine(root, "dotnet"))
            ? Path.Combine(root, "dotnet")
            : "dotnet";
    }
}
