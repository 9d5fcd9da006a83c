using TorchSharp;
using TorchSharp.Dispatch;
using static TorchSharp.torch;

namespace VitNotebooks.Files;

/// <summary>An element type as numpy writes it, <c>&lt;f4</c>.</summary>
internal readonly record struct NumpyElement(ScalarType Type, int Width, bool BigEndian);

/// <summary>numpy's codes of element types, and tensors out of its bytes.</summary>
internal static class NumpyTypes
{
    private static readonly (string Code, ScalarType Type)[] s_codes =
    [
        ("b1", ScalarType.Bool),
        ("i1", ScalarType.Int8),
        ("u1", ScalarType.Byte),
        ("i2", ScalarType.Int16),
        ("i4", ScalarType.Int32),
        ("i8", ScalarType.Int64),
        ("u2", ScalarTypes.UInt16),
        ("u4", ScalarTypes.UInt32),
        ("u8", ScalarTypes.UInt64),
        ("f2", ScalarType.Float16),
        ("f4", ScalarType.Float32),
        ("f8", ScalarType.Float64),
        ("c8", ScalarType.ComplexFloat32),
        ("c16", ScalarType.ComplexFloat64),
    ];

    /// <summary>The element type of a code such as <c>&lt;f4</c>, <c>|b1</c>, <c>&gt;i8</c>; null for texts, objects, dates and records.</summary>
    public static NumpyElement? Parse(string code)
    {
        var order = code.Length > 0 && code[0] is '<' or '>' or '|' or '=' ? code[0] : '=';
        var bare = code.TrimStart('<', '>', '|', '=');
        foreach (var (known, type) in s_codes)
        {
            if (known == bare)
            {
                var width = ScalarTypes.Size(type);
                return new NumpyElement(type, width, order == '>' && width > 1);
            }
        }
        return null;
    }

    /// <summary>numpy's code of an element type, little endian; null for those it has not.</summary>
    public static string? Code(ScalarType type) =>
        s_codes.FirstOrDefault(c => c.Type == type).Code is { } code
            ? (ScalarTypes.Size(type) == 1 ? "|" : "<") + code
            : null;

    /// <summary>A tensor of numpy's bytes, which were counted before. Unsigned numbers that this libtorch has no type for go into the next wider
    /// one that holds them.</summary>
    public static Tensor Tensor(ReadOnlySpan<byte> bytes, long[] shape, NumpyElement element, bool fortran)
    {
        var tensor = TensorBytes.From(bytes, Stored(shape, fortran), Held(element.Type));
        return Finish(tensor, element, fortran);
    }

    /// <summary>The type that holds the raw bytes: unsigned numbers first come as signed ones of the same width.</summary>
    public static ScalarType Held(ScalarType type) =>
        type switch
        {
            ScalarTypes.UInt16 => ScalarType.Int16,
            ScalarTypes.UInt32 => ScalarType.Int32,
            ScalarTypes.UInt64 => ScalarType.Int64,
            _ => type,
        };

    /// <summary>The order in which the elements lie in the file.</summary>
    public static long[] Stored(long[] shape, bool fortran) => fortran ? [.. shape.Reverse()] : shape;

    /// <summary>Turns raw bytes into the array: byte order, unsigned numbers, Fortran's order of dimensions. Takes the raw tensor over.</summary>
    /// <exception cref="TensorFileException">An unsigned number of 64 bits is over 2^63 - 1.</exception>
    public static Tensor Finish(Tensor raw, NumpyElement element, bool fortran)
    {
        if (element.BigEndian)
        {
            TensorBytes.Swap(raw);
        }
        using var quiet = no_grad();
        var tensor = raw;
        switch (element.Type)
        {
            case ScalarTypes.UInt16:
                tensor = Masked(raw, ScalarType.Int32, 0xFFFF);
                break;
            case ScalarTypes.UInt32:
                tensor = Masked(raw, ScalarType.Int64, 0xFFFFFFFF);
                break;
            case ScalarTypes.UInt64 when raw.NumberOfElements > 0:
                using (var least = raw.min())
                {
                    if (least.ToInt64() < 0)
                    {
                        raw.Dispose();
                        throw new TensorFileException(
                            "The array holds unsigned numbers over 2^63 - 1, which no element type here can hold; save it as float64 or int64."
                        );
                    }
                }
                break;
        }
        if (!fortran || tensor.Dimensions < 2)
        {
            return tensor;
        }
        using (tensor)
        {
            using var turned = tensor.permute([
                .. Enumerable.Range(0, (int)tensor.Dimensions).Reverse().Select(d => (long)d),
            ]);
            return turned.contiguous();
        }
    }

    private static Tensor Masked(Tensor raw, ScalarType type, long mask)
    {
        using (raw)
        {
            using var wide = raw.to(type);
            using var bits = torch.tensor(mask, dtype: type);
            return wide.bitwise_and(bits);
        }
    }
}
