using TorchSharp.Dispatch;

namespace TorchSharp;

// Tensors made after this one: its dtype and its device, where none is given.
public static partial class torch
{
    public partial class Tensor
    {
        public Tensor new_empty(
            ReadOnlySpan<long> size,
            ScalarType? dtype = null,
            Device? device = null,
            bool requires_grad = false
        ) => Made(Aten.new_empty(this, size, dtype: dtype, device: device), requires_grad);

        public Tensor new_empty(
            long dim0,
            long dim1,
            long dim2,
            long dim3,
            ScalarType? dtype = null,
            Device? device = null,
            bool requires_grad = false
        ) => Made(Aten.new_empty(this, [dim0, dim1, dim2, dim3], dtype: dtype, device: device), requires_grad);

        public Tensor new_empty(
            long dim0,
            long dim1,
            long dim2,
            ScalarType? dtype = null,
            Device? device = null,
            bool requires_grad = false
        ) => Made(Aten.new_empty(this, [dim0, dim1, dim2], dtype: dtype, device: device), requires_grad);

        public Tensor new_empty(
            long rows,
            long columns,
            ScalarType? dtype = null,
            Device? device = null,
            bool requires_grad = false
        ) => Made(Aten.new_empty(this, [rows, columns], dtype: dtype, device: device), requires_grad);

        public Tensor new_empty(
            long size,
            ScalarType? dtype = null,
            Device? device = null,
            bool requires_grad = false
        ) => Made(Aten.new_empty(this, [size], dtype: dtype, device: device), requires_grad);

        public Tensor new_empty(
            long[] size,
            ScalarType? dtype = null,
            Device? device = null,
            bool requires_grad = false
        ) => Made(Aten.new_empty(this, size, dtype: dtype, device: device), requires_grad);

        public Tensor new_full(
            ReadOnlySpan<long> size,
            Scalar value,
            ScalarType? dtype = null,
            Device? device = null,
            bool requires_grad = false
        ) => Made(Aten.new_full(this, size, value, dtype: dtype, device: device), requires_grad);

        public Tensor new_full(
            long dim0,
            long dim1,
            long dim2,
            Scalar value,
            ScalarType? dtype = null,
            Device? device = null,
            bool requires_grad = false
        ) => Made(Aten.new_full(this, [dim0, dim1, dim2], value, dtype: dtype, device: device), requires_grad);

        public Tensor new_full(
            long dim0,
            long dim1,
            long dim2,
            long dim3,
            Scalar value,
            ScalarType? dtype = null,
            Device? device = null,
            bool requires_grad = false
        ) => Made(Aten.new_full(this, [dim0, dim1, dim2, dim3], value, dtype: dtype, device: device), requires_grad);

        public Tensor new_full(
            long rows,
            long columns,
            Scalar value,
            ScalarType? dtype = null,
            Device? device = null,
            bool requires_grad = false
        ) => Made(Aten.new_full(this, [rows, columns], value, dtype: dtype, device: device), requires_grad);

        public Tensor new_full(
            long size,
            Scalar value,
            ScalarType? dtype = null,
            Device? device = null,
            bool requires_grad = false
        ) => Made(Aten.new_full(this, [size], value, dtype: dtype, device: device), requires_grad);

        public Tensor new_full(
            long[] size,
            Scalar value,
            ScalarType? dtype = null,
            Device? device = null,
            bool requires_grad = false
        ) => Made(Aten.new_full(this, size, value, dtype: dtype, device: device), requires_grad);

        public Tensor new_ones(
            long dim0,
            long dim1,
            long dim2,
            long dim3,
            ScalarType? dtype = null,
            Device? device = null,
            bool requires_grad = false
        ) => Made(Aten.new_ones(this, [dim0, dim1, dim2, dim3], dtype: dtype, device: device), requires_grad);

        public Tensor new_ones(
            long dim0,
            long dim1,
            long dim2,
            ScalarType? dtype = null,
            Device? device = null,
            bool requires_grad = false
        ) => Made(Aten.new_ones(this, [dim0, dim1, dim2], dtype: dtype, device: device), requires_grad);

        public Tensor new_ones(
            long rows,
            long columns,
            ScalarType? dtype = null,
            Device? device = null,
            bool requires_grad = false
        ) => Made(Aten.new_ones(this, [rows, columns], dtype: dtype, device: device), requires_grad);

        public Tensor new_ones(
            long size,
            ScalarType? dtype = null,
            Device? device = null,
            bool requires_grad = false
        ) => Made(Aten.new_ones(this, [size], dtype: dtype, device: device), requires_grad);

        public Tensor new_zeros(
            ReadOnlySpan<long> size,
            ScalarType? dtype = null,
            Device? device = null,
            bool requires_grad = false
        ) => Made(Aten.new_zeros(this, size, dtype: dtype, device: device), requires_grad);

        public Tensor new_zeros(
            long dim0,
            long dim1,
            long dim2,
            long dim3,
            ScalarType? dtype = null,
            Device? device = null,
            bool requires_grad = false
        ) => Made(Aten.new_zeros(this, [dim0, dim1, dim2, dim3], dtype: dtype, device: device), requires_grad);

        public Tensor new_zeros(
            long dim0,
            long dim1,
            long dim2,
            ScalarType? dtype = null,
            Device? device = null,
            bool requires_grad = false
        ) => Made(Aten.new_zeros(this, [dim0, dim1, dim2], dtype: dtype, device: device), requires_grad);

        public Tensor new_zeros(
            long rows,
            long columns,
            ScalarType? dtype = null,
            Device? device = null,
            bool requires_grad = false
        ) => Made(Aten.new_zeros(this, [rows, columns], dtype: dtype, device: device), requires_grad);

        public Tensor new_zeros(
            long size,
            ScalarType? dtype = null,
            Device? device = null,
            bool requires_grad = false
        ) => Made(Aten.new_zeros(this, [size], dtype: dtype, device: device), requires_grad);

        public Tensor new_zeros(
            long[] size,
            ScalarType? dtype = null,
            Device? device = null,
            bool requires_grad = false
        ) => Made(Aten.new_zeros(this, size, dtype: dtype, device: device), requires_grad);

        public Tensor empty_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Made(Aten.empty_like(this, dtype: dtype, device: device), requires_grad);

        public Tensor full_like(
            Scalar value,
            ScalarType? dtype = null,
            Device? device = null,
            bool requires_grad = false
        ) => Made(Aten.full_like(this, value, dtype: dtype, device: device), requires_grad);

        public Tensor ones_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Made(Aten.ones_like(this, dtype: dtype, device: device), requires_grad);

        public Tensor rand_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Made(Aten.rand_like(this, dtype: dtype, device: device), requires_grad);

        public Tensor randint_like(
            long low,
            long high,
            ScalarType? dtype = null,
            Device? device = null,
            bool requires_grad = false
        ) => Made(Aten.randint_like_low_dtype(this, low, high, dtype: dtype, device: device), requires_grad);

        public Tensor randn_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Made(Aten.randn_like(this, dtype: dtype, device: device), requires_grad);

        public Tensor zeros_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Made(Aten.zeros_like(this, dtype: dtype, device: device), requires_grad);
    }
}
