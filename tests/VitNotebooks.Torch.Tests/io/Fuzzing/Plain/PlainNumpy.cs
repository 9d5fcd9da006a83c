using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using static TorchSharp.torch;

namespace VitNotebooks.Fuzzing;

/// <summary>A plain reading of numpy's .npy files, and of its arrays wherever they are.</summary>
internal static partial class PlainNumpy
{
    public static PlainTensor Read(byte[] file)
    {
        var width = file[6] == 1 ? 2 : 4;
        var length =
            width == 2
                ? BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(8))
                : BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(8));
        var header = Encoding.Latin1.GetString(file, 8 + width, length);
        var code = One(Descr(), header);
        var fortran = One(Order(), header) == "True";
        var shape = One(Lengths(), header)
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(text => long.Parse(text, CultureInfo.InvariantCulture))
            .ToArray();
        return Array(code, shape, file[(8 + width + length)..], fortran);
    }

    private static string One(Regex field, string header) => field.Matches(header).Single().Groups[1].Value;

    [GeneratedRegex("""['"]descr['"]\s*:\s*['"]([^'"]*)['"]""")]
    private static partial Regex Descr();

    [GeneratedRegex("""['"]fortran_order['"]\s*:\s*(True|False)""")]
    private static partial Regex Order();

    [GeneratedRegex("""['"]shape['"]\s*:\s*\(([^)]*)\)""")]
    private static partial Regex Lengths();

    /// <summary>An array of numpy's; unsigned numbers come in the next wider type that holds them.</summary>
    /// <param name="code">The type, <c>&gt;u2</c> for one.</param>
    /// <param name="shape">Its lengths.</param>
    /// <param name="bytes">Its elements; what follows them is not looked at.</param>
    /// <param name="fortran">Whether the first index runs fastest.</param>
    public static PlainTensor Array(string code, long[] shape, byte[] bytes, bool fortran)
    {
        var kind = code.TrimStart('<', '>', '|', '=');
        var width = int.Parse(kind[1..], CultureInfo.InvariantCulture);
        var count = shape.Aggregate(1L, (a, b) => checked(a * b));
        var elements = bytes[..checked((int)(count * width))];
        if (code[0] == '>')
        {
            PlainBytes.Swap(elements, kind[0] == 'c' ? width / 2 : width);
        }

        var wider = kind switch
        {
            "u2" => 4,
            "u4" => 8,
            _ => width,
        };
        return PlainTensor.Dense(TypeOf(kind), shape, Widened(elements, width, wider), fortran: fortran);
    }

    private static ScalarType TypeOf(string kind) =>
        kind switch
        {
            "b1" => ScalarType.Bool,
            "u1" => ScalarType.Byte,
            "i1" => ScalarType.Int8,
            "i2" => ScalarType.Int16,
            "i4" or "u2" => ScalarType.Int32,
            "i8" or "u4" or "u8" => ScalarType.Int64,
            "f2" => ScalarType.Float16,
            "f4" => ScalarType.Float32,
            "f8" => ScalarType.Float64,
            "c8" => ScalarType.ComplexFloat32,
            "c16" => ScalarType.ComplexFloat64,
            _ => throw new InvalidDataException($"'{kind}' is no type of numbers."),
        };

    private static byte[] Widened(byte[] elements, int width, int wider)
    {
        if (width == wider)
        {
            return elements;
        }

        var wide = new byte[elements.Length / width * wider];
        for (var i = 0; i < elements.Length; i++)
        {
            wide[(i / width * wider) + (i % width)] = elements[i];
        }

        return wide;
    }
}
