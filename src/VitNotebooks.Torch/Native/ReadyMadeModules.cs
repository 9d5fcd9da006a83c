using System.Runtime.InteropServices;

namespace TorchSharp.Native;

/// <summary>The native modules that travel in the package, compiled for the libtorch of the machine that packed it. NuGet
/// lays them into <c>runtimes/RID/native</c> of a program's output, beside the program when it is published for one
/// system, and leaves them in its own folder where a script host loads the assembly from there.</summary>
internal static class ReadyMadeModules
{
    /// <summary>The modules of this package, each a file <c>Native/NAME.cpp</c>.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "core",
        "allocator",
        "kernels",
        "callbacks",
        "autocast",
        "bfloat16",
        "profiler",
        "attention",
        "products",
        "context",
        "jit",
        "names",
    ];

    /// <summary>NuGet's folder for native files of this system.</summary>
    public static string RuntimeFolder { get; } =
        Path.Combine(
            "runtimes",
            "linux-" + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(),
            "native"
        );

    /// <summary>The ready-made file of that name; null when there is none.</summary>
    public static string? Find(string file) => Folders().Select(f => Path.Combine(f, file)).FirstOrDefault(File.Exists);

    private static IEnumerable<string> Folders()
    {
        yield return AppContext.BaseDirectory;
        yield return Path.Combine(AppContext.BaseDirectory, RuntimeFolder);
        foreach (var folder in Split(AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string))
        {
            yield return folder;
        }
        // lib/net10.0/VitNotebooks.Torch.dll in NuGet's folder of the package.
        var assembly = typeof(ReadyMadeModules).Assembly.Location;
        if (Path.GetDirectoryName(assembly) is { Length: > 0 } lib)
        {
            yield return Path.GetFullPath(Path.Combine(lib, "..", "..", RuntimeFolder));
        }
    }

    private static string[] Split(string? folders) =>
        (folders ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
}
