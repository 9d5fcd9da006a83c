using TorchSharp.Native;

namespace VitNotebooks.Acceleration;

public sealed partial record NativeModuleState
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
