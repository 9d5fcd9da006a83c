using TorchSharp.Native;

namespace TorchSharp;

// Devices by name, and those at hand.
public static partial class torch
{
    public static readonly Device CPU = new(DeviceType.CPU);

    /// <summary>A device that holds shapes and no elements.</summary>
    public static readonly Device META = new(DeviceType.META);

    /// <summary>The current CUDA device.</summary>
    public static Device CUDA { get; } = new(DeviceType.CUDA, 0);

    /// <summary>Apple's GPU.</summary>
    public static Device MPS { get; } = new(DeviceType.MPS, 0);

    public static Device device(string description) => new(description);

    public static Device device(string deviceType, int index = -1) => new(deviceType, index);

    public static Device device(DeviceType deviceType, int index = -1) => new(deviceType, index);

    /// <summary>The CUDA device of that number.</summary>
    public static Device device(int index) => new(index);

    /// <summary>Where a factory puts its tensor when it is told nothing.</summary>
    public static Device get_default_device() => s_device;

    public static void set_default_device(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        s_device = InitializeDevice(device);
    }

    public static void set_default_device(string device) => set_default_device(new Device(device));

    /// <summary>The dtype of a factory of real numbers that is told nothing. What libtorch makes of whole numbers, as in
    /// <c>1 / x</c>, is float32 whatever is set here.</summary>
    public static ScalarType get_default_dtype() => s_dtype;

    /// <exception cref="ArgumentException">It is no floating-point type.</exception>
    public static void set_default_dtype(ScalarType dtype)
    {
        if (!is_floating_point(dtype))
        {
            throw new ArgumentException(
                $"set_default_dtype: {dtype} holds no real numbers; expected float32, float64, float16 or bfloat16.",
                nameof(dtype)
            );
        }

        s_dtype = dtype;
    }

    /// <summary>The dtype and the device of this tensor become the default.</summary>
    public static void set_default_tensor_type(Tensor t)
    {
        ArgumentNullException.ThrowIfNull(t);
        set_default_dtype(t.dtype);
        set_default_device(t.device);
    }

    /// <summary>Loads what that kind of device needs and says whether it can be used.</summary>
    public static bool TryInitializeDeviceType(DeviceType deviceType) =>
        deviceType switch
        {
            DeviceType.CUDA => cuda_is_available(),
            DeviceType.MPS => mps_is_available(),
            _ => true,
        };

    /// <exception cref="InvalidOperationException">There is no such device here.</exception>
    public static void InitializeDeviceType(DeviceType deviceType)
    {
        if (!TryInitializeDeviceType(deviceType))
        {
            throw new InvalidOperationException(
                $"There is no {deviceType} device for this libtorch; use torch.CPU, or a libtorch built for it."
            );
        }
    }

    /// <summary>The device itself, once it is sure that it can be used; the CPU for null.</summary>
    public static Device InitializeDevice(Device? device)
    {
        device ??= CPU;
        InitializeDeviceType(device.type);
        return device;
    }

    public static unsafe bool cuda_is_available()
    {
        Libtorch.Require();
        return Core.CudaAvailable() != 0;
    }

    /// <summary>Never here: this layer runs on Linux.</summary>
    public static bool mps_is_available() => false;

    /// <summary>NVIDIA GPUs.</summary>
    public static partial class cuda
    {
        public static bool is_available() => cuda_is_available();

        /// <summary>How many there are; 0 without a CUDA build of libtorch.</summary>
        public static unsafe int device_count()
        {
            Libtorch.Require();
            return Core.CudaDeviceCount();
        }

        /// <summary>Seeds the CUDA generators, with those of the CPU.</summary>
        public static void manual_seed(long seed) => torch.manual_seed(seed);

        /// <inheritdoc cref="manual_seed"/>
        public static void manual_seed_all(long seed) => torch.manual_seed(seed);
    }
}
