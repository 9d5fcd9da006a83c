using System.Runtime.InteropServices;
using TorchSharp.Dispatch;
using TorchSharp.Native;

namespace TorchSharp;

// Tensors over memory that is already there: an array's, a file's.
public static partial class torch
{
    /// <summary>A vector over an array's own memory: what is written to one is seen in the other. The array stays where it
    /// is as long as the tensor lives.</summary>
    /// <remarks><paramref name="count"/> elements of <paramref name="dtype"/> from byte <paramref name="offset"/> on; -1 takes
    /// all that fit.</remarks>
    /// <exception cref="ArgumentException">The array does not hold that much, or cannot be fixed in memory.</exception>
    public static unsafe Tensor frombuffer(
        Array rawArray,
        ScalarType dtype,
        long count = -1,
        long offset = 0,
        bool requires_grad = false
    )
    {
        ArgumentNullException.ThrowIfNull(rawArray);
        if (ScalarTypeOf(rawArray.GetType().GetElementType()!) is not { } type || type == ScalarType.Bool)
        {
            throw new ArgumentException(
                $"frombuffer: {rawArray.GetType().Name} has no memory that a tensor can share; give an array of numbers, or copy it with torch.tensor.",
                nameof(rawArray)
            );
        }

        var bytes = rawArray.LongLength * type.ElementSize();
        var width = dtype.ElementSize();
        var length = count < 0 ? (bytes - offset) / width : count;
        if (offset < 0 || length < 0 || offset + length * width > bytes)
        {
            throw new ArgumentException(
                $"frombuffer: {length} elements of {width} bytes from byte {offset} on do not fit into {bytes} bytes.",
                nameof(count)
            );
        }

        var pin = GCHandle.Alloc(rawArray, GCHandleType.Pinned);
        IntPtr handle;
        Dispatcher.Check(
            Core.FromBlob(
                pin.AddrOfPinnedObject() + (nint)offset,
                &length,
                1,
                (int)dtype,
                (IntPtr)(delegate* unmanaged<IntPtr, void>)&Unpin,
                GCHandle.ToIntPtr(pin),
                &handle
            ),
            "frombuffer"
        );
        return Made(Tensor.Adopt(handle), requires_grad);
    }

    [UnmanagedCallersOnly]
    private static void Unpin(IntPtr pin) => GCHandle.FromIntPtr(pin).Free();

    /// <summary>A vector of the first <paramref name="size"/> elements of a file, mapped into memory;
    /// <paramref name="shared"/> writes what is changed back.</summary>
    public static Tensor from_file(
        string filename,
        bool? shared = null,
        long? size = 0,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) =>
        Made(
            Aten.from_file(filename, shared, size, dtype: dtype ?? s_dtype, device: device ?? s_device),
            requires_grad
        );
}
