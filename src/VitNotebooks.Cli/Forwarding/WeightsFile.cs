using VitNotebooks.Files;
using static TorchSharp.torch;

namespace VitNotebooks.Cli;

/// <summary>A state dict from a file, whichever of the formats it is in.</summary>
internal static class WeightsFile
{
    /// <summary>Reads all tensors into the caller's scope.</summary>
    /// <param name="path">A safetensors file, the index of several, or what Python's torch.save or numpy.savez wrote.</param>
    /// <param name="entry">The entry of a file of torch.save that holds the weights; null looks for it.</param>
    /// <exception cref="UserErrorException">There is no such file.</exception>
    public static Dictionary<string, Tensor> Read(string path, string? entry)
    {
        if (!File.Exists(path))
            throw new UserErrorException(
                $"There are no weights {path}; give a .safetensors, .pth or .npz file, or the "
                    + "tag of published weights that vitnb models --weights lists."
            );
        return path.EndsWith(".json", StringComparison.Ordinal) ? Files.Safetensors.Load(path)
            : path.EndsWith(".npz", StringComparison.OrdinalIgnoreCase) ? Npz.Load(path)
            : Files.Safetensors.IsSafetensors(path) ? Safetensors(path)
            : PthFile.LoadStateDict(path, entry);
    }

    // A run's checkpoint has the optimizer's state beside the weights.
    private static Dictionary<string, Tensor> Safetensors(string path)
    {
        var tensors = Files.Safetensors.Load(path, out var metadata);
        if (!metadata.ContainsKey("format") || !metadata.ContainsKey("model"))
            return tensors;
        return tensors
            .Where(t => !t.Key.StartsWith("optimizer.", StringComparison.Ordinal))
            .Where(t => !t.Key.StartsWith("state.", StringComparison.Ordinal))
            .ToDictionary(StringComparer.Ordinal);
    }
}
