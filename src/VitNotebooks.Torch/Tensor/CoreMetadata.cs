using System.Runtime.CompilerServices;
using TorchSharp.Dispatch;
using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>All metadata in one native call; its pointers are not to be followed, see <see cref="HeldInfo"/>.</summary>
        internal unsafe TensorInfo Info()
        {
            TensorInfo info;
            Dispatcher.Check(Core.Info(Borrow(), &info), null);
            GC.KeepAlive(this);
            return info;
        }

        /// <summary>The same; its pointers are good until the caller's <see cref="OpThread.LeaveCall"/>.</summary>
        private unsafe TensorInfo HeldInfo()
        {
            TensorInfo info;
            var status = Core.Info(Borrow(), &info);
            if (status != 0)
            {
                Dispatcher.Check(status, null);
            }
            return info;
        }

        /// <summary>The sizes.</summary>
        public unsafe long[] shape
        {
            get
            {
                var info = HeldInfo();
                var sizes = new ReadOnlySpan<long>(info.Sizes, info.Dimensions).ToArray();
                OpThread.Current.LeaveCall();
                GC.KeepAlive(this);
                return sizes;
            }
        }

        public long[] size() => shape;

        /// <summary>The size of one dimension; negative counts from the end.</summary>
        public unsafe long size(int dim)
        {
            var info = HeldInfo();
            var index = dim < 0 ? dim + info.Dimensions : dim;
            var size = index >= 0 && index < info.Dimensions ? info.Sizes[index] : -1;
            OpThread.Current.LeaveCall();
            GC.KeepAlive(this);
            return size >= 0 ? size : Wrap(dim, info.Dimensions);
        }

        /// <summary>The steps, in elements.</summary>
        public unsafe long[] stride()
        {
            var info = HeldInfo();
            var strides = info.Strides is null ? [] : new ReadOnlySpan<long>(info.Strides, info.Dimensions).ToArray();
            OpThread.Current.LeaveCall();
            GC.KeepAlive(this);
            return strides;
        }

        public long stride(int dim)
        {
            var strides = stride();
            return strides[Wrap(dim, strides.Length)];
        }

        internal static int Wrap(int dim, int dimensions)
        {
            var index = dim < 0 ? dim + dimensions : dim;
            return index >= 0 && index < dimensions
                ? index
                : throw new TorchIndexException(
                    $"Dimension {dim} is outside of a tensor of {dimensions} dimensions; expected {-dimensions} to {dimensions - 1}."
                );
        }

        public unsafe long Dimensions
        {
            get
            {
                var dimensions = Core.Dimensions(Borrow());
                OpThread.Current.LeaveCall();
                GC.KeepAlive(this);
                return dimensions;
            }
        }

        public long dim() => Dimensions;

        public long ndim => Dimensions;

        public unsafe long NumberOfElements
        {
            get
            {
                var elements = Core.NumberOfElements(Borrow());
                OpThread.Current.LeaveCall();
                GC.KeepAlive(this);
                return elements;
            }
        }

        public long numel() => NumberOfElements;

        /// <summary>Bytes an element.</summary>
        public long ElementSize => Info().ElementSize;

        public long element_size() => ElementSize;

        public long storage_offset() => Info().StorageOffset;

        public unsafe ScalarType dtype
        {
            get
            {
                var type = (ScalarType)Core.DType(Borrow());
                OpThread.Current.LeaveCall();
                GC.KeepAlive(this);
                return type;
            }
        }

        public DeviceType device_type => (DeviceType)Info().DeviceType;

        public int device_index => Info().DeviceIndex;

        public Device device
        {
            get
            {
                var info = Info();
                return new Device((DeviceType)info.DeviceType, info.DeviceIndex);
            }
        }

        public bool is_cuda => device_type == DeviceType.CUDA;

        public bool is_meta => device_type == DeviceType.META;

        public bool is_cpu() => device_type == DeviceType.CPU;

        public bool is_sparse => Info().Layout == 1;

        public bool is_contiguous() => Info().IsContiguous != 0;

        public bool is_leaf => Info().IsLeaf != 0;

        /// <summary>Whether autograd records what is done with it.</summary>
        public unsafe bool requires_grad
        {
            get => Info().RequiresGrad != 0;
            set
            {
                Dispatcher.Check(Core.SetRequiresGrad(Borrow(), value ? 1 : 0), "requires_grad");
                GC.KeepAlive(this);
            }
        }

        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        public Tensor with_requires_grad(bool requires_grad = true) => requires_grad_(requires_grad);

        /// <summary>The gradient that backward left here, as a new wrapper, or null.</summary>
        public unsafe Tensor? grad
        {
            get
            {
                IntPtr handle;
                Dispatcher.Check(Core.Grad(Borrow(), &handle), "grad");
                GC.KeepAlive(this);
                return handle == IntPtr.Zero ? null : Adopt(handle);
            }
            set
            {
                Dispatcher.Check(Core.SetGrad(Borrow(), value?.Borrow() ?? IntPtr.Zero), "grad");
                GC.KeepAlive(value);
                GC.KeepAlive(this);
            }
        }

        /// <summary>Keeps the gradient of a tensor that is no leaf.</summary>
        public unsafe void retain_grad()
        {
            Dispatcher.Check(Core.RetainGrad(Borrow()), "retain_grad");
            GC.KeepAlive(this);
        }

        /// <summary>How often it was written in place: what autograd checks before it uses a saved value.</summary>
        internal unsafe long Version
        {
            get
            {
                long version;
                Dispatcher.Check(Core.Version(Borrow(), &version), "_version");
                GC.KeepAlive(this);
                return version;
            }
        }

        /// <summary>Makes it refer to other data, keeping its identity and its gradient.</summary>
        internal unsafe void SetData(Tensor data)
        {
            Dispatcher.Check(Core.SetData(Borrow(), data.Borrow()), "set_data");
            GC.KeepAlive(data);
            GC.KeepAlive(this);
        }

        /// <summary>The first element in memory. The tensor must be on the CPU. Nothing keeps the memory while the caller uses it: for
        /// tensors that no other thread knows, see <see cref="HoldElements"/> for others.</summary>
        /// <exception cref="InvalidOperationException">It lies on another device.</exception>
        internal unsafe IntPtr DataPointer()
        {
            HoldData(out var pointer);
            OpThread.Current.LeaveCall();
            GC.KeepAlive(this);
            return pointer;
        }

        /// <summary>The first element of a tensor on the CPU, and its metadata: until the caller's <see cref="OpThread.LeaveCall"/>, or any
        /// other call of this thread, the memory stays, whatever other threads dispose of.</summary>
        /// <exception cref="InvalidOperationException">It lies on another device, or is known to be zero and has no memory.</exception>
        internal unsafe TensorInfo HoldElements(out IntPtr first)
        {
            var info = HoldData(out first);
            if (first == IntPtr.Zero && info.NumberOfElements > 0)
            {
                OpThread.Current.LeaveCall();
                throw new InvalidOperationException(
                    "This tensor is known to be all zeros and has no memory of its own; call clone() to read it."
                );
            }
            return info;
        }

        private unsafe TensorInfo HoldData(out IntPtr first)
        {
            TensorInfo info;
            var pointer = IntPtr.Zero;
            var handle = Borrow();
            var status = Core.Info(handle, &info);
            if (status == 0 && info.DeviceType != (int)DeviceType.CPU)
            {
                OpThread.Current.LeaveCall();
                throw new InvalidOperationException(
                    $"The data of a tensor on {device} cannot be read in place; call .cpu() first."
                );
            }
            status = status == 0 ? Core.Data(handle, &pointer) : status;
            if (status != 0)
            {
                Dispatcher.Check(status, "data_ptr");
            }
            first = pointer;
            return info;
        }

        /// <summary>The raw bytes of a contiguous tensor on the CPU, in place: valid while the tensor is, so keep it.</summary>
        /// <exception cref="InvalidOperationException">It is not contiguous, or lies on another device.</exception>
        public unsafe Span<byte> bytes
        {
            get
            {
                var span = HoldBytes();
                OpThread.Current.LeaveCall();
                return span;
            }
            set
            {
                var target = HoldBytes();
                if (value.Length == target.Length)
                {
                    value.CopyTo(target);
                }
                OpThread.Current.LeaveCall();
                GC.KeepAlive(this);
                if (value.Length != target.Length)
                {
                    throw new ArgumentException(
                        $"The tensor holds {target.Length} bytes, {value.Length} were given.",
                        nameof(value)
                    );
                }
            }
        }

        /// <summary>The bytes; they stay as <see cref="HoldElements"/> says.</summary>
        private unsafe Span<byte> HoldBytes()
        {
            var info = HoldElements(out var first);
            var length = info.NumberOfElements * info.ElementSize;
            if (info.IsContiguous != 0 && length <= int.MaxValue)
            {
                return new Span<byte>((void*)first, (int)length);
            }
            OpThread.Current.LeaveCall();
            throw new InvalidOperationException(
                info.IsContiguous == 0
                    ? "The bytes of a tensor that is not contiguous cannot be taken in place; call .contiguous() first."
                    : $"A span holds at most {int.MaxValue} bytes, this tensor has {length}; take it in parts, or use WriteBytesToStream."
            );
        }

        /// <summary>Fills it from a stream: its bytes in order, contiguous.</summary>
        public unsafe void ReadBytesFromStream(Stream stream, int bufferSize = 1024)
        {
            ArgumentNullException.ThrowIfNull(stream);
            var inPlace = is_contiguous() && device_type == DeviceType.CPU;
            // A wrapper of our own: a stream takes its time, in which anyone may dispose of this one.
            using var target = inPlace
                ? Adopt(RetainHandle()).DetachFromDisposeScope()
                : Aten.empty_memory_format(shape, dtype: dtype);
            var info = target.Info();
            var at = (byte*)target.Elements();
            for (var left = info.NumberOfElements * info.ElementSize; left > 0; )
            {
                var n = (int)Math.Min(left, 1 << 20);
                stream.ReadExactly(new Span<byte>(at, n));
                at += n;
                left -= n;
            }
            if (!inPlace)
            {
                using (new GradMode(false))
                {
                    Aten.copy_(this, target);
                }
            }
        }

        /// <summary>Writes its bytes in order, contiguous.</summary>
        public unsafe void WriteBytesToStream(Stream stream, int bufferSize = 1024)
        {
            ArgumentNullException.ThrowIfNull(stream);
            using var scope = new DisposeScope();
            var source = Aten.contiguous(IsPlain ? this : Plain());
            var info = source.Info();
            var at = (byte*)source.Elements();
            for (var left = info.NumberOfElements * info.ElementSize; left > 0; )
            {
                var n = (int)Math.Min(left, 1 << 20);
                stream.Write(new ReadOnlySpan<byte>(at, n));
                at += n;
                left -= n;
            }
            GC.KeepAlive(source);
        }
    }
}
