using System.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Files;

/// <summary>numpy.dtype in a pickle: its code, and the order of bytes that its state adds.</summary>
internal sealed class NumpyType(string code)
{
    private bool _bigEndian = code.StartsWith('>');

    public string Code => (_bigEndian ? ">" : "<") + code.TrimStart('<', '>', '|', '=');

    public void SetState(PickleContext context, object? state)
    {
        if (state is not object?[] { Length: >= 2 } parts || parts[1] is not string order)
        {
            throw context.Fault("the state of a numpy element type is not known; the file is damaged");
        }
        _bigEndian = order == ">";
    }
}

/// <summary>A numpy array between its making and its state, which brings the elements.</summary>
internal sealed class UnfinishedArray
{
    public List<long> MemoKeys { get; } = [];

    public Tensor Finish(PickleContext context, object? state)
    {
        if (
            state is not object?[] { Length: 5 } parts
            || parts[2] is not NumpyType type
            || parts[1] is not object?[] shape
            || !Array.TrueForAll(shape, s => s is long)
            || parts[3] is not bool fortran
        )
        {
            throw context.Fault("the state of a numpy array is not known; the file is damaged");
        }
        return PickledNumpy.Array(context, type, Array.ConvertAll(shape, s => (long)s!), parts[4], fortran);
    }
}

/// <summary>numpy's arrays and numbers in a pickle: arrays become tensors, scalars numbers.</summary>
internal static class PickledNumpy
{
    public static NumpyType Dtype(PickleContext context, object?[] arguments) =>
        arguments[0] is string code
            ? new NumpyType(code)
            : throw context.Fault(
                "a numpy element type is given by other than its code; structured arrays are not read"
            );

    public static Tensor Array(PickleContext context, NumpyType type, long[] shape, object? data, bool fortran)
    {
        var element = NumpyTypes.Parse(type.Code) ?? throw Unreadable(context, type);
        var bytes = data switch
        {
            byte[] raw => raw,
            string text => System.Text.Encoding.UTF8.GetBytes(text),
            _ => throw context.Fault(
                $"the elements of a numpy array are a {PickleNames.Describe(data)}; arrays of objects are not read, save them as a list"
            ),
        };
        if (shape.Length > TensorLayout.MostDimensions || TensorLayout.Bytes(shape, element.Width) != bytes.Length)
        {
            throw context.Fault(
                $"a numpy array of shape [{string.Join(", ", shape)}] and type '{type.Code}' has {bytes.Length} bytes; the file is damaged"
            );
        }
        var tensor = NumpyTypes.Tensor(bytes, shape, element, fortran);
        context.Tensors.Add(tensor);
        return tensor;
    }

    public static Tensor FromBuffer(PickleContext context, object?[] a) =>
        Array(context, (NumpyType)a[1]!, PickledTensors.Lengths(a[2]), a[0], (string)a[3]! == "F");

    public static object Scalar(PickleContext context, object?[] a)
    {
        var type = (NumpyType)a[0]!;
        var element = NumpyTypes.Parse(type.Code) ?? throw Unreadable(context, type);
        var bytes = a[1] switch
        {
            byte[] raw => [.. raw],
            string text => System.Text.Encoding.UTF8.GetBytes(text),
            _ => throw new InvalidCastException(),
        };
        if (bytes.Length != element.Width)
        {
            throw context.Fault($"a numpy number of type '{type.Code}' has {bytes.Length} bytes; the file is damaged");
        }
        if (element.BigEndian)
        {
            var half = is_complex(element.Type) ? bytes.Length / 2 : bytes.Length;
            bytes.AsSpan(0, half).Reverse();
            bytes.AsSpan(half).Reverse();
        }
        return element.Type switch
        {
            ScalarType.Bool => bytes[0] != 0,
            ScalarType.Byte => (long)bytes[0],
            ScalarType.Int8 => (long)(sbyte)bytes[0],
            ScalarType.Int16 => (long)BitConverter.ToInt16(bytes),
            ScalarType.Int32 => (long)BitConverter.ToInt32(bytes),
            ScalarType.Int64 => BitConverter.ToInt64(bytes),
            ScalarTypes.UInt16 => (long)BitConverter.ToUInt16(bytes),
            ScalarTypes.UInt32 => (long)BitConverter.ToUInt32(bytes),
            ScalarTypes.UInt64 => Whole(BitConverter.ToUInt64(bytes)),
            ScalarType.Float16 => (double)BitConverter.ToHalf(bytes),
            ScalarType.Float32 => (double)BitConverter.ToSingle(bytes),
            ScalarType.Float64 => BitConverter.ToDouble(bytes),
            ScalarType.ComplexFloat32 => new Complex(BitConverter.ToSingle(bytes), BitConverter.ToSingle(bytes, 4)),
            _ => new Complex(BitConverter.ToDouble(bytes), BitConverter.ToDouble(bytes, 8)),
        };
    }

    private static object Whole(ulong value) => value <= long.MaxValue ? (long)value : new BigInteger(value);

    private static TensorFileException Unreadable(PickleContext context, NumpyType type) =>
        context.Fault(
            $"a numpy value has elements of type '{type.Code}'; read are whole numbers, floats, complex numbers and truth values"
        );
}
