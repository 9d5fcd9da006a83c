using TorchSharp.Dispatch;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            public static Tensor max_pool1d(
                Tensor input,
                long kernel_size,
                long? stride = null,
                long? padding = null,
                long? dilation = null,
                bool ceil_mode = false
            ) =>
                Aten.max_pool1d(
                    input,
                    [kernel_size],
                    [stride ?? kernel_size],
                    [padding ?? 0],
                    [dilation ?? 1],
                    ceil_mode
                );

            public static (Tensor output, Tensor indices) max_pool1d_with_indices(
                Tensor input,
                long kernel_size,
                long? stride = null,
                long? padding = null,
                long? dilation = null,
                bool ceil_mode = false
            ) =>
                Aten.max_pool1d_with_indices(
                    input,
                    [kernel_size],
                    [stride ?? kernel_size],
                    [padding ?? 0],
                    [dilation ?? 1],
                    ceil_mode
                );

            public static Tensor max_pool2d(
                Tensor input,
                long[] kernel_size,
                long[]? strides = null,
                long[]? padding = null,
                long[]? dilation = null,
                bool ceil_mode = false
            ) =>
                Aten.max_pool2d(
                    input,
                    kernel_size,
                    strides ?? kernel_size,
                    padding ?? [0, 0],
                    dilation ?? [1, 1],
                    ceil_mode
                );

            public static Tensor max_pool2d(
                Tensor input,
                long kernel_size,
                long? stride = null,
                long? padding = null,
                long? dilation = null,
                bool ceil_mode = false
            )
            {
                var (s, p, d) = (stride ?? kernel_size, padding ?? 0, dilation ?? 1);
                return max_pool2d(input, [kernel_size, kernel_size], [s, s], [p, p], [d, d], ceil_mode);
            }

            public static Tensor max_pool2d(
                Tensor input,
                (long, long) kernel_size,
                (long, long)? stride = null,
                (long, long)? padding = null,
                (long, long)? dilation = null,
                bool ceil_mode = false
            )
            {
                var (s, p, d) = (stride ?? kernel_size, padding ?? (0, 0), dilation ?? (1, 1));
                return max_pool2d(
                    input,
                    [kernel_size.Item1, kernel_size.Item2],
                    [s.Item1, s.Item2],
                    [p.Item1, p.Item2],
                    [d.Item1, d.Item2],
                    ceil_mode
                );
            }

            public static (Tensor output, Tensor indices) max_pool2d_with_indices(
                Tensor input,
                long[] kernel_size,
                long[]? strides = null,
                long[]? padding = null,
                long[]? dilation = null,
                bool ceil_mode = false
            ) =>
                Aten.max_pool2d_with_indices(
                    input,
                    kernel_size,
                    strides ?? kernel_size,
                    padding ?? [0, 0],
                    dilation ?? [1, 1],
                    ceil_mode
                );

            public static Tensor max_pool3d(
                Tensor input,
                long[] kernel_size,
                long[]? strides = null,
                long[]? padding = null,
                long[]? dilation = null,
                bool ceil_mode = false
            ) =>
                Aten.max_pool3d(
                    input,
                    kernel_size,
                    strides ?? kernel_size,
                    padding ?? [0, 0, 0],
                    dilation ?? [1, 1, 1],
                    ceil_mode
                );

            public static (Tensor output, Tensor indices) max_pool3d_with_indices(
                Tensor input,
                long[] kernel_size,
                long[]? strides = null,
                long[]? padding = null,
                long[]? dilation = null,
                bool ceil_mode = false
            ) =>
                Aten.max_pool3d_with_indices(
                    input,
                    kernel_size,
                    strides ?? kernel_size,
                    padding ?? [0, 0, 0],
                    dilation ?? [1, 1, 1],
                    ceil_mode
                );

            public static Tensor avg_pool1d(
                Tensor input,
                long kernel_size,
                long? stride = null,
                long? padding = null,
                bool ceil_mode = false,
                bool count_include_pad = true
            ) =>
                Aten.avg_pool1d(
                    input,
                    [kernel_size],
                    [stride ?? kernel_size],
                    [padding ?? 0],
                    ceil_mode,
                    count_include_pad
                );

            public static Tensor avg_pool2d(
                Tensor input,
                long[] kernel_size,
                long[]? stride = null,
                long[]? padding = null,
                bool ceil_mode = false,
                bool count_include_pad = true,
                long? divisor_override = null
            ) =>
                Aten.avg_pool2d(
                    input,
                    kernel_size,
                    stride ?? kernel_size,
                    padding ?? [0, 0],
                    ceil_mode,
                    count_include_pad,
                    divisor_override
                );

            public static Tensor avg_pool2d(
                Tensor input,
                long kernel_size,
                long? stride = null,
                long padding = 0,
                bool ceil_mode = false,
                bool count_include_pad = true,
                long? divisor_override = null
            )
            {
                var s = stride ?? kernel_size;
                return avg_pool2d(
                    input,
                    [kernel_size, kernel_size],
                    [s, s],
                    [padding, padding],
                    ceil_mode,
                    count_include_pad,
                    divisor_override
                );
            }

            public static Tensor avg_pool2d(
                Tensor input,
                (long, long) kernel_size,
                (long, long)? stride = null,
                (long, long)? padding = null,
                bool ceil_mode = false,
                bool count_include_pad = true,
                long? divisor_override = null
            )
            {
                var (s, p) = (stride ?? kernel_size, padding ?? (0, 0));
                return avg_pool2d(
                    input,
                    [kernel_size.Item1, kernel_size.Item2],
                    [s.Item1, s.Item2],
                    [p.Item1, p.Item2],
                    ceil_mode,
                    count_include_pad,
                    divisor_override
                );
            }

            public static Tensor avg_pool3d(
                Tensor input,
                long[] kernel_size,
                long[]? stride = null,
                long[]? padding = null,
                bool ceil_mode = false,
                bool count_include_pad = true,
                long? divisor_override = null
            ) =>
                Aten.avg_pool3d(
                    input,
                    kernel_size,
                    stride ?? kernel_size,
                    padding ?? [0, 0, 0],
                    ceil_mode,
                    count_include_pad,
                    divisor_override
                );

            public static Tensor adaptive_avg_pool1d(Tensor input, long output_size) =>
                Aten.adaptive_avg_pool1d(input, [output_size]);

            public static Tensor adaptive_avg_pool2d(Tensor input, long[] output_size) =>
                Aten.adaptive_avg_pool2d(input, output_size);

            public static Tensor adaptive_avg_pool2d(Tensor input, long output_size) =>
                Aten.adaptive_avg_pool2d(input, [output_size, output_size]);

            public static Tensor adaptive_avg_pool2d(Tensor input, (long, long) output_size) =>
                Aten.adaptive_avg_pool2d(input, [output_size.Item1, output_size.Item2]);

            public static Tensor adaptive_avg_pool3d(Tensor input, long[] output_size) =>
                Aten.adaptive_avg_pool3d(input, output_size);

            public static Tensor adaptive_avg_pool3d(Tensor input, long output_size) =>
                Aten.adaptive_avg_pool3d(input, [output_size, output_size, output_size]);

            public static Tensor adaptive_avg_pool3d(Tensor input, (long, long, long) output_size) =>
                Aten.adaptive_avg_pool3d(input, [output_size.Item1, output_size.Item2, output_size.Item3]);

            public static Tensor adaptive_max_pool1d(Tensor input, long output_size) =>
                First(adaptive_max_pool1d_with_indices(input, output_size));

            public static Tensor adaptive_max_pool2d(Tensor input, long[] output_size) =>
                First(adaptive_max_pool2d_with_indices(input, output_size));

            public static Tensor adaptive_max_pool3d(Tensor input, long[] output_size) =>
                First(adaptive_max_pool3d_with_indices(input, output_size));

            public static (Tensor output, Tensor indices) adaptive_max_pool1d_with_indices(
                Tensor input,
                long output_size
            ) => Aten.adaptive_max_pool1d(input, [output_size]);

            public static (Tensor output, Tensor indices) adaptive_max_pool2d_with_indices(
                Tensor input,
                long[] output_size
            ) => Aten.adaptive_max_pool2d(input, output_size);

            public static (Tensor output, Tensor indices) adaptive_max_pool3d_with_indices(
                Tensor input,
                long[] output_size
            ) => Aten.adaptive_max_pool3d(input, output_size);

            private static Tensor First((Tensor Output, Tensor Indices) pooled)
            {
                pooled.Indices.Dispose();
                return pooled.Output;
            }
        }
    }
}
