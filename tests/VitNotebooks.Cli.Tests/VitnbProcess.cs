using System.Diagnostics;
using System.Text;

namespace VitNotebooks.Cli.Tests;

/// <summary>The tool as its user starts it: a process of its own.</summary>
internal sealed class VitnbProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _errors = new();
    private readonly StringBuilder _output = new();

    public VitnbProcess(string folder, IReadOnlyDictionary<string, string> environment, params string[] arguments)
        : this(null, folder, environment, arguments) { }

    private VitnbProcess(
        string? shell,
        string folder,
        IReadOnlyDictionary<string, string> environment,
        params string[] arguments
    )
    {
        // A shell's background job ignores SIGINT, and its children inherit that; a user's terminal does not.
        var start = new ProcessStartInfo("/usr/bin/env")
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] command = ["--default-signal=INT", Environment.ProcessPath!, Tool, .. arguments];
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) is not "dotnet")
        {
            command[1] = "dotnet";
        }

        if (shell is not null)
        {
            command = ["bash", "-c", $"{shell} \"$0\" \"$@\"", .. command[1..]];
        }

        foreach (var argument in command)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, e) => Collect(_output, e.Data);
        _process.ErrorDataReceived += (_, e) => Collect(_errors, e.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The tool at the end of a shell's command, which sets limits, for one: <c>ulimit -f 16; exec</c>.</summary>
    public static VitnbProcess Under(
        string shell,
        string folder,
        IReadOnlyDictionary<string, string> environment,
        params string[] arguments
    ) => new(shell, folder, environment, arguments);

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public string Errors => Read(_errors);

    public string Output => Read(_output);

    private static string Tool { get; } = Path.Combine(AppContext.BaseDirectory, "vitnb.dll");

    /// <summary>Waits for its end; one that does not end is a failure.</summary>
    public int ExitCode()
    {
        if (!_process.WaitForExit(TimeSpan.FromSeconds(120)))
        {
            throw new TimeoutException($"vitnb did not end within 120 s; it had said: {Errors}");
        }

        _process.WaitForExit(); // the rest of what it printed
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private static void Collect(StringBuilder text, string? line)
    {
        lock (text)
        {
            text.Append(line).Append(line is null ? "" : "\n");
        }
    }

    private static string Read(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }
}
