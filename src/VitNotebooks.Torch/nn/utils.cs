using TorchSharp.Dispatch;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Gradient clipping and parameters as one vector.</summary>
        public static partial class utils
        {
            /// <summary>Scales all gradients so that their common norm is at most max_norm.</summary>
            /// <returns>The norm before, which costs a synchronization with the device; see <c>VitNotebooks.Acceleration.Fused</c> for
            /// clipping without one.</returns>
            public static double clip_grad_norm_(
                IEnumerable<Parameter> tensors,
                double max_norm,
                double norm_type = 2.0
            )
            {
                ArgumentNullException.ThrowIfNull(tensors);
                using var _ = new GradMode(false);
                using var scope = NewDisposeScope();
                var grads = Gradients(tensors);
                if (grads.Count == 0)
                {
                    return 0;
                }
                var norm = TotalNorm(grads, norm_type);
                var coefficient = Aten.clamp(
                    Aten.mul_Scalar(Aten.reciprocal(Aten.add_Scalar(norm, 1e-6)), max_norm),
                    max: 1.0
                );
                foreach (var grad in grads)
                {
                    Aten.mul__Tensor(grad, coefficient);
                }
                return Aten.item(norm).ToDouble();
            }

            /// <summary>The norm over all tensors taken together, on their device.</summary>
            internal static Tensor TotalNorm(IReadOnlyList<Tensor> tensors, double norm_type)
            {
                var norms = new Tensor[tensors.Count];
                for (var i = 0; i < norms.Length; i++)
                {
                    norms[i] = Aten.linalg_vector_norm(tensors[i], norm_type);
                }
                return Aten.linalg_vector_norm(Aten.stack(norms), norm_type);
            }

            internal static List<Tensor> Gradients(IEnumerable<Parameter> parameters)
            {
                var grads = new List<Tensor>();
                foreach (var parameter in parameters)
                {
                    if (parameter.grad is { } grad)
                    {
                        grads.Add(grad);
                    }
                }
                return grads;
            }

            /// <summary>Clamps every element of every gradient to -clip_value..clip_value.</summary>
            public static void clip_grad_value_(IEnumerable<Parameter> tensors, double clip_value)
            {
                ArgumentNullException.ThrowIfNull(tensors);
                using var _ = new GradMode(false);
                using var scope = NewDisposeScope();
                foreach (var grad in Gradients(tensors))
                {
                    Aten.clamp_(grad, -clip_value, clip_value);
                }
            }

            /// <summary>All parameters one after the other: [N].</summary>
            public static Tensor parameters_to_vector(IEnumerable<Parameter> tensors)
            {
                ArgumentNullException.ThrowIfNull(tensors);
                using var scope = NewDisposeScope();
                var flat = tensors.Select(t => Aten.reshape(t, [-1])).ToArray();
                return scope.MoveToOuter(Aten.cat(flat));
            }

            /// <summary>Copies a vector [N] into the parameters, the inverse of <see cref="parameters_to_vector"/>.</summary>
            public static void vector_to_parameters(Tensor vec, IEnumerable<Parameter> tensors)
            {
                ArgumentNullException.ThrowIfNull(vec);
                var list = tensors.ToList();
                var needed = list.Sum(t => t.numel());
                if (vec.numel() != needed)
                {
                    throw new ArgumentException(
                        $"vector_to_parameters: the vector has {vec.numel()} elements, the parameters {needed}.",
                        nameof(vec)
                    );
                }
                using var _ = new GradMode(false);
                using var scope = NewDisposeScope();
                var at = 0L;
                foreach (var parameter in list)
                {
                    var length = parameter.numel();
                    Aten.copy_(parameter, Aten.view(Aten.narrow(vec, 0, at, length), parameter.shape));
                    at += length;
                }
            }
        }
    }
}
