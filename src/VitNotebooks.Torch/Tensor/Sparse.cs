using TorchSharp.Dispatch;

namespace TorchSharp;

// Sparse and quantized tensors.
public static partial class torch
{
    public partial class Tensor
    {
        public Tensor to_dense() => Aten.to_dense(this);

        public Tensor to_sparse() => Aten.to_sparse(this);

        public Tensor to_sparse(int sparse_dim) => Aten.to_sparse_sparse_dim(this, sparse_dim);

        public Tensor dequantize() => Aten.dequantize_self(this);

        public Tensor int_repr() => Aten.int_repr(this);

        public double q_scale() => Aten.q_scale(this);

        public long q_zero_point() => Aten.q_zero_point(this);

        public Tensor q_per_channel_scales() => Aten.q_per_channel_scales(this);

        public Tensor q_per_channel_zero_points() => Aten.q_per_channel_zero_points(this);

        public long q_per_channel_axis() => Aten.q_per_channel_axis(this);
    }
}
