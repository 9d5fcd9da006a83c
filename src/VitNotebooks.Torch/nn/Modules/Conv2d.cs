using TorchSharp.Dispatch;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Convolution of [B, C, H, W].</summary>
    public sealed class Conv2d : Convolution
    {
        internal Conv2d(
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
                nameof(Conv2d),
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
                    Repeat(0, 2),
                    Transposed: false
                ),
                bias,
                device,
                dtype
            ) { }

        public override Tensor forward(Tensor input) =>
            PadsFirst ? Aten.conv2d(Bordered(input), weight, bias, stride, [0, 0], dilation, groups)
            : padding_type is { } kind
                ? Aten.conv2d_padding(
                    input,
                    weight,
                    bias,
                    stride,
                    kind == Padding.Same ? "same" : "valid",
                    dilation,
                    groups
                )
            : Aten.conv2d(input, weight, bias, stride, padding, dilation, groups);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>Convolution of [B, C, H, W] with the same numbers along every dimension.</summary>
            public static Conv2d Conv2d(
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
                    [kernel_size, kernel_size],
                    [stride, stride],
                    [padding, padding],
                    null,
                    [dilation, dilation],
                    padding_mode,
                    groups,
                    bias,
                    device,
                    dtype
                );

            public static Conv2d Conv2d(
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
                    [kernel_size, kernel_size],
                    [stride, stride],
                    [0, 0],
                    padding,
                    [dilation, dilation],
                    padding_mode,
                    groups,
                    bias,
                    device,
                    dtype
                );

            public static Conv2d Conv2d(
                long in_channels,
                long out_channels,
                (long, long) kernel_size,
                (long, long)? stride = null,
                (long, long)? padding = null,
                (long, long)? dilation = null,
                PaddingModes padding_mode = PaddingModes.Zeros,
                long groups = 1,
                bool bias = true,
                Device? device = null,
                ScalarType? dtype = null
            )
            {
                var (s, p, d) = (stride ?? (1, 1), padding ?? (0, 0), dilation ?? (1, 1));
                return new(
                    in_channels,
                    out_channels,
                    [kernel_size.Item1, kernel_size.Item2],
                    [s.Item1, s.Item2],
                    [p.Item1, p.Item2],
                    null,
                    [d.Item1, d.Item2],
                    padding_mode,
                    groups,
                    bias,
                    device,
                    dtype
                );
            }

            public static Conv2d Conv2d(
                long in_channels,
                long out_channels,
                (long, long) kernel_size,
                Padding padding,
                (long, long)? stride = null,
                (long, long)? dilation = null,
                PaddingModes padding_mode = PaddingModes.Zeros,
                long groups = 1,
                bool bias = true,
                Device? device = null,
                ScalarType? dtype = null
            )
            {
                var (s, d) = (stride ?? (1, 1), dilation ?? (1, 1));
                return new(
                    in_channels,
                    out_channels,
                    [kernel_size.Item1, kernel_size.Item2],
                    [s.Item1, s.Item2],
                    [0, 0],
                    padding,
                    [d.Item1, d.Item2],
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
