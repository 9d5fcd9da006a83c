using TorchSharp;

namespace VitNotebooks.Acceleration;

/// <summary>An order of work on a device: operations of one stream run one after another, those of two may run beside each other.</summary>
/// <inheritdoc cref="Cuda"/>
[BeyondTorchSharp]
public sealed class CudaStream : IDisposable
{
    private IntPtr _handle;

    private CudaStream(IntPtr handle) => _handle = handle;

    /// <summary>A stream of libtorch's pool.</summary>
    /// <param name="device">Its device; -1 for the current one.</param>
    /// <param name="highPriority">Whether its work goes before other streams'.</param>
    public CudaStream(int device = -1, bool highPriority = false)
        : this(CudaEngine.NewStream(device, highPriority)) { }

    /// <summary>The stream that this thread's operations go to.</summary>
    public static CudaStream Current(int device = -1) => new(CudaEngine.CurrentStream(device));

    internal IntPtr Handle
    {
        get
        {
            ObjectDisposedException.ThrowIf(_handle == IntPtr.Zero, this);
            return _handle;
        }
    }

    /// <summary>This thread's operations go to this stream, and what it makes to the stream's device, until the result is disposed.</summary>
    public IDisposable Use()
    {
        var (stream, device) = CudaEngine.ExchangeStream(Handle);
        return new Used(new CudaStream(stream), device);
    }

    /// <summary>Whether all of its work is done.</summary>
    public bool IsIdle => CudaEngine.IsStreamIdle(Handle);

    /// <summary>Waits until all of its work is done.</summary>
    public void Synchronize() => CudaEngine.SynchronizeStream(Handle);

    /// <summary>Its further work waits for what the other stream was given so far; the caller does not wait.</summary>
    public void WaitFor(CudaStream other)
    {
        using var reached = new CudaEvent();
        reached.Record(other);
        reached.Block(this);
    }

    /// <summary>Lets go of it; its work goes on.</summary>
    public void Dispose() => CudaEngine.FreeStream(ref _handle);

    private sealed class Used(CudaStream before, int device) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                CudaEngine.RestoreStream(before.Handle, device);
                before.Dispose();
            }
        }
    }
}
