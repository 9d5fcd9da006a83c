using System.Diagnostics;
using System.Text.Json;

namespace VitNotebooks.Oracles;

/// <summary>
/// Runs a script of <c>tests/oracles</c> with the system's Python, whose PyTorch stands on the same libtorch, and reads
/// the JSON that it prints. The reference values are made when the tests run, so they belong to the libtorch at hand.
/// </summary>
internal static class PythonOracle
{
    // VITNB_PYTHON: another Python, whose torch is the libtorch that VITNB_LIBTORCH names.
    private static readonly string Python = Environment.GetEnvironmentVariable("VITNB_PYTHON") is { Length: > 0 } named
        ? named
        : "/usr/bin/python3";

    /// <summary>The folder <c>tests/oracles</c> of this checkout.</summary>
    public static string Folder { get; } = FindFolder();

    /// <summary>Runs <paramref name="script"/> and returns what it printed as JSON.</summary>
    /// <param name="script">File name in <c>tests/oracles</c>, for example <c>rng.py</c>.</param>
    /// <param name="timeout">After this time the script is ended and the test fails.</param>
    /// <param name="arguments">The script's arguments.</param>
    /// <exception cref="OracleException">No Python, no PyTorch in it, a script that failed or took too long.</exception>
    public static JsonDocument RunJson(string script, TimeSpan timeout, params string[] arguments) =>
        JsonDocument.Parse(Run(script, timeout, arguments));

    /// <summary>Runs <paramref name="script"/> and returns its standard output.</summary>
    /// <inheritdoc cref="RunJson"/>
    public static string Run(string script, TimeSpan timeout, params string[] arguments)
    {
        if (!File.Exists(Python))
        {
            throw new OracleException(
                $"The reference values are made with {Python}, which is not there; remedy: apt-get install python3-torch python3-torchvision (or eng/setup.sh --test)."
            );
        }
        var path = Path.Combine(Folder, script);
        if (!File.Exists(path))
        {
            throw new OracleException($"There is no oracle script at {path}.");
        }
        var start = new ProcessStartInfo(Python)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = Folder,
        };
        // Beside other tests, threads that wait by spinning would take the cores from those that work.
        start.Environment["OMP_WAIT_POLICY"] = "passive";
        start.ArgumentList.Add("-B"); // no __pycache__ in the checkout
        start.ArgumentList.Add(path);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }
        using var process = Process.Start(start)!;
        // Both pipes are read while the script runs, else a full one would stop it.
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(timeout))
        {
            process.Kill(entireProcessTree: true);
            throw new OracleException($"{script} did not end within {timeout.TotalSeconds:0} s.");
        }
        Task.WaitAll(output, errors);
        if (process.ExitCode != 0)
        {
            throw new OracleException(Explain(script, process.ExitCode, errors.Result));
        }
        return output.Result;
    }

    private static string Explain(string script, int exitCode, string errors)
    {
        (string Module, string Package)[] packages =
        [
            ("torchvision", "python3-torchvision"),
            ("torch", "python3-torch"),
            ("h5py", "python3-h5py"),
            ("numpy", "python3-numpy"),
            ("PIL", "python3-pil"),
        ];
        foreach (var (module, package) in packages)
        {
            if (errors.Contains($"No module named '{module}'", StringComparison.Ordinal))
            {
                return $"{script} needs Python's {module}, which is not installed; remedy: apt-get install {package} (or eng/setup.sh --test).";
            }
        }
        var lines = errors.TrimEnd().Split('\n');
        return $"{script} ended with exit code {exitCode}; its last lines:\n{string.Join('\n', lines.TakeLast(8))}";
    }

    private static string FindFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "tests", "oracles");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }
        throw new OracleException(
            $"No folder tests/oracles above {AppContext.BaseDirectory}; run the tests from a checkout."
        );
    }
}

/// <summary>The reference could not be made; the message says what to do.</summary>
internal sealed class OracleException(string message) : Exception(message);
