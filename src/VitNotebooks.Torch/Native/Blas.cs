namespace TorchSharp.Native;

/// <summary>The BLAS behind a libtorch that brings none of its own (Debian's): OpenBLAS with OpenMP, loaded by full path
/// before libtorch so that it wins whatever the system's default is. With the reference BLAS a matrix product is 27x
/// slower; with the pthread build two thread pools fight each other and training runs at half speed.</summary>
internal static class Blas
{
    private static readonly string[] s_candidates =
    [
        "/usr/lib/x86_64-linux-gnu/openblas-openmp/libblas.so.3",
        "/usr/lib/aarch64-linux-gnu/openblas-openmp/libblas.so.3",
        "/usr/lib64/libopenblaso.so.0",
    ];

    /// <summary>Loads it where the libtorch wants a BLAS from outside; returns what is used, for people to read.</summary>
    public static string Load(ElfImage torchCpu)
    {
        if (!torchCpu.Imports("sgemm_"))
        {
            return "built into libtorch";
        }
        foreach (var candidate in s_candidates)
        {
            if (!File.Exists(candidate))
            {
                continue;
            }
            // Debian's libblas.so.3 and liblapack.so.3 of OpenBLAS are thin libraries over libopenblas.so.0 beside them.
            var folder = Path.GetDirectoryName(candidate)!;
            foreach (var library in new[] { "libopenblas.so.0", "libblas.so.3", "liblapack.so.3" })
            {
                var path = Path.Combine(folder, library);
                if (File.Exists(path))
                {
                    DynamicLoader.OpenGlobal(path);
                }
            }
            DynamicLoader.OpenGlobal(candidate);
            return $"OpenBLAS with OpenMP ({candidate})";
        }
        return "the system's libblas.so.3 (slow? apt-get install libopenblas0-openmp)";
    }
}
