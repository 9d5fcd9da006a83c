using TorchSharp.Dispatch;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>Normalizes over the last dimensions, whose lengths are given.</summary>
            public static Tensor layer_norm(
                Tensor input,
                long[] normalized_shape,
                Tensor? weight = null,
                Tensor? bias = null,
                double eps = 1E-05
            ) => Aten.layer_norm(input, normalized_shape, weight, bias, eps);

            /// <summary>Normalizes groups of channels of [B, C, ..] over all places.</summary>
            public static Tensor group_norm(
                Tensor input,
                long num_groups,
                Tensor? weight = null,
                Tensor? bias = null,
                double eps = 1E-05
            ) => Aten.group_norm(input, num_groups, weight, bias, eps);

            /// <summary>Normalizes each channel of [B, C, ..] over batch and places, or by the running statistics.</summary>
            public static Tensor batch_norm(
                Tensor input,
                Tensor? running_mean,
                Tensor? running_var,
                Tensor? weight = null,
                Tensor? bias = null,
                bool training = false,
                double momentum = 0.1,
                double eps = 1E-05
            )
            {
                ArgumentNullException.ThrowIfNull(input);
                if (training && input.shape is [var images, _, .. var places] && images * places.TotalSize() == 1)
                {
                    throw new ArgumentException(
                        $"batch_norm: more than one value a channel is needed in training, got an input of shape [{string.Join(", ", input.shape)}].",
                        nameof(input)
                    );
                }
                return Aten.batch_norm(input, weight, bias, running_mean, running_var, training, momentum, eps, true);
            }

            /// <summary>Normalizes each channel of each image of [B, C, ..] over its places.</summary>
            public static Tensor instance_norm(
                Tensor input,
                Tensor? running_mean = null,
                Tensor? running_var = null,
                Tensor? weight = null,
                Tensor? bias = null,
                bool use_input_stats = true,
                double momentum = 0.1,
                double eps = 1E-05
            ) =>
                Aten.instance_norm(
                    input,
                    weight,
                    bias,
                    running_mean,
                    running_var,
                    use_input_stats,
                    momentum,
                    eps,
                    true
                );

            /// <summary>
            /// Divides each channel by a power of the mean square over the channels around it (AlexNet's normalization).
            /// </summary>
            /// <param name="input">[B, C, ..], at least 3 dimensions</param>
            /// <param name="size">How many channels count.</param>
            /// <param name="alpha">The factor of the mean square.</param>
            /// <param name="beta">The power.</param>
            /// <param name="k">What is added to the mean square before.</param>
            public static Tensor local_response_norm(
                Tensor input,
                long size,
                double alpha = 0.0001,
                double beta = 0.75,
                double k = 1.0
            )
            {
                ArgumentNullException.ThrowIfNull(input);
                var shape = input.shape;
                if (shape.Length < 3)
                {
                    throw new ArgumentException(
                        $"local_response_norm: expected an input [B, C, ..] of at least 3 dimensions, got [{string.Join(", ", shape)}].",
                        nameof(input)
                    );
                }
                if (input.numel() == 0)
                {
                    return input;
                }
                using var scope = NewDisposeScope();
                // All places as one dimension, so that one pooling over the channels serves every rank.
                var squares = Aten.reshape(Aten.mul_Tensor(input, input), [shape[0], 1, shape[1], -1]);
                var means = Aten.avg_pool2d(
                    Aten.pad(squares, [0, 0, size / 2, (size - 1) / 2]),
                    [size, 1],
                    stride: [1, 1]
                );
                var scale = Aten.reshape(means, shape);
                scale = Aten.pow_Tensor_Scalar(Aten.add_Scalar(Aten.mul_Scalar(scale, alpha), k), beta);
                return scope.MoveToOuter(Aten.div_Tensor(input, scale));
            }
        }
    }
}
