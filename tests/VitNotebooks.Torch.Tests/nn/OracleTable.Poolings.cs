using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace VitNotebooks.Torch.Tests.nn_;

internal static partial class OracleTable
{
    private static Tensor Flat((Tensor, Tensor) outputs) => Flat(outputs.Item1, outputs.Item2);

    private static IEnumerable<OracleCase> Poolings() =>
        [
            Unary("nn.MaxPool1d(3, 2, 1)", () => nn.MaxPool1d(3, 2, 1), [2, 3, 7]),
            Unary("nn.MaxPool2d(3, 2, 1)", () => nn.MaxPool2d(3, 2, 1), [2, 3, 6, 6]),
            Unary(
                "nn.MaxPool2d((2, 3), ceil_mode=True, dilation=(2, 1))",
                () => nn.MaxPool2d((2, 3), ceil_mode: true, dilation: (2, 1)),
                [2, 3, 7, 7]
            ),
            Unary("nn.MaxPool3d(2)", () => nn.MaxPool3d(2), [1, 2, 4, 4, 5]),
            Module(
                "nn.MaxPool1d(3, 2, return_indices=True)",
                () => nn.MaxPool1d(3, 2),
                "flat(m(*x))",
                (m, x) => Flat(m.forward_with_indices(x[0])),
                [2, 3, 7]
            ),
            Module(
                "nn.MaxPool2d(2, return_indices=True)",
                () => nn.MaxPool2d(2),
                "flat(m(*x))",
                (m, x) => Flat(m.forward_with_indices(x[0])),
                [2, 3, 6, 6]
            ),
            Module(
                "nn.MaxPool3d(2, return_indices=True)",
                () => nn.MaxPool3d(2),
                "flat(m(*x))",
                (m, x) => Flat(m.forward_with_indices(x[0])),
                [1, 2, 4, 4, 4]
            ),
            Unary("nn.AvgPool1d(3, 2, 1)", () => nn.AvgPool1d(3, 2, 1), [2, 3, 7]),
            Unary(
                "nn.AvgPool2d(3, 2, 1, count_include_pad=False)",
                () => nn.AvgPool2d(3, 2, 1, count_include_pad: false),
                [2, 3, 6, 6]
            ),
            Unary(
                "nn.AvgPool2d((2, 3), divisor_override=5)",
                () => nn.AvgPool2d((2, 3), divisor_override: 5),
                [2, 3, 6, 6]
            ),
            Unary("nn.AvgPool3d(2, ceil_mode=True)", () => nn.AvgPool3d(2, ceil_mode: true), [1, 2, 4, 4, 5]),
            Unary("nn.AdaptiveAvgPool1d(3)", () => nn.AdaptiveAvgPool1d(3), [2, 3, 7]),
            Unary("nn.AdaptiveAvgPool2d((3, 2))", () => nn.AdaptiveAvgPool2d((3, 2)), [2, 3, 6, 6]),
            Unary("nn.AdaptiveAvgPool3d((3, 2, 1))", () => nn.AdaptiveAvgPool3d((3, 2, 1)), [1, 2, 4, 4, 5]),
            Unary("nn.AdaptiveMaxPool1d(3)", () => nn.AdaptiveMaxPool1d(3), [2, 3, 7]),
            Unary("nn.AdaptiveMaxPool2d((3, 2))", () => nn.AdaptiveMaxPool2d([3, 2]), [2, 3, 6, 6]),
            Unary("nn.AdaptiveMaxPool3d((3, 2, 1))", () => nn.AdaptiveMaxPool3d([3, 2, 1]), [1, 2, 4, 4, 5]),
            Module(
                "nn.AdaptiveMaxPool2d(2, return_indices=True)",
                () => nn.AdaptiveMaxPool2d([2, 2]),
                "flat(m(*x))",
                (m, x) => Flat(m.forward_with_indices(x[0])),
                [2, 3, 5, 6]
            ),
            Unary("nn.LPPool1d(2, 3, stride=2)", () => nn.LPPool1d(2, 3, 2), [2, 3, 7]),
            Unary(
                "nn.LPPool2d(3, (2, 3), ceil_mode=True)",
                () => nn.LPPool2d(3, [2, 3], ceil_mode: true),
                [2, 3, 7, 7]
            ),
            Unary(
                "nn.LPPool2d(1.5, 2, 1)",
                () => nn.Sequential(nn.Sigmoid(), nn.LPPool2d(1.5, 2, 1)),
                [2, 3, 5, 5]
            ) with
            {
                PythonModule = "nn.Sequential(nn.Sigmoid(), nn.LPPool2d(1.5, 2, 1))",
            },
            Unary(
                "nn.FractionalMaxPool2d(2, output_size=(3, 4))",
                () => nn.FractionalMaxPool2d((2, 2), (3, 4)),
                [2, 3, 7, 8]
            ),
            Unary(
                "nn.FractionalMaxPool2d(3, output_ratio=(0.5, 0.6))",
                () => nn.FractionalMaxPool2d((3, 3), output_ratio: (0.5, 0.6)),
                [2, 3, 9, 9]
            ),
            Module(
                "nn.FractionalMaxPool2d(2, output_ratio=0.5, return_indices=True)",
                () => nn.FractionalMaxPool2d(2, output_ratio: 0.5),
                "flat(m(*x))",
                (m, x) => Flat(m.forward_with_indices(x[0])),
                [3, 8, 8]
            ),
            Unary("nn.FractionalMaxPool3d(2, output_size=3)", () => nn.FractionalMaxPool3d(2, 3), [1, 2, 6, 6, 6]),
            Function(
                "flat(F.fractional_max_pool3d(x[0], 2, output_ratio=0.5, return_indices=True))",
                x => Flat(F.fractional_max_pool3d_with_indices(x[0], 2, output_ratio: 0.5)),
                [1, 2, 6, 6, 6]
            ),
            Module(
                "nn.MaxUnpool1d(2)",
                () => nn.MaxUnpool1d(2),
                "m(*F.max_pool1d(x[0], 2, return_indices=True), output_size=[2, 3, 7])",
                Unpool1d,
                [2, 3, 7]
            ),
            Module(
                "nn.MaxUnpool2d(3, stride=2, padding=1)",
                () => nn.MaxUnpool2d(3, 2, 1),
                "m(*F.max_pool2d(x[0], 3, 2, 1, return_indices=True))",
                Unpool2d,
                [2, 3, 7, 7]
            ),
            Module(
                "nn.MaxUnpool3d(2)",
                () => nn.MaxUnpool3d(2),
                "m(*F.max_pool3d(x[0], 2, return_indices=True))",
                Unpool3d,
                [1, 2, 4, 4, 6]
            ),
            Function("F.max_pool1d(x[0], 2)", x => F.max_pool1d(x[0], 2), [2, 3, 7]),
            Function("F.max_pool2d(x[0], 3, 1, 1)", x => F.max_pool2d(x[0], 3, 1, 1), [2, 3, 7, 7]),
            Function("F.max_pool3d(x[0], 2)", x => F.max_pool3d(x[0], [2, 2, 2]), [1, 2, 4, 4, 4]),
            Function("F.avg_pool1d(x[0], 2)", x => F.avg_pool1d(x[0], 2), [2, 3, 7]),
            Function("F.avg_pool2d(x[0], 3, 1, 1)", x => F.avg_pool2d(x[0], 3, 1, 1), [2, 3, 7, 7]),
            Function("F.avg_pool3d(x[0], 2)", x => F.avg_pool3d(x[0], [2, 2, 2]), [1, 2, 4, 4, 4]),
            Function("F.adaptive_avg_pool1d(x[0], 4)", x => F.adaptive_avg_pool1d(x[0], 4), [2, 3, 7]),
            Function("F.adaptive_avg_pool3d(x[0], 2)", x => F.adaptive_avg_pool3d(x[0], 2), [1, 2, 4, 4, 5]),
            Function(
                "flat(F.adaptive_max_pool1d(x[0], 4, return_indices=True))",
                x => Flat(F.adaptive_max_pool1d_with_indices(x[0], 4)),
                [2, 3, 7]
            ),
            Function(
                "flat(F.adaptive_max_pool3d(x[0], (2, 2, 3), return_indices=True))",
                x => Flat(F.adaptive_max_pool3d_with_indices(x[0], [2, 2, 3])),
                [1, 2, 4, 4, 5]
            ),
            Function("F.adaptive_avg_pool2d(x[0], (4, 3))", x => F.adaptive_avg_pool2d(x[0], (4, 3)), [2, 3, 7, 5]),
            Function("F.adaptive_max_pool2d(x[0], (4, 3))", x => F.adaptive_max_pool2d(x[0], [4, 3]), [2, 3, 7, 5]),
            Function(
                "flat(F.adaptive_max_pool2d(x[0], 2, return_indices=True))",
                x => Flat(F.adaptive_max_pool2d_with_indices(x[0], [2, 2])),
                [2, 3, 7, 5]
            ),
            Function("F.lp_pool1d(x[0], 2, 2)", x => F.lp_pool1d(x[0], 2, 2), [2, 3, 7]),
            Function("F.lp_pool2d(x[0], 2, 3, stride=2)", x => F.lp_pool2d(x[0], 2, 3, 2), [2, 3, 7, 7]),
            Function(
                "F.fractional_max_pool2d(x[0], 2, (3, 4))",
                x => F.fractional_max_pool2d(x[0], (2, 2), (3, 4)),
                [2, 3, 8, 9]
            ),
            Function(
                "flat(F.fractional_max_pool2d(x[0], 2, 3, return_indices=True))",
                x => Flat(F.fractional_max_pool2d_with_indices(x[0], 2, 3)),
                [2, 3, 8, 9]
            ),
            Function(
                "F.fractional_max_pool3d(x[0], (2, 1, 2), output_ratio=(0.5, 0.6, 0.7))",
                x => F.fractional_max_pool3d(x[0], (2, 1, 2), output_ratio: (0.5, 0.6, 0.7)),
                [2, 6, 7, 8]
            ),
            Function(
                "F.max_unpool1d(x[0], torch.tensor([[0, 3, 5]]), 2)",
                x => F.max_unpool1d(x[0], Whole(0, 3, 5).reshape(1, 3), 2),
                [1, 3]
            ),
            Function(
                "F.max_unpool2d(x[0], torch.tensor([[[0, 3], [8, 15]]]), 2)",
                x => F.max_unpool2d(x[0], Whole(0, 3, 8, 15).reshape(1, 2, 2), [2, 2]),
                [1, 2, 2]
            ),
            Function(
                "F.max_unpool3d(x[0], torch.tensor([[[[0, 3]]]]), 2)",
                x => F.max_unpool3d(x[0], Whole(0, 3).reshape(1, 1, 1, 2), [2, 2, 2]),
                [1, 1, 1, 2]
            ),
        ];

    private static Tensor Unpool1d(TorchSharp.Modules.MaxUnpool1d m, Tensor[] x)
    {
        var (maxima, indices) = F.max_pool1d_with_indices(x[0], 2);
        return m.call(maxima, indices, [2, 3, 7]);
    }

    private static Tensor Unpool2d(TorchSharp.Modules.MaxUnpool2d m, Tensor[] x)
    {
        var (maxima, indices) = F.max_pool2d_with_indices(x[0], [3, 3], [2, 2], [1, 1]);
        return m.call(maxima, indices);
    }

    private static Tensor Unpool3d(TorchSharp.Modules.MaxUnpool3d m, Tensor[] x)
    {
        var (maxima, indices) = F.max_pool3d_with_indices(x[0], [2, 2, 2]);
        return m.call(maxima, indices);
    }
}
