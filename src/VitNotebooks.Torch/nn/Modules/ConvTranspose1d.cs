using TorchSharp.Dispatch;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Transposed convolution of [B, C, L].</summary>
    public sealed class ConvTranspose1d : ConvolutionTranspose
    {
        internal ConvTranspose1d(
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
                nameof(ConvTranspose1d),
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
            Aten.conv_transpose1d(input, weight, bias, stride, padding, extra, groups, dilation);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>Transposed convolution of [B, C, L] with the same numbers along every dimension.</summary>
            public static ConvTranspose1d ConvTranspose1d(
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
                    [kernel_size],
                    [stride],
                    [padding],
                    [output_padding],
                    [dilation],
                    padding_mode,
                    groups,
                    bias,
                    device,
                    dtype
                );
        }
    }
}
