using TorchSharp.Native;

namespace TorchSharp;

/// <summary>Stands behind a tensor that is in no scope, so that a forgotten one is freed all the same. Tensors in a scope have
/// none: a finalizable object costs more than the op.</summary>
internal sealed unsafe class TensorGuard
{
    private IntPtr _handle;
    private readonly long _bytes;
    private readonly int _collection;

    public TensorGuard(IntPtr handle)
    {
        _bytes = Core.Bytes(handle);
        _collection = CollectionBudget.Charge(_bytes);
        _handle = handle;
    }

    ~TensorGuard()
    {
        if (_handle != IntPtr.Zero)
        {
            TensorMemory.Orphan(_handle);
            CollectionBudget.Found(_bytes);
        }
    }

    /// <summary>Someone else frees it from here on.</summary>
    public void Disarm()
    {
        if (Interlocked.Exchange(ref _handle, IntPtr.Zero) != IntPtr.Zero)
        {
            CollectionBudget.Discharge(_bytes, _collection);
            GC.SuppressFinalize(this);
        }
    }
}
