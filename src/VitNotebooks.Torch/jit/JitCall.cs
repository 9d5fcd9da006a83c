using System.Text;

namespace TorchSharp.Native;

/// <summary>Calls of a script's methods and functions.</summary>
internal static unsafe class JitCall
{
    /// <summary>Calls by name; the result's tensors are in the thread's current scope.</summary>
    public static object? Run(
        JitHandle handle,
        delegate* unmanaged<IntPtr, byte*, JitValue*, int, JitValue*, int> entry,
        string name,
        object?[] inputs
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(inputs);
        ObjectDisposedException.ThrowIf(handle.IsClosed, typeof(torch.jit));
        using var arguments = new JitArguments(inputs, name);
        JitValue result = default;
        var held = false;
        try
        {
            handle.DangerousAddRef(ref held);
            fixed (byte* text = Text(name))
            {
                JitNative.Check(
                    entry(handle.DangerousGetHandle(), text, arguments.Values, arguments.Count, &result),
                    name
                );
            }
            return JitResult.Take(ref result);
        }
        finally
        {
            if (result.Kind != JitKind.None)
            {
                JitNative.Functions.FreeValue(&result);
            }
            if (held)
            {
                handle.DangerousRelease();
            }
            GC.KeepAlive(inputs);
        }
    }

    /// <summary>UTF-8 with the zero that C wants.</summary>
    public static byte[] Text(string text) => [.. Encoding.UTF8.GetBytes(text), 0];
}
