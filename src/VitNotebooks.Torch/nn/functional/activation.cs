using TorchSharp.Dispatch;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            public static Tensor relu(Tensor x, bool inplace = false) => inplace ? Aten.relu_(x) : Aten.relu(x);

            public static Tensor relu6(Tensor x, bool inplace = false) =>
                inplace ? Aten.hardtanh_(x, 0, 6) : Aten.hardtanh(x, 0, 6);

            public static Tensor leaky_relu(Tensor input, double negative_slope = 0.01, bool inplace = false) =>
                inplace ? Aten.leaky_relu_(input, negative_slope) : Aten.leaky_relu(input, negative_slope);

            public static Tensor elu(Tensor x, double alpha, bool inplace = false) =>
                inplace ? Aten.elu_(x, alpha) : Aten.elu(x, alpha);

            public static Tensor selu(Tensor x, bool inplace = false) => inplace ? Aten.selu_(x) : Aten.selu(x);

            public static Tensor celu(Tensor x, double alpha, bool inplace = false) =>
                inplace ? Aten.celu_(x, alpha) : Aten.celu(x, alpha);

            public static Tensor prelu(Tensor input, Tensor weight) => Aten.prelu(input, weight);

            public static Tensor gelu(Tensor x) => Aten.gelu(x, approximate: "none");

            public static Tensor gelu(Tensor x, bool inplace) =>
                inplace ? Aten.gelu_(x, approximate: "none") : Aten.gelu(x, approximate: "none");

            public static Tensor gelu(Tensor x, Modules.GELU.Approximate approximate, bool inplace = false)
            {
                var form = approximate == Modules.GELU.Approximate.tanh ? "tanh" : "none";
                return inplace ? Aten.gelu_(x, approximate: form) : Aten.gelu(x, approximate: form);
            }

            public static Tensor silu(Tensor x, bool inplace = false) => inplace ? Aten.silu_(x) : Aten.silu(x);

            public static Tensor SiLU(Tensor x, bool inplace = false) => silu(x, inplace);

            public static Tensor mish(Tensor x, bool inplace = false) => inplace ? Aten.mish_(x) : Aten.mish(x);

            public static Tensor Mish(Tensor x) => mish(x);

            public static Tensor hardswish(Tensor input, bool inplace = false) =>
                inplace ? Aten.hardswish_(input) : Aten.hardswish(input);

            public static Tensor hardsigmoid(Tensor input, bool inplace = false) =>
                inplace ? Aten.hardsigmoid_(input) : Aten.hardsigmoid(input);

            public static Tensor hardtanh(Tensor x, double min_val = -1, double max_val = 1, bool inplace = false) =>
                inplace ? Aten.hardtanh_(x, min_val, max_val) : Aten.hardtanh(x, min_val, max_val);

            public static Tensor Hardtanh(Tensor x, double min_val = -1, double max_val = 1, bool inplace = false) =>
                hardtanh(x, min_val, max_val, inplace);

            public static Tensor sigmoid(Tensor x) => Aten.sigmoid(x);

            public static Tensor sigmoid(Tensor x, bool inplace) => inplace ? Aten.sigmoid_(x) : Aten.sigmoid(x);

            public static Tensor logsigmoid(Tensor x) => Aten.log_sigmoid(x);

            public static Tensor tanh(Tensor x, bool inplace = false) => inplace ? Aten.tanh_(x) : Aten.tanh(x);

            public static Tensor softplus(Tensor x, double beta = 1, double threshold = 20) =>
                Aten.softplus(x, beta, threshold);

            public static Tensor softshrink(Tensor x, double lambda = 0.5) => Aten.softshrink(x, lambda);

            public static Tensor Softshrink(Tensor x, double lambda = 0.5) => softshrink(x, lambda);

            public static Tensor hardshrink(Tensor x, double lambda = 0.5) => Aten.hardshrink(x, lambda);

            public static Tensor Hardshrink(Tensor x, double lambda = 0.5) => hardshrink(x, lambda);

            public static Tensor threshold(Tensor x, double threshold, double value, bool inplace = false) =>
                inplace ? Aten.threshold_(x, threshold, value) : Aten.threshold(x, threshold, value);

            public static Tensor Threshold(Tensor x, double threshold, double value, bool inplace = false) =>
                nn.functional.threshold(x, threshold, value, inplace);

            public static Tensor softsign(Tensor x, bool inplace = false)
            {
                using var scope = NewDisposeScope();
                var denominator = Aten.add_Scalar(Aten.abs(x), 1);
                return inplace ? Aten.div__Tensor(x, denominator) : scope.MoveToOuter(Aten.div_Tensor(x, denominator));
            }

            public static Tensor Softsign(Tensor x) => softsign(x);

            public static Tensor tanhshrink(Tensor x, bool inplace = false)
            {
                using var scope = NewDisposeScope();
                var subtracted = Aten.tanh(x);
                return inplace ? Aten.sub__Tensor(x, subtracted) : scope.MoveToOuter(Aten.sub_Tensor(x, subtracted));
            }

            public static Tensor Tanhshrink(Tensor x) => tanhshrink(x);

            public static Tensor alpha_dropout(
                Tensor input,
                double p = 0.5,
                bool training = false,
                bool inplace = false
            ) => inplace ? Aten.alpha_dropout_(input, p, training) : Aten.alpha_dropout(input, p, training);

            /// <summary>Drops whole channels of [B, C, ..] so that mean and variance stay as they are (arXiv 1706.02515).</summary>
            public static Tensor feature_alpha_dropout(
                Tensor input,
                double p = 0.5,
                bool training = false,
                bool inplace = false
            ) =>
                inplace
                    ? Aten.feature_alpha_dropout_(input, p, training)
                    : Aten.feature_alpha_dropout(input, p, training);

            /// <summary>x where positive, else x times the mean of the two slopes: what the module does in evaluation.</summary>
            public static Tensor rrelu(Tensor x, double lower = 0.125, double upper = 1.0 / 3, bool inplace = false) =>
                rrelu(x, lower, upper, false, inplace);

            /// <summary>In training the slope of each negative element is drawn between the two.</summary>
            internal static Tensor rrelu(Tensor x, double lower, double upper, bool training, bool inplace) =>
                inplace ? Aten.rrelu_(x, lower, upper, training) : Aten.rrelu(x, lower, upper, training);

            public static Tensor glu(Tensor input, long dim = -1) => Aten.glu(input, dim);

            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) =>
                Aten.softmax_int(input, dim, dtype);

            /// <summary>The softmax over the channels of <c>[B, C, H, W]</c> or <c>[C, H, W]</c>.</summary>
            public static Tensor softmax2d(Tensor x) => Aten.softmax_int(x, -3);

            public static Tensor softmin(Tensor x, long dim)
            {
                using var negative = Aten.neg(x);
                return Aten.softmax_int(negative, dim);
            }

            public static Tensor log_softmax(Tensor x, long dim) => Aten.log_softmax_int(x, dim);
        }
    }
}
