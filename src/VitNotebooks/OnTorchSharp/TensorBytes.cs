using static TorchSharp.torch;

namespace VitNotebooks.Files;

/// <summary>Tensors whose bytes come from a file.</summary>
internal static class TensorBytes
{
    /// <summary>A tensor on the CPU whose bytes the caller fills.</summary>
    public static Tensor Empty(ReadOnlySpan<long> shape, ScalarType type) => empty(shape, dtype: type, device: CPU);
}
