using TorchSharp.Dispatch;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>input [.., in] times the transpose of weights [out, in], plus bias [out].</summary>
            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null) =>
                Aten.linear(input, weights, bias);

            /// <summary>x1^T W x2 + b for each output: [.., in1] and [.., in2] become [.., out].</summary>
            /// <param name="input1">[.., in1]</param>
            /// <param name="input2">[.., in2]</param>
            /// <param name="weight">[out, in1, in2]</param>
            /// <param name="bias">[out], or null</param>
            public static Tensor bilinear(Tensor input1, Tensor input2, Tensor weight, Tensor? bias = null) =>
                Aten.bilinear(input1, input2, weight, bias);

            /// <summary>
            /// Drops elements with probability p and scales the rest by 1 / (1 - p); the identity unless training.
            /// </summary>
            public static Tensor dropout(Tensor input, double p = 0.5, bool training = true, bool inplace = false) =>
                inplace ? Aten.dropout_(input, p, training) : Aten.dropout(input, p, training);

            /// <summary>Drops whole channels of [B, C, L] or [C, L].</summary>
            public static Tensor dropout1d(Tensor input, double p = 0.5, bool training = true, bool inplace = false) =>
                DropChannels("dropout1d", input, 2, p, training, inplace);

            /// <summary>Drops whole channels of [B, C, H, W] or [C, H, W] as libtorch's feature_dropout sees them.</summary>
            public static Tensor dropout2d(Tensor input, double p = 0.5, bool training = true, bool inplace = false) =>
                inplace ? Aten.feature_dropout_(input, p, training) : Aten.feature_dropout(input, p, training);

            /// <summary>Drops whole channels of [B, C, D, H, W] or [C, D, H, W].</summary>
            public static Tensor dropout3d(Tensor input, double p = 0.5, bool training = true, bool inplace = false) =>
                Given(input).Dimensions == 4
                    ? DropChannels("dropout3d", input, 4, p, training, inplace)
                    : dropout2d(input, p, training, inplace);

            private static Tensor DropChannels(
                string name,
                Tensor input,
                int unbatched,
                double p,
                bool training,
                bool inplace
            )
            {
                ArgumentNullException.ThrowIfNull(input);
                var rank = input.shape.Length;
                if (rank != unbatched && rank != unbatched + 1)
                {
                    throw new ArgumentException(
                        $"{name}: expected an input of {unbatched} or {unbatched + 1} dimensions, got {rank}.",
                        nameof(input)
                    );
                }
                if (rank == unbatched + 1)
                {
                    return dropout2d(input, p, training, inplace);
                }
                using var batch = Aten.unsqueeze(input, 0);
                if (inplace)
                {
                    Aten.feature_dropout_(batch, p, training);
                    return input;
                }
                using var dropped = Aten.feature_dropout(batch, p, training);
                return Aten.squeeze_dim(dropped, 0);
            }

            /// <summary>Rows of the weight [N, D] by index: [..] becomes [.., D].</summary>
            internal static Tensor embedding(
                Tensor weight,
                Tensor input,
                long padding_idx = -1,
                bool scale_grad_by_freq = false,
                bool sparse = false
            ) => Aten.embedding(weight, input, padding_idx, scale_grad_by_freq, sparse);

            /// <summary>Whole numbers [..] as indicator vectors [.., num_classes]; -1 takes the largest plus one.</summary>
            public static Tensor one_hot(Tensor x, long num_classes = -1) => Aten.one_hot(x, num_classes);

            /// <summary>Divides by the p-norm along a dimension, at least eps.</summary>
            public static Tensor normalize(Tensor input, double p = 2, long dim = 1, double eps = 1E-12)
            {
                using var scope = NewDisposeScope();
                var norm = Aten.clamp_min(Aten.norm_ScalarOpt_dim(input, p, [dim], keepdim: true), eps);
                return scope.MoveToOuter(Aten.div_Tensor(input, Aten.expand_as(norm, input)));
            }

            public static Tensor cosine_similarity(Tensor x1, Tensor x2, long dim = 1, double eps = 1E-08) =>
                Aten.cosine_similarity(x1, x2, dim, eps);

            public static Tensor pairwise_distance(
                Tensor input1,
                Tensor input2,
                double p = 2,
                double eps = 1E-06,
                bool keepdim = false
            ) => Aten.pairwise_distance(input1, input2, p, eps, keepdim);
        }
    }
}
