using TorchSharp;
using VitNotebooks.Files;
using static TorchSharp.torch;

namespace VitNotebooks.Cli;

/// <summary>A state dict from a file, whichever of the two formats it is in.</summary>
internal static class WeightsFile
{
    /// <summary>Reads all tensors into the caller's scope.</summary>
    /// <param name="path">A safetensors file, the index of several, or what Python's torch.save or numpy.savez wrote.</param>
    /// <param name="entry">The entry of a file of torch.save that holds the weights; null looks for it.</param>
    /// <exception cref="UserErrorException">There is no such file, or a tensor holds NaN or infinity.</exception>
    public static Dictionary<string, Tensor> Read(string path, string? entry)
    {
        if (!File.Exists(path))
            throw new UserErrorException(
                $"There are no weights {path}; give a .safetensors, .pth or .npz file, or the "
                    + "tag of published weights that vitnb models --weights lists."
            );
        var weights =
            IsSafetensors(path) ? Safetensors(path)
            : path.EndsWith(".npz", StringComparison.OrdinalIgnoreCase) ? Npz.Load(path)
            : PthFile.LoadStateDict(path, entry);
        using var scope = NewDisposeScope();
        foreach (var (name, tensor) in weights)
            if (tensor.is_floating_point() && tensor.numel() > 0 && !tensor.isfinite().all().ToBoolean())
                throw new UserErrorException(
                    $"{path}: {name} holds values that are not finite (NaN or infinity); what a model computes with them "
                        + "means nothing. Save the weights of an earlier epoch."
                );
        return weights;
    }

    // A run's checkpoint has the optimizer's state beside the weights.
    private static Dictionary<string, Tensor> Safetensors(string path)
    {
        if (path.EndsWith(".json", StringComparison.Ordinal))
            return Files.Safetensors.Load(path);
        var tensors = Files.Safetensors.Load(path, out var metadata);
        if (!metadata.ContainsKey("format") || !metadata.ContainsKey("model"))
            return tensors;
        return tensors
            .Where(t => !t.Key.StartsWith("optimizer.", StringComparison.Ordinal))
            .Where(t => !t.Key.StartsWith("state.", StringComparison.Ordinal))
            .ToDictionary(StringComparer.Ordinal);
    }

    // Eight bytes of length, then JSON; names of files say too little (.bin, .pt, none).
    private static bool IsSafetensors(string path)
    {
        if (path.EndsWith(".safetensors", StringComparison.Ordinal) || path.EndsWith(".json", StringComparison.Ordinal))
            return true;
        using var file = File.OpenRead(path);
        Span<byte> start = stackalloc byte[9];
        return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length
            && start[8] == (byte)'{';
    }
}
