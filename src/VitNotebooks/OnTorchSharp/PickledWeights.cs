using VitNotebooks.Acceleration;
using VitNotebooks.Files;
using static TorchSharp.torch;

namespace VitNotebooks.Models;

/// <summary>Weights in the files of Python, which TorchSharp does not read.</summary>
internal static class PickledWeights
{
    public static IReadOnlyDictionary<string, Tensor> Read(string path, string? entry, bool needsEntry) =>
        throw new TensorFileException(
            $"{path}: TorchSharp reads no files of Python's torch.save or numpy; save the weights as safetensors, or {Notice.Remedy}."
        );
}
