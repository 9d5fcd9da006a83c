using System.Security.Cryptography;
using System.Text;
using TorchSharp;
using TorchSharp.Native;

namespace VitNotebooks.Acceleration;

// Of the libtorch that our layer loaded.
public sealed partial record TorchRuntime
{
    public static partial TorchRuntime Current
    {
        get
        {
            var loaded = Libtorch.Instance;
            return new TorchRuntime(
                TorchSharp.Native.Core.LibtorchVersion,
                loaded.Location.LibraryFolder,
                loaded.Location.FoundBy,
                loaded.Blas,
                torch.get_num_threads(),
                torch.cuda.device_count(),
                loaded.Core.Path
            );
        }
    }

    public static partial string Configuration => TorchSharp.Native.Core.Configuration;

    public static partial IReadOnlyList<string> WriteNativeModules(string folder)
    {
        var location = LibtorchLocation.Find();
        var image = ElfImage.Read(location.CpuLibrary);
        Directory.CreateDirectory(folder);
        var written = new List<string>();
        foreach (var name in ReadyMadeModules.Names)
        {
            var module = NativeModule.Ensure(name, location, image);
            var path = Path.Combine(Path.GetFullPath(folder), Path.GetFileName(module));
            if (!File.Exists(path))
            {
                var staged = $"{path}.{Environment.ProcessId}";
                File.Copy(module, staged, overwrite: true);
                File.Move(staged, path, overwrite: true);
            }
            written.Add(path);
        }
        return written;
    }

    private static partial string BuildOf(string core)
    {
        // What follows are the thread pools, which belong to the process.
        var account = Configuration.Split("ATen/Parallel")[0];
        var lines = account.Split('\n').Where(l => !l.Contains(CapabilityLine, StringComparison.Ordinal));
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))));
        var kernels = Libtorch.KernelsRefusal is null
            ? Path.GetFileNameWithoutExtension(Libtorch.Kernels.Path)
            : "no kernels";
        var products = Libtorch.Instance.Products.Module is { } module
            ? $" {Path.GetFileNameWithoutExtension(module.Path)}"
            : "";
        return $"{hash[..16]} {Path.GetFileNameWithoutExtension(core)} {kernels}{products}";
    }
}
