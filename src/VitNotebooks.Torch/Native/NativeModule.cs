using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace TorchSharp.Native;

/// <summary>One C++ file of ours, compiled for the libtorch at hand: ready-made from the package where it fits, else once
/// compiled and kept in the user's cache. Compiled apart, so that a module that fails disables only its feature.</summary>
internal sealed class NativeModule
{
    private readonly IntPtr _handle;

    private NativeModule(IntPtr handle, string path) => (_handle, Path) = (handle, path);

    /// <summary>The loaded file.</summary>
    public string Path { get; }

    /// <summary>The address of an exported function.</summary>
    /// <exception cref="LibtorchException">The module does not export it.</exception>
    public IntPtr Symbol(string name) =>
        NativeLibrary.TryGetExport(_handle, name, out var address)
            ? address
            : throw new LibtorchException($"{Path} does not export {name}; delete the file, it is compiled again.");

    /// <summary>Finds or compiles the module and opens it. libtorch must be loaded already.</summary>
    /// <exception cref="LibtorchException">No compiler, or the compiler's first error.</exception>
    public static NativeModule Load(string name, LibtorchLocation torch, ElfImage image)
    {
        var path = Ensure(name, torch, image);
        return new NativeModule(DynamicLoader.OpenGlobal(path), path);
    }

    /// <summary>The module's file: from the package, from the cache, or compiled now.</summary>
    /// <exception cref="LibtorchException">No compiler, or the compiler's first error.</exception>
    internal static string Ensure(string name, LibtorchLocation torch, ElfImage image)
    {
        var (path, _) = FileOf(name, torch, image);
        if (!File.Exists(path))
        {
            Compile(name, Source(name + ".cpp"), torch, UsesNewStrings(torch) ? 1 : 0, path);
        }
        return path;
    }

    /// <summary>The module's file: in the package where a ready-made one fits, else in the cache, where it may yet have to
    /// be compiled.</summary>
    internal static (string Path, bool ReadyMade) FileOf(string name, LibtorchLocation torch, ElfImage image)
    {
        var build = image.BuildId ?? torch.Version ?? torch.CpuLibrary;
        var file = Key(name, Source(name + ".cpp"), build, UsesNewStrings(torch) ? 1 : 0) + ".so";
        return ReadyMadeModules.Find(file) is { } ready
            ? (ready, true)
            : (System.IO.Path.Combine(CacheFolder(), file), false);
    }

    private static readonly Lazy<string> s_cacheFolder = new(FindCacheFolder);

    /// <summary>Where compiled modules are kept: under <c>VITNB_CACHE</c>, <c>XDG_CACHE_HOME</c> or <c>~/.cache</c>,
    /// whichever is set first. With none of them a folder of this process alone: what lies under a known name in a shared
    /// temporary folder may be anybody's.</summary>
    public static string CacheFolder() => s_cacheFolder.Value;

    private static string FindCacheFolder()
    {
        var root =
            NonEmpty("VITNB_CACHE")
            ?? NonEmpty("XDG_CACHE_HOME")
            ?? (
                NonEmpty("HOME") is { } home
                    ? System.IO.Path.Combine(home, ".cache")
                    : Directory.CreateTempSubdirectory("vitnb-cache-").FullName
            );
        return System.IO.Path.Combine(root, "vitnotebooks", "native");

        static string? NonEmpty(string variable) =>
            Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;
    }

    /// <summary>The headers that the modules share.</summary>
    private static readonly string[] s_headers =
    [
        .. Assembly
            .GetExecutingAssembly()
            .GetManifestResourceNames()
            .Where(name =>
                name.StartsWith("native/", StringComparison.Ordinal) && name.EndsWith(".h", StringComparison.Ordinal)
            )
            .Select(name => name["native/".Length..])
            .Order(StringComparer.Ordinal),
    ];

