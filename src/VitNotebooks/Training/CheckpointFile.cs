using TorchSharp;
using VitNotebooks.Files;

namespace VitNotebooks.Training;

/// <summary>Safetensors with this package's sentences around a failed write or read.</summary>
internal static class CheckpointFile
{
    /// <summary>Writes under a temporary name, forces it to the disk, and renames.</summary>
    /// <param name="path">The final path.</param>
    /// <param name="tensors">Names and tensors.</param>
    /// <param name="metadata">Text beside them.</param>
    /// <param name="survivor">What is still there if this fails, as a sentence.</param>
    /// <exception cref="RunWriteException">The disk is full, or the folder cannot be written.</exception>
    public static void Write(
        string path,
        IReadOnlyDictionary<string, torch.Tensor> tensors,
        IReadOnlyDictionary<string, string> metadata,
        string survivor
    ) => RunFile.Guarded(path, survivor, () => Safetensors.Save(path, tensors, metadata));

    /// <summary>Reads all tensors into the caller's scope.</summary>
    /// <exception cref="CheckpointMismatchException">The file is missing or no safetensors file.</exception>
    public static (Dictionary<string, torch.Tensor> Tensors, IReadOnlyDictionary<string, string> Metadata) Read(
        string path
    )
    {
        try
        {
            var tensors = Safetensors.Load(path, out var metadata);
            return (tensors, metadata);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointMismatchException($"{path} cannot be read as a checkpoint: {e.Message}", e)
            {
                IsDamage = true,
            };
        }
    }
}
