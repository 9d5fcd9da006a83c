using VitNotebooks.Files;
using static TorchSharp.torch;

namespace VitNotebooks.Models;

/// <summary>Weights in the files of Python: torch.save's and numpy's.</summary>
internal static class PickledWeights
{
    /// <summary>Reads all tensors into the caller's scope.</summary>
    /// <param name="path">A .pth file of any ending, or a .npz file.</param>
    /// <param name="entry">The entry to take; null looks for the state dict.</param>
    /// <param name="needsEntry">Whether a file without the entry is refused; otherwise the state dict is looked for in it.</param>
    public static IReadOnlyDictionary<string, Tensor> Read(string path, string? entry, bool needsEntry)
    {
        if (path.EndsWith(".npz", StringComparison.OrdinalIgnoreCase))
        {
            return Npz.Load(path);
        }

        var tree = PthFile.Load(path);
        var has = entry is not null && tree is IDictionary<object, object?> dictionary && dictionary.ContainsKey(entry);
        return StateDicts.Find(tree, path, has || needsEntry ? entry : null);
    }
}
