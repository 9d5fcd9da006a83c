using static TorchSharp.torch;

namespace VitNotebooks.Files;

/// <summary>Bytes from anywhere into a tensor.</summary>
internal static unsafe class TensorBytes
{
    /// <summary>Copies into a new, contiguous CPU tensor of just that many bytes, of which there may be more than 2^31.</summary>
    public static void Fill(Tensor tensor, byte* source, long length)
    {
        using var stream = new UnmanagedMemoryStream(source, length);
        tensor.ReadBytesFromStream(stream, 1 << 20);
    }
}
