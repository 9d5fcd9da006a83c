using TorchSharp.Dispatch;

namespace TorchSharp;

// The same values in another dtype or on another device. Without a difference the tensor itself comes back.
public static partial class torch
{
    public partial class Tensor
    {
        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            !copy && type == dtype ? this : Moved(Aten.to_dtype(this, type, non_blocking, copy), disposeAfter);

        public Tensor to(Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(dtype, device, copy, disposeAfter, non_blocking);

        public Tensor to(
            ScalarType type,
            Device device,
            bool copy = false,
            bool disposeAfter = false,
            bool non_blocking = false
        )
        {
            ArgumentNullException.ThrowIfNull(device);
            if (!copy && type == dtype && IsOn(device))
            {
                return this;
            }

            if (!IsOn(device))
            {
                InitializeDeviceType(device.type);
            }

            return Moved(Aten.to_device(this, device, type, non_blocking, copy), disposeAfter);
        }

        public Tensor to(
            DeviceType deviceType,
            int deviceIndex = -1,
            bool copy = false,
            bool disposeAfter = false,
            bool non_blocking = false
        ) => to(new Device(deviceType, deviceIndex), copy, disposeAfter, non_blocking);

        public Tensor to(string device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(new Device(device), copy, disposeAfter, non_blocking);

        /// <summary>To the dtype and the device of another tensor.</summary>
        public Tensor to(Tensor other, bool non_blocking = false)
        {
            ArgumentNullException.ThrowIfNull(other);
            return to(other.dtype, other.device, non_blocking: non_blocking);
        }

        public Tensor to_type(
            ScalarType type,
            bool copy = false,
            bool disposeAfter = false,
            bool non_blocking = false
        ) => to(type, copy, disposeAfter, non_blocking);

        public Tensor type(ScalarType dtype) => to(dtype);

        /// <summary>What a function such as <c>torch.FloatTensor</c> makes of it.</summary>
        public Tensor type(Func<Tensor, Tensor> typeFunc)
        {
            ArgumentNullException.ThrowIfNull(typeFunc);
            return typeFunc(this);
        }

        public Tensor type_as(Tensor tensor) => to(tensor);

        public Tensor cpu() => to(CPU);

        /// <summary>To that CUDA device, or the current one.</summary>
        public Tensor cuda(Device? device = null, bool non_blocking = false) =>
            to(device ?? new Device(DeviceType.CUDA), non_blocking: non_blocking);

        public Tensor mps(bool non_blocking = false) => to(MPS, non_blocking: non_blocking);

        public Tensor @bool() => to(ScalarType.Bool);

        public Tensor @byte() => to(ScalarType.Byte);

        public Tensor @char() => to(ScalarType.Int8);

        public Tensor @short() => to(ScalarType.Int16);

        public Tensor @int() => to(ScalarType.Int32);

        public Tensor @long() => to(ScalarType.Int64);

        public Tensor half() => to(ScalarType.Float16);

        public Tensor bfloat16() => to(ScalarType.BFloat16);

        public Tensor @float() => to(ScalarType.Float32);

        public Tensor @double() => to(ScalarType.Float64);

        public Tensor cfloat() => to(ScalarType.ComplexFloat32);

        public Tensor cdouble() => to(ScalarType.ComplexFloat64);

        public bool is_integral() => torch.is_integral(dtype);

        public bool is_floating_point() => torch.is_floating_point(dtype);

        public bool is_complex() => torch.is_complex(dtype);

        public bool is_quantized() => torch.is_quantized(dtype);

        public bool is_conj() => Aten.is_conj(this);

        public bool is_neg() => Aten.is_neg(this);

        /// <summary>Whether it lies in memory that a GPU can copy from directly.</summary>
        public bool is_pinned() => Aten.is_pinned(this);

        public Tensor pin_memory() => Aten.pin_memory(this);

        /// <summary>The real parts, a view.</summary>
        public Tensor real => Aten.real(this);

        /// <summary>The imaginary parts, a view.</summary>
        public Tensor imag => Aten.imag(this);

        private bool IsOn(Device device)
        {
            var info = Info();
            return (DeviceType)info.DeviceType == device.type
                && (device.index < 0 || device.type == DeviceType.CPU || device.index == info.DeviceIndex);
        }

        private Tensor Moved(Tensor result, bool disposeAfter)
        {
            if (disposeAfter)
            {
                Dispose();
            }

            return result;
        }
    }

    public static Tensor BoolTensor(Tensor t) => Given(t).to(ScalarType.Bool);

    public static Tensor ByteTensor(Tensor t) => Given(t).to(ScalarType.Byte);

    public static Tensor ShortTensor(Tensor t) => Given(t).to(ScalarType.Int16);

    public static Tensor IntTensor(Tensor t) => Given(t).to(ScalarType.Int32);

    public static Tensor LongTensor(Tensor t) => Given(t).to(ScalarType.Int64);

    public static Tensor FloatTensor(Tensor t) => Given(t).to(ScalarType.Float32);

    public static Tensor DoubleTensor(Tensor t) => Given(t).to(ScalarType.Float64);
}
