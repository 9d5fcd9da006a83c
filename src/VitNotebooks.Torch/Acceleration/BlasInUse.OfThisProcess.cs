using System.Runtime.InteropServices;
using TorchSharp.Native;

namespace VitNotebooks.Acceleration;

public sealed partial record BlasInUse
{
    private static readonly string[] s_names =
    [
        "libopenblas",
        "libblas",
        "libmkl_rt",
        "libblis",
        "libflexiblas",
        "libnvpl_blas",
    ];

    /// <summary>Asks; libtorch must be loaded.</summary>
    internal static BlasInUse OfThisProcess()
    {
        var loaded = Libtorch.Instance;
        if (!loaded.Image.Imports("sgemm_"))
        {
            var mkl = TorchRuntime
                .Configuration.Split('\n')
                .FirstOrDefault(l => l.Contains("Math Kernel Library", StringComparison.Ordinal))
                ?.Trim(' ', '-');
            return mkl is null
                ? new(BlasKind.Other, null, "built into libtorch", "built into libtorch", null)
                : new(BlasKind.Mkl, null, "built into libtorch", mkl, null);
        }
        var libraries = Mapped();
        var foundBy = loaded.Blas.StartsWith("OpenBLAS with OpenMP", StringComparison.Ordinal)
            ? "opened by full path before libtorch"
            : "the system's libblas.so.3";
        // Debian's libblas.so.3 of OpenBLAS is a thin library over libopenblas.so.0.
        var openBlas = libraries.FirstOrDefault(p => FileName(p).StartsWith("libopenblas", StringComparison.Ordinal));
        if (openBlas is not null)
        {
            return OpenBlas(openBlas, foundBy);
        }
        var path = libraries.FirstOrDefault();
        var reference = path is not null && FileName(path).StartsWith("libblas.so", StringComparison.Ordinal);
        return new(
            reference ? BlasKind.Reference : BlasKind.Other,
            path,
            foundBy,
            path is null ? "unknown"
                : reference ? "the reference BLAS"
                : FileName(path),
            null
        );
    }

    private static unsafe BlasInUse OpenBlas(string path, string foundBy)
    {
        var library = NativeLibrary.Load(path); // loaded already: this only finds it
        var kind = Number("openblas_get_parallel") switch
        {
            2 => BlasKind.OpenBlasOpenMp,
            1 => BlasKind.OpenBlasPthread,
            _ => BlasKind.OpenBlasSerial,
        };
        return new(kind, path, foundBy, Words("openblas_get_config") ?? "OpenBLAS", Words("openblas_get_corename"));

        int Number(string function) =>
            NativeLibrary.TryGetExport(library, function, out var address) ? ((delegate* unmanaged<int>)address)() : 0;
        string? Words(string function) =>
            NativeLibrary.TryGetExport(library, function, out var address)
                ? Marshal.PtrToStringUTF8(((delegate* unmanaged<IntPtr>)address)())?.Trim()
                : null;
    }

    private static List<string> Mapped() =>
        [
            .. File.ReadLines("/proc/self/maps")
                .Where(line => line.Contains('/', StringComparison.Ordinal))
                .Select(line => line[line.IndexOf('/', StringComparison.Ordinal)..])
                .Where(path => s_names.Any(name => FileName(path).StartsWith(name, StringComparison.Ordinal)))
                .Distinct(StringComparer.Ordinal),
        ];

    private static string FileName(string path) => System.IO.Path.GetFileName(path);
}