    private static string Source(string name)
    {
        using var stream =
            Assembly.GetExecutingAssembly().GetManifestResourceStream($"native/{name}")
            ?? throw new LibtorchException($"The native source '{name}' is not in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    // Wheels before 2.7 use the old string ABI; what is exported says which, never the version.
    internal static bool UsesNewStrings(LibtorchLocation torch) =>
        ElfImage
            .Read(System.IO.Path.Combine(torch.LibraryFolder, "libc10.so"))
            .AnyExport(symbol => symbol.Contains("__cxx11", StringComparison.Ordinal));

    private static string Key(string name, string source, string build, int abi)
    {
        var headers = string.Concat(s_headers.Select(Source));
        var text = $"{name}\n{build}\n{abi}\n{Flags}\n{RuntimeInformation.OSArchitecture}\n{headers}{source}";
        return $"{name}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..24]}";
    }

    // NDEBUG as every libtorch that is handed out was built: headers read without it see members that the library does not set.
    private const string Flags = "-shared -fPIC -O3 -DNDEBUG -ffp-contract=off -fvisibility=hidden -fopenmp";

    /// <summary>Compiles a module and publishes it under its final name in one step.</summary>
    /// <exception cref="LibtorchException">No headers, no compiler, or the compiler's first error.</exception>
    internal static void Compile(string name, string source, LibtorchLocation torch, int abi, string path)
    {
        if (torch.IncludeFolders.Count == 0)
        {
            throw new LibtorchException(
                $"libtorch at {torch.LibraryFolder} has no headers beside it, and the native module '{name}' must be compiled once. "
                    + "On Debian: apt-get install libtorch-dev; for pip's torch the whole package with torch/include is needed."
            );
        }
        var folder = System.IO.Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder);
        var work = Directory.CreateTempSubdirectory("vitnb-native-").FullName;
        try
        {
            var file = System.IO.Path.Combine(work, name + ".cpp");
            File.WriteAllText(file, source);
            foreach (var header in s_headers)
            {
                File.WriteAllText(System.IO.Path.Combine(work, header), Source(header));
            }
            var made = System.IO.Path.Combine(work, name + ".so");
            var error = RunCompiler(file, made, torch, abi, 17);
            if (error is not null && error.Contains("C++20", StringComparison.OrdinalIgnoreCase))
            {
                error = RunCompiler(file, made, torch, abi, 20);
            }
            if (error is not null)
            {
                throw new LibtorchException(
                    $"The native module '{name}' does not compile against libtorch {torch.Version ?? "of an unknown version"} at {torch.LibraryFolder}. "
                        + $"The compiler's first error: {FirstError(error)}"
                );
            }
            // Publish under the final name in one step: another process may be doing the same.
            var staged = $"{path}.{Environment.ProcessId}.{Guid.NewGuid():N}";
            using (var from = File.OpenRead(made))
            using (var to = File.Create(staged))
            {
                from.CopyTo(to);
                to.Flush(flushToDisk: true);
            }
            File.Move(staged, path, overwrite: true);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    /// <returns>Null when it compiled, else what the compiler said.</returns>
    private static string? RunCompiler(string source, string output, LibtorchLocation torch, int abi, int standard)
    {
        var compiler = Environment.GetEnvironmentVariable("CXX") is { Length: > 0 } named ? named : "g++";
        var start = new ProcessStartInfo(compiler) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var flag in Flags.Split(' '))
        {
            start.ArgumentList.Add(flag);
        }
        start.ArgumentList.Add($"-std=c++{standard}");
        start.ArgumentList.Add($"-D_GLIBCXX_USE_CXX11_ABI={abi}");
        foreach (var include in torch.IncludeFolders)
        {
            // The system's own folder is searched anyway; named again, it would come before the C++ library's.
            if (include != "/usr/include")
            {
                start.ArgumentList.Add("-I" + include);
            }
        }
        foreach (var argument in new[] { source, "-o", output, $"-L{torch.LibraryFolder}", "-ltorch_cpu", "-lc10" })
        {
            start.ArgumentList.Add(argument);
        }
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new LibtorchException(
                $"The C++ compiler '{compiler}' does not start ({e.Message}), and a native module must be compiled once for "
                    + $"libtorch {torch.Version ?? "of an unknown version"}. On Debian: apt-get install g++.",
                e
            );
        }
        using (process)
        {
            var errors = process.StandardError.ReadToEndAsync();
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : errors.GetAwaiter().GetResult();
        }
    }

    private static string FirstError(string output) =>
        output
            .Split('\n')
            .FirstOrDefault(line =>
                line.Contains(" error: ", StringComparison.Ordinal)
                || line.Contains("undefined reference", StringComparison.Ordinal)
                || line.Contains("cannot find", StringComparison.Ordinal)
            )
            ?.Trim()
        ?? output.Trim();
}
