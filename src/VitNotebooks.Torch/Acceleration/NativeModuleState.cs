using TorchSharp;
using TorchSharp.Native;

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
public sealed record NativeModuleState(string Name, NativeModuleOrigin Origin, string? Path, string? Fault)
{
    internal static IReadOnlyList<NativeModuleState> OfAll(LibtorchLocation location)
    {
        var (image, unreadable) = TorchDiagnosis.Attempt(() => ElfImage.Read(location.CpuLibrary));
        if (image is null)
        {
            return
            [
                .. ReadyMadeModules.Names.Select(n => new NativeModuleState(
                    n,
                    NativeModuleOrigin.Failed,
                    null,
                    unreadable
                )),
            ];
        }
        // Side by side: a compiler takes one core, and the slowest module some ten seconds.
        return [.. ReadyMadeModules.Names.AsParallel().AsOrdered().Select(name => Of(name, location, image))];
    }

    private static NativeModuleState Of(string name, LibtorchLocation location, ElfImage image)
    {
        var origin = NativeModuleOrigin.Failed;
        var (path, fault) = TorchDiagnosis.Attempt(() =>
        {
            var (file, readyMade) = NativeModule.FileOf(name, location, image);
            origin =
                readyMade ? NativeModuleOrigin.ReadyMade
                : File.Exists(file) ? NativeModuleOrigin.Cached
                : NativeModuleOrigin.Compiled;
            return NativeModule.Ensure(name, location, image);
        });
        return new(name, path is null ? NativeModuleOrigin.Failed : origin, path, fault);
    }
}
