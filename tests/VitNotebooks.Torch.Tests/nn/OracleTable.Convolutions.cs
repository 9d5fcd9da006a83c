using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace VitNotebooks.Torch.Tests.nn_;

internal static partial class OracleTable
{
    private static IEnumerable<OracleCase> Convolutions() =>
        [
            Unary("nn.Conv1d(2, 4, 3, padding=1)", () => nn.Conv1d(2, 4, 3, padding: 1L), [2, 2, 8]),
            Unary(
                "nn.Conv1d(2, 4, 3, padding='same', dilation=2)",
                () => nn.Conv1d(2, 4, 3, Padding.Same, dilation: 2),
                [2, 2, 8]
            ),
            Unary(
                "nn.Conv1d(2, 4, 3, padding=2, padding_mode='circular')",
                () => nn.Conv1d(2, 4, 3, padding: 2L, padding_mode: PaddingModes.Circular),
                [2, 2, 8]
            ),
            Unary(
                "nn.Conv2d(4, 6, 3, stride=2, padding=1, groups=2)",
                () => nn.Conv2d(4, 6, 3, stride: 2, padding: 1, groups: 2),
                [2, 4, 7, 7]
            ),
            Unary(
                "nn.Conv2d(4, 6, (3, 2), stride=(2, 1), padding=(1, 0), bias=False)",
                () => nn.Conv2d(4, 6, (3, 2), (2, 1), (1, 0), bias: false),
                [2, 4, 7, 7]
            ),
            Unary(
                "nn.Conv2d(2, 3, 3, padding=1, padding_mode='reflect')",
                () => nn.Conv2d(2, 3, 3, padding: 1L, padding_mode: PaddingModes.Reflect),
                [1, 2, 5, 5]
            ),
            Unary(
                "nn.Conv2d(2, 3, 3, padding=1, padding_mode='replicate')",
                () => nn.Conv2d(2, 3, 3, padding: 1L, padding_mode: PaddingModes.Replicate),
                [1, 2, 5, 5]
            ),
            Unary("nn.Conv2d(2, 3, 4, padding='same')", () => nn.Conv2d(2, 3, 4, padding: Padding.Same), [1, 2, 5, 5]),
            Unary(
                "nn.Conv3d(2, 3, 2, stride=2, padding=1)",
                () => nn.Conv3d(2, 3, 2, stride: 2, padding: 1),
                [1, 2, 4, 4, 4]
            ),
            Unary(
                "nn.ConvTranspose1d(3, 4, 3, stride=2, output_padding=1)",
                () => nn.ConvTranspose1d(3, 4, 3, stride: 2, output_padding: 1),
                [2, 3, 4]
            ),
            Module(
                "nn.ConvTranspose1d(3, 4, 3, stride=2)",
                () => nn.ConvTranspose1d(3, 4, 3, stride: 2),
                "m(x[0], output_size=[10])",
                (m, x) => m.forward(x[0], [10]),
                [2, 3, 4]
            ),
            Module(
                "nn.ConvTranspose2d(3, 4, 3, stride=2, padding=1)",
                () => nn.ConvTranspose2d(3, 4, 3, stride: 2, padding: 1),
                "m(x[0], output_size=[8, 8])",
                (m, x) => m.forward(x[0], [8, 8]),
                [2, 3, 4, 4]
            ),
            Unary(
                "nn.ConvTranspose2d(4, 6, (3, 2), groups=2, dilation=2, bias=False)",
                () => nn.ConvTranspose2d(4, 6, (3, 2), groups: 2, dilation: (2, 2), bias: false),
                [2, 4, 4, 4]
            ),
            Unary(
                "nn.ConvTranspose3d(2, 3, 2, stride=2)",
                () => nn.ConvTranspose3d(2, 3, 2, stride: 2),
                [1, 2, 3, 3, 3]
            ),
            Function(
                "F.conv1d(*x, stride=2, padding=1)",
                x => F.conv1d(x[0], x[1], x[2], stride: 2, padding: 1),
                [2, 3, 8],
                [4, 3, 3],
                [4]
            ),
            Function(
                "F.conv1d(*x, padding='same')",
                x => F.conv1d_padding(x[0], x[1], padding: Padding.Same),
                [2, 3, 8],
                [4, 3, 3]
            ),
            Function(
                "F.conv2d(*x, stride=2, dilation=2)",
                x => F.conv2d(x[0], x[1], x[2], strides: [2, 2], dilation: [2, 2]),
                [2, 3, 8, 8],
                [4, 3, 3, 3],
                [4]
            ),
            Function(
                "F.conv2d(*x, padding='same')",
                x => F.conv2d_padding(x[0], x[1], padding: Padding.Same),
                [2, 3, 6, 6],
                [4, 3, 3, 2]
            ),
            Function(
                "F.conv3d(*x, padding=1)",
                x => F.conv3d(x[0], x[1], padding: [1, 1, 1]),
                [1, 2, 4, 4, 4],
                [3, 2, 3, 3, 3]
            ),
            Function(
                "F.conv3d(*x, padding='valid')",
                x => F.conv3d_padding(x[0], x[1], padding: Padding.Valid),
                [1, 2, 4, 4, 4],
                [3, 2, 3, 3, 3]
            ),
            Function(
                "F.conv_transpose1d(*x, stride=2)",
                x => F.conv_transpose1d(x[0], x[1], x[2], stride: 2),
                [2, 3, 4],
                [3, 4, 3],
                [4]
            ),
            Function(
                "F.conv_transpose2d(*x, padding=1, output_padding=1, stride=2)",
                x => F.conv_transpose2d(x[0], x[1], strides: [2, 2], padding: [1, 1], output_padding: [1, 1]),
                [2, 3, 4, 4],
                [3, 4, 3, 3]
            ),
            Function("F.conv_transpose3d(*x)", x => F.conv_transpose3d(x[0], x[1]), [1, 2, 3, 3, 3], [2, 3, 2, 2, 2]),
            Function(
                "F.unfold(x[0], (2, 3), dilation=(1, 2), stride=2)",
                x => F.unfold(x[0], (2, 3), (1, 2), stride: (2, 2)),
                [2, 3, 6, 6]
            ),
            Function("F.fold(x[0], (6, 6), (2, 2), stride=2)", x => F.fold(x[0], 6, 2, stride: 2), [2, 12, 9]),
        ];
}
