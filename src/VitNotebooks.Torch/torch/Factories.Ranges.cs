using TorchSharp.Dispatch;

namespace TorchSharp;

// Ranges, identities and the like.
public static partial class torch
{
    /// <summary>0, 1, ... up to, not including, <paramref name="stop"/>; whole numbers make an int64 tensor.</summary>
    public static Tensor arange(
        Scalar stop,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => arange(0, stop, 1, dtype, device, requires_grad);

    public static Tensor arange(
        Scalar start,
        Scalar stop,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => arange(start, stop, 1, dtype, device, requires_grad);

    public static Tensor arange(
        Scalar start,
        Scalar stop,
        Scalar step,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    )
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(stop);
        ArgumentNullException.ThrowIfNull(step);
        var whole = start.IsIntegral && stop.IsIntegral && step.IsIntegral;
        return Made(
            Aten.arange_start_step(
                start,
                stop,
                step,
                dtype: dtype ?? (whole ? ScalarType.Int64 : s_dtype),
                device: device ?? s_device
            ),
            requires_grad
        );
    }

    public static Tensor linspace(
        double start,
        double end,
        long steps,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => Made(Aten.linspace(start, end, steps, dtype: dtype ?? s_dtype, device: device ?? s_device), requires_grad);

    public static Tensor logspace(
        double start,
        double end,
        long steps,
        double @base = 10,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) =>
        Made(
            Aten.logspace(start, end, steps, @base, dtype: dtype ?? s_dtype, device: device ?? s_device),
            requires_grad
        );

    /// <summary>Ones on the diagonal; square where no number of columns is given.</summary>
    public static Tensor eye(
        long rows,
        long columns = -1,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) =>
        Made(
            Aten.eye_m(rows, columns < 0 ? rows : columns, dtype: dtype ?? s_dtype, device: device ?? s_device),
            requires_grad,
            names
        );

    public static Tensor empty_strided(
        long[] size,
        long[] strides,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) =>
        Made(
            Aten.empty_strided(size, strides, dtype: dtype ?? s_dtype, device: device ?? s_device),
            requires_grad,
            names
        );

    /// <summary>Where the lower triangle of a matrix is: [2, n], rows above columns.</summary>
    public static Tensor tril_indices(
        long row,
        long col,
        long offset = 0,
        ScalarType dtype = ScalarType.Int64,
        Device? device = null
    ) => Aten.tril_indices(row, col, offset, dtype: dtype, device: device ?? s_device);

    /// <summary>Where the upper triangle of a matrix is: [2, n], rows above columns.</summary>
    public static Tensor triu_indices(
        long row,
        long col,
        long offset = 0,
        ScalarType dtype = ScalarType.Int64,
        Device? device = null
    ) => Aten.triu_indices(row, col, offset, dtype: dtype, device: device ?? s_device);

    /// <summary>A sparse tensor from the places of its elements [dimensions, n] and their values [n].</summary>
    public static Tensor sparse_coo_tensor(
        Tensor indices,
        Tensor values,
        long[] size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    )
    {
        ArgumentNullException.ThrowIfNull(values);
        return Made(
            Aten.sparse_coo_tensor_indices_size(
                indices,
                values,
                size,
                dtype: dtype ?? values.dtype,
                device: device ?? values.device
            ),
            requires_grad,
            names
        );
    }

    /// <inheritdoc cref="sparse_coo_tensor"/>
    public static Tensor sparse(
        Tensor indices,
        Tensor values,
        long[] size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) => sparse_coo_tensor(indices, values, size, dtype, device, requires_grad, names);

    public static Tensor bartlett_window(
        long len,
        bool periodic = true,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) =>
        Made(
            Aten.bartlett_window_periodic(len, periodic, dtype: dtype ?? s_dtype, device: device ?? s_device),
            requires_grad
        );

    public static Tensor blackman_window(
        long len,
        bool periodic = true,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) =>
        Made(
            Aten.blackman_window_periodic(len, periodic, dtype: dtype ?? s_dtype, device: device ?? s_device),
            requires_grad
        );

    public static Tensor hann_window(
        long len,
        bool periodic = true,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) =>
        Made(
            Aten.hann_window_periodic(len, periodic, dtype: dtype ?? s_dtype, device: device ?? s_device),
            requires_grad
        );

    public static Tensor hamming_window(
        long len,
        bool periodic = true,
        float alpha = 0.54f,
        float beta = 0.46f,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) =>
        Made(
            Aten.hamming_window_periodic_alpha_beta(
                len,
                periodic,
                alpha,
                beta,
                dtype: dtype ?? s_dtype,
                device: device ?? s_device
            ),
            requires_grad
        );

    public static Tensor kaiser_window(
        long len,
        bool periodic = true,
        float beta = 12,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) =>
        Made(
            Aten.kaiser_window_beta(len, periodic, beta, dtype: dtype ?? s_dtype, device: device ?? s_device),
            requires_grad
        );
}
