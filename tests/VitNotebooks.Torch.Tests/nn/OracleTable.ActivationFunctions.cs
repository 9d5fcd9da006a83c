using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace VitNotebooks.Torch.Tests.nn_;

internal static partial class OracleTable
{
    private static IEnumerable<OracleCase> ActivationFunctions() =>
        [
            Function("F.relu(x[0])", x => F.relu(x[0]), [3, 5]),
            Function("F.relu(x[0] * 2, inplace=True)", x => F.relu(x[0] * 2, inplace: true), [3, 5]),
            Function("F.relu6(x[0] * 8)", x => F.relu6(x[0] * 8, inplace: true), [3, 5]),
            Function("F.leaky_relu(x[0] * 2, 0.2, inplace=True)", x => F.leaky_relu(x[0] * 2, 0.2, true), [3, 5]),
            Function("F.celu(x[0], 0.4)", x => F.celu(x[0], 0.4), [3, 5]),
            Function("F.selu(x[0] * 2, inplace=True)", x => F.selu(x[0] * 2, true), [3, 5]),
            Function("F.prelu(*x)", x => F.prelu(x[0], x[1]), [3, 5], [5]),
            Function("F.gelu(x[0])", x => F.gelu(x[0]), [3, 5]),
            Function("F.gelu(x[0], approximate='tanh')", x => F.gelu(x[0], GELU.Approximate.tanh), [3, 5]),
            Function("F.gelu(x[0] * 2)", x => F.gelu(x[0] * 2, inplace: false), [3, 5]),
            Function("F.silu(x[0])", x => F.SiLU(x[0]), [3, 5]),
            Function("F.silu(x[0] * 2, inplace=True)", x => F.silu(x[0] * 2, true), [3, 5]),
            Function("F.mish(x[0])", x => F.Mish(x[0]), [3, 5]),
            Function("F.mish(x[0] * 2, inplace=True)", x => F.mish(x[0] * 2, true), [3, 5]),
            Function("F.glu(x[0], 0)", x => F.glu(x[0], 0), [4, 5]),
            Function("F.logsigmoid(x[0])", x => F.logsigmoid(x[0]), [3, 5]),
            Function("torch.sigmoid(x[0])", x => F.sigmoid(x[0] * 1, true), [3, 5]),
            Function("torch.tanh(x[0])", x => F.tanh(x[0]), [3, 5]),
            Function("F.hardsigmoid(x[0] * 3)", x => F.hardsigmoid(x[0] * 3, true), [3, 5]),
            Function("F.hardswish(x[0] * 3)", x => F.hardswish(x[0] * 3), [3, 5]),
            Function("F.hardtanh(x[0], -0.4, 0.2)", x => F.Hardtanh(x[0], -0.4, 0.2), [3, 5]),
            Function("F.hardtanh(x[0] * 2, inplace=True)", x => F.hardtanh(x[0] * 2, inplace: true), [3, 5]),
            Function("F.hardshrink(x[0], 0.2)", x => F.Hardshrink(x[0], 0.2), [3, 5]),
            Function("F.hardshrink(x[0])", x => F.hardshrink(x[0]), [3, 5]),
            Function("F.softshrink(x[0], 0.2)", x => F.Softshrink(x[0], 0.2), [3, 5]),
            Function("F.softshrink(x[0])", x => F.softshrink(x[0]), [3, 5]),
            Function("F.threshold(x[0], 0.2, -1)", x => F.Threshold(x[0], 0.2, -1), [3, 5]),
            Function("F.threshold(x[0] * 2, 0.2, -1, inplace=True)", x => F.threshold(x[0] * 2, 0.2, -1, true), [3, 5]),
            Function("F.softplus(x[0], 3, 2)", x => F.softplus(x[0], 3, 2), [3, 5]),
            Function("F.softsign(x[0])", x => F.Softsign(x[0]), [3, 5]),
            Function("F.softsign(x[0] * 2)", x => F.softsign(x[0] * 2), [3, 5]),
            Function("F.tanhshrink(x[0])", x => F.Tanhshrink(x[0]), [3, 5]),
            Function("F.tanhshrink(x[0] * 2)", x => F.tanhshrink(x[0] * 2), [3, 5]),
            Function("F.softmin(x[0], 0)", x => F.softmin(x[0], 0), [3, 5]),
            Function("F.softmax(x[0], -3)", x => F.softmax2d(x[0]), [2, 3, 4, 4]),
            Function("F.log_softmax(x[0], -1)", x => F.log_softmax(x[0], -1), [3, 5]),
            Function("F.dropout(x[0], 0.3)", x => F.dropout(x[0], 0.3), [3, 5]),
            Function("F.dropout(x[0], 0.3, training=False)", x => F.dropout(x[0], 0.3, training: false), [3, 5]),
            Function("F.dropout1d(x[0], 0.3)", x => F.dropout1d(x[0], 0.3), [3, 5]),
            Function(
                "F.dropout2d(x[0] * 2, 0.3, inplace=True)",
                x => F.dropout2d(x[0] * 2, 0.3, inplace: true),
                [3, 5, 2, 2]
            ),
            Function("F.dropout3d(x[0], 0.3)", x => F.dropout3d(x[0], 0.3), [3, 5, 2, 2, 2]),
            Function(
                "F.alpha_dropout(x[0], 0.3, training=True)",
                x => F.alpha_dropout(x[0], 0.3, training: true),
                [3, 5]
            ),
        ];
}
