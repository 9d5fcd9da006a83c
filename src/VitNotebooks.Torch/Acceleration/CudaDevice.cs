using System.Runtime.InteropServices;
using System.Text;
using TorchSharp;

namespace VitNotebooks.Acceleration;

/// <summary>A CUDA device as the machine's driver describes it; no context is made, and no libtorch is needed.</summary>
/// <param name="Index">Its number.</param>
/// <param name="Name">Its name.</param>
/// <param name="MemoryBytes">All its memory.</param>
/// <param name="Capability">Its compute capability, <c>9.0</c> for one.</param>
[BeyondTorchSharp]
public sealed record CudaDevice(int Index, string Name, long MemoryBytes, string Capability)
{
    private const int CapabilityMajor = 75,
        CapabilityMinor = 76;

    /// <summary>The devices; empty where there is no driver, or it does not answer.</summary>
    public static unsafe IReadOnlyList<CudaDevice> OfTheDriver()
    {
        if (!NativeLibrary.TryLoad("libcuda.so.1", out var driver))
        {
            return [];
        }
        if (
            !NativeLibrary.TryGetExport(driver, "cuInit", out var init)
            || !NativeLibrary.TryGetExport(driver, "cuDeviceGetCount", out var count)
            || !NativeLibrary.TryGetExport(driver, "cuDeviceGet", out var get)
            || !NativeLibrary.TryGetExport(driver, "cuDeviceGetName", out var name)
            || !NativeLibrary.TryGetExport(driver, "cuDeviceTotalMem_v2", out var memory)
            || !NativeLibrary.TryGetExport(driver, "cuDeviceGetAttribute", out var attribute)
        )
        {
            return [];
        }
        int devices;
        if (((delegate* unmanaged<uint, int>)init)(0) != 0 || ((delegate* unmanaged<int*, int>)count)(&devices) != 0)
        {
            return [];
        }
        var found = new List<CudaDevice>();
        Span<byte> text = stackalloc byte[256];
        for (var i = 0; i < devices; i++)
        {
            int device,
                major = 0,
                minor = 0;
            nuint bytes = 0;
            if (((delegate* unmanaged<int*, int, int>)get)(&device, i) != 0)
            {
                continue;
            }
            text.Clear();
            fixed (byte* buffer = text)
            {
                _ = ((delegate* unmanaged<byte*, int, int, int>)name)(buffer, text.Length - 1, device);
            }
            _ = ((delegate* unmanaged<nuint*, int, int>)memory)(&bytes, device);
            _ = ((delegate* unmanaged<int*, int, int, int>)attribute)(&major, CapabilityMajor, device);
            _ = ((delegate* unmanaged<int*, int, int, int>)attribute)(&minor, CapabilityMinor, device);
            var label = Encoding.UTF8.GetString(text[..text.IndexOf((byte)0)]);
            found.Add(new(i, label, (long)bytes, $"{major}.{minor}"));
        }
        return found;
    }
}
