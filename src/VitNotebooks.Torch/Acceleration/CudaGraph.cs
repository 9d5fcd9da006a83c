using TorchSharp;

namespace VitNotebooks.Acceleration;

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
        var graph = new CudaGraph(CudaEngine.NewGraph());
        try
        {
            Cuda.Synchronize();
            using var stream = new CudaStream();
            using (stream.Use())
            {
                CudaEngine.BeginGraph(graph._handle);
                try
                {
                    work();
                }
                finally
                {
                    CudaEngine.EndGraph(graph._handle);
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
        CudaEngine.ReplayGraph(_handle);
    }

    /// <summary>Frees it and the memory of its intermediate tensors.</summary>
    public void Dispose() => CudaEngine.FreeGraph(ref _handle);
}
