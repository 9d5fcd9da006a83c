using TorchSharp.Dispatch;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>The gradient of <see cref="avg_pool2d(Tensor, long[], long[], long[], bool, bool, long?)"/>.</summary>
            /// <param name="input">The gradient of the pool's result.</param>
            /// <param name="originalInput">The pool's input.</param>
            /// <param name="kernel_sizes">As for the pool.</param>
            /// <param name="strides">As for the pool.</param>
            /// <param name="paddings">As for the pool.</param>
            /// <param name="ceil_mode">As for the pool.</param>
            /// <param name="count_include_pad">As for the pool.</param>
            /// <param name="divisor_override">As for the pool.</param>
            public static Tensor avg_pool2d_backward(
                Tensor input,
                Tensor originalInput,
                long[] kernel_sizes,
                long[]? strides = null,
                long[]? paddings = null,
                bool ceil_mode = false,
                bool count_include_pad = true,
                long? divisor_override = null
            ) =>
                Aten.avg_pool2d_backward(
                    input,
                    originalInput,
                    kernel_sizes,
                    strides ?? kernel_sizes,
                    paddings ?? [0, 0],
                    ceil_mode,
                    count_include_pad,
                    divisor_override
                );

            /// <summary>The gradient of <see cref="avg_pool3d(Tensor, long[], long[], long[], bool, bool, long?)"/>.</summary>
            /// <inheritdoc cref="avg_pool2d_backward"/>
            public static Tensor avg_pool3d_backward(
                Tensor input,
                Tensor originalInput,
                long[] kernel_sizes,
                long[]? strides = null,
                long[]? paddings = null,
                bool ceil_mode = false,
                bool count_include_pad = true,
                long? divisor_override = null
            ) =>
                Aten.avg_pool3d_backward(
                    input,
                    originalInput,
                    kernel_sizes,
                    strides ?? kernel_sizes,
                    paddings ?? [0, 0, 0],
                    ceil_mode,
                    count_include_pad,
                    divisor_override
                );

            /// <summary>The gradient of <see cref="adaptive_avg_pool3d(Tensor, long[])"/>, written into gradInput.</summary>
            /// <param name="gradInput">Receives the gradient; of the pool's input's shape.</param>
            /// <param name="gradOutput">The gradient of the pool's result.</param>
            /// <param name="originalInput">The pool's input.</param>
            /// <returns>gradInput</returns>
            public static Tensor adaptive_avg_pool3d_backward(Tensor gradInput, Tensor gradOutput, Tensor originalInput)
            {
                using var gradient = Aten._adaptive_avg_pool3d_backward(gradOutput, originalInput);
                using var _ = new GradMode(false);
                return Aten.copy_(gradInput, gradient);
            }

            /// <summary>The gradient of <see cref="upsample_nearest1d"/>.</summary>
            /// <param name="grad_output">[B, C, L]</param>
            /// <param name="outputSize">L; grad_output's by default.</param>
            /// <param name="inputSize">The length before.</param>
            /// <param name="scaleFactor">The factor, where one was given.</param>
            public static Tensor upsample_nearest1d_backward(
                Tensor grad_output,
                long? outputSize,
                long inputSize,
                double? scaleFactor
            )
            {
                ArgumentNullException.ThrowIfNull(grad_output);
                if (grad_output.Dimensions != 3)
                {
                    throw new ArgumentException(
                        $"upsample_nearest1d_backward: a gradient [B, C, L] of 3 dimensions is expected, got {grad_output.Dimensions}.",
                        nameof(grad_output)
                    );
                }
                var shape = grad_output.shape;
                return Aten.upsample_nearest1d_backward(
                    grad_output,
                    [outputSize ?? shape[^1]],
                    [shape[0], shape[1], inputSize],
                    scaleFactor
                );
            }

            private static void CheckFactors(string name, Tensor grad_output, double[]? scaleFactors, int places)
            {
                if (grad_output.Dimensions < 2)
                {
                    throw new ArgumentException(
                        $"{name}: a gradient [B, C, ..] is expected, got one of {grad_output.Dimensions} dimensions.",
                        nameof(grad_output)
                    );
                }
                if (scaleFactors is not null && scaleFactors.Length != places)
                {
                    throw new ArgumentException(
                        $"{name}: {places} factors are expected, got {scaleFactors.Length}.",
                        nameof(scaleFactors)
                    );
                }
            }

            /// <summary>The gradient of <see cref="upsample_nearest2d"/>.</summary>
            /// <param name="grad_output">[B, C, H, W]</param>
            /// <param name="inputSizes">The shape before, [B, C, h, w].</param>
            /// <param name="outputSizes">[H, W]; grad_output's by default.</param>
            /// <param name="scaleFactors">The factors, where they were given.</param>
            public static Tensor upsample_nearest2d_backward(
                Tensor grad_output,
                long[] inputSizes,
                long[]? outputSizes = null,
                double[]? scaleFactors = null
            )
            {
                ArgumentNullException.ThrowIfNull(grad_output);
                CheckFactors("upsample_nearest2d_backward", grad_output, scaleFactors, 2);
                return Aten.upsample_nearest2d_backward(
                    grad_output,
                    outputSizes ?? grad_output.shape[2..],
                    inputSizes,
                    scaleFactors?[0],
                    scaleFactors?[1]
                );
            }

            /// <summary>The gradient of <see cref="upsample_nearest3d"/>.</summary>
            /// <param name="grad_output">[B, C, D, H, W]</param>
            /// <param name="inputSizes">The shape before, [B, C, d, h, w].</param>
            /// <param name="outputSizes">[D, H, W]; grad_output's by default.</param>
            /// <param name="scaleFactors">The factors, where they were given.</param>
            public static Tensor upsample_nearest3d_backward(
                Tensor grad_output,
                long[] inputSizes,
                long[]? outputSizes = null,
                double[]? scaleFactors = null
            )
            {
                ArgumentNullException.ThrowIfNull(grad_output);
                CheckFactors("upsample_nearest3d_backward", grad_output, scaleFactors, 3);
                return Aten.upsample_nearest3d_backward(
                    grad_output,
                    outputSizes ?? grad_output.shape[2..],
                    inputSizes,
                    scaleFactors?[0],
                    scaleFactors?[1],
                    scaleFactors?[2]
                );
            }
        }
    }
}
