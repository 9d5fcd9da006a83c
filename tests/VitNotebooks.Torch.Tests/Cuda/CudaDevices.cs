using TorchSharp;
using TorchSharp.Native;

namespace VitNotebooks.Torch.Tests.OnCuda;

/// <summary>Whether there is a GPU to test on.</summary>
internal static class CudaDevices
{
    /// <summary>Why there is none; null where there is one.</summary>
    public static string? Absence { get; } = Look();

    private static string? Look()
    {
        try
        {
            return torch.cuda.is_available()
                ? null
                : "This libtorch sees no CUDA device; on a machine with one run eng/gpu-check.sh, or set VITNB_LIBTORCH to a torch folder built with CUDA.";
        }
        catch (LibtorchException e)
        {
            return e.Message;
        }
    }
}
