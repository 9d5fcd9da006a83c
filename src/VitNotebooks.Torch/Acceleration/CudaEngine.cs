using TorchSharp;
using TorchSharp.Native;

namespace VitNotebooks.Acceleration;

/// <summary>What is behind Cuda, CudaStream, CudaEvent and CudaGraph: the native module <c>cuda</c>, loaded only where there is a device.</summary>
internal static unsafe class CudaEngine
{
    private static readonly NativeFeature s_module = new("cuda");

    public static CudaMemory Memory(int device)
    {
        CudaMemory memory;
        s_module.Check(
            ((delegate* unmanaged<int, CudaMemory*, int>)Symbol("vn_cuda_memory"))(device, &memory),
            "cuda_memory"
        );
        return memory;
    }

    public static void ResetPeak(int device) => Call("vn_cuda_reset_peak", device);

    public static void EmptyCache() =>
        s_module.Check(((delegate* unmanaged<int>)Symbol("vn_cuda_empty_cache"))(), "cuda_empty_cache");

    public static void Synchronize(int device) => Call("vn_cuda_synchronize", device);

    public static bool Cudnn => ((delegate* unmanaged<int>)Symbol("vn_cuda_cudnn"))() != 0;

    public static IntPtr NewStream(int device, bool highPriority)
    {
        IntPtr made;
        s_module.Check(
            ((delegate* unmanaged<int, int, IntPtr*, int>)Symbol("vn_cuda_stream_new"))(
                device,
                highPriority ? 1 : 0,
                &made
            ),
            "cuda_stream_new"
        );
        return made;
    }

    public static IntPtr CurrentStream(int device) => Make("vn_cuda_stream_current", device);

    /// <summary>Makes a stream and its device this thread's; for <see cref="RestoreStream"/>, the stream that its device had, which the
    /// caller frees, and the device that was current.</summary>
    public static (IntPtr Stream, int Device) ExchangeStream(IntPtr stream)
    {
        IntPtr before;
        int device;
        s_module.Check(
            ((delegate* unmanaged<IntPtr, IntPtr*, int*, int>)Symbol("vn_cuda_stream_exchange"))(
                stream,
                &before,
                &device
            ),
            "cuda_stream_exchange"
        );
        return (before, device);
    }

    public static void RestoreStream(IntPtr stream, int device) =>
        s_module.Check(
            ((delegate* unmanaged<IntPtr, int, int>)Symbol("vn_cuda_stream_restore"))(stream, device),
            "cuda_stream_restore"
        );

    public static bool IsStreamIdle(IntPtr stream) => Ask("vn_cuda_stream_query", stream);

    public static void SynchronizeStream(IntPtr stream) => Call("vn_cuda_stream_synchronize", stream);

    public static void FreeStream(ref IntPtr stream) => Free("vn_cuda_stream_free", ref stream);

    public static bool HasEvents => torch.cuda_is_available() && s_module.Refusal is null;

    public static IntPtr NewEvent(bool timed) => Make("vn_cuda_event_new", timed ? 1 : 0);

    public static void RecordEvent(IntPtr marked, IntPtr stream) => Call("vn_cuda_event_record", marked, stream);

    public static void BlockStream(IntPtr awaited, IntPtr stream) => Call("vn_cuda_event_block", awaited, stream);

    public static bool IsEventDone(IntPtr asked) => Ask("vn_cuda_event_query", asked);

    public static void SynchronizeEvent(IntPtr awaited) => Call("vn_cuda_event_synchronize", awaited);

    /// <summary>Milliseconds between two events.</summary>
    public static double Elapsed(IntPtr from, IntPtr to)
    {
        double milliseconds;
        s_module.Check(
            ((delegate* unmanaged<IntPtr, IntPtr, double*, int>)Symbol("vn_cuda_event_elapsed"))(
                from,
                to,
                &milliseconds
            ),
            "cuda_event_elapsed"
        );
        return milliseconds;
    }

    public static void FreeEvent(ref IntPtr freed) => Free("vn_cuda_event_free", ref freed);

    public static IntPtr NewGraph()
    {
        IntPtr made;
        s_module.Check(((delegate* unmanaged<IntPtr*, int>)Symbol("vn_cuda_graph_new"))(&made), "cuda_graph_new");
        return made;
    }

    public static void BeginGraph(IntPtr graph)
    {
        TensorMemory.BeginCapture();
        try
        {
            Call("vn_cuda_graph_begin", graph);
        }
        catch
        {
            TensorMemory.EndCapture();
            throw;
        }
    }

    public static void EndGraph(IntPtr graph)
    {
        try
        {
            Call("vn_cuda_graph_end", graph);
        }
        finally
        {
            TensorMemory.EndCapture();
        }
    }

    public static void ReplayGraph(IntPtr graph) => Call("vn_cuda_graph_replay", graph);

    public static void FreeGraph(ref IntPtr graph) => Free("vn_cuda_graph_free", ref graph);

    /// <exception cref="InvalidOperationException">There is no CUDA device.</exception>
    /// <exception cref="LibtorchException">The module does not compile.</exception>
    private static IntPtr Symbol(string name)
    {
        if (!torch.cuda_is_available())
        {
            throw new InvalidOperationException(
                Libtorch.Instance.Cuda
                    ? "There is no CUDA device here: libtorch is built for CUDA, but sees none; check nvidia-smi and CUDA_VISIBLE_DEVICES."
                    : "There is no CUDA here: this libtorch is built for the CPU; point VITNB_LIBTORCH at one built for CUDA."
            );
        }
        return s_module.Symbol(name);
    }

    private static string Name(string symbol) => symbol.Replace("vn_", "", StringComparison.Ordinal);

    private static void Call(string symbol, int device) =>
        s_module.Check(((delegate* unmanaged<int, int>)Symbol(symbol))(device), Name(symbol));

    private static void Call(string symbol, IntPtr handle) =>
        s_module.Check(((delegate* unmanaged<IntPtr, int>)Symbol(symbol))(handle), Name(symbol));

    private static void Call(string symbol, IntPtr handle, IntPtr other) =>
        s_module.Check(((delegate* unmanaged<IntPtr, IntPtr, int>)Symbol(symbol))(handle, other), Name(symbol));

    private static bool Ask(string symbol, IntPtr handle)
    {
        int answer;
        s_module.Check(((delegate* unmanaged<IntPtr, int*, int>)Symbol(symbol))(handle, &answer), Name(symbol));
        return answer != 0;
    }

    private static IntPtr Make(string symbol, int number)
    {
        IntPtr made;
        s_module.Check(((delegate* unmanaged<int, IntPtr*, int>)Symbol(symbol))(number, &made), Name(symbol));
        return made;
    }

    private static void Free(string symbol, ref IntPtr handle)
    {
        var owned = Interlocked.Exchange(ref handle, IntPtr.Zero);
        if (owned != IntPtr.Zero)
        {
            ((delegate* unmanaged<IntPtr, void>)Symbol(symbol))(owned);
        }
    }
}
