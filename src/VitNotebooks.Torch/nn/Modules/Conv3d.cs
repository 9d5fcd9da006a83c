using TorchSharp.Dispatch;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Convolution of [B, C, D, H, W].</summary>
    public sealed class Conv3d : Convolution
    {
        internal Conv3d(
            long in_channels,
            long out_channels,
            long[] kernel_size,
            long[] stride,
            long[] padding,
            Padding? padding_type,
            long[] dilation,
            PaddingModes padding_mode,
            long groups,
            bool bias,
            Device? device,
            ScalarType? dtype
        )
            : base(
                nameof(Conv3d),
                new(
                    in_channels,
                    out_channels,
                    kernel_size,
                    stride,
                    padding,
                    padding_type,
                    dilation,
                    padding_mode,
                    groups,
                    Repeat(0, 3),
                    Transposed: false
                ),
                bias,
                device,
                dtype
            ) { }

        public override Tensor forward(Tensor input) =>
            PadsFirst ? Aten.conv3d(Bordered(input), weight, bias, stride, [0, 0, 0], dilation, groups)
            : padding_type is { } kind
                ? Aten.conv3d_padding(
                    input,
                    weight,
                    bias,
                    stride,
                    kind == Padding.Same ? "same" : "valid",
                    dilation,
                    groups
                )
            : Aten.conv3d(input, weight, bias, stride, padding, dilation, groups);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>Convolution of [B, C, D, H, W] with the same numbers along every dimension.</summary>
            public static Conv3d Conv3d(
                long in_channels,
                long out_channels,
                long kernel_size,
                long stride = 1,
                long padding = 0,
                long dilation = 1,
                PaddingModes padding_mode = PaddingModes.Zeros,
                long groups = 1,
                bool bias = true,
                Device? device = null,
                ScalarType? dtype = null
            ) =>
                new(
                    in_channels,
                    out_channels,
                    [kernel_size, kernel_size, kernel_size],
                    [stride, stride, stride],
                    [padding, padding, padding],
                    null,
                    [dilation, dilation, dilation],
                    padding_mode,
                    groups,
                    bias,
                    device,
                    dtype
                );

            public static Conv3d Conv3d(
                long in_channels,
                long out_channels,
                long kernel_size,
                Padding padding,
                long stride = 1,
                long dilation = 1,
                PaddingModes padding_mode = PaddingModes.Zeros,
                long groups = 1,
                bool bias = true,
                Device? device = null,
                ScalarType? dtype = null
            ) =>
                new(
                    in_channels,
                    out_channels,
                    [kernel_size, kernel_size, kernel_size],
                    [stride, stride, stride],
                    [0, 0, 0],
                    padding,
                    [dilation, dilation, dilation],
                    padding_mode,
                    groups,
                    bias,
                    device,
                    dtype
                );

            public static Conv3d Conv3d(
                long in_channels,
                long out_channels,
                (long, long, long) kernel_size,
                (long, long, long)? stride = null,
                (long, long, long)? padding = null,
                (long, long, long)? dilation = null,
                PaddingModes padding_mode = PaddingModes.Zeros,
                long groups = 1,
                bool bias = true,
                Device? device = null,
                ScalarType? dtype = null
            )
            {
                var (s, p, d) = (stride ?? (1, 1, 1), padding ?? (0, 0, 0), dilation ?? (1, 1, 1));
                return new(
                    in_channels,
                    out_channels,
                    [kernel_size.Item1, kernel_size.Item2, kernel_size.Item3],
                    [s.Item1, s.Item2, s.Item3],
                    [p.Item1, p.Item2, p.Item3],
                    null,
                    [d.Item1, d.Item2, d.Item3],
                    padding_mode,
                    groups,
                    bias,
                    device,
                    dtype
                );
            }

            public static Conv3d Conv3d(
                long in_channels,
                long out_channels,
                (long, long, long) kernel_size,
                Padding padding,
                (long, long, long)? stride = null,
                (long, long, long)? dilation = null,
                PaddingModes padding_mode = PaddingModes.Zeros,
                long groups = 1,
                bool bias = true,
                Device? device = null,
                ScalarType? dtype = null
            )
            {
                var (s, d) = (stride ?? (1, 1, 1), dilation ?? (1, 1, 1));
                return new(
                    in_channels,
                    out_channels,
                    [kernel_size.Item1, kernel_size.Item2, kernel_size.Item3],
                    [s.Item1, s.Item2, s.Item3],
                    [0, 0, 0],
                    padding,
                    [d.Item1, d.Item2, d.Item3],
                    padding_mode,
                    groups,
                    bias,
                    device,
                    dtype
                );
            }
        }
    }
}
