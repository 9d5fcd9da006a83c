using TorchSharp.Dispatch;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>The maximum over windows at random places of [B, C, H, W] (arXiv 1412.6071).</summary>
            public static Tensor fractional_max_pool2d(
                Tensor input,
                long kernel_size,
                long? output_size = null,
                double? output_ratio = null
            ) =>
                fractional_max_pool2d(
                    input,
                    Places.Twice(kernel_size),
                    Places.Twice(output_size),
                    Places.Twice(output_ratio)
                );

            /// <summary>The maximum over windows at random places of [B, C, H, W] (arXiv 1412.6071).</summary>
            public static Tensor fractional_max_pool2d(
                Tensor input,
                (long, long) kernel_size,
                (long, long)? output_size = null,
                (double, double)? output_ratio = null
            ) => fractional_max_pool2d(input, Places.Of(kernel_size), Places.Of(output_size), Places.Of(output_ratio));

            /// <summary>The maximum over windows at random places of [B, C, H, W] (arXiv 1412.6071).</summary>
            /// <param name="input">The images, with or without a batch dimension.</param>
            /// <param name="kernel_size">The window.</param>
            /// <param name="output_size">The size of the result; exactly one of size and ratio.</param>
            /// <param name="output_ratio">The size of the result as a part of the input's, below 1.</param>
            public static Tensor fractional_max_pool2d(
                Tensor input,
                long[] kernel_size,
                long[]? output_size = null,
                double[]? output_ratio = null
            ) => First(FractionalMaxPool(input, kernel_size, output_size, output_ratio, 2));

            /// <summary>The maximum over windows at random places of [B, C, H, W], and where it was (arXiv 1412.6071).</summary>
            public static (Tensor Values, Tensor Indices) fractional_max_pool2d_with_indices(
                Tensor input,
                long kernel_size,
                long? output_size = null,
                double? output_ratio = null
            ) =>
                fractional_max_pool2d_with_indices(
                    input,
                    Places.Twice(kernel_size),
                    Places.Twice(output_size),
                    Places.Twice(output_ratio)
                );

            /// <summary>The maximum over windows at random places of [B, C, H, W], and where it was (arXiv 1412.6071).</summary>
            public static (Tensor Values, Tensor Indices) fractional_max_pool2d_with_indices(
                Tensor input,
                (long, long) kernel_size,
                (long, long)? output_size = null,
                (double, double)? output_ratio = null
            ) =>
                fractional_max_pool2d_with_indices(
                    input,
                    Places.Of(kernel_size),
                    Places.Of(output_size),
                    Places.Of(output_ratio)
                );

            /// <summary>The maximum over windows at random places of [B, C, H, W], and where it was (arXiv 1412.6071).</summary>
            /// <param name="input">The images, with or without a batch dimension.</param>
            /// <param name="kernel_size">The window.</param>
            /// <param name="output_size">The size of the result; exactly one of size and ratio.</param>
            /// <param name="output_ratio">The size of the result as a part of the input's, below 1.</param>
            public static (Tensor Values, Tensor Indices) fractional_max_pool2d_with_indices(
                Tensor input,
                long[] kernel_size,
                long[]? output_size = null,
                double[]? output_ratio = null
            ) => FractionalMaxPool(input, kernel_size, output_size, output_ratio, 2);

            /// <summary>The maximum over windows at random places of [B, C, D, H, W] (arXiv 1412.6071).</summary>
            public static Tensor fractional_max_pool3d(
                Tensor input,
                long kernel_size,
                long? output_size = null,
                double? output_ratio = null
            ) =>
                fractional_max_pool3d(
                    input,
                    Places.Thrice(kernel_size),
                    Places.Thrice(output_size),
                    Places.Thrice(output_ratio)
                );

            /// <summary>The maximum over windows at random places of [B, C, D, H, W] (arXiv 1412.6071).</summary>
            public static Tensor fractional_max_pool3d(
                Tensor input,
                (long, long, long) kernel_size,
                (long, long, long)? output_size = null,
                (double, double, double)? output_ratio = null
            ) => fractional_max_pool3d(input, Places.Of(kernel_size), Places.Of(output_size), Places.Of(output_ratio));

            /// <summary>The maximum over windows at random places of [B, C, D, H, W] (arXiv 1412.6071).</summary>
            /// <param name="input">The images, with or without a batch dimension.</param>
            /// <param name="kernel_size">The window.</param>
            /// <param name="output_size">The size of the result; exactly one of size and ratio.</param>
            /// <param name="output_ratio">The size of the result as a part of the input's, below 1.</param>
            public static Tensor fractional_max_pool3d(
                Tensor input,
                long[] kernel_size,
                long[]? output_size = null,
                double[]? output_ratio = null
            ) => First(FractionalMaxPool(input, kernel_size, output_size, output_ratio, 3));

            /// <summary>The maximum over windows at random places of [B, C, D, H, W], and where it was (arXiv 1412.6071).</summary>
            public static (Tensor Values, Tensor Indices) fractional_max_pool3d_with_indices(
                Tensor input,
                long kernel_size,
                long? output_size = null,
                double? output_ratio = null
            ) =>
                fractional_max_pool3d_with_indices(
                    input,
                    Places.Thrice(kernel_size),
                    Places.Thrice(output_size),
                    Places.Thrice(output_ratio)
                );

            /// <summary>The maximum over windows at random places of [B, C, D, H, W], and where it was (arXiv 1412.6071).</summary>
            public static (Tensor Values, Tensor Indices) fractional_max_pool3d_with_indices(
                Tensor input,
                (long, long, long) kernel_size,
                (long, long, long)? output_size = null,
                (double, double, double)? output_ratio = null
            ) =>
                fractional_max_pool3d_with_indices(
                    input,
                    Places.Of(kernel_size),
                    Places.Of(output_size),
                    Places.Of(output_ratio)
                );

            /// <summary>The maximum over windows at random places of [B, C, D, H, W], and where it was (arXiv 1412.6071).</summary>
            /// <param name="input">The images, with or without a batch dimension.</param>
            /// <param name="kernel_size">The window.</param>
            /// <param name="output_size">The size of the result; exactly one of size and ratio.</param>
            /// <param name="output_ratio">The size of the result as a part of the input's, below 1.</param>
            public static (Tensor Values, Tensor Indices) fractional_max_pool3d_with_indices(
                Tensor input,
                long[] kernel_size,
                long[]? output_size = null,
                double[]? output_ratio = null
            ) => FractionalMaxPool(input, kernel_size, output_size, output_ratio, 3);

            private static (Tensor Output, Tensor Indices) FractionalMaxPool(
                Tensor input,
                long[] kernel_size,
                long[]? output_size,
                double[]? output_ratio,
                int places
            )
            {
                ArgumentNullException.ThrowIfNull(input);
                CheckFractional(kernel_size, output_size, output_ratio, places);
                var shape = input.shape;
                if (shape.Length != places + 1 && shape.Length != places + 2)
                {
                    throw new ArgumentException(
                        $"fractional_max_pool{places}d: expected {places + 1} or {places + 2} dimensions, got [{string.Join(", ", shape)}].",
                        nameof(input)
                    );
                }
                var size = output_size ?? [.. output_ratio!.Select((ratio, i) => (long)(shape[^(places - i)] * ratio))];
                var batch = shape.Length == places + 1 ? 1 : shape[0];
                using var samples = Aten.rand_generator(
                    [batch, shape[^(places + 1)], places],
                    generator: null,
                    dtype: input.dtype,
                    device: input.device
                );
                return places == 2
                    ? Aten.fractional_max_pool2d(input, kernel_size, size, samples)
                    : Aten.fractional_max_pool3d(input, kernel_size, size, samples);
            }

            /// <summary>Refuses what no input could be pooled with.</summary>
            internal static void CheckFractional(
                long[] kernel_size,
                long[]? output_size,
                double[]? output_ratio,
                int places
            )
            {
                ArgumentNullException.ThrowIfNull(kernel_size);
                if (
                    kernel_size.Length != places
                    || (output_size?.Length ?? places) != places
                    || (output_ratio?.Length ?? places) != places
                )
                {
                    throw new ArgumentException(
                        $"fractional_max_pool{places}d: kernel_size, output_size and output_ratio take {places} values each."
                    );
                }
                if ((output_size is null) == (output_ratio is null))
                {
                    throw new ArgumentException(
                        $"fractional_max_pool{places}d: give exactly one of output_size and output_ratio.",
                        nameof(output_size)
                    );
                }
                foreach (var ratio in output_ratio ?? [])
                {
                    if (!(ratio > 0 && ratio < 1))
                    {
                        throw new ArgumentOutOfRangeException(
                            nameof(output_ratio),
                            ratio,
                            $"fractional_max_pool{places}d: output_ratio must be between 0 and 1."
                        );
                    }
                }
            }
        }
    }
}
