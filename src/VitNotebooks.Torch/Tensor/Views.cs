using TorchSharp.Dispatch;

namespace TorchSharp;

// Transposed views as properties, the parts of a sparse tensor, and the forms that write into this tensor.
public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>All dimensions in reverse order.</summary>
        public Tensor T => Aten.numpy_T(this);

        /// <summary>Transposed and conjugated; of a matrix.</summary>
        public Tensor H => Aten.matrix_H(this);

        /// <summary>The last two dimensions swapped.</summary>
        public Tensor mT => Aten.mT(this);

        /// <summary>The last two dimensions swapped, and conjugated.</summary>
        public Tensor mH => Aten.mH(this);

        /// <summary>Where the elements of a sparse tensor are.</summary>
        public Tensor SparseIndices => Aten._indices(this);

        /// <summary>The elements of a sparse tensor.</summary>
        public Tensor SparseValues => Aten._values(this);

        /// <summary>A label for the reader; libtorch knows nothing of it.</summary>
        public string? name { get; set; }

        // These take a new shape and write every element.

        public Tensor zeros(params long[] sizes) => Aten.zeros_out(sizes, this);

        public Tensor ones(params long[] sizes) => Aten.ones_out(sizes, this);

        public Tensor empty(params long[] sizes) => Aten.empty_out(sizes, this);

        public Tensor full(long[] sizes, Scalar value) => Aten.full_out(sizes, value, this);

        public Tensor full(ReadOnlySpan<long> sizes, Scalar value) => Aten.full_out(sizes, value, this);

        public Tensor eye(long rows, long columns) => Aten.eye_m_out(rows, columns, this);

        public Tensor rand_out(params long[] sizes) => Aten.rand_out(sizes, this);

        public Tensor randn_out(params long[] sizes) => Aten.randn_out(sizes, this);

        public Tensor randint_out(long high, long[] sizes) => Aten.randint_out(high, sizes, this);

        public Tensor randperm_out(long n) => Aten.randperm_out(n, this);

        public Tensor arange_out(Scalar start, Scalar stop, Scalar step) =>
            Aten.arange_start_out(start, stop, this, step);

        public static Tensor block_diag(params Tensor[] tensors) => Aten.block_diag(tensors);

        public static (Tensor, Tensor) kthvalue(Tensor input, long k, long? dim, bool keepdim = false) =>
            Given(input).kthvalue(k, dim, keepdim);
    }
}
