using TorchSharp.Dispatch;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class utils
        {
            /// <summary>A convolution and the batch normalization after it as one convolution, for evaluation.</summary>
            /// <param name="conv_w">[out, in / groups, ..], transposed [in, out / groups, ..]</param>
            /// <param name="conv_b">[out], or null for zeros.</param>
            /// <param name="bn_rm">The running mean, [out].</param>
            /// <param name="bn_rv">The running variance, [out].</param>
            /// <param name="bn_eps">What the normalization adds to the variance.</param>
            /// <param name="bn_w">[out], or null for ones.</param>
            /// <param name="bn_b">[out], or null for zeros.</param>
            /// <param name="transpose">Whether the convolution is a transposed one.</param>
            public static (Parameter weight, Parameter bias) fuse_conv_bn_weights(
                Tensor conv_w,
                Tensor? conv_b,
                Tensor bn_rm,
                Tensor bn_rv,
                double bn_eps,
                Tensor? bn_w,
                Tensor? bn_b,
                bool transpose = false
            )
            {
                ArgumentNullException.ThrowIfNull(conv_w);
                var shape = new long[conv_w.shape.Length];
                Array.Fill(shape, 1);
                shape[transpose ? 1 : 0] = -1;
                return Fuse(conv_w, conv_b, bn_rm, bn_rv, bn_eps, bn_w, bn_b, shape);
            }

            /// <summary>A linear layer and the batch normalization after it as one linear layer, for evaluation.</summary>
            /// <param name="linear_w">[out, in]</param>
            /// <param name="linear_b">[out], or null for zeros.</param>
            /// <param name="bn_rm">The running mean, [out].</param>
            /// <param name="bn_rv">The running variance, [out].</param>
            /// <param name="bn_eps">What the normalization adds to the variance.</param>
            /// <param name="bn_w">[out]</param>
            /// <param name="bn_b">[out]</param>
            public static (Parameter weight, Parameter bias) fuse_linear_bn_weights(
                Tensor linear_w,
                Tensor? linear_b,
                Tensor bn_rm,
                Tensor bn_rv,
                double bn_eps,
                Tensor bn_w,
                Tensor bn_b
            )
            {
                ArgumentNullException.ThrowIfNull(linear_w);
                return Fuse(linear_w, linear_b, bn_rm, bn_rv, bn_eps, bn_w, bn_b, [-1, 1]);
            }

            /// <summary>A linear layer and the batch normalization after it as one new linear layer.</summary>
            /// <exception cref="InvalidOperationException">One of them is in training mode, or the normalization has no statistics.</exception>
            public static Linear fuse_linear_bn_eval(Linear linear, BatchNorm bn)
            {
                ArgumentNullException.ThrowIfNull(linear);
                ArgumentNullException.ThrowIfNull(bn);
                if (linear.training || bn.training)
                {
                    throw new InvalidOperationException(
                        "fuse_linear_bn_eval: fusing is right in evaluation only; call eval() on both modules first."
                    );
                }
                if (bn.running_mean is not { } mean || bn.running_var is not { } variance)
                {
                    throw new InvalidOperationException(
                        "fuse_linear_bn_eval: the normalization tracks no running statistics, which fusing needs."
                    );
                }
                var (weight, bias) = Fuse(
                    linear.weight,
                    linear.bias,
                    mean,
                    variance,
                    bn.eps,
                    bn.weight,
                    bn.bias,
                    [-1, 1]
                );
                return Linear(weight, bias);
            }

            private static (Parameter weight, Parameter bias) Fuse(
                Tensor weight,
                Tensor? bias,
                Tensor mean,
                Tensor variance,
                double eps,
                Tensor? scale,
                Tensor? shift,
                long[] shape
            )
            {
                ArgumentNullException.ThrowIfNull(mean);
                ArgumentNullException.ThrowIfNull(variance);
                using var _ = new GradMode(false);
                using var scope = NewDisposeScope();
                var factor = Aten.rsqrt(Aten.add_Scalar(variance, eps));
                if (scale is not null)
                {
                    factor = Aten.mul_Tensor(factor, scale);
                }
                var fusedWeight = Aten.mul_Tensor(weight, Aten.reshape(factor, shape)).to(weight.dtype);
                var centred = bias is null ? Aten.neg(mean) : Aten.sub_Tensor(bias, mean);
                var fusedBias = Aten.mul_Tensor(centred, factor);
                if (shift is not null)
                {
                    fusedBias = Aten.add_Tensor(fusedBias, shift);
                }
                fusedBias = fusedBias.to((bias ?? weight).dtype);
                return (
                    new Parameter(fusedWeight, weight.requires_grad),
                    new Parameter(fusedBias, bias?.requires_grad ?? false)
                );
            }
        }
    }
}
