using TorchSharp;
using TorchSharp.Native;
using Xunit;

namespace VitNotebooks.Torch.Tests.OnCuda;

/// <summary>A test that needs a GPU; without one it is skipped with a sentence and counts as neither passed nor failed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CudaFactAttribute : FactAttribute
{
    public CudaFactAttribute() => Skip = CudaDevices.Absence;
}

/// <summary>The same with rows of data.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CudaTheoryAttribute : TheoryAttribute
{
    public CudaTheoryAttribute() => Skip = CudaDevices.Absence;
}

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
