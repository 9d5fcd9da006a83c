namespace TorchSharp;

public static partial class torch
{
    public static partial class autograd
    {
        /// <summary>What a context calls, whatever the function's type.</summary>
        internal interface IFunction
        {
            string Name { get; }

            List<Tensor> Forward(AutogradContext context, object[] arguments);

            List<Tensor> Backward(AutogradContext context, List<Tensor> gradients);
        }

        /// <summary>An operation with a backward of one's own: derive from <see cref="SingleTensorFunction{T}"/> or
        /// <see cref="MultiTensorFunction{T}"/>.</summary>
        /// <typeparam name="T">The deriving class itself.</typeparam>
        public abstract class Function<T> : IFunction
            where T : Function<T>, new()
        {
            private static readonly T s_instance = new();

            private protected Function() { }

            /// <summary>What errors call it.</summary>
            public abstract string Name { get; }

            /// <summary>Calls forward with these arguments, tensors and others, outside of autograd, and records the backward.</summary>
            /// <exception cref="Exception">Whatever forward throws; what backward throws comes out of the call that started the backward pass.</exception>
            public static List<Tensor> apply_internal(params object[] vars)
            {
                ArgumentNullException.ThrowIfNull(vars);
                Callbacks.Require();
                return new AutogradContext(s_instance, vars).Apply();
            }

            private protected abstract List<Tensor> ForwardAll(AutogradContext ctx, object[] vars);

            private protected abstract List<Tensor> BackwardAll(AutogradContext ctx, List<Tensor> grad_outputs);

            List<Tensor> IFunction.Forward(AutogradContext context, object[] arguments) =>
                ForwardAll(context, arguments);

            List<Tensor> IFunction.Backward(AutogradContext context, List<Tensor> gradients) =>
                BackwardAll(context, gradients);
        }

        /// <summary>An operation with one result.</summary>
        public abstract class SingleTensorFunction<T> : Function<T>
            where T : SingleTensorFunction<T>, new()
        {
            /// <summary>Computes the result; gradients are not recorded inside.</summary>
            public abstract Tensor forward(AutogradContext ctx, params object[] vars);

            /// <summary>The gradients of the loss by each argument of <see cref="apply"/>, null for what is no tensor or needs none.
            /// Recorded itself when the caller asked for a graph.</summary>
            public abstract List<Tensor> backward(AutogradContext ctx, Tensor grad_output);

            /// <summary>Runs it.</summary>
            public static Tensor apply(params object[] vars) => apply_internal(vars)[0];

            private protected sealed override List<Tensor> ForwardAll(AutogradContext ctx, object[] vars) =>
                [forward(ctx, vars)];

            private protected sealed override List<Tensor> BackwardAll(
                AutogradContext ctx,
                List<Tensor> grad_outputs
            ) => backward(ctx, grad_outputs[0]);
        }

        /// <summary>An operation with several results.</summary>
        public abstract class MultiTensorFunction<T> : Function<T>
            where T : MultiTensorFunction<T>, new()
        {
            /// <inheritdoc cref="SingleTensorFunction{T}.forward"/>
            public abstract List<Tensor> forward(AutogradContext ctx, params object[] vars);

            /// <inheritdoc cref="SingleTensorFunction{T}.backward"/>
            public abstract List<Tensor> backward(AutogradContext ctx, List<Tensor> grad_outputs);

            /// <summary>Runs it.</summary>
            public static List<Tensor> apply(params object[] vars) => apply_internal(vars);

            private protected sealed override List<Tensor> ForwardAll(AutogradContext ctx, object[] vars) =>
                forward(ctx, vars);

            private protected sealed override List<Tensor> BackwardAll(
                AutogradContext ctx,
                List<Tensor> grad_outputs
            ) => backward(ctx, grad_outputs);
        }
    }
}
