using TorchSharp.Dispatch;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            public static Tensor conv1d(
                Tensor input,
                Tensor weight,
                Tensor? bias = null,
                long? stride = null,
                long? padding = null,
                long? dilation = null,
                long groups = 1
            ) => Aten.conv1d(input, weight, bias, [stride ?? 1], [padding ?? 0], [dilation ?? 1], groups);

            public static Tensor conv1d_padding(
                Tensor input,
                Tensor weight,
                Tensor? bias = null,
                long? stride = null,
                Padding padding = Padding.Valid,
                long? dilation = null,
                long groups = 1
            ) => Aten.conv1d_padding(input, weight, bias, [stride ?? 1], Name(padding), [dilation ?? 1], groups);

            public static Tensor conv2d(
                Tensor input,
                Tensor weight,
                Tensor? bias = null,
                long[]? strides = null,
                long[]? padding = null,
                long[]? dilation = null,
                long groups = 1
            ) => Aten.conv2d(input, weight, bias, strides ?? [1, 1], padding ?? [0, 0], dilation ?? [1, 1], groups);

            public static Tensor conv2d_padding(
                Tensor input,
                Tensor weight,
                Tensor? bias = null,
                long[]? strides = null,
                Padding padding = Padding.Valid,
                long[]? dilation = null,
                long groups = 1
            ) => Aten.conv2d_padding(input, weight, bias, strides ?? [1, 1], Name(padding), dilation ?? [1, 1], groups);

            public static Tensor conv3d(
                Tensor input,
                Tensor weight,
                Tensor? bias = null,
                long[]? strides = null,
                long[]? padding = null,
                long[]? dilation = null,
                long groups = 1
            ) =>
                Aten.conv3d(
                    input,
                    weight,
                    bias,
                    strides ?? [1, 1, 1],
                    padding ?? [0, 0, 0],
                    dilation ?? [1, 1, 1],
                    groups
                );

            public static Tensor conv3d_padding(
                Tensor input,
                Tensor weight,
                Tensor? bias = null,
                long[]? strides = null,
                Padding padding = Padding.Valid,
                long[]? dilation = null,
                long groups = 1
            ) =>
                Aten.conv3d_padding(
                    input,
                    weight,
                    bias,
                    strides ?? [1, 1, 1],
                    Name(padding),
                    dilation ?? [1, 1, 1],
                    groups
                );

            public static Tensor conv_transpose1d(
                Tensor input,
                Tensor weight,
                Tensor? bias = null,
                long? stride = null,
                long? padding = null,
                long? output_padding = null,
                long? dilation = null,
                long groups = 1
            ) =>
                Aten.conv_transpose1d(
                    input,
                    weight,
                    bias,
                    [stride ?? 1],
                    [padding ?? 0],
                    [output_padding ?? 0],
                    groups,
                    [dilation ?? 1]
                );

            public static Tensor conv_transpose2d(
                Tensor input,
                Tensor weight,
                Tensor? bias = null,
                long[]? strides = null,
                long[]? padding = null,
                long[]? output_padding = null,
                long[]? dilation = null,
                long groups = 1
            ) =>
                Aten.conv_transpose2d_input(
                    input,
                    weight,
                    bias,
                    strides ?? [1, 1],
                    padding ?? [0, 0],
                    output_padding ?? [0, 0],
                    groups,
                    dilation ?? [1, 1]
                );

            public static Tensor conv_transpose3d(
                Tensor input,
                Tensor weight,
                Tensor? bias = null,
                long[]? strides = null,
                long[]? padding = null,
                long[]? output_padding = null,
                long[]? dilation = null,
                long groups = 1
            ) =>
                Aten.conv_transpose3d_input(
                    input,
                    weight,
                    bias,
                    strides ?? [1, 1, 1],
                    padding ?? [0, 0, 0],
                    output_padding ?? [0, 0, 0],
                    groups,
                    dilation ?? [1, 1, 1]
                );

            /// <summary>The patches of [B, C, H, W] as columns: [B, C kh kw, L].</summary>
            public static Tensor unfold(
                Tensor input,
                long kernel_size,
                long dilation = 1,
                long padding = 0,
                long stride = 1
            ) => unfold(input, (kernel_size, kernel_size), (dilation, dilation), (padding, padding), (stride, stride));

            public static Tensor unfold(
                Tensor input,
                (long, long) kernel_size,
                (long, long)? dilation = null,
                (long, long)? padding = null,
                (long, long)? stride = null
            )
            {
                var (d, p, s) = (dilation ?? (1, 1), padding ?? (0, 0), stride ?? (1, 1));
                return Aten.im2col(
                    input,
                    [kernel_size.Item1, kernel_size.Item2],
                    [d.Item1, d.Item2],
                    [p.Item1, p.Item2],
                    [s.Item1, s.Item2]
                );
            }

            /// <summary>The sum of overlapping patches: the transpose of <see cref="unfold(Tensor, long, long, long, long)"/>.</summary>
            public static Tensor fold(
                Tensor input,
                long output_size,
                long kernel_size,
                long dilation = 1,
                long padding = 0,
                long stride = 1
            ) =>
                fold(
                    input,
                    (output_size, output_size),
                    (kernel_size, kernel_size),
                    (dilation, dilation),
                    (padding, padding),
                    (stride, stride)
                );

            public static Tensor fold(
                Tensor input,
                (long, long) output_size,
                (long, long) kernel_size,
                (long, long)? dilation = null,
                (long, long)? padding = null,
                (long, long)? stride = null
            )
            {
                var (d, p, s) = (dilation ?? (1, 1), padding ?? (0, 0), stride ?? (1, 1));
                return Aten.col2im(
                    input,
                    [output_size.Item1, output_size.Item2],
                    [kernel_size.Item1, kernel_size.Item2],
                    [d.Item1, d.Item2],
                    [p.Item1, p.Item2],
                    [s.Item1, s.Item2]
                );
            }

            /// <summary>[B, C r r, H, W] as [B, C, H r, W r].</summary>
            public static Tensor pixel_shuffle(Tensor input, long upscale_factor) =>
                Aten.pixel_shuffle(input, upscale_factor);

            public static Tensor pixel_unshuffle(Tensor input, long downscale_factor) =>
                Aten.pixel_unshuffle(input, downscale_factor);

            private static string Name(Padding padding) => padding == Padding.Same ? "same" : "valid";
        }
    }
}
