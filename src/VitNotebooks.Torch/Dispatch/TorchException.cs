using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>libtorch refused: the message is its own first sentence, after the operator's name.</summary>
/// <remarks>Derives from <see cref="ExternalException"/>, which is what TorchSharp throws.</remarks>
[BeyondTorchSharp]
public class TorchException : ExternalException
{
    /// <summary>A failure described by libtorch's sentence.</summary>
    public TorchException(string message)
        : base(message) { }
}

/// <summary>An index outside of a tensor.</summary>
[BeyondTorchSharp]
public sealed class TorchIndexException(string message) : TorchException(message);

/// <summary>A value of the wrong type, or an argument that this libtorch does not take.</summary>
[BeyondTorchSharp]
public sealed class TorchTypeException(string message) : TorchException(message);

/// <summary>An operator that this libtorch does not have, or not for this dtype or device.</summary>
[BeyondTorchSharp]
public sealed class TorchNotImplementedException(string message) : TorchException(message);

/// <summary>libtorch ran out of memory, on the host or on a device.</summary>
[BeyondTorchSharp]
public sealed class TorchOutOfMemoryException(string message) : TorchException(message);
