using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using VitNotebooks.Acceleration;

namespace VitNotebooks.Cli;

/// <summary>The machine as the checks see it; a test puts another in its place.</summary>
internal sealed record DoctorMachine
{
    /// <summary>The value of an environment variable; null where it is not set.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>The text of a small file; null where it cannot be read.</summary>
    public Func<string, string?> Text { get; init; } = ReadText;

    /// <summary>Whether the dynamic loader finds a library by its name.</summary>
    public Func<string, bool> Loads { get; init; } = static name => NativeLibrary.TryLoad(name, out _);

    /// <summary>Runs a program, at most ten seconds; null where it does not start, fails or takes longer.</summary>
    public Func<string, string[], string?> Output { get; init; } = RunProgram;

    /// <summary>The torch layer's own account.</summary>
    public Func<TorchDiagnosis> Torch { get; init; } = TorchDiagnosis.Take;

    /// <summary>Cores that this process may use: .NET counts affinity and the container's limit.</summary>
    public int UsableCores { get; init; } = Environment.ProcessorCount;

    /// <summary>A variable that is set to something.</summary>
    public string? Set(string name) => Variable(name) is { Length: > 0 } value ? value : null;

    /// <summary>The full path of a program on the PATH; null where there is none.</summary>
    public string? Program(string name) =>
        (Variable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);

    private static string? ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? RunProgram(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync();
            _ = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(TimeSpan.FromSeconds(10)))
            {
                process.Kill(entireProcessTree: true);
                return null;
            }
            return process.ExitCode == 0 ? output.GetAwaiter().GetResult().Trim() : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
