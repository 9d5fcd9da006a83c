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
        }
    }
}
