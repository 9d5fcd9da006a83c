using System.Runtime.InteropServices;
using TorchSharp.Dispatch;

namespace TorchSharp;

// What all factories share, and those that stand alone.
public static partial class torch
{
    private static ScalarType s_givenType = ScalarType.Float32;

    // What one thread's factories make for a while, whatever all threads' default is.
    [ThreadStatic]
    private static ScalarType? t_type;

    private static ScalarType s_dtype
    {
        get => t_type ?? s_givenType;
        set => s_givenType = value;
    }

    /// <summary>The type of this thread's real numbers for a while; null for all threads' default.</summary>
    internal static ScalarType? TypeOfThisThread
    {
        get => t_type;
        set => t_type = value;
    }

    private static Device s_device = new(DeviceType.CPU);

    /// <summary>The last touches on a new tensor.</summary>
    private static Tensor Made(Tensor tensor, bool requires_grad, string[]? names = null)
    {
        if (names is not null)
        {
            tensor.rename_(names);
        }

        if (requires_grad)
        {
            tensor.requires_grad = true;
        }

        return tensor;
    }

    /// <summary>A tensor that holds a copy of these elements.</summary>
    private static unsafe Tensor FromSpan<T>(
        ReadOnlySpan<T> elements,
        ReadOnlySpan<long> size,
        ScalarType type,
        ScalarType? dtype,
        Device? device,
        bool requires_grad,
        string[]? names = null
    )
        where T : unmanaged
    {
        // A product that overflows is no number of elements either.
        var count = size.ToArray()
            .Aggregate(
                (Int128)1,
                (product, length) => length is < 0 or > int.MaxValue || product > int.MaxValue ? -1 : product * length
            );
        if (count != elements.Length)
        {
            throw new ArgumentException(
                $"tensor: {elements.Length} elements do not fill a shape of [{string.Join(", ", size.ToArray())}], which takes {(count < 0 ? "another number" : count)}."
            );
        }

        var made = Aten.empty_memory_format(size, dtype: type, device: CPU);
        elements.CopyTo(new Span<T>((void*)made.DataPointer(), elements.Length));
        var place = device ?? s_device;
        if ((dtype ?? type) == type && place.type == DeviceType.CPU)
        {
            return Made(made, requires_grad, names);
        }

        using (made)
        {
            return Made(Aten.to_device(made, place, dtype ?? type), requires_grad, names);
        }
    }

    // A pair of floats has no fixed layout, so it goes through an array that has one.
    private static Tensor FromParts(
        ReadOnlySpan<(float Real, float Imaginary)> elements,
        ReadOnlySpan<long> size,
        ScalarType? dtype,
        Device? device,
        bool requires_grad,
        string[]? names
    )
    {
        var parts = new float[2 * elements.Length];
        for (var i = 0; i < elements.Length; i++)
        {
            (parts[2 * i], parts[2 * i + 1]) = elements[i];
        }

        using var pairs = FromSpan<float>(parts, [elements.Length, 2], ScalarType.Float32, null, CPU, false);
        using var numbers = Aten.view_as_complex(pairs);
        using var shaped = Aten.view(numbers, size);
        return Made(
            Aten.to_device(shaped, device ?? s_device, dtype ?? ScalarType.ComplexFloat32),
            requires_grad,
            names
        );
    }

    private static long LengthOf<T>(ICollection<T>? rawArray)
    {
        ArgumentNullException.ThrowIfNull(rawArray);
        return rawArray.Count;
    }

    private static ReadOnlySpan<T> SpanOf<T>(IEnumerable<T> items) =>
        items switch
        {
            null => throw new ArgumentNullException(nameof(items)),
            T[] array => array,
            List<T> list => CollectionsMarshal.AsSpan(list),
            _ => items.ToArray(),
        };

    /// <summary>A tensor from an array of any rank; it is copied.</summary>
    [BeyondTorchSharp]
    public static Tensor tensor(
        Array rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) => from_array(rawArray, dtype, device, requires_grad, names);

    /// <summary>A tensor from an array of any rank; it is copied.</summary>
    public static Tensor from_array(Array rawArray, Device? device = null) => from_array(rawArray, null, device);

    /// <summary>A tensor from an array of any rank, such as <c>float[,]</c>; it is copied.</summary>
    /// <exception cref="ArgumentException">The elements are no numbers, or arrays again.</exception>
    public static Tensor from_array(
        Array rawArray,
        ScalarType? dtype,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    )
    {
        ArgumentNullException.ThrowIfNull(rawArray);
        var size = new long[rawArray.Rank];
        for (var i = 0; i < size.Length; i++)
        {
            size[i] = rawArray.GetLongLength(i);
        }

        var element = rawArray.GetType().GetElementType()!;
        if (element == typeof((float, float)))
        {
            var pairs = new (float, float)[rawArray.Length];
            var at = 0;
            foreach (var pair in rawArray)
            {
                pairs[at++] = ((float, float))pair;
            }

            return FromParts(pairs, size, dtype, device, requires_grad, names);
        }
        if (ScalarTypeOf(element) is not { } type)
        {
            throw new ArgumentException(
                element.IsArray
                    ? $"tensor: an array of arrays ({rawArray.GetType().Name}) has no fixed shape; give {element.GetElementType()!.Name}[,] or stack the rows."
                    : $"tensor: elements of type {element} have no dtype; expected bool, byte, sbyte, short, int, long, Half, BFloat16, float, double or Complex.",
                nameof(rawArray)
            );
        }
        // Arrays of any rank lie in memory row by row, as a contiguous tensor does.
        ref var first = ref MemoryMarshal.GetArrayDataReference(rawArray);
        var bytes = MemoryMarshal.CreateReadOnlySpan(ref first, checked(rawArray.Length * type.ElementSize()));
        using var made = Aten.empty_memory_format(size, dtype: type, device: CPU);
        bytes.CopyTo(made.bytes);
        return Made(Aten.to_device(made, device ?? s_device, dtype ?? type), requires_grad, names);
    }

    /// <summary>The dtype of a .NET type; null where it has none.</summary>
    internal static ScalarType? ScalarTypeOf(Type type) =>
        type == typeof(float) ? ScalarType.Float32
        : type == typeof(long) ? ScalarType.Int64
        : type == typeof(double) ? ScalarType.Float64
        : type == typeof(int) ? ScalarType.Int32
        : type == typeof(byte) ? ScalarType.Byte
        : type == typeof(bool) ? ScalarType.Bool
        : type == typeof(sbyte) ? ScalarType.Int8
        : type == typeof(short) ? ScalarType.Int16
        : type == typeof(Half) ? ScalarType.Float16
        : type == typeof(BFloat16) ? ScalarType.BFloat16
        : type == typeof(System.Numerics.Complex) ? ScalarType.ComplexFloat64
        : type == typeof((float, float)) ? ScalarType.ComplexFloat32
        : null;
}
