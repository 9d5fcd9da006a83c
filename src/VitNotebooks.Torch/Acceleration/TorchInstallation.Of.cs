using TorchSharp.Native;

namespace VitNotebooks.Acceleration;

public sealed partial record TorchInstallation
{
    internal static TorchInstallation Of(LibtorchLocation location)
    {
        var (image, _) = TorchDiagnosis.Attempt(() => ElfImage.Read(location.CpuLibrary));
        var (abi, _) = TorchDiagnosis.Attempt(() => NativeModule.UsesNewStrings(location) ? "new" : "old");
        return new(
            location.LibraryFolder,
            location.FoundBy,
            location.Version,
            location.IncludeFolders.Count > 0,
            abi,
            image?.BuildId,
            image is null ? null : !image.Imports("sgemm_"),
            File.Exists(Path.Combine(location.LibraryFolder, "libtorch_cuda.so"))
        );
    }
}
