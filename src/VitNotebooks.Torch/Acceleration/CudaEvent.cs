using TorchSharp;

namespace VitNotebooks.Acceleration;

/// <summary>A point in a stream's work: to wait for, and to measure time between two.</summary>
/// <inheritdoc cref="Cuda"/>
[BeyondTorchSharp]
public sealed class CudaEvent : IDisposable
{
    private IntPtr _handle;

    /// <param name="timed">Whether time is measured; costs a little.</param>
    public CudaEvent(bool timed = false) => _handle = CudaEngine.NewEvent(timed);

    /// <summary>Whether this machine and this torch layer have events: there is a CUDA device, and the native module <c>cuda</c> loads.</summary>
    public static bool CanBeMade => CudaEngine.HasEvents;

    private IntPtr Handle
    {
        get
        {
            ObjectDisposedException.ThrowIf(_handle == IntPtr.Zero, this);
            return _handle;
        }
    }

    /// <summary>Marks what the stream was given so far; this thread's stream for null.</summary>
    public void Record(CudaStream? stream = null)
    {
        using var current = stream is null ? CudaStream.Current() : null;
        CudaEngine.RecordEvent(Handle, (stream ?? current!).Handle);
    }

    /// <summary>The stream's further work waits for this event; the caller does not.</summary>
    public void Block(CudaStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        CudaEngine.BlockStream(Handle, stream.Handle);
    }

    /// <summary>Whether the work before it is done.</summary>
    public bool IsDone => CudaEngine.IsEventDone(Handle);

    /// <summary>Waits until the work before it is done.</summary>
    public void Synchronize() => CudaEngine.SynchronizeEvent(Handle);

    /// <summary>The time on the device from this event to a later one; both timed and done. From libtorch 2.6 on.</summary>
    public TimeSpan Until(CudaEvent later)
    {
        ArgumentNullException.ThrowIfNull(later);
        return TimeSpan.FromMilliseconds(CudaEngine.Elapsed(Handle, later.Handle));
    }

    /// <summary>Frees it.</summary>
    public void Dispose() => CudaEngine.FreeEvent(ref _handle);
}
