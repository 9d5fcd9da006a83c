using System.Text.RegularExpressions;

namespace TorchSharp.Native;

/// <summary>A libtorch on this machine: where its libraries and headers lie, which version it is, and how it was found.</summary>
internal sealed record LibtorchLocation(
    string LibraryFolder,
    string CpuLibrary,
    IReadOnlyList<string> IncludeFolders,
    string? Version,
    string FoundBy
)
{
    /// <summary>The variable that names a libtorch, a pip torch folder, or a wheel's <c>torch/</c>.</summary>
    public const string Variable = "VITNB_LIBTORCH";

    private static readonly string[] s_systemFolders =
    [
        "/usr/lib/x86_64-linux-gnu",
        "/usr/lib/aarch64-linux-gnu",
        "/usr/lib64",
        "/usr/lib",
        "/usr/local/lib",
        "/usr/local/libtorch/lib",
        "/opt/libtorch/lib",
    ];

    /// <summary>The libtorch to use: the named one, else the active Python environment's, else the system's.</summary>
    /// <exception cref="LibtorchException">There is none.</exception>
    public static LibtorchLocation Find() => Find(Environment.GetEnvironmentVariable, s_systemFolders);

    /// <summary>The same with another environment and other system folders.</summary>
    internal static LibtorchLocation Find(Func<string, string?> environment, IReadOnlyList<string> systemFolders)
    {
        var named = environment(Variable);
        if (!string.IsNullOrWhiteSpace(named))
        {
            return At(named, $"{Variable}={named}")
                ?? throw new LibtorchException(
                    $"{Variable} is '{named}', but no libtorch_cpu.so is there or under its lib/ or torch/lib/. "
                        + "Name the folder of an unpacked libtorch or of a Python torch package, or unset it to use the system's."
                );
        }
        foreach (var (folder, how) in PythonEnvironments(environment))
        {
            if (At(folder, how) is { } found)
            {
                return found;
            }
        }
        foreach (var folder in systemFolders)
        {
            if (At(folder, "system") is { } found)
            {
                return found;
            }
        }
        throw new LibtorchException(
            "No libtorch was found: not in the active Python environment, nor in "
                + string.Join(", ", systemFolders)
                + $". On Debian: apt-get install libtorch-dev libopenblas0-openmp; elsewhere set {Variable} to a libtorch or torch folder."
        );
    }

    private static IEnumerable<(string Folder, string How)> PythonEnvironments(Func<string, string?> environment)
    {
        foreach (var variable in new[] { "VIRTUAL_ENV", "CONDA_PREFIX" })
        {
            var prefix = environment(variable);
            if (string.IsNullOrEmpty(prefix) || !Directory.Exists(Path.Combine(prefix, "lib")))
            {
                continue;
            }
            foreach (var python in Directory.EnumerateDirectories(Path.Combine(prefix, "lib"), "python3*"))
            {
                yield return (Path.Combine(python, "site-packages", "torch"), $"{variable}={prefix}");
            }
        }
    }

    private static LibtorchLocation? At(string folder, string how)
    {
        foreach (var lib in new[] { folder, Path.Combine(folder, "lib"), Path.Combine(folder, "torch", "lib") })
        {
            var cpu = Path.Combine(lib, "libtorch_cpu.so");
            if (!File.Exists(cpu))
            {
                continue;
            }
            var includes = Includes(lib);
            return new LibtorchLocation(lib, cpu, includes, ReadVersion(includes), how);
        }
        return null;
    }

    private static List<string> Includes(string lib)
    {
        var parent = Path.GetDirectoryName(lib)!;
        var candidates = new List<string> { Path.Combine(parent, "include") };
        for (var up = Path.GetDirectoryName(parent); up is not null; up = Path.GetDirectoryName(up))
        {
            candidates.Add(Path.Combine(up, "include"));
        }
        var root = candidates.FirstOrDefault(c => Directory.Exists(Path.Combine(c, "ATen")));
        return root is null ? [] : [root, Path.Combine(root, "torch", "csrc", "api", "include"), .. CudaIncludes(lib)];
    }

    // Wheels keep CUDA's headers in packages beside torch: nvidia/cuda_runtime/include, or nvidia/cu13/include.
    private static IEnumerable<string> CudaIncludes(string lib)
    {
        if (!File.Exists(Path.Combine(lib, "libtorch_cuda.so")))
        {
            return [];
        }
        var packages = Path.Combine(lib, "..", "..", "nvidia");
        var wheels = Directory.Exists(packages)
            ? Directory.EnumerateDirectories(packages).Select(p => Path.GetFullPath(Path.Combine(p, "include")))
            : [];
        var toolkits = new[] { Environment.GetEnvironmentVariable("CUDA_HOME"), "/usr/local/cuda" }
            .Where(folder => !string.IsNullOrEmpty(folder))
            .Select(folder => Path.Combine(folder!, "include"))
            .Where(folder => File.Exists(Path.Combine(folder, "cuda_runtime_api.h")))
            .Take(1);
        return wheels.Where(Directory.Exists).Concat(toolkits);
    }

    private static string? ReadVersion(List<string> includes)
    {
        foreach (var include in includes)
        {
            var header = Path.Combine(include, "torch", "version.h");
            if (File.Exists(header))
            {
                var match = Regex.Match(File.ReadAllText(header), "define TORCH_VERSION \\\\?\\s*\"([^\"]+)\"");
                if (match.Success)
                {
                    return match.Groups[1].Value;
                }
            }
        }
        return null;
    }
}
