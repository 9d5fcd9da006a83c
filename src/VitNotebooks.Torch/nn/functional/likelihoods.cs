using TorchSharp.Dispatch;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>The negative log likelihood of a Poisson distribution with the given rates.</summary>
            /// <param name="input">The rates, or their logarithms.</param>
            /// <param name="target">The counts.</param>
            /// <param name="log_input">Whether the input holds logarithms.</param>
            /// <param name="full">Whether Stirling's approximation of log(target!) is added where the target is above 1.</param>
            /// <param name="eps">Added to rates before their logarithm is taken.</param>
            /// <param name="reduction">How the elements' losses become one.</param>
            public static Tensor poisson_nll_loss(
                Tensor input,
                Tensor target,
                bool log_input = true,
                bool full = false,
                float eps = 1e-8f,
                Reduction reduction = Reduction.Mean
            ) => Aten.poisson_nll_loss(input, target, log_input, full, eps, (long)reduction);

            /// <summary>The negative log likelihood of normal distributions with the given means and variances.</summary>
            /// <param name="input">The means.</param>
            /// <param name="target">The values.</param>
            /// <param name="variance">Of the input's shape, or without its last dimension, or with a last dimension of 1.</param>
            /// <param name="full">Whether the constant log(2 pi) / 2 is added.</param>
            /// <param name="eps">The least variance; smaller ones are raised to it, without a gradient of their own.</param>
            /// <param name="reduction">How the elements' losses become one.</param>
            /// <exception cref="ArgumentException">A shape that does not fit; or a negative variance, which is looked for on the
            /// CPU only: elsewhere the look would wait for the device.</exception>
            public static Tensor gaussian_nll_loss(
                Tensor input,
                Tensor target,
                Tensor variance,
                bool full = false,
                float eps = 1e-6f,
                Reduction reduction = Reduction.Mean
            )
            {
                ArgumentNullException.ThrowIfNull(input);
                ArgumentNullException.ThrowIfNull(variance);
                using var scope = NewDisposeScope();
                ReadOnlySpan<long> shape = input.shape;
                ReadOnlySpan<long> given = variance.shape;
                var spread = variance;
                if (!given.SequenceEqual(shape))
                {
                    if (shape.Length > 0 && given.SequenceEqual(shape[..^1]))
                    {
                        spread = Aten.unsqueeze(variance, -1);
                    }
                    else if (given.Length != shape.Length || given[^1] != 1 || !given[..^1].SequenceEqual(shape[..^1]))
                    {
                        throw new ArgumentException(
                            $"gaussian_nll_loss: a variance of shape [{string.Join(", ", variance.shape)}] does not fit an input of shape [{string.Join(", ", input.shape)}]; give that shape, or its last dimension left out or 1.",
                            nameof(variance)
                        );
                    }
                }
                if (variance.device_type == DeviceType.CPU && Aten.any(Aten.lt_Scalar(variance, 0)).ToBoolean())
                {
                    throw new ArgumentException(
                        "gaussian_nll_loss: the variance has negative entries; give variances, not deviations or their logarithms.",
                        nameof(variance)
                    );
                }
                spread = Aten.clone(spread);
                using (new GradMode(false))
                {
                    Aten.clamp_(spread, min: eps);
                }
                var squared = Aten.pow_Tensor_Scalar(Aten.sub_Tensor(input, target), 2);
                var loss = Aten.mul_Scalar(Aten.add_Tensor(Aten.log(spread), Aten.div_Tensor(squared, spread)), 0.5);
                if (full)
                {
                    loss = Aten.add_Scalar(loss, 0.5 * Math.Log(2 * Math.PI));
                }
                return scope.MoveToOuter(Reduced(loss, reduction));
            }

            /// <summary>Connectionist temporal classification: how likely a shorter label sequence is under frame-wise classes.</summary>
            /// <param name="log_probs">[T, B, C] or [T, C], logarithms</param>
            /// <param name="targets">[B, S], or all of them one after the other [sum of the target lengths]; without blanks</param>
            /// <param name="input_lengths">[B], at most T</param>
            /// <param name="target_lengths">[B]</param>
            /// <param name="blank">The class that means nothing.</param>
            /// <param name="zero_infinity">Whether an infinite loss (a target longer than its frames) counts as zero.</param>
            /// <param name="reduction">Mean divides each loss by its target's length first.</param>
            /// <exception cref="ArgumentException">A label that is no class or a length below 0, which libtorch would read memory
            /// by; looked for on the CPU only: elsewhere the look would wait for the device.</exception>
            public static Tensor ctc_loss(
                Tensor log_probs,
                Tensor targets,
                Tensor input_lengths,
                Tensor target_lengths,
                long blank = 0,
                bool zero_infinity = false,
                Reduction reduction = Reduction.Mean
            )
            {
                ArgumentNullException.ThrowIfNull(log_probs);
                ArgumentNullException.ThrowIfNull(targets);
                ArgumentNullException.ThrowIfNull(input_lengths);
                ArgumentNullException.ThrowIfNull(target_lengths);
                CheckLabels(log_probs.shape, targets, input_lengths, target_lengths);
                return Aten.ctc_loss_Tensor(
                    log_probs,
                    targets,
                    input_lengths,
                    target_lengths,
                    blank,
                    (long)reduction,
                    zero_infinity
                );
            }

            private static void CheckLabels(
                ReadOnlySpan<long> shape,
                Tensor targets,
                Tensor input_lengths,
                Tensor target_lengths
            )
            {
                long[] counts = [.. WholeNumbers(target_lengths)];
                foreach (var length in counts.Concat(WholeNumbers(input_lengths)))
                {
                    if (length < 0)
                    {
                        throw new ArgumentException($"ctc_loss: lengths must not be below 0, got {length}.");
                    }
                }
                var given = targets.shape;
                var classes = shape.Length == 0 ? 0 : shape[^1];
                var labels = WholeNumbers(targets);
                // Behind a row's own length anything may stand as padding.
                var each = given.Length == 2 ? given[1] : labels.Length;
                for (var i = 0; i < labels.Length; i++)
                {
                    var row = (int)(given.Length == 2 ? i / each : 0);
                    var used = given.Length == 2 && row < counts.Length ? counts[row] : counts.Sum();
                    if (i % each < used && (labels[i] < 0 || labels[i] >= classes))
                    {
                        throw new ArgumentException(
                            $"ctc_loss: label {labels[i]} is none of the {classes} classes, 0 to {classes - 1}.",
                            nameof(targets)
                        );
                    }
                }
            }

            /// <summary>The values of a tensor on the CPU; none of one elsewhere.</summary>
            private static long[] WholeNumbers(Tensor tensor)
            {
                if (tensor.device_type != DeviceType.CPU)
                {
                    return [];
                }
                using var scope = NewDisposeScope();
                return [.. tensor.to(ScalarType.Int64).contiguous().data<long>()];
            }
        }
    }
}
