using TorchSharp.Dispatch;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>The p-norm over windows of [B, C, L].</summary>
            /// <param name="input">[B, C, L] or [C, L]</param>
            /// <param name="norm_type">p; 1 sums, a large one approaches the maximum.</param>
            /// <param name="kernel_size">The window.</param>
            /// <param name="stride">The window by default.</param>
            /// <param name="ceil_mode">Whether a window may hang over the end.</param>
            public static Tensor lp_pool1d(
                Tensor input,
                double norm_type,
                long kernel_size,
                long? stride = null,
                bool ceil_mode = false
            )
            {
                using var scope = NewDisposeScope();
                var powers = Aten.pow_Tensor_Scalar(input, norm_type);
                return scope.MoveToOuter(
                    Root(avg_pool1d(powers, kernel_size, stride, 0, ceil_mode), norm_type, kernel_size)
                );
            }

            /// <summary>The p-norm over windows of [B, C, H, W].</summary>
            /// <inheritdoc cref="lp_pool1d"/>
            public static Tensor lp_pool2d(
                Tensor input,
                double norm_type,
                long kernel_size,
                long? stride = null,
                bool ceil_mode = false
            ) => lp_pool2d(input, norm_type, Places.Twice(kernel_size), Places.Twice(stride), ceil_mode);

            /// <summary>The p-norm over windows of [B, C, H, W].</summary>
            /// <inheritdoc cref="lp_pool1d"/>
            public static Tensor lp_pool2d(
                Tensor input,
                double norm_type,
                long[] kernel_size,
                long[]? stride = null,
                bool ceil_mode = false
            )
            {
                ArgumentNullException.ThrowIfNull(kernel_size);
                using var scope = NewDisposeScope();
                var powers = Aten.pow_Tensor_Scalar(input, norm_type);
                var means = avg_pool2d(powers, kernel_size, stride, null, ceil_mode);
                return scope.MoveToOuter(Root(means, norm_type, kernel_size[0] * kernel_size[1]));
            }

            // sign(x) relu(|x|) as in PyTorch: the gradient where the mean is zero is zero, not infinite.
            private static Tensor Root(Tensor mean, double norm, long window) =>
                Aten.pow_Tensor_Scalar(
                    Aten.mul_Scalar(Aten.mul_Tensor(Aten.sign(mean), Aten.relu(Aten.abs(mean))), window),
                    1.0 / norm
                );
        }
    }
}
