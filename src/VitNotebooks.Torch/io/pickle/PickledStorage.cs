using TorchSharp;
using TorchSharp.Dispatch;
using TorchSharp.Native;
using static TorchSharp.torch;

namespace VitNotebooks.Files;

/// <summary>The storages that a pickle refers to.</summary>
internal interface IPickledStorages
{
    /// <param name="context">For errors.</param>
    /// <param name="key">The storage's name in the file; the same name is the same memory.</param>
    /// <param name="type">What its elements are.</param>
    /// <param name="count">How many the pickle says there are.</param>
    /// <param name="view">A legacy file's part of another storage, or null.</param>
    PickledStorage Get(PickleContext context, string key, PickledStorageType type, long count, object? view);
}

/// <summary>The class of a storage: its element type, or null where the tensor over it says what the bytes are.</summary>
internal sealed record PickledStorageType(string Name, ScalarType? Type)
{
    public int Width => Type is { } type ? ScalarTypes.Size(type) : 1;
}

/// <summary>Memory that one or more tensors of a file look into.</summary>
internal sealed class PickledStorage(string key, ScalarType? type, Tensor memory, long firstByte, long bytes)
{
    private readonly Dictionary<ScalarType, Tensor> _memoryAs = [];

    public string Key => key;

    public ScalarType? Type => type;

    public long Bytes => bytes;

    public Tensor Memory => memory;

    /// <summary>A tensor that looks into this memory and is no view in autograd's eyes, as one that torch.load makes. In bounds: the caller checked.</summary>
    public Tensor View(ScalarType element, long offset, long[] size, long[] stride)
    {
        TensorBytes.RequireKnown(element);
        using var quiet = no_grad();
        using var view = Aten.as_strided(As(element), size, stride, offset + (firstByte / ScalarTypes.Size(element)));
        var tensor = Aten.empty_memory_format([0], dtype: element, device: CPU);
        tensor.SetData(view);
        return tensor;
    }

    /// <summary>The memory as a vector of that type; another type than the memory's own looks at the same bytes.</summary>
    private unsafe Tensor As(ScalarType element)
    {
        if (memory.dtype == element)
        {
            return memory;
        }
        if (_memoryAs.TryGetValue(element, out var known))
        {
            return known;
        }
        var count = memory.NumberOfElements * memory.ElementSize / ScalarTypes.Size(element);
        IntPtr handle;
        Dispatcher.Check(
            Core.FromBlob(
                memory.DataPointer(),
                &count,
                1,
                (int)element,
                (IntPtr)(delegate* unmanaged<IntPtr, void>)&Release,
                memory.RetainHandle(),
                &handle
            ),
            "from_blob"
        );
        return _memoryAs[element] = Tensor.Adopt(handle);
    }

    [System.Runtime.InteropServices.UnmanagedCallersOnly]
    private static unsafe void Release(IntPtr owner) => Core.Free(owner);
}
