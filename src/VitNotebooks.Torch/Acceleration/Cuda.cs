using TorchSharp;

namespace VitNotebooks.Acceleration;

/// <summary>CUDA devices: their memory, and waiting for them. Every call throws one sentence where there is no device.</summary>
/// <remarks>Compiled against libtorch 1.13 and 2.6 with CUDA 11.8's headers; not yet run on a GPU.</remarks>
/// <exception cref="InvalidOperationException">There is no CUDA device.</exception>
/// <exception cref="TorchSharp.Native.LibtorchException">The native module <c>cuda</c> does not compile; the message says why.</exception>
/// <exception cref="TorchNotImplementedException">Memory and graphs: no CUDA headers were found when it was compiled.</exception>
[BeyondTorchSharp]
public static class Cuda
{
    /// <summary>What libtorch's allocator holds of a device; -1 for the current one.</summary>
    public static CudaMemory Memory(int device = -1) => CudaNative.Memory(device);

    /// <summary>Starts the peaks anew at what is in use now.</summary>
    public static void ResetPeak(int device = -1) => CudaNative.Call("vn_cuda_reset_peak", device);

    /// <summary>Gives memory that no tensor uses back to the device, for other programs.</summary>
    public static void EmptyCache() => CudaNative.Call("vn_cuda_empty_cache");

    /// <summary>Waits until the device has done all that it was given; -1 for the current one.</summary>
    public static void Synchronize(int device = -1) => CudaNative.Call("vn_cuda_synchronize", device);
}

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
        : this(CudaNative.Make("vn_cuda_stream_new", device, highPriority ? 1 : 0)) { }

    /// <summary>The stream that this thread's operations go to.</summary>
    public static CudaStream Current(int device = -1) => new(CudaNative.Make("vn_cuda_stream_current", device));

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
        var (stream, device) = CudaNative.Exchange(Handle);
        return new Used(new CudaStream(stream), device);
    }

    /// <summary>Whether all of its work is done.</summary>
    public bool IsIdle => CudaNative.Ask("vn_cuda_stream_query", Handle);

    /// <summary>Waits until all of its work is done.</summary>
    public void Synchronize() => CudaNative.Call("vn_cuda_stream_synchronize", Handle);

    /// <summary>Its further work waits for what the other stream was given so far; the caller does not wait.</summary>
    public void WaitFor(CudaStream other)
    {
        using var reached = new CudaEvent();
        reached.Record(other);
        reached.Block(this);
    }

    /// <summary>Lets go of it; its work goes on.</summary>
    public void Dispose() => CudaNative.Free("vn_cuda_stream_free", ref _handle);

    private sealed class Used(CudaStream before, int device) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                CudaNative.Restore(before.Handle, device);
                before.Dispose();
            }
        }
    }
}

/// <summary>A point in a stream's work: to wait for, and to measure time between two.</summary>
/// <inheritdoc cref="Cuda"/>
[BeyondTorchSharp]
public sealed class CudaEvent : IDisposable
{
    private IntPtr _handle;

    /// <param name="timed">Whether time is measured; costs a little.</param>
    public CudaEvent(bool timed = false) => _handle = CudaNative.Make("vn_cuda_event_new", timed ? 1 : 0);

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
        CudaNative.Call("vn_cuda_event_record", Handle, (stream ?? current!).Handle);
    }

    /// <summary>The stream's further work waits for this event; the caller does not.</summary>
    public void Block(CudaStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        CudaNative.Call("vn_cuda_event_block", Handle, stream.Handle);
    }

    /// <summary>Whether the work before it is done.</summary>
    public bool IsDone => CudaNative.Ask("vn_cuda_event_query", Handle);

    /// <summary>Waits until the work before it is done.</summary>
    public void Synchronize() => CudaNative.Call("vn_cuda_event_synchronize", Handle);

    /// <summary>The time on the device from this event to a later one; both timed and done. From libtorch 2.6 on.</summary>
    public TimeSpan Until(CudaEvent later)
    {
        ArgumentNullException.ThrowIfNull(later);
        return TimeSpan.FromMilliseconds(CudaNative.Elapsed(Handle, later.Handle));
    }

    /// <summary>Frees it.</summary>
    public void Dispose() => CudaNative.Free("vn_cuda_event_free", ref _handle);
}

/// <summary>
/// Work on a device recorded once and started again with a single call: for steps of small operations, whose starting costs more
/// than their running. Shapes and addresses stay: new data is copied into the tensors that the recording read.
/// </summary>
/// <inheritdoc cref="Cuda"/>
[BeyondTorchSharp]
public sealed class CudaGraph : IDisposable
{
    private IntPtr _handle;

    private CudaGraph(IntPtr handle) => _handle = handle;

    /// <summary>Records what <paramref name="work"/> gives the device, on a stream of its own; nothing of it runs yet. Run the same
    /// work a few times before, so that libraries have chosen their algorithms.</summary>
    /// <param name="work">Allocates what it keeps before; reads nothing back from the device.</param>
    public static CudaGraph Capture(Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var graph = new CudaGraph(CudaNative.Make("vn_cuda_graph_new"));
        try
        {
            Cuda.Synchronize();
            using var stream = new CudaStream();
            using (stream.Use())
            {
                CudaNative.Call("vn_cuda_graph_begin", graph._handle);
                try
                {
                    work();
                }
                finally
                {
                    CudaNative.Call("vn_cuda_graph_end", graph._handle);
                }
            }
            return graph;
        }
        catch
        {
            graph.Dispose();
            throw;
        }
    }

    /// <summary>Starts the recorded work on this thread's stream.</summary>
    public void Replay()
    {
        ObjectDisposedException.ThrowIf(_handle == IntPtr.Zero, this);
        CudaNative.Call("vn_cuda_graph_replay", _handle);
    }

    /// <summary>Frees it and the memory of its intermediate tensors.</summary>
    public void Dispose() => CudaNative.Free("vn_cuda_graph_free", ref _handle);
}
