using System.Collections;
using System.Numerics;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>The memory under a tensor, in one row: every element of it, whatever view the tensor is.</summary>
    public abstract class Storage
    {
        private protected readonly Tensor _row;

        /// <param name="row">A tensor of one dimension over the whole memory; the storage keeps it.</param>
        private protected Storage(Tensor row) => _row = row;

        /// <summary>Bytes of one element.</summary>
        public abstract int element_size();

        /// <summary>Bytes of all elements.</summary>
        public ulong nbytes() => (ulong)(_row.NumberOfElements * _row.ElementSize);

        /// <summary>The address of the first element; for a storage on a GPU, an address there.</summary>
        public IntPtr data_ptr() => _row.DataPointer();

        /// <summary>A copy with the elements converted.</summary>
        public Storage<bool> @bool() => Converted<bool>(ScalarType.Bool);

        /// <inheritdoc cref="bool"/>
        public Storage<byte> @byte() => Converted<byte>(ScalarType.Byte);

        /// <inheritdoc cref="bool"/>
        public Storage<int> @int() => Converted<int>(ScalarType.Int32);

        /// <inheritdoc cref="bool"/>
        public Storage<long> @long() => Converted<long>(ScalarType.Int64);

        /// <inheritdoc cref="bool"/>
        public Storage<float> @float() => Converted<float>(ScalarType.Float32);

        /// <inheritdoc cref="bool"/>
        public Storage<double> @double() => Converted<double>(ScalarType.Float64);

        /// <inheritdoc cref="bool"/>
        public Storage<(float, float)> complex_float() => Converted<(float, float)>(ScalarType.ComplexFloat32);

        /// <inheritdoc cref="bool"/>
        public Storage<Complex> complex_double() => Converted<Complex>(ScalarType.ComplexFloat64);

        private Storage<T> Converted<T>(ScalarType type)
            where T : unmanaged
        {
            using var quiet = no_grad();
            return new Storage<T>(_row.to(type, copy: true).DetachFromDisposeScope());
        }
    }

    /// <summary>The memory under a tensor as a list of .NET values; what is written here the tensor shows.</summary>
    /// <typeparam name="T">The .NET type of the tensor's dtype.</typeparam>
    public sealed class Storage<T> : Storage, IDisposable, IEnumerable<T>
        where T : unmanaged
    {
        internal Storage(Tensor row)
            : base(row) => row.RequireType<T>();

        public override int element_size() => (int)_row.ElementSize;

        /// <summary>Elements.</summary>
        public int Count => checked((int)_row.NumberOfElements);

        public bool IsReadOnly => false;

        public Device device => _row.device;

        /// <summary>One element; on a GPU, this waits for it.</summary>
        /// <exception cref="ArgumentOutOfRangeException">There is no such element.</exception>
        public T this[int index]
        {
            get
            {
                using var one = At(index);
                return one.item<T>();
            }
            set
            {
                using var one = At(index);
                Write(one, [value]);
            }
        }

        /// <summary>A part: the same memory. Setting it copies the elements of another storage of as many.</summary>
        public Storage<T> this[Range range]
        {
            get
            {
                var (start, length) = range.GetOffsetAndLength(Count);
                return new Storage<T>(_row.narrow(0, start, length).DetachFromDisposeScope());
            }
            set
            {
                using var part = this[range];
                part.copy_(value.ToArray());
            }
        }

        /// <inheritdoc cref="this[Range]"/>
        public Storage<T> this[(int?, int?) range]
        {
            get => this[Of(range)];
            set => this[Of(range)] = value;
        }

        /// <summary>A storage of one element.</summary>
        public static implicit operator Storage<T>(T value)
        {
            using var source = empty(1, dtype: DefaultType());
            Write(source, [value]);
            return new Storage<T>(source.alias().DetachFromDisposeScope());
        }

        /// <summary>A copy of all elements.</summary>
        public T[] ToArray()
        {
            if (device.type == DeviceType.CPU)
            {
                return _row.data<T>().ToArray();
            }

            using var here = _row.cpu();
            return here.data<T>().ToArray();
        }

        public IList<T> tolist() => ToArray();

        public bool Contains(T item) => ToArray().AsSpan().IndexOf(item, EqualityComparer<T>.Default) >= 0;

        /// <summary>The first place of a value; -1 where it is not.</summary>
        public int IndexOf(T item) => ToArray().AsSpan().IndexOf(item, EqualityComparer<T>.Default);

        /// <summary>Copies all elements into a list, from its <paramref name="arrayIndex"/>-th place on.</summary>
        public void CopyTo(IList<T> array, int arrayIndex)
        {
            ArgumentNullException.ThrowIfNull(array);
            var elements = ToArray();
            for (var i = 0; i < elements.Length; i++)
            {
                array[arrayIndex + i] = elements[i];
            }
        }

        /// <summary>Fills the storage with a list's elements, from the list's <paramref name="arrayIndex"/>-th on.</summary>
        public void CopyFrom(IList<T> array, int arrayIndex)
        {
            ArgumentNullException.ThrowIfNull(array);
            Write(_row, [.. array.Skip(arrayIndex).Take(Count)]);
        }

        /// <summary>Fills the storage with a list of as many elements.</summary>
        public void copy_(IList<T> array)
        {
            ArgumentNullException.ThrowIfNull(array);
            Write(_row, [.. array]);
        }

        public void fill_(T value)
        {
            var elements = new T[Count];
            Array.Fill(elements, value);
            Write(_row, elements);
        }

        /// <summary>A copy on the CPU; the storage itself where it is there.</summary>
        public Storage<T> cpu() =>
            device.type == DeviceType.CPU ? this : new Storage<T>(_row.cpu().DetachFromDisposeScope());

        /// <summary>A copy on a GPU.</summary>
        public Storage<T> cuda(Device? device = null) => new(_row.cuda(device).DetachFromDisposeScope());

        /// <inheritdoc/>
        public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)ToArray()).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        /// <summary>Lets go of the memory; the tensor keeps it.</summary>
        public void Dispose() => _row.Dispose();

        private Tensor At(int index)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            return _row.narrow(0, index, 1);
        }

        private Range Of((int?, int?) range) => (range.Item1 ?? 0)..(range.Item2 ?? Count);

        private static ScalarType DefaultType() =>
            torch.ScalarTypeOf(typeof(T)) ?? throw new ArgumentException($"No dtype has elements of {typeof(T).Name}.");

        private static void Write(Tensor target, T[] elements)
        {
            if (elements.Length != target.NumberOfElements)
            {
                throw new ArgumentException(
                    $"Storage: {elements.Length} elements were given for {target.NumberOfElements}; expected as many.",
                    nameof(elements)
                );
            }

            using var quiet = no_grad();
            if (target.device_type == DeviceType.CPU)
            {
                using var memory = target.data<T>();
                memory.CopyFrom(elements);
                return;
            }
            using var here = empty(elements.Length, dtype: target.dtype);
            using (var memory = here.data<T>())
            {
                memory.CopyFrom(elements);
            }

            target.copy_(here);
        }
    }

    public partial class Tensor
    {
        /// <summary>The memory under this tensor, which may be more than the tensor shows.</summary>
        /// <typeparam name="T">The .NET type of its dtype.</typeparam>
        public Storage<T> storage<T>()
            where T : unmanaged
        {
            RequireType<T>();
            using var quiet = no_grad();
            var elements = Info().StorageBytes / ElementSize;
            return new Storage<T>(as_strided([elements], [1], 0).DetachFromDisposeScope());
        }
    }

    public static bool is_storage(object obj) => obj is Storage;
}
