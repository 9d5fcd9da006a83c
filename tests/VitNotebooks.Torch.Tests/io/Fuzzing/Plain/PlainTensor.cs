using static TorchSharp.torch;

namespace VitNotebooks.Fuzzing;

/// <summary>A tensor as a plain reading of a file has it: where its elements lie in which bytes. The plain readings share nothing with the readers
/// under test, trust every number, and throw where the bytes do not hold what they claim: then no answer can be right.</summary>
/// <param name="Type">The type of the elements.</param>
/// <param name="Shape">Its lengths.</param>
/// <param name="Strides">Steps in elements.</param>
/// <param name="Offset">The first element, in bytes.</param>
/// <param name="Memory">The bytes, little endian; asked for late, because a legacy file's come after its tree.</param>
internal sealed record PlainTensor(ScalarType Type, long[] Shape, long[] Strides, long Offset, Func<byte[]> Memory)
{
    /// <summary>Whether a complex number is shown conjugated.</summary>
    public bool Conjugate { get; init; }

    /// <summary>Bytes an element.</summary>
    public int Width => WidthOf(Type);

    public long Count => Shape.Aggregate(1L, (a, b) => checked(a * b));

    /// <summary>A tensor whose elements lie one after another.</summary>
    public static PlainTensor Dense(ScalarType type, long[] shape, byte[] bytes, long offset = 0, bool fortran = false)
    {
        var strides = new long[shape.Length];
        var step = 1L;
        foreach (var d in fortran ? Enumerable.Range(0, shape.Length) : Enumerable.Range(0, shape.Length).Reverse())
        {
            strides[d] = step;
            step = checked(step * shape[d]);
        }
        return new(type, shape, strides, offset, () => bytes);
    }

    /// <summary>One element's bytes.</summary>
    public byte[] Element(ReadOnlySpan<long> index)
    {
        var at = 0L;
        for (var d = 0; d < Shape.Length; d++)
        {
            at += index[d] * Strides[d];
        }

        var element = Memory().AsSpan(checked((int)(Offset + (at * Width))), Width).ToArray();
        if (Conjugate && Type is ScalarType.ComplexFloat32 or ScalarType.ComplexFloat64)
        {
            element[^1] ^= 0x80; // the sign of the imaginary part
        }

        return element;
    }

    public static int WidthOf(ScalarType type) =>
        (int)type switch
        {
            0 or 1 or 11 or 23 or 24 or 25 or 26 => 1,
            2 or 5 or 15 or 27 => 2,
            3 or 6 or 28 => 4,
            4 or 7 or 9 or 29 => 8,
            10 => 16,
            _ => throw new InvalidDataException($"An element of type {type} has no known width."),
        };
}
