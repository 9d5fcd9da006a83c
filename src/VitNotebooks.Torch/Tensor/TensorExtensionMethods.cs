using System.Numerics;

namespace TorchSharp;

/// <summary>Tensors to numbers, and numbers to tensors.</summary>
public static partial class TensorExtensionMethods
{
    public static bool ToBoolean(this torch.Tensor value) => value.ToScalar().ToBoolean();

    public static byte ToByte(this torch.Tensor value) => value.ToScalar().ToByte();

    public static sbyte ToSByte(this torch.Tensor value) => value.ToScalar().ToSByte();

    public static short ToInt16(this torch.Tensor value) => value.ToScalar().ToInt16();

    public static int ToInt32(this torch.Tensor value) => value.ToScalar().ToInt32();

    public static long ToInt64(this torch.Tensor value) => value.ToScalar().ToInt64();

    public static Half ToHalf(this torch.Tensor value) => (Half)value.ToScalar().ToSingle();

    public static BFloat16 ToBFloat16(this torch.Tensor value) => value.ToScalar().ToBFloat16();

    public static float ToSingle(this torch.Tensor value) => value.ToScalar().ToSingle();

    public static double ToDouble(this torch.Tensor value) => value.ToScalar().ToDouble();

    public static (float, float) ToComplexFloat32(this torch.Tensor value) => value.ToScalar().ToComplexFloat32();

    public static (float, float) ToComplex32(this torch.Tensor value) => value.ToScalar().ToComplexFloat32();

    public static Complex ToComplexFloat64(this torch.Tensor value) => value.ToScalar().ToComplexFloat64();

    public static Complex ToComplex64(this torch.Tensor value) => value.ToScalar().ToComplexFloat64();

    /// <summary>The same data as a parameter of a module, with a gradient.</summary>
    public static Modules.Parameter AsParameter(this torch.Tensor tensor) => new(tensor);

    /// <summary>The shape in 32-bit numbers.</summary>
    public static ReadOnlySpan<int> IntShape(this torch.Tensor tensor) =>
        Array.ConvertAll(tensor.shape, length => checked((int)length));

    /// <summary>The number of elements in a shape.</summary>
    public static long TotalSize(this IEnumerable<long> shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        long total = 1;
        foreach (var length in shape)
        {
            total = checked(total * length);
        }

        return total;
    }

    /// <summary>Bytes an element.</summary>
    public static int ElementSize(this torch.ScalarType type) =>
        type switch
        {
            torch.ScalarType.Byte
            or torch.ScalarType.Int8
            or torch.ScalarType.Bool
            or torch.ScalarType.QInt8
            or torch.ScalarType.QUInt8 => 1,
            torch.ScalarType.Int16 or torch.ScalarType.Float16 or torch.ScalarType.BFloat16 => 2,
            torch.ScalarType.Int32 or torch.ScalarType.Float32 or torch.ScalarType.QInt32 => 4,
            torch.ScalarType.Int64 or torch.ScalarType.Float64 or torch.ScalarType.ComplexFloat32 => 8,
            torch.ScalarType.ComplexFloat64 => 16,
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, $"ElementSize: {type} is no dtype."),
        };

    /// <summary>A tensor without dimensions that holds this number.</summary>
    /// <exception cref="ArgumentException"><typeparamref name="T"/> has no dtype.</exception>
    public static torch.Tensor ToTensor<T>(this T scalar, torch.Device? device = null, bool requires_grad = false)
        where T : struct
    {
        using var vector = torch.from_array(new[] { scalar }, null, device);
        using var number = vector.squeeze(0);
        // A leaf of its own, not a view of the vector.
        return number.clone().requires_grad_(requires_grad);
    }

    /// <summary>A tensor of this shape that holds a copy of the array.</summary>
    public static torch.Tensor ToTensor<T>(
        this T[] rawArray,
        long[] dimensions,
        bool doCopy = false,
        bool requires_grad = false
    )
    {
        using var flat = torch.from_array(rawArray);
        using var shaped = flat.reshape(dimensions);
        return shaped.clone().requires_grad_(requires_grad);
    }
}
