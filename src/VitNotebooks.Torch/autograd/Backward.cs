using TorchSharp.Dispatch;
using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Adds the gradients of this scalar to the leaves it was computed from.</summary>
        public void backward() => autograd.Run([this], null, null, false, null);

        /// <summary>The same for a tensor of any shape, given the gradient with respect to it.</summary>
        public void backward(
            IList<Tensor>? grad_tensors = null,
            bool retain_graph = false,
            bool create_graph = false,
            IList<Tensor>? inputs = null
        ) => autograd.Run([this], grad_tensors, retain_graph || create_graph, create_graph, inputs);
    }

    /// <summary>Gradients by reverse-mode differentiation.</summary>
    public static partial class autograd
    {
        public static void backward(
            IList<Tensor> tensors,
            IList<Tensor>? grad_tensors = null,
            bool? retain_graph = null,
            bool create_graph = false,
            IList<Tensor>? inputs = null
        ) => Run(tensors, grad_tensors, retain_graph, create_graph, inputs);

        public static void backward(
            Tensor tensor,
            IList<Tensor>? grad_tensors = null,
            bool? retain_graph = null,
            bool create_graph = false,
            IList<Tensor>? inputs = null
        ) => Run([tensor], grad_tensors, retain_graph, create_graph, inputs);

        public static void backward(
            Tensor tensor,
            Tensor grad_tensor,
            bool? retain_graph = null,
            bool create_graph = false,
            IList<Tensor>? inputs = null
        ) => Run([tensor], [grad_tensor], retain_graph, create_graph, inputs);

        internal static unsafe void Run(
            IList<Tensor> tensors,
            IList<Tensor>? gradients,
            bool? retainGraph,
            bool createGraph,
            IList<Tensor>? inputs
        )
        {
            ArgumentNullException.ThrowIfNull(tensors);
            SameCount(tensors, gradients);
            var roots = stackalloc IntPtr[tensors.Count];
            var grads = stackalloc IntPtr[tensors.Count];
            var leaves = new IntPtr[inputs?.Count ?? 0];
            Write(tensors, roots);
            Write(gradients, grads);
            fixed (IntPtr* p = leaves)
            {
                Write(inputs, p);
                Dispatcher.Check(
                    Core.Backward(
                        roots,
                        tensors.Count,
                        gradients is null ? null : grads,
                        retainGraph is { } keep ? (keep ? 1 : 0) : -1,
                        createGraph ? 1 : 0,
                        p,
                        leaves.Length
                    ),
                    "backward"
                );
            }
            GC.KeepAlive(tensors);
            GC.KeepAlive(gradients);
            GC.KeepAlive(inputs);
        }

        /// <summary>The gradients of outputs with respect to inputs, without touching any <c>.grad</c>.</summary>
        public static unsafe IList<Tensor> grad(
            IList<Tensor> outputs,
            IList<Tensor> inputs,
            IList<Tensor>? grad_outputs = null,
            bool retain_graph = false,
            bool create_graph = false,
            bool allow_unused = false
        )
        {
            ArgumentNullException.ThrowIfNull(outputs);
            ArgumentNullException.ThrowIfNull(inputs);
            SameCount(outputs, grad_outputs);
            var roots = stackalloc IntPtr[outputs.Count];
            var grads = stackalloc IntPtr[outputs.Count];
            Write(outputs, roots);
            Write(grad_outputs, grads);
            var leaves = new IntPtr[inputs.Count];
            var results = new IntPtr[inputs.Count];
            fixed (
                IntPtr* p = leaves,
                    r = results
            )
            {
                Write(inputs, p);
                Dispatcher.Check(
                    Core.Gradients(
                        roots,
                        outputs.Count,
                        p,
                        inputs.Count,
                        grad_outputs is null ? null : grads,
                        // A graph of the gradients needs that of the values.
                        retain_graph || create_graph
                            ? 1
                            : 0,
                        create_graph ? 1 : 0,
                        allow_unused ? 1 : 0,
                        r
                    ),
                    "grad"
                );
            }
            GC.KeepAlive(outputs);
            GC.KeepAlive(inputs);
            GC.KeepAlive(grad_outputs);
            return [.. results.Select(handle => handle == IntPtr.Zero ? null! : Tensor.Adopt(handle))];
        }

        private static unsafe void Write(IList<Tensor>? tensors, IntPtr* target)
        {
            for (var i = 0; i < (tensors?.Count ?? 0); i++)
            {
                target[i] = tensors![i]?.Borrow() ?? IntPtr.Zero;
            }
        }

        private static void SameCount(IList<Tensor> tensors, IList<Tensor>? gradients)
        {
            if (gradients is not null && gradients.Count != tensors.Count)
            {
                throw new ArgumentException(
                    $"backward: {tensors.Count} tensors but {gradients.Count} gradients were given; give one each, or none.",
                    nameof(gradients)
                );
            }
        }
    }

    /// <summary>Opens a scope: what this thread makes from here on is freed when it is closed.</summary>
    public static DisposeScope NewDisposeScope() => new();

    /// <summary>Runs a function in a scope of its own and lets only its result out.</summary>
    public static Tensor WrappedTensorDisposeScope(Func<Tensor> expr)
    {
        ArgumentNullException.ThrowIfNull(expr);
        using var scope = NewDisposeScope();
        return expr().MoveToOuterDisposeScope();
    }
}
