using TorchSharp;
using Xunit;

namespace VitNotebooks.Tests.Data;

/// <summary>A test that needs a GPU; without one it is skipped with the reason. Its class has the category Cuda.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CudaFactAttribute : FactAttribute
{
    public CudaFactAttribute() => Skip = Absence;

    /// <summary>Why there is none; null where there is one.</summary>
    public static string? Absence { get; } =
        torch.cuda.is_available()
            ? null
            : "This libtorch sees no CUDA device; set VITNB_LIBTORCH to a torch folder built with CUDA on a machine with one.";
}
