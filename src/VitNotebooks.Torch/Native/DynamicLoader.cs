using System.Runtime.InteropServices;

namespace TorchSharp.Native;

/// <summary>dlopen with the flags that <see cref="NativeLibrary"/> cannot pass. Nothing opened here is ever closed.</summary>
internal static partial class DynamicLoader
{
    private const int Now = 2,
        Global = 0x100;

    /// <summary>Opens a library so that those opened later find its symbols.</summary>
    /// <exception cref="LibtorchException">The dynamic loader refused; its own words are in the message.</exception>
    public static IntPtr OpenGlobal(string path)
    {
        var handle = SignalHandlers.Keep(() => Open(path, Now | Global));
        return handle != IntPtr.Zero
            ? handle
            : throw new LibtorchException($"{path} does not load: {Marshal.PtrToStringUTF8(Error())}");
    }

    [LibraryImport("libc", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial IntPtr Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "dlerror")]
    private static partial IntPtr Error();
}
