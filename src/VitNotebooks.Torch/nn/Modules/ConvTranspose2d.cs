using TorchSharp.Dispatch;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Transposed convolution of [B, C, H, W].</summary>
    public sealed class ConvTranspose2d : ConvolutionTranspose
    {
        internal ConvTranspose2d(
            long in_channels,
            long out_channels,
            long[] kernel_size,
            long[] stride,
            long[] padding,
            long[] output_padding,
            long[] dilation,
            PaddingModes padding_mode,
            long groups,
            bool bias,
            Device? device,
            ScalarType? dtype
        )
            : base(
                nameof(ConvTranspose2d),
                new(
                    in_channels,
                    out_channels,
                    kernel_size,
                    stride,
                    padding,
                    null,
                    dilation,
                    padding_mode,
                    groups,
                    output_padding,
                    Transposed: true
                ),
                bias,
                device,
                dtype
            ) { }

        private protected override Tensor Run(Tensor input, long[] extra) =>
            Aten.conv_transpose2d_input(input, weight, bias, stride, padding, extra, groups, dilation);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>Transposed convolution of [B, C, H, W] with the same numbers along every dimension.</summary>
            public static ConvTranspose2d ConvTranspose2d(
                long in_channels,
                long out_channels,
                long kernel_size,
                long stride = 1,
                long padding = 0,
                long output_padding = 0,
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
                    [output_padding, output_padding],
                    [dilation, dilation],
                    padding_mode,
                    groups,
                    bias,
                    device,
                    dtype
                );

            public static ConvTranspose2d ConvTranspose2d(
                long in_channels,
                long out_channels,
                (long, long) kernel_size,
                (long, long)? stride = null,
                (long, long)? padding = null,
                (long, long)? output_padding = null,
                (long, long)? dilation = null,
                PaddingModes padding_mode = PaddingModes.Zeros,
                long groups = 1,
                bool bias = true,
                Device? device = null,
                ScalarType? dtype = null
            )
            {
                var (s, p) = (stride ?? (1, 1), padding ?? (0, 0));
                var (o, d) = (output_padding ?? (0, 0), dilation ?? (1, 1));
                return new(
                    in_channels,
                    out_channels,
                    [kernel_size.Item1, kernel_size.Item2],
                    [s.Item1, s.Item2],
                    [p.Item1, p.Item2],
                    [o.Item1, o.Item2],
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
