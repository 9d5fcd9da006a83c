using TorchSharp.Dispatch;

namespace TorchSharp;

// What a dtype is and what two of them make together.
public static partial class torch
{
    public static bool is_integral(ScalarType type) =>
        type
            is ScalarType.Byte
                or ScalarType.Int8
                or ScalarType.Int16
                or ScalarType.Int32
                or ScalarType.Int64
                or ScalarType.Bool;

    public static bool is_floating_point(ScalarType type) =>
        type is ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Float32 or ScalarType.Float64;

    public static bool is_complex(ScalarType type) => type is ScalarType.ComplexFloat32 or ScalarType.ComplexFloat64;

    public static bool is_quantized(ScalarType type) =>
        type is ScalarType.QInt8 or ScalarType.QUInt8 or ScalarType.QInt32;

    public static bool is_integral(Tensor t) => is_integral(Given(t).dtype);

    public static bool is_floating_point(Tensor input) => is_floating_point(Given(input).dtype);

    public static bool is_complex(Tensor input) => is_complex(Given(input).dtype);

    public static bool is_conj(Tensor input) => Given(input).is_conj();

    public static bool is_tensor(object obj) => obj is Tensor;

    public static long numel(Tensor input) => Given(input).numel();

    /// <summary>Whether values of the one type may go into a tensor of the other, as in-place arithmetic asks.</summary>
    public static bool can_cast(ScalarType from, ScalarType to) => Aten.can_cast(from, to);

    /// <summary>The smallest type that holds both.</summary>
    public static ScalarType promote_types(ScalarType type1, ScalarType type2) => Aten.promote_types(type1, type2);

    /// <summary>The dtype of the sum of these tensors.</summary>
    public static ScalarType result_type(Tensor tensor1, Tensor tensor2) => Aten.result_type_Tensor(tensor1, tensor2);

    /// <summary>The largest whole number up to which a type holds every one.</summary>
    public static long max_int_value(ScalarType type) =>
        type switch
        {
            ScalarType.Byte => byte.MaxValue,
            ScalarType.Int8 => sbyte.MaxValue,
            ScalarType.Int16 => short.MaxValue,
            ScalarType.Int32 => int.MaxValue,
            ScalarType.Int64 => long.MaxValue,
            ScalarType.Bool => 1,
            ScalarType.BFloat16 => 1L << 8,
            ScalarType.Float16 => 1L << 11,
            ScalarType.Float32 => 1L << 24,
            ScalarType.Float64 => 1L << 53,
            _ => throw new ArgumentException($"max_int_value: {type} holds no whole numbers.", nameof(type)),
        };

    /// <summary>The limits of a floating-point type.</summary>
    public struct FInfo
    {
        public int bits;
        public double eps;
        public double max;
        public double min;
        public double tiny;
        public double smallest_normal;
        public double resolution;
    }

    public static FInfo finfo() => finfo(s_dtype);

    /// <exception cref="ArgumentException">It is no floating-point type.</exception>
    public static FInfo finfo(ScalarType dtype) =>
        dtype switch
        {
            ScalarType.Float16 => Limits(16, Math.Pow(2, -10), 65504, Math.Pow(2, -14), 1e-3),
            ScalarType.BFloat16 => Limits(16, Math.Pow(2, -7), (double)BFloat16.MaxValue, Math.Pow(2, -126), 1e-2),
            ScalarType.Float32 or ScalarType.ComplexFloat32 => Limits(
                32,
                Math.Pow(2, -23),
                float.MaxValue,
                Math.Pow(2, -126),
                1e-6
            ),
            ScalarType.Float64 or ScalarType.ComplexFloat64 => Limits(
                64,
                Math.Pow(2, -52),
                double.MaxValue,
                Math.Pow(2, -1022),
                1e-15
            ),
            _ => throw new ArgumentException($"finfo: {dtype} is no floating-point type.", nameof(dtype)),
        };

    private static FInfo Limits(int bits, double eps, double max, double tiny, double resolution) =>
        new()
        {
            bits = bits,
            eps = eps,
            max = max,
            min = -max,
            tiny = tiny,
            smallest_normal = tiny,
            resolution = resolution,
        };

    /// <summary>The shape that these shapes broadcast to.</summary>
    /// <exception cref="ArgumentException">They do not go together.</exception>
    public static Size broadcast_shapes(params long[][] shapes)
    {
        ArgumentNullException.ThrowIfNull(shapes);
        if (Array.IndexOf(shapes, null) is >= 0 and var missing)
        {
            throw new ArgumentException($"broadcast_shapes: the shape at place {missing} is null.", nameof(shapes));
        }

        var result = new long[shapes.Length == 0 ? 0 : shapes.Max(s => s.Length)];
        Array.Fill(result, 1);
        foreach (var shape in shapes)
        {
            for (var i = 1; i <= shape.Length; i++)
            {
                ref var target = ref result[^i];
                var length = shape[^i];
                if (length != 1 && target != 1 && length != target)
                {
                    throw new ArgumentException(
                        $"broadcast_shapes: {string.Join(" and ", shapes.Select(s => new Size(s)))} do not go together: {target} meets {length} at dimension -{i}.",
                        nameof(shapes)
                    );
                }

                if (length != 1)
                {
                    target = length;
                }
            }
        }
        return new Size(result);
    }
}
