using TorchSharp;

namespace VitNotebooks.Acceleration;

/// <summary>A libtorch on this machine, looked at without loading it.</summary>
/// <param name="Folder">Where its libraries lie.</param>
/// <param name="FoundBy">The variable or rule that led there: <c>VITNB_LIBTORCH=..</c>, <c>VIRTUAL_ENV=..</c>, <c>CONDA_PREFIX=..</c> or <c>system</c>.</param>
/// <param name="Version">Its version as its headers say; null without headers.</param>
/// <param name="Headers">Whether headers are beside it, which compiling our modules needs.</param>
/// <param name="StringAbi"><c>new</c> or <c>old</c>: how its C++ strings are laid out; null where that cannot be read.</param>
/// <param name="BuildId">The build id of libtorch_cpu.so; null where it has none.</param>
/// <param name="OwnBlas">Whether its matrix products are built in; otherwise it calls whatever libblas.so.3 is loaded.</param>
/// <param name="Cuda">Whether it comes with libtorch_cuda.so.</param>
[BeyondTorchSharp]
public sealed partial record TorchInstallation(
    string Folder,
    string FoundBy,
    string? Version,
    bool Headers,
    string? StringAbi,
    string? BuildId,
    bool? OwnBlas,
    bool Cuda
);
