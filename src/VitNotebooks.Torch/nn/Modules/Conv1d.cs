using TorchSharp.Dispatch;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Convolution of [B, C, L].</summary>
    public sealed class Conv1d : Convolution
    {
        internal Conv1d(
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
                nameof(Conv1d),
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
                    Repeat(0, 1),
                    Transposed: false
                ),
                bias,
                device,
                dtype
            ) { }

        public override Tensor forward(Tensor input) =>
            PadsFirst ? Aten.conv1d(Bordered(input), weight, bias, stride, [0], dilation, groups)
            : padding_type is { } kind
                ? Aten.conv1d_padding(
                    input,
                    weight,
                    bias,
                    stride,
                    kind == Padding.Same ? "same" : "valid",
                    dilation,
                    groups
                )
            : Aten.conv1d(input, weight, bias, stride, padding, dilation, groups);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>Convolution of [B, C, L] with the same numbers along every dimension.</summary>
            public static Conv1d Conv1d(
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
                    [kernel_size],
                    [stride],
                    [padding],
                    null,
                    [dilation],
                    padding_mode,
                    groups,
                    bias,
                    device,
                    dtype
                );

            public static Conv1d Conv1d(
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
                    [kernel_size],
                    [stride],
                    [0],
                    padding,
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
