using static TorchSharp.torch;

namespace VitNotebooks.Files;

/// <summary>Bytes from anywhere into a tensor.</summary>
internal static unsafe class TensorBytes
{
    /// <summary>Copies into a new, contiguous CPU tensor of just that many bytes.</summary>
    public static void Fill(Tensor tensor, byte* source, long length) =>
        Buffer.MemoryCopy(source, (void*)tensor.DataPointer(), length, length);
}
