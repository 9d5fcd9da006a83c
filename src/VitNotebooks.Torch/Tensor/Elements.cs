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
        public unsafe T item<T>()
            where T : unmanaged
        {
            RequireType<T>();
            RequireSingle();
            if (IsPlain)
            {
                var value = Unsafe.ReadUnaligned<T>((void*)Elements());
                GC.KeepAlive(this);
                return value;
            }
            using var here = Plain();
            return here.item<T>();
        }

        /// <summary>The one element.</summary>
        public unsafe Scalar ToScalar()
        {
            RequireSingle();
            if (!IsPlain)
            {
                using var here = Plain();
                return here.ToScalar();
            }
            var at = (void*)Elements();
            Scalar value = dtype switch
            {
                ScalarType.Byte => *(byte*)at,
                ScalarType.Int8 => *(sbyte*)at,
                ScalarType.Int16 => *(short*)at,
                ScalarType.Int32 => *(int*)at,
                ScalarType.Int64 => *(long*)at,
                ScalarType.Float16 => *(Half*)at,
                ScalarType.BFloat16 => *(BFloat16*)at,
                ScalarType.Float32 => *(float*)at,
                ScalarType.Float64 => *(double*)at,
                ScalarType.Bool => *(bool*)at,
                ScalarType.ComplexFloat32 => (((float*)at)[0], ((float*)at)[1]),
                ScalarType.ComplexFloat64 => *(Complex*)at,
                _ => Aten._local_scalar_dense(this).ToScalar(),
            };
            GC.KeepAlive(this);
            return value;
        }

        /// <summary>A <see cref="Scalar"/>, or nested lists of them, one level a dimension.</summary>
        public object tolist()
        {
            if (Dimensions == 0)
                return ToScalar();
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
        public unsafe T ReadCpuValue<T>(long i)
            where T : unmanaged
        {
            RequireType<T>();
            ArgumentOutOfRangeException.ThrowIfNegative(i);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(i, NumberOfElements);
            var value = ((T*)Elements())[i];
            GC.KeepAlive(this);
            return value;
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

        /// <summary>The first element; autograd's zeros may come without memory.</summary>
        internal IntPtr Elements()
        {
            var pointer = DataPointer();
            return pointer != IntPtr.Zero || NumberOfElements == 0
                ? pointer
                : throw new InvalidOperationException(
                    "This tensor is known to be all zeros and has no memory of its own; call clone() to read it."
                );
        }

        internal void RequireType<T>()
        {
            if (ScalarTypeOf(typeof(T)) != dtype)
                throw new ArgumentException(
                    $"The elements are {dtype}, not {typeof(T).Name}; convert the tensor first, or read it with ToSingle(), ToInt64() and the like."
                );
        }

        private void RequireSingle()
        {
            if (NumberOfElements != 1)
                throw new ArgumentException(
                    $"A tensor of shape {new Size(shape)} has {NumberOfElements} elements; only one element can be taken as a number."
                );
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
