using TorchSharp;

namespace VitNotebooks.Acceleration;

/// <summary>What is behind Cuda, CudaStream, CudaEvent and CudaGraph: of all that, TorchSharp can wait for a device.</summary>
internal static class CudaEngine
{
    private static readonly Notice s_noEvents = new(
        $"TorchSharp has no events to watch copies with, so that batches lie in pageable memory; to have them page-locked, {Notice.Remedy}."
    );

    public static CudaMemory Memory(int device) => throw Missing("tell the memory of a device");

    public static void ResetPeak(int device) => throw Missing("count the memory of a device");

    public static void EmptyCache() => throw Missing("empty the cache of a device's memory");

    public static void Synchronize(int device)
    {
        RequireDevice();
        torch.cuda.synchronize(device < 0 ? null : torch.device(DeviceType.CUDA, device));
    }

    public static IntPtr NewStream(int device, bool highPriority) => throw Missing("make streams");

    public static IntPtr CurrentStream(int device) => throw Missing("show streams");

    public static (IntPtr Stream, int Device) ExchangeStream(IntPtr stream) => throw Missing("change streams");

    public static void RestoreStream(IntPtr stream, int device) => throw Missing("change streams");

    public static bool IsStreamIdle(IntPtr stream) => throw Missing("ask streams");

    public static void SynchronizeStream(IntPtr stream) => throw Missing("wait for a stream");

    // Who asks does the plain thing without them, a loader for one.
    public static bool HasEvents
    {
        get
        {
            if (torch.cuda.is_available())
            {
                s_noEvents.Say();
            }
            return false;
        }
    }

    public static IntPtr NewEvent(bool timed) => throw Missing("make events");

    public static void RecordEvent(IntPtr marked, IntPtr stream) => throw Missing("record events");

    public static void BlockStream(IntPtr awaited, IntPtr stream) => throw Missing("let a stream wait");

    public static bool IsEventDone(IntPtr asked) => throw Missing("ask events");

    public static void SynchronizeEvent(IntPtr awaited) => throw Missing("wait for an event");

    public static double Elapsed(IntPtr from, IntPtr to) => throw Missing("measure time between events");

    public static IntPtr NewGraph() => throw Missing("record graphs");

    public static void BeginGraph(IntPtr graph) => throw Missing("record graphs");

    public static void EndGraph(IntPtr graph) => throw Missing("record graphs");

    public static void ReplayGraph(IntPtr graph) => throw Missing("replay graphs");

    // Nothing was made: there is nothing to free.
    public static void FreeStream(ref IntPtr stream) { }

    public static void FreeEvent(ref IntPtr freed) { }

    public static void FreeGraph(ref IntPtr graph) { }

    // Where there is no device, that is the reason, as on our layer.
    private static NotSupportedException Missing(string what)
    {
        RequireDevice();
        return new($"Cuda: TorchSharp cannot {what}; do without, or {Notice.Remedy}.");
    }

    /// <exception cref="InvalidOperationException">There is no CUDA device.</exception>
    private static void RequireDevice()
    {
        if (!torch.cuda.is_available())
        {
            throw new InvalidOperationException(
                "There is no CUDA device here: use torch.CPU, or reference TorchSharp-cuda-linux and check nvidia-smi and CUDA_VISIBLE_DEVICES."
            );
        }
    }
}
