using System.Collections;
using System.Runtime.CompilerServices;

namespace TorchSharp.Utils;

/// <summary>The elements of a tensor on the CPU, read and written in place, in the order of its shape.</summary>
/// <typeparam name="T">The .NET type of its dtype.</typeparam>
public sealed unsafe class TensorAccessor<T> : IDisposable, IEnumerable<T>
    where T : unmanaged
{
    private readonly torch.Tensor _tensor;
    private readonly T* _first;
    private readonly long[] _shape;
    private readonly long[] _strides;
    private readonly bool _contiguous;

    internal TensorAccessor(torch.Tensor tensor)
    {
        tensor.RequireType<T>();
        if (tensor.is_complex() && tensor.is_conj() || tensor.is_neg())
            throw new InvalidOperationException(
                "What this view shows is conjugated or negated and not so in memory; call resolve_conj() or resolve_neg() first."
            );
        _tensor = tensor;
        _first = (T*)tensor.Elements();
        _shape = tensor.shape;
        _strides = tensor.stride();
        _contiguous = tensor.is_contiguous();
        Count = tensor.NumberOfElements;
    }

    /// <summary>The number of elements.</summary>
    public long Count { get; }

    public bool IsReadOnly => false;

    /// <summary>The element at these places, one for each dimension.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such element.</exception>
    public T this[params long[] indices]
    {
        get
        {
            var value = _first[Offset(indices)];
            Done();
            return value;
        }
        set
        {
            _first[Offset(indices)] = value;
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
        if (_shape.Length == 0)
            return ToArray();
        var array = Array.CreateInstance(typeof(T), _shape);
        var flat = System.Runtime.InteropServices.MemoryMarshal.CreateSpan(
            ref Unsafe.As<byte, T>(ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(array)),
            checked((int)Count)
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
        CheckFrom(tensorIndex);
        var target = array[arrayIndex..];
        var count = checked((int)Math.Min(Count - tensorIndex, target.Length));
        CheckAlive();
        if (_contiguous)
            new ReadOnlySpan<T>(_first + tensorIndex, count).CopyTo(target);
        else
            for (var i = 0; i < count; i++)
                target[i] = _first[OffsetOf(tensorIndex + i)];
        Done();
    }

    // The pointer was taken once: the tensor behind it must still be there, and the index inside it.
    private void CheckFrom(long tensorIndex)
    {
        if (tensorIndex < 0 || tensorIndex > Count)
            throw new ArgumentOutOfRangeException(
                nameof(tensorIndex),
                tensorIndex,
                $"Element {tensorIndex} is outside of a tensor of {Count}; expected 0 to {Count}."
            );
    }

    // From here to Done another thread may dispose the tensor, and its memory stays all the same.
    private void CheckAlive() => _tensor.Borrow();

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
        CheckFrom(tensorIndex);
        var source = array[arrayIndex..];
        if (source.Length > Count - tensorIndex)
            throw new ArgumentException(
                $"CopyFrom: {source.Length} elements do not fit behind element {tensorIndex} of {Count}.",
                nameof(array)
            );
        CheckAlive();
        if (_contiguous)
            source.CopyTo(new Span<T>(_first + tensorIndex, source.Length));
        else
            for (var i = 0; i < source.Length; i++)
                _first[OffsetOf(tensorIndex + i)] = source[i];
        Done();
    }

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator()
    {
        for (long i = 0; i < Count; i++)
            yield return At(i);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>True where both hold the same elements in the same order.</summary>
    public override bool Equals(object? obj) => obj is TensorAccessor<T> other && this == other;

    /// <inheritdoc/>
    public override int GetHashCode() => Count.GetHashCode();

    public static bool operator ==(TensorAccessor<T> left, TensorAccessor<T> right)
    {
        if (ReferenceEquals(left, right))
            return true;
        if (left is null || right is null || left.Count != right.Count)
            return false;
        for (long i = 0; i < left.Count; i++)
        {
            if (!left.At(i).Equals(right.At(i)))
                return false;
        }
        return true;
    }

    public static bool operator !=(TensorAccessor<T> left, TensorAccessor<T> right) => !(left == right);

    /// <summary>The tensor belongs to whoever made it: nothing is freed.</summary>
    public void Dispose() => GC.SuppressFinalize(this);

    private T At(long i)
    {
        CheckAlive();
        var value = _first[_contiguous ? i : OffsetOf(i)];
        Done();
        return value;
    }

    private long Offset(long[] indices)
    {
        if (indices.Length != _shape.Length)
            throw new IndexOutOfRangeException(
                $"{indices.Length} indices were given for a tensor of {_shape.Length} dimensions."
            );
        long offset = 0;
        for (var i = 0; i < indices.Length; i++)
        {
            if (indices[i] < 0 || indices[i] >= _shape[i])
                throw new IndexOutOfRangeException(
                    $"Index {indices[i]} is outside of dimension {i}, which has {_shape[i]} elements."
                );
            offset += indices[i] * _strides[i];
        }
        CheckAlive();
        return offset;
    }

    private long OffsetOf(long position)
    {
        long offset = 0;
        for (var i = _shape.Length - 1; i >= 0; i--)
        {
            (position, var place) = Math.DivRem(position, _shape[i]);
            offset += place * _strides[i];
        }
        return offset;
    }
}
