namespace TorchSharp;

// Tensors from 16-bit floating-point numbers. Always copies.
public static partial class torch
{
    public static Tensor tensor(
        BFloat16 scalar,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => FromSpan<BFloat16>([scalar], [], ScalarType.BFloat16, dtype, device, requires_grad);

    public static Tensor tensor(
        BFloat16[] rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) => FromSpan<BFloat16>(rawArray, dimensions, ScalarType.BFloat16, dtype, device, requires_grad, names);

    public static Tensor tensor(
        BFloat16[] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) => FromSpan<BFloat16>(rawArray, [LengthOf(rawArray)], ScalarType.BFloat16, dtype, device, requires_grad, names);

    public static Tensor tensor(
        Half[] rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) => FromSpan<Half>(rawArray, dimensions, ScalarType.Float16, dtype, device, requires_grad, names);

    public static Tensor tensor(
        Half[] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) => FromSpan<Half>(rawArray, [LengthOf(rawArray)], ScalarType.Float16, dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<BFloat16> rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) => FromSpan<BFloat16>(SpanOf(rawArray), dimensions, ScalarType.BFloat16, dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<BFloat16> rawArray,
        long dim0,
        long dim1,
        long dim2,
        long dim3,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) =>
        FromSpan<BFloat16>(
            SpanOf(rawArray),
            [dim0, dim1, dim2, dim3],
            ScalarType.BFloat16,
            dtype,
            device,
            requires_grad,
            names
        );

    public static Tensor tensor(
        IList<BFloat16> rawArray,
        long dim0,
        long dim1,
        long dim2,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) =>
        FromSpan<BFloat16>(
            SpanOf(rawArray),
            [dim0, dim1, dim2],
            ScalarType.BFloat16,
            dtype,
            device,
            requires_grad,
            names
        );

    public static Tensor tensor(
        IList<BFloat16> rawArray,
        long rows,
        long columns,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) =>
        FromSpan<BFloat16>(SpanOf(rawArray), [rows, columns], ScalarType.BFloat16, dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<BFloat16> rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) =>
        FromSpan<BFloat16>(
            SpanOf(rawArray),
            [LengthOf(rawArray)],
            ScalarType.BFloat16,
            dtype,
            device,
            requires_grad,
            names
        );

    public static Tensor tensor(
        IList<Half> rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) => FromSpan<Half>(SpanOf(rawArray), dimensions, ScalarType.Float16, dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<Half> rawArray,
        long dim0,
        long dim1,
        long dim2,
        long dim3,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) =>
        FromSpan<Half>(
            SpanOf(rawArray),
            [dim0, dim1, dim2, dim3],
            ScalarType.Float16,
            dtype,
            device,
            requires_grad,
            names
        );

    public static Tensor tensor(
        IList<Half> rawArray,
        long dim0,
        long dim1,
        long dim2,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) => FromSpan<Half>(SpanOf(rawArray), [dim0, dim1, dim2], ScalarType.Float16, dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<Half> rawArray,
        long rows,
        long columns,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) => FromSpan<Half>(SpanOf(rawArray), [rows, columns], ScalarType.Float16, dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<Half> rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) =>
        FromSpan<Half>(SpanOf(rawArray), [LengthOf(rawArray)], ScalarType.Float16, dtype, device, requires_grad, names);

    public static Tensor tensor(
        Memory<BFloat16> rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) => FromSpan<BFloat16>(rawArray.Span, dimensions, ScalarType.BFloat16, dtype, device, requires_grad, names);

    public static Tensor tensor(
        Memory<Half> rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) => FromSpan<Half>(rawArray.Span, dimensions, ScalarType.Float16, dtype, device, requires_grad, names);
}
