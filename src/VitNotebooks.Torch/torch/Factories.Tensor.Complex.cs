using System.Numerics;

namespace TorchSharp;

// Tensors from complex numbers. Always copies.
public static partial class torch
{
    public static Tensor tensor(
        (double, double) scalar,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) =>
        FromSpan<Complex>(
            [new Complex(scalar.Item1, scalar.Item2)],
            [],
            ScalarType.ComplexFloat64,
            dtype,
            device,
            requires_grad
        );

    public static Tensor tensor(
        (float, float) scalar,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) =>
        FromSpan<Complex>(
            [new Complex(scalar.Item1, scalar.Item2)],
            [],
            ScalarType.ComplexFloat64,
            dtype ?? ScalarType.ComplexFloat32,
            device,
            requires_grad
        );

    public static Tensor tensor(
        (float, float)[] rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) => FromParts(rawArray, dimensions, dtype, device, requires_grad, names);

    public static Tensor tensor(
        (float, float)[] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) => FromParts(rawArray, [LengthOf(rawArray)], dtype, device, requires_grad, names);

    public static Tensor tensor(
        Complex scalar,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => FromSpan<Complex>([scalar], [], ScalarType.ComplexFloat64, dtype, device, requires_grad);

    public static Tensor tensor(
        Complex[] rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) => FromSpan<Complex>(rawArray, dimensions, ScalarType.ComplexFloat64, dtype, device, requires_grad, names);

    public static Tensor tensor(
        Complex[] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) =>
        FromSpan<Complex>(
            rawArray,
            [LengthOf(rawArray)],
            ScalarType.ComplexFloat64,
            dtype,
            device,
            requires_grad,
            names
        );

    public static Tensor tensor(
        IList<(float, float)> rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) => FromParts(SpanOf(rawArray), dimensions, dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<(float, float)> rawArray,
        long dim0,
        long dim1,
        long dim2,
        long dim3,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) => FromParts(SpanOf(rawArray), [dim0, dim1, dim2, dim3], dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<(float, float)> rawArray,
        long dim0,
        long dim1,
        long dim2,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) => FromParts(SpanOf(rawArray), [dim0, dim1, dim2], dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<(float, float)> rawArray,
        long rows,
        long columns,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) => FromParts(SpanOf(rawArray), [rows, columns], dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<(float, float)> rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) => FromParts(SpanOf(rawArray), [LengthOf(rawArray)], dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<Complex> rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) =>
        FromSpan<Complex>(SpanOf(rawArray), dimensions, ScalarType.ComplexFloat64, dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<Complex> rawArray,
        long dim0,
        long dim1,
        long dim2,
        long dim3,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) =>
        FromSpan<Complex>(
            SpanOf(rawArray),
            [dim0, dim1, dim2, dim3],
            ScalarType.ComplexFloat64,
            dtype,
            device,
            requires_grad,
            names
        );

    public static Tensor tensor(
        IList<Complex> rawArray,
        long dim0,
        long dim1,
        long dim2,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) =>
        FromSpan<Complex>(
            SpanOf(rawArray),
            [dim0, dim1, dim2],
            ScalarType.ComplexFloat64,
            dtype,
            device,
            requires_grad,
            names
        );

    public static Tensor tensor(
        IList<Complex> rawArray,
        long rows,
        long columns,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) =>
        FromSpan<Complex>(
            SpanOf(rawArray),
            [rows, columns],
            ScalarType.ComplexFloat64,
            dtype,
            device,
            requires_grad,
            names
        );

    public static Tensor tensor(
        IList<Complex> rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) =>
        FromSpan<Complex>(
            SpanOf(rawArray),
            [LengthOf(rawArray)],
            ScalarType.ComplexFloat64,
            dtype,
            device,
            requires_grad,
            names
        );

    public static Tensor tensor(
        Memory<Complex> rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) => FromSpan<Complex>(rawArray.Span, dimensions, ScalarType.ComplexFloat64, dtype, device, requires_grad, names);
}
