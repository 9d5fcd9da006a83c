using TorchSharp;

namespace VitNotebooks.Acceleration;

/// <summary>Where a native module of ours came from.</summary>
[BeyondTorchSharp]
public enum NativeModuleOrigin
{
    /// <summary>It travels with the package.</summary>
    ReadyMade,

    /// <summary>It was compiled before and lies in the user's cache.</summary>
    Cached,

    /// <summary>It was compiled just now.</summary>
    Compiled,

    /// <summary>It could not be made; its feature is off (without <c>core</c> nothing runs).</summary>
    Failed,
}

/// <summary>One of our native modules.</summary>
/// <param name="Name">Its name: <c>core</c>, <c>kernels</c>, ...</param>
/// <param name="Origin">Where it came from.</param>
/// <param name="Path">The file; null where it could not be made.</param>
/// <param name="Fault">Why not: the compiler's first error, for one.</param>
[BeyondTorchSharp]
public sealed partial record NativeModuleState(string Name, NativeModuleOrigin Origin, string? Path, string? Fault);
