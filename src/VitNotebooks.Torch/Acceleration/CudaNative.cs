using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Native;

namespace VitNotebooks.Acceleration;

/// <summary>Memory of a CUDA device in the hands of libtorch's allocator, in bytes.</summary>
/// <param name="Allocated">In tensors now.</param>
/// <param name="PeakAllocated">The most there was since the start or the last <see cref="Cuda.ResetPeak"/>.</param>
/// <param name="Reserved">Taken from the device now; what is not allocated is kept for the next tensors.</param>
/// <param name="PeakReserved">The most of that.</param>
/// <param name="Retries">How often the cache had to be emptied to find room.</param>
/// <param name="OutOfMemory">How often there was no room.</param>
[BeyondTorchSharp]
[StructLayout(LayoutKind.Sequential)]
public readonly record struct CudaMemory(
    long Allocated,
    long PeakAllocated,
    long Reserved,
    long PeakReserved,
    long Retries,
    long OutOfMemory
);

/// <summary>The native module <c>cuda</c>: loaded only where there is a device.</summary>
internal static unsafe class CudaNative
{
    private static readonly NativeFeature s_module = new("cuda");

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

    /// <summary>A function without arguments, or of numbers and handles that returns a status.</summary>
    public static void Call(string symbol) =>
        s_module.Check(((delegate* unmanaged<int>)Symbol(symbol))(), Name(symbol));

    public static void Call(string symbol, int device) =>
        s_module.Check(((delegate* unmanaged<int, int>)Symbol(symbol))(device), Name(symbol));

    public static void Call(string symbol, IntPtr handle) =>
        s_module.Check(((delegate* unmanaged<IntPtr, int>)Symbol(symbol))(handle), Name(symbol));

    public static void Call(string symbol, IntPtr handle, IntPtr other) =>
        s_module.Check(((delegate* unmanaged<IntPtr, IntPtr, int>)Symbol(symbol))(handle, other), Name(symbol));

    public static bool Ask(string symbol, IntPtr handle)
    {
        int answer;
        s_module.Check(((delegate* unmanaged<IntPtr, int*, int>)Symbol(symbol))(handle, &answer), Name(symbol));
        return answer != 0;
    }

    public static IntPtr Make(string symbol)
    {
        IntPtr made;
        s_module.Check(((delegate* unmanaged<IntPtr*, int>)Symbol(symbol))(&made), Name(symbol));
        return made;
    }

    public static IntPtr Make(string symbol, int number)
    {
        IntPtr made;
        s_module.Check(((delegate* unmanaged<int, IntPtr*, int>)Symbol(symbol))(number, &made), Name(symbol));
        return made;
    }

    public static IntPtr Make(string symbol, int device, int option)
    {
        IntPtr made;
        s_module.Check(
            ((delegate* unmanaged<int, int, IntPtr*, int>)Symbol(symbol))(device, option, &made),
            Name(symbol)
        );
        return made;
    }

    /// <summary>Makes a stream and its device this thread's; for <see cref="Restore"/>, the stream that its device had, and the device that was current.</summary>
    public static (IntPtr Stream, int Device) Exchange(IntPtr stream)
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

    public static void Restore(IntPtr stream, int device) =>
        s_module.Check(
            ((delegate* unmanaged<IntPtr, int, int>)Symbol("vn_cuda_stream_restore"))(stream, device),
            "cuda_stream_restore"
        );

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

    public static CudaMemory Memory(int device)
    {
        CudaMemory memory;
        s_module.Check(
            ((delegate* unmanaged<int, CudaMemory*, int>)Symbol("vn_cuda_memory"))(device, &memory),
            "cuda_memory"
        );
        return memory;
    }

    public static bool Cudnn => ((delegate* unmanaged<int>)Symbol("vn_cuda_cudnn"))() != 0;

    public static void Free(string symbol, ref IntPtr handle)
    {
        var owned = Interlocked.Exchange(ref handle, IntPtr.Zero);
        if (owned != IntPtr.Zero)
        {
            ((delegate* unmanaged<IntPtr, void>)Symbol(symbol))(owned);
        }
    }
}
