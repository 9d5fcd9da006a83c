using System.Collections;
using System.Runtime.CompilerServices;

namespace TorchSharp.Utils;

/// <summary>The elements of a tensor on the CPU, read and written in place, in the order of its shape.</summary>
/// <typeparam name="T">The .NET type of its dtype.</typeparam>
public sealed unsafe class TensorAccessor<T> : IDisposable, IEnumerable<T>
    where T : unmanaged
{
    private readonly torch.Tensor _tensor;

    // Where the elements were when they were last looked for: one reference, so that threads see one place or the other.
    private volatile Place _place;

    /// <summary>Where the elements lie.</summary>
    private sealed record Place(IntPtr First, long[] Shape, long[] Strides, long Count, bool Contiguous);

    internal TensorAccessor(torch.Tensor tensor)
    {
        _tensor = tensor;
        _place = Find();
    }

    private Place Find()
    {
        _tensor.RequireType<T>();
        if (_tensor.is_complex() && _tensor.is_conj() || _tensor.is_neg())
        {
            throw new InvalidOperationException(
                "What this view shows is conjugated or negated and not so in memory; call resolve_conj() or resolve_neg() first."
            );
        }

        var info = _tensor.HoldElements(out var first);
        var shape = new ReadOnlySpan<long>(info.Sizes, info.Dimensions).ToArray();
        var strides = info.Strides is null ? [] : new ReadOnlySpan<long>(info.Strides, info.Dimensions).ToArray();
        Done();
        return new Place(first, shape, strides, info.NumberOfElements, info.IsContiguous != 0);
    }

    /// <summary>The number of elements.</summary>
    public long Count
    {
        get
        {
            var count = Hold().Count;
            Done();
            return count;
        }
    }

    public bool IsReadOnly => false;

    /// <summary>The element at these places, one for each dimension.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such element.</exception>
    public T this[params long[] indices]
    {
        get
        {
            var place = Hold();
            var value = ((T*)place.First)[Offset(place, indices)];
            Done();
            return value;
        }
        set
        {
            var place = Hold();
            ((T*)place.First)[Offset(place, indices)] = value;
            Done();
        }
    }

    /// <summary>A copy of all elements.</summary>
    public T[] ToArray()
    {
        var array = new T[Count];
        CopyTo(array);
        return array;
    }

    /// <summary>A copy of all elements in an array of the tensor's rank; the element itself, boxed in an array of one,
    /// where there is no dimension.</summary>
    public Array ToNDArray()
    {
        var shape = _tensor.shape;
        if (shape.Length == 0)
        {
            return ToArray();
        }

        var array = Array.CreateInstance(typeof(T), shape);
        var flat = System.Runtime.InteropServices.MemoryMarshal.CreateSpan(
            ref Unsafe.As<byte, T>(ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(array)),
            array.Length
        );
        CopyTo(flat);
        return array;
    }

    /// <summary>Copies the elements from the <paramref name="tensorIndex"/>-th on into an array.</summary>
    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) =>
        CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

    /// <inheritdoc cref="CopyTo(T[], int, long)"/>
    public void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var target = array[arrayIndex..];
        var place = Hold();
        CheckFrom(place, tensorIndex);
        var first = (T*)place.First;
        var count = (int)Math.Min(place.Count - tensorIndex, target.Length);
        if (place.Contiguous)
        {
            new ReadOnlySpan<T>(first + tensorIndex, count).CopyTo(target);
        }
        else
        {
            for (var i = 0; i < count; i++)
            {
                target[i] = first[OffsetOf(place, tensorIndex + i)];
            }
        }

        Done();
    }

    private void CheckFrom(Place place, long tensorIndex)
    {
        if (tensorIndex >= 0 && tensorIndex <= place.Count)
        {
            return;
        }

        Done();
        throw new ArgumentOutOfRangeException(
            nameof(tensorIndex),
            tensorIndex,
            $"Element {tensorIndex} is outside of a tensor of {place.Count}; expected 0 to {place.Count}."
        );
    }

    /// <summary>Where the elements lie now: a module that is moved, or an operation that resizes, gives a tensor other memory. From here to
    /// <see cref="Done"/> another thread may dispose of the tensor, and its memory stays all the same.</summary>
    private Place Hold()
    {
        var place = _place;
        while (!IsAt(_tensor.Borrow(), place))
        {
            _place = place = Find();
        }

        return place;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsAt(IntPtr handle, Place place)
    {
        fixed (long* sizes = place.Shape)
        fixed (long* strides = place.Strides)
        {
            return Native.Core.LiesAt(handle, (void*)place.First, sizes, strides, place.Shape.Length, (int)s_type) != 0;
        }
    }

    private static readonly torch.ScalarType s_type = torch.ScalarTypeOf(typeof(T)) ?? default;

    private void Done()
    {
        OpThread.Current.LeaveCall();
        GC.KeepAlive(_tensor);
    }

    /// <summary>Writes an array into the tensor, from its <paramref name="tensorIndex"/>-th element on.</summary>
    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0) =>
        CopyFrom((ReadOnlySpan<T>)array, arrayIndex, tensorIndex);

    /// <inheritdoc cref="CopyFrom(T[], int, long)"/>
    public void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var source = array[arrayIndex..];
        var place = Hold();
        CheckFrom(place, tensorIndex);
        if (source.Length > place.Count - tensorIndex)
        {
            Done();
            throw new ArgumentException(
                $"CopyFrom: {source.Length} elements do not fit behind element {tensorIndex} of {place.Count}.",
                nameof(array)
            );
        }
        var first = (T*)place.First;
        if (place.Contiguous)
        {
            source.CopyTo(new Span<T>(first + tensorIndex, source.Length));
        }
        else
        {
            for (var i = 0; i < source.Length; i++)
            {
                first[OffsetOf(place, tensorIndex + i)] = source[i];
            }
        }

        Done();
    }

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator()
    {
        var count = Count;
        for (long i = 0; i < count; i++)
        {
            yield return At(i);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>True where both hold the same elements in the same order.</summary>
    public override bool Equals(object? obj) => obj is TensorAccessor<T> other && this == other;

    /// <inheritdoc/>
    public override int GetHashCode() => Count.GetHashCode();

    public static bool operator ==(TensorAccessor<T> left, TensorAccessor<T> right)
    {
        if (ReferenceEquals(left, right))
        {
            return true;
        }

        if (left is null || right is null || left.Count != right.Count)
        {
            return false;
        }

        for (long i = 0; i < left.Count; i++)
        {
            if (!left.At(i).Equals(right.At(i)))
            {
                return false;
            }
        }
        return true;
    }

    public static bool operator !=(TensorAccessor<T> left, TensorAccessor<T> right) => !(left == right);

    /// <summary>The tensor belongs to whoever made it: nothing is freed.</summary>
    public void Dispose() => GC.SuppressFinalize(this);

    private T At(long i)
    {
        var place = Hold();
        CheckFrom(place, i < place.Count ? i : -1);
        var value = ((T*)place.First)[place.Contiguous ? i : OffsetOf(place, i)];
        Done();
        return value;
    }

    private long Offset(Place place, long[] indices)
    {
        if (indices.Length != place.Shape.Length)
        {
            throw Outside($"{indices.Length} indices were given for a tensor of {place.Shape.Length} dimensions.");
        }

        long offset = 0;
        for (var i = 0; i < indices.Length; i++)
        {
            if (indices[i] < 0 || indices[i] >= place.Shape[i])
            {
                throw Outside($"Index {indices[i]} is outside of dimension {i}, which has {place.Shape[i]} elements.");
            }

            offset += indices[i] * place.Strides[i];
        }
        return offset;
    }

    private IndexOutOfRangeException Outside(string message)
    {
        Done();
        return new IndexOutOfRangeException(message);
    }

    private static long OffsetOf(Place place, long position)
    {
        long offset = 0;
        for (var i = place.Shape.Length - 1; i >= 0; i--)
        {
            (position, var along) = Math.DivRem(position, place.Shape[i]);
            offset += along * place.Strides[i];
        }
        return offset;
    }
}
