using System.Collections;
using System.Numerics;
using System.Runtime.CompilerServices;
using TorchSharp.Dispatch;
using TorchSharp.Utils;

namespace TorchSharp;

// Elements as .NET values. What lies on a GPU is waited for and copied.
public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The elements, to be read and written in place; the tensor must be on the CPU.</summary>
        /// <exception cref="ArgumentException"><typeparamref name="T"/> is not the type of the elements.</exception>
        public TensorAccessor<T> data<T>()
            where T : unmanaged => new(this);

        /// <summary>The one element, in the type that it has.</summary>
        /// <exception cref="ArgumentException">There are more or fewer, or it is of another type.</exception>
        public T item<T>()
            where T : unmanaged
        {
            RequireType<T>();
            RequireSingle();
            if (IsPlain)
            {
                return ReadElement<T>(0);
            }
            using var here = Plain();
            return here.item<T>();
        }

        /// <summary>The one element.</summary>
        public Scalar ToScalar()
        {
            RequireSingle();
            if (!IsPlain)
            {
                using var here = Plain();
                return here.ToScalar();
            }
            return dtype switch
            {
                ScalarType.Byte => ReadElement<byte>(0),
                ScalarType.Int8 => ReadElement<sbyte>(0),
                ScalarType.Int16 => ReadElement<short>(0),
                ScalarType.Int32 => ReadElement<int>(0),
                ScalarType.Int64 => ReadElement<long>(0),
                ScalarType.Float16 => ReadElement<Half>(0),
                ScalarType.BFloat16 => ReadElement<BFloat16>(0),
                ScalarType.Float32 => ReadElement<float>(0),
                ScalarType.Float64 => ReadElement<double>(0),
                ScalarType.Bool => ReadElement<bool>(0),
                ScalarType.ComplexFloat32 => ReadElement<(float, float)>(0),
                ScalarType.ComplexFloat64 => ReadElement<Complex>(0),
                _ => Aten._local_scalar_dense(this).ToScalar(),
            };
        }

        /// <summary>A <see cref="Scalar"/>, or nested lists of them, one level a dimension.</summary>
        public object tolist()
        {
            if (Dimensions == 0)
            {
                return ToScalar();
            }

            var list = new ArrayList();
            for (long i = 0; i < size(0); i++)
            {
                using var slice = this[i];
                list.Add(slice.tolist());
            }
            return list;
        }

        /// <summary>The i-th element in memory of a tensor on the CPU.</summary>
        /// <exception cref="ArgumentOutOfRangeException">There is no such element.</exception>
        public T ReadCpuValue<T>(long i)
            where T : unmanaged
        {
            RequireType<T>();
            return ReadElement<T>(i);
        }

        /// <summary>The i-th element in memory, whose type the caller has looked at; no thread frees it meanwhile.</summary>
        private unsafe T ReadElement<T>(long i)
            where T : unmanaged
        {
            var info = HoldElements(out var first);
            var there = i >= 0 && i < info.NumberOfElements && info.ElementSize == sizeof(T);
            var value = there ? Unsafe.ReadUnaligned<T>((T*)first + i) : default;
            OpThread.Current.LeaveCall();
            GC.KeepAlive(this);
            return there
                ? value
                : throw new ArgumentOutOfRangeException(
                    nameof(i),
                    i,
                    $"Element {i} is outside of a tensor of {info.NumberOfElements}; expected 0 to {info.NumberOfElements - 1}."
                );
        }

        public bool ReadCpuBool(long i) => ReadCpuValue<bool>(i);

        public byte ReadCpuByte(long i) => ReadCpuValue<byte>(i);

        public sbyte ReadCpuSByte(long i) => ReadCpuValue<sbyte>(i);

        public short ReadCpuInt16(long i) => ReadCpuValue<short>(i);

        public int ReadCpuInt32(long i) => ReadCpuValue<int>(i);

        public long ReadCpuInt64(long i) => ReadCpuValue<long>(i);

        public float ReadCpuFloat16(long i) => (float)ReadCpuValue<Half>(i);

        public float ReadCpuBFloat16(long i) => ReadCpuValue<BFloat16>(i).ToSingle();

        public float ReadCpuSingle(long i) => ReadCpuValue<float>(i);

        public double ReadCpuDouble(long i) => ReadCpuValue<double>(i);

        // Whether memory holds what the tensor shows: not on a GPU, nor behind a lazy sign.
        private bool IsPlain =>
            device_type == DeviceType.CPU && !Aten.is_neg(this) && !(is_complex() && Aten.is_conj(this));

        private Tensor Plain()
        {
            using var scope = NewDisposeScope();
            return resolve_conj().resolve_neg().detach().to(dtype, CPU, copy: true).MoveToOuterDisposeScope();
        }

        /// <summary>The first element of a tensor that no other thread knows.</summary>
        private IntPtr Elements()
        {
            HoldElements(out var first);
            OpThread.Current.LeaveCall();
            GC.KeepAlive(this);
            return first;
        }

        internal void RequireType<T>()
        {
            if (ScalarTypeOf(typeof(T)) != dtype)
            {
                throw new ArgumentException(
                    $"The elements are {dtype}, not {typeof(T).Name}; convert the tensor first, or read it with ToSingle(), ToInt64() and the like."
                );
            }
        }

        private void RequireSingle()
        {
            if (NumberOfElements != 1)
            {
                throw new ArgumentException(
                    $"A tensor of shape {new Size(shape)} has {NumberOfElements} elements; only one element can be taken as a number."
                );
            }
        }

        public static implicit operator Tensor(bool value) => torch.tensor(value);

        public static implicit operator Tensor(byte value) => torch.tensor(value);

        public static implicit operator Tensor(sbyte value) => torch.tensor(value);

        public static implicit operator Tensor(short value) => torch.tensor(value);

        public static implicit operator Tensor(int value) => torch.tensor(value);

        public static implicit operator Tensor(long value) => torch.tensor(value);

        public static implicit operator Tensor(float value) => torch.tensor(value);

        public static implicit operator Tensor(double value) => torch.tensor(value);

        public static implicit operator Tensor((float, float) value) => torch.tensor(value);

        public static implicit operator Tensor(Complex value) => torch.tensor(value);

        public static implicit operator Tensor(bool[] value) => torch.tensor(value);

        public static implicit operator Tensor(byte[] value) => torch.tensor(value);

        public static implicit operator Tensor(sbyte[] value) => torch.tensor(value);

        public static implicit operator Tensor(short[] value) => torch.tensor(value);

        public static implicit operator Tensor(int[] value) => torch.tensor(value);

        public static implicit operator Tensor(long[] value) => torch.tensor(value);

        public static implicit operator Tensor(float[] value) => torch.tensor(value);

        public static implicit operator Tensor(double[] value) => torch.tensor(value);

        public static implicit operator Tensor((float, float)[] value) => torch.tensor(value);

        public static implicit operator Tensor(Complex[] value) => torch.tensor(value);

        public static implicit operator Tensor(Scalar scalar)
        {
            ArgumentNullException.ThrowIfNull(scalar);
            return Aten.full([], scalar, dtype: scalar.Type, device: s_device);
        }

        public static explicit operator bool(Tensor value) => value.ToBoolean();

        public static explicit operator byte(Tensor value) => value.ToByte();

        public static explicit operator sbyte(Tensor value) => value.ToSByte();

        public static explicit operator short(Tensor value) => value.ToInt16();

        public static explicit operator int(Tensor value) => value.ToInt32();

        public static explicit operator long(Tensor value) => value.ToInt64();

        public static explicit operator float(Tensor value) => value.ToSingle();

        public static explicit operator double(Tensor value) => value.ToDouble();
    }
}
