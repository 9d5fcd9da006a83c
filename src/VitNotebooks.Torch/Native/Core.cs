using System.Runtime.InteropServices;

namespace TorchSharp.Native;

/// <summary>Metadata of a tensor; mirrored by <c>struct TensorInfo</c> in core.cpp. Sizes and strides are borrowed from the
/// tensor.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct TensorInfo
{
    public long* Sizes;
    public long* Strides;
    public long NumberOfElements;
    public long StorageOffset;
    public long StorageBytes;
    public int Dimensions;
    public int DType;
    public int DeviceType;
    public int DeviceIndex;
    public int ElementSize;
    public int Layout;
    public int RequiresGrad;
    public int IsLeaf;
    public int IsContiguous;
    public int IsInference;
}

/// <summary>The functions of the native module <c>core</c> beside calls.</summary>
internal static unsafe class Core
{
    private static IntPtr Symbol(string name) => NativeModules.Core.Symbol(name);

    static Core()
    {
        if (((delegate* unmanaged<int>)Symbol("vn_abi"))() != 1)
        {
            throw new LibtorchException(
                $"{NativeModules.Core.Path} is of another version; delete it, it is compiled again."
            );
        }
        ((delegate* unmanaged<void>)Symbol("vn_start"))();
    }

    public static readonly delegate* unmanaged<IntPtr, void> Free = (delegate* unmanaged<IntPtr, void>)Symbol(
        "vn_tensor_free"
    );
    public static readonly delegate* unmanaged<IntPtr*, int, void> FreeMany = (delegate* unmanaged<
        IntPtr*,
        int,
        void>)Symbol("vn_tensor_free_many");
    public static readonly delegate* unmanaged<IntPtr, void> Retain = (delegate* unmanaged<IntPtr, void>)Symbol(
        "vn_tensor_retain"
    );
    public static readonly delegate* unmanaged<IntPtr, TensorInfo*, int> Info = (delegate* unmanaged<
        IntPtr,
        TensorInfo*,
        int>)Symbol("vn_tensor_info");
    public static readonly delegate* unmanaged<IntPtr, long> Dimensions = (delegate* unmanaged<IntPtr, long>)Symbol(
        "vn_tensor_dim"
    );
    public static readonly delegate* unmanaged<IntPtr, int> DType = (delegate* unmanaged<IntPtr, int>)Symbol(
        "vn_tensor_dtype"
    );
    public static readonly delegate* unmanaged<IntPtr, long> NumberOfElements = (delegate* unmanaged<
        IntPtr,
        long>)Symbol("vn_tensor_numel");
    public static readonly delegate* unmanaged<IntPtr, long> Bytes = (delegate* unmanaged<IntPtr, long>)Symbol(
        "vn_tensor_nbytes"
    );
    public static readonly delegate* unmanaged<IntPtr, IntPtr*, int> Data = (delegate* unmanaged<
        IntPtr,
        IntPtr*,
        int>)Symbol("vn_tensor_data");
    public static readonly delegate* unmanaged[SuppressGCTransition]<
        IntPtr,
        void*,
        long*,
        long*,
        int,
        int,
        int> LiesAt = (delegate* unmanaged[SuppressGCTransition]<IntPtr, void*, long*, long*, int, int, int>)Symbol(
        "vn_tensor_lies_at"
    );
    public static readonly delegate* unmanaged<IntPtr, long*, int> Version = (delegate* unmanaged<
        IntPtr,
        long*,
        int>)Symbol("vn_tensor_version");
    public static readonly delegate* unmanaged<IntPtr, IntPtr*, int> Grad = (delegate* unmanaged<
        IntPtr,
        IntPtr*,
        int>)Symbol("vn_tensor_grad");
    public static readonly delegate* unmanaged<IntPtr, IntPtr, int> SetGrad = (delegate* unmanaged<
        IntPtr,
        IntPtr,
        int>)Symbol("vn_tensor_set_grad");
    public static readonly delegate* unmanaged<IntPtr, int, int> SetRequiresGrad = (delegate* unmanaged<
        IntPtr,
        int,
        int>)Symbol("vn_tensor_set_requires_grad");
    public static readonly delegate* unmanaged<IntPtr, int> RetainGrad = (delegate* unmanaged<IntPtr, int>)Symbol(
        "vn_tensor_retain_grad"
    );
    public static readonly delegate* unmanaged<IntPtr, IntPtr, int> SetData = (delegate* unmanaged<
        IntPtr,
        IntPtr,
        int>)Symbol("vn_tensor_set_data");
    public static readonly delegate* unmanaged<IntPtr, long*, int, int, IntPtr, IntPtr, IntPtr*, int> FromBlob =
        (delegate* unmanaged<IntPtr, long*, int, int, IntPtr, IntPtr, IntPtr*, int>)Symbol("vn_tensor_from_blob");
    public static readonly delegate* unmanaged<int> GradEnabled = (delegate* unmanaged<int>)Symbol("vn_grad_enabled");
    public static readonly delegate* unmanaged<int, void> SetGradEnabled = (delegate* unmanaged<int, void>)Symbol(
        "vn_set_grad_enabled"
    );
    public static readonly delegate* unmanaged<int, IntPtr> InferenceEnter = (delegate* unmanaged<int, IntPtr>)Symbol(
        "vn_inference_enter"
    );
    public static readonly delegate* unmanaged<IntPtr, void> InferenceLeave = (delegate* unmanaged<IntPtr, void>)Symbol(
        "vn_inference_leave"
    );
    public static readonly delegate* unmanaged<int> InferenceEnabled = (delegate* unmanaged<int>)Symbol(
        "vn_inference_enabled"
    );
    public static readonly delegate* unmanaged<IntPtr*, int, IntPtr*, int, int, IntPtr*, int, int> Backward =
        (delegate* unmanaged<IntPtr*, int, IntPtr*, int, int, IntPtr*, int, int>)Symbol("vn_backward");
    public static readonly delegate* unmanaged<
        IntPtr*,
        int,
        IntPtr*,
        int,
        IntPtr*,
        int,
        int,
        int,
        IntPtr*,
        int> Gradients = (delegate* unmanaged<IntPtr*, int, IntPtr*, int, IntPtr*, int, int, int, IntPtr*, int>)Symbol(
        "vn_grad"
    );
    public static readonly delegate* unmanaged<ulong, int> ManualSeed = (delegate* unmanaged<ulong, int>)Symbol(
        "vn_manual_seed"
    );
    public static readonly delegate* unmanaged<ulong, int, int, IntPtr*, int> GeneratorNew = (delegate* unmanaged<
        ulong,
        int,
        int,
        IntPtr*,
        int>)Symbol("vn_generator_new");
    public static readonly delegate* unmanaged<int, int, IntPtr*, int> GeneratorDefault = (delegate* unmanaged<
        int,
        int,
        IntPtr*,
        int>)Symbol("vn_generator_default");
    public static readonly delegate* unmanaged<IntPtr, void> GeneratorFree = (delegate* unmanaged<IntPtr, void>)Symbol(
        "vn_generator_free"
    );
    public static readonly delegate* unmanaged<IntPtr, ulong, int> GeneratorSetSeed = (delegate* unmanaged<
        IntPtr,
        ulong,
        int>)Symbol("vn_generator_set_seed");
    public static readonly delegate* unmanaged<IntPtr, ulong*, int> GeneratorInitialSeed = (delegate* unmanaged<
        IntPtr,
        ulong*,
        int>)Symbol("vn_generator_initial_seed");
    public static readonly delegate* unmanaged<IntPtr, ulong*, int> GeneratorReseed = (delegate* unmanaged<
        IntPtr,
        ulong*,
        int>)Symbol("vn_generator_reseed");
    public static readonly delegate* unmanaged<IntPtr, IntPtr*, int> GeneratorGetState = (delegate* unmanaged<
        IntPtr,
        IntPtr*,
        int>)Symbol("vn_generator_get_state");
    public static readonly delegate* unmanaged<IntPtr, IntPtr, int> GeneratorSetState = (delegate* unmanaged<
        IntPtr,
        IntPtr,
        int>)Symbol("vn_generator_set_state");
    public static readonly delegate* unmanaged<int> GetNumThreads = (delegate* unmanaged<int>)Symbol(
        "vn_get_num_threads"
    );
    public static readonly delegate* unmanaged<int, int> SetNumThreads = (delegate* unmanaged<int, int>)Symbol(
        "vn_set_num_threads"
    );
    public static readonly delegate* unmanaged<int> GetNumInteropThreads = (delegate* unmanaged<int>)Symbol(
        "vn_get_num_interop_threads"
    );
    public static readonly delegate* unmanaged<int, int> SetNumInteropThreads = (delegate* unmanaged<int, int>)Symbol(
        "vn_set_num_interop_threads"
    );
    public static readonly delegate* unmanaged<int> CudaAvailable = (delegate* unmanaged<int>)Symbol(
        "vn_cuda_available"
    );
    public static readonly delegate* unmanaged<int> CudaDeviceCount = (delegate* unmanaged<int>)Symbol(
        "vn_cuda_device_count"
    );

    /// <summary>libtorch's version, as its headers at compile time name it.</summary>
    public static string LibtorchVersion =>
        Marshal.PtrToStringUTF8(((delegate* unmanaged<IntPtr>)Symbol("vn_version"))())!;

    /// <summary>libtorch's own account of how it was built and how it runs in parallel.</summary>
    public static string Configuration =>
        Marshal.PtrToStringUTF8(((delegate* unmanaged<IntPtr>)Symbol("vn_config"))())!;
}
