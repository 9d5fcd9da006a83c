namespace TorchSharp;

public static partial class torch
{
    public static partial class autograd
    {
        /// <summary>Derivatives of functions as tensors.</summary>
        public static class functional
        {
            /// <summary>The Jacobian of a function: of shape [output's sizes, input's sizes].</summary>
            public static Tensor jacobian(Func<Tensor, Tensor> function, Tensor inputs)
            {
                ArgumentNullException.ThrowIfNull(function);
                return Rows(x => [function(x[0])], [inputs])[0];
            }

            /// <summary>The Jacobians of each output by the input.</summary>
            public static IEnumerable<Tensor> jacobian(Func<Tensor, Tensor[]> function, Tensor inputs)
            {
                ArgumentNullException.ThrowIfNull(function);
                return Rows(x => function(x[0]), [inputs]);
            }

            /// <summary>The Jacobians of the output by each input.</summary>
            public static IEnumerable<Tensor> jacobian(Func<Tensor[], Tensor> function, params Tensor[] inputs)
            {
                ArgumentNullException.ThrowIfNull(function);
                return Rows(x => [function(x)], inputs);
            }

            /// <summary>The Jacobians of each output by each input, those of the first output first.</summary>
            public static IEnumerable<Tensor> jacobian(Func<Tensor[], Tensor[]> function, params Tensor[] inputs)
            {
                ArgumentNullException.ThrowIfNull(function);
                return Rows(function, inputs);
            }

            // A row of the Jacobian for each element of an output: one backward pass each.
            private static Tensor[] Rows(Func<Tensor[], Tensor[]> function, Tensor[] inputs)
            {
                ArgumentNullException.ThrowIfNull(inputs);
                using var grad = new GradMode(true);
                using var scope = NewDisposeScope();
                var leaves = Array.ConvertAll(inputs, input => input.detach().requires_grad_());
                var outputs = function(leaves);
                var jacobians = new List<Tensor>(outputs.Length * inputs.Length);
                foreach (var output in outputs)
                {
                    var rows = new List<Tensor>[inputs.Length];
                    Array.ForEach(Enumerable.Range(0, inputs.Length).ToArray(), i => rows[i] = []);
                    for (long i = 0; i < output.numel(); i++)
                    {
                        var direction = output.new_zeros(output.numel());
                        direction[i] = torch.tensor(1.0, output.dtype, output.device);
                        var gradients = output.requires_grad
                            ? autograd.grad(
                                [output],
                                leaves,
                                [direction.reshape(output.shape)],
                                retain_graph: true,
                                allow_unused: true
                            )
                            : new Tensor[leaves.Length];
                        for (var k = 0; k < leaves.Length; k++)
                        {
                            rows[k].Add(gradients[k] ?? leaves[k].detach().zeros_like());
                        }
                    }
                    for (var k = 0; k < leaves.Length; k++)
                    {
                        long[] shape = [.. output.shape, .. leaves[k].shape];
                        jacobians.Add(
                            rows[k].Count == 0
                                ? leaves[k].detach().new_zeros(shape)
                                : torch.stack(rows[k]).reshape(shape)
                        );
                    }
                }
                jacobians.ForEach(jacobian => scope.MoveToOuter(jacobian));
                return [.. jacobians];
            }
        }
    }
}
