using System.Reflection;
using TorchSharp;
using TorchSharp.Native;

namespace VitNotebooks.Acceleration;

// Of the libtorch that TorchSharp brings.
public sealed partial record TorchRuntime
{
    public static partial TorchRuntime Current =>
        new(
            torch.__version__,
            AppContext.BaseDirectory,
            Package,
            "the package's",
            torch.get_num_threads(),
            torch.cuda.is_available() ? torch.cuda.device_count() : 0,
            Core: ""
        );

    private static string Package { get; } =
        $"TorchSharp {typeof(torch).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "of unknown version"}";

    public static partial string Configuration => "";

    public static partial IReadOnlyList<string> WriteNativeModules(string folder) =>
        throw new LibtorchException(
            $"There are no native modules to write into {folder}: this build runs on TorchSharp, which brings its own. "
                + "Build without -p:TorchProvider=TorchSharp."
        );

    private static partial string BuildOf(string core) => Package;
}
