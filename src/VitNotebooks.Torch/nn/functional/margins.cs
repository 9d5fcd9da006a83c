using TorchSharp.Dispatch;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>Hinge loss between every class of the target and every other class.</summary>
            /// <param name="input">[B, C] or [C]</param>
            /// <param name="target">Class numbers of the input's shape, -1 behind the last one that counts.</param>
            /// <param name="reduction">How the losses of the batch become one.</param>
            public static Tensor multi_label_margin_loss(
                Tensor input,
                Tensor target,
                Reduction reduction = Reduction.Mean
            ) => Aten.multilabel_margin_loss(input, target, (long)reduction);

            /// <summary>Hinge loss between the one right class and every other, to the power p.</summary>
            /// <param name="input">[B, C] or [C]</param>
            /// <param name="target">[B] or a number</param>
            /// <param name="p">1 or 2</param>
            /// <param name="margin">How far the right class must be ahead.</param>
            /// <param name="weight">[C], or null</param>
            /// <param name="reduction">How the losses of the batch become one.</param>
            public static Tensor multi_margin_loss(
                Tensor input,
                Tensor target,
                int p = 1,
                double margin = 1.0,
                Tensor? weight = null,
                Reduction reduction = Reduction.Mean
            ) => Aten.multi_margin_loss(input, target, p, margin, weight, (long)reduction);

            /// <summary>The mean over the classes of the binary cross entropy of logits [.., C].</summary>
            public static Tensor multilabel_soft_margin_loss(
                Tensor input,
                Tensor target,
                Tensor? weight = null,
                Reduction reduction = Reduction.Mean
            )
            {
                ArgumentNullException.ThrowIfNull(input);
                ArgumentNullException.ThrowIfNull(target);
                using var scope = NewDisposeScope();
                var present = Aten.mul_Tensor(target, Aten.log_sigmoid(input));
                var absent = Aten.mul_Tensor(Aten.rsub_Scalar(target, 1), Aten.log_sigmoid(Aten.neg(input)));
                var loss = Aten.neg(Aten.add_Tensor(present, absent));
                if (weight is not null)
                {
                    loss = Aten.mul_Tensor(loss, weight);
                }
                var shape = input.shape;
                if (shape.Length == 0)
                {
                    throw new ArgumentException(
                        "multilabel_soft_margin_loss: expected logits [.., C], got a single number.",
                        nameof(input)
                    );
                }
                loss = Aten.div_Scalar(Aten.sum_dim_IntList(loss, [shape.Length - 1]), shape[^1]);
                return scope.MoveToOuter(Reduced(loss, reduction));
            }

            /// <summary>max(0, d(anchor, positive) - d(anchor, negative) + margin) for a distance of one's own.</summary>
            /// <param name="anchor">[B, ..]</param>
            /// <param name="positive">[B, ..]</param>
            /// <param name="negative">[B, ..]</param>
            /// <param name="distance">Pairwise Euclidean distance by default.</param>
            /// <param name="margin">How much farther the negative must be.</param>
            /// <param name="swap">Whether the negative's distance from the positive counts where it is the smaller one.</param>
            /// <param name="reduction">How the losses of the batch become one.</param>
            public static Tensor triplet_margin_with_distance_loss(
                Tensor anchor,
                Tensor positive,
                Tensor negative,
                Func<Tensor, Tensor, Tensor>? distance = null,
                double margin = 1.0,
                bool swap = false,
                Reduction reduction = Reduction.Mean
            )
            {
                distance ??= static (x, y) => pairwise_distance(x, y);
                using var scope = NewDisposeScope();
                var near = distance(anchor, positive);
                var far = distance(anchor, negative);
                if (swap)
                {
                    far = Aten.minimum(far, distance(positive, negative));
                }
                var loss = Aten.clamp_min(Aten.add_Scalar(Aten.sub_Tensor(near, far), margin), 0);
                return scope.MoveToOuter(Reduced(loss, reduction));
            }

            /// <summary>For the losses that libtorch has no op for.</summary>
            private static Tensor Reduced(Tensor loss, Reduction reduction) =>
                reduction switch
                {
                    Reduction.Mean => Aten.mean(loss),
                    Reduction.Sum => Aten.sum(loss),
                    _ => loss,
                };
        }
    }
}
