namespace TorchSharp.Native;

/// <summary>libtorch was not found, does not load, or its shim does not compile. The message says what was looked at and
/// which command mends it.</summary>
[BeyondTorchSharp]
public sealed class LibtorchException : Exception
{
    /// <summary>A failure described by one sentence.</summary>
    public LibtorchException(string message)
        : base(message) { }

    /// <summary>A failure with its cause.</summary>
    public LibtorchException(string message, Exception cause)
        : base(message, cause) { }
}
