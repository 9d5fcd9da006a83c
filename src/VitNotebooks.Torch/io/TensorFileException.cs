using TorchSharp;

namespace VitNotebooks.Files;

/// <summary>A .pth, .npy, .npz, .dat or TorchScript file, or an index of safetensors files, is not what its format says, or holds what is refused.
/// The message names the file, what was found, what was expected and what to do.</summary>
[BeyondTorchSharp]
public sealed class TensorFileException : IOException
{
    public TensorFileException() { }

    public TensorFileException(string message)
        : base(message) { }

    public TensorFileException(string message, Exception innerException)
        : base(message, innerException) { }

    /// <summary>The Python name (<c>module.name</c>) that the file asked for and that was refused, or null.</summary>
    public string? RefusedName { get; init; }
}
