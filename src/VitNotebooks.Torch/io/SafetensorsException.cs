using TorchSharp;

namespace VitNotebooks.Files;

/// <summary>A safetensors file is not what the format says; the message names file, tensor, what was given and what was expected.</summary>
[BeyondTorchSharp]
public sealed class SafetensorsException : IOException
{
    public SafetensorsException() { }

    public SafetensorsException(string message)
        : base(message) { }

    public SafetensorsException(string message, Exception innerException)
        : base(message, innerException) { }
}
