using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace VitNotebooks.Torch.Tests.nn_;

internal static partial class OracleTable
{
    private static IEnumerable<OracleCase> Activations() =>
        [
            Unary("nn.PReLU(3)", () => nn.PReLU(3), [2, 3, 4]),
            Unary("nn.ReLU()", () => nn.ReLU(), [3, 5]),
            Unary("nn.ReLU6()", () => nn.ReLU6(), [3, 5]),
            Unary("nn.LeakyReLU(0.1)", () => nn.LeakyReLU(0.1), [3, 5]),
            Unary("nn.RReLU(0.1, 0.4)", () => nn.RReLU(0.1, 0.4), [3, 5]),
            Unary("nn.GELU()", () => nn.GELU(), [3, 5]),
            Unary("nn.GELU('tanh')", () => nn.GELU(GELU.Approximate.tanh), [3, 5]),
            Unary("nn.SiLU()", () => nn.SiLU(), [3, 5]),
            Unary("nn.Mish()", () => nn.Mish(), [3, 5]),
            Unary("nn.Sigmoid()", () => nn.Sigmoid(), [3, 5]),
            Unary("nn.LogSigmoid()", () => nn.LogSigmoid(), [3, 5]),
            Unary("nn.Tanh()", () => nn.Tanh(), [3, 5]),
            Unary("nn.ELU(0.7)", () => nn.ELU(0.7), [3, 5]),
            Unary("nn.CELU(0.7)", () => nn.CELU(0.7), [3, 5]),
            Unary("nn.SELU()", () => nn.SELU(), [3, 5]),
            Unary("nn.GLU(1)", () => nn.GLU(1), [3, 6]),
            Unary("nn.Hardtanh(-0.5, 0.7)", () => nn.Hardtanh(-0.5, 0.7), [3, 5]),
            Unary("nn.Hardsigmoid()", () => nn.Hardsigmoid(), [3, 5]),
            Unary("nn.Hardswish()", () => nn.Hardswish(), [3, 5]),
            Unary("nn.Softplus(2, 3)", () => nn.Softplus(2, 3), [3, 5]),
            Unary("nn.Softsign()", () => nn.Softsign(), [3, 5]),
            Unary("nn.Tanhshrink()", () => nn.Tanhshrink(), [3, 5]),
            Unary("nn.Softshrink(0.3)", () => nn.Softshrink(0.3), [3, 5]),
            Unary("nn.Hardshrink(0.3)", () => nn.Hardshrink(0.3), [3, 5]),
            Unary("nn.Threshold(0.3, -2)", () => nn.Threshold(0.3, -2), [3, 5]),
            Unary("nn.Softmax(1)", () => nn.Softmax(1), [3, 5]),
            Unary("nn.Softmin(1)", () => nn.Softmin(1), [3, 5]),
            Unary("nn.Softmax2d()", () => nn.Softmax2d(), [2, 3, 4, 4]),
            Unary("nn.LogSoftmax(1)", () => nn.LogSoftmax(1), [3, 5]),
            Unary(
                "nn.Sequential(nn.Sigmoid(), nn.Hardtanh(0.4, 0.6, inplace=True))",
                () => nn.Sequential(nn.Sigmoid(), nn.Hardtanh(0.4, 0.6, inplace: true)),
                [3, 5]
            ),
            Function("F.rrelu(x[0])", x => F.rrelu(x[0]), [3, 5]),
            Function(
                "F.feature_alpha_dropout(x[0], 0.3, training=True)",
                x => F.feature_alpha_dropout(x[0], 0.3, training: true),
                [3, 5, 2]
            ),
            Function("F.softmax(x[0], 1, dtype=torch.float64)", x => F.softmax(x[0], 1, ScalarType.Float64), [3, 5]),
            Function("F.elu(x[0], 0.3)", x => F.elu(x[0], 0.3), [3, 5]),
            Function("F.normalize(x[0])", x => F.normalize(x[0]), [3, 4]),
            Function("F.one_hot(torch.tensor([1, 0, 3]), 5) * x[0]", x => F.one_hot(Whole(1, 0, 3), 5) * x[0], [3, 5]),
        ];
}
