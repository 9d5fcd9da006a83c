using TorchSharp.Dispatch;

namespace TorchSharp;

public static partial class torch
{
    public static partial class distributions
    {
        /// <summary>
        /// A batch of distributions. It holds views of its parameters and frees them when it is disposed; arguments are not checked.
        /// A sample has the shape <c>sample_shape + batch_shape + event_shape</c>.
        /// </summary>
        public abstract class Distribution : IDisposable
        {
            private readonly Generator? _generator;
            private Tensor[] _parameters = [];

            public Distribution(Generator? generator, long[]? batch_shape = null, long[]? event_shape = null)
                : this(generator, new Size(batch_shape ?? []), new Size(event_shape ?? [])) { }

            public Distribution(Generator? generator, Size batch_shape, Size? event_shape = null)
            {
                _generator = generator;
                this.batch_shape = batch_shape;
                this.event_shape = event_shape ?? Size.Empty;
            }

            /// <summary>Takes the parameters and, from the first, the batch's shape.</summary>
            private protected Distribution(Generator? generator, Tensor[] parameters)
                : this(generator, Size.Empty)
            {
                _parameters = [.. parameters.Select(Own)];
                var dims = EventDims(0);
                batch_shape = new Size(_parameters[0].shape[..^dims]);
                event_shape = new Size(_parameters[0].shape[^dims..]);
            }

            private protected Distribution(Generator? generator, Made made)
                : this(generator, made.Tensors)
            {
                foreach (var tensor in made.Tensors)
                {
                    tensor.Dispose();
                }
            }

            /// <summary>Parameters that were made for the constructor, which frees them when it has its own views.</summary>
            private protected sealed record Made(Tensor[] Tensors);

            /// <summary>What a draw is taken from; null for the device's own.</summary>
            private protected Generator? Source => _generator;

            public Size batch_shape { get; private protected set; }

            public Size event_shape { get; private protected set; }

            public abstract Tensor mean { get; }

            public virtual Tensor mode => throw Missing(nameof(mode));

            public abstract Tensor variance { get; }

            public virtual Tensor stddev => Compute(() => variance.sqrt());

            /// <summary>Draws without gradients.</summary>
            public virtual Tensor sample(params long[] sample_shape)
            {
                using var _ = new GradMode(false);
                return rsample(sample_shape);
            }

            public Tensor sample(Size sample_shape) => sample(sample_shape.Shape);

            /// <summary>Draws, with the gradient of the parameters where the way of drawing has one.</summary>
            public abstract Tensor rsample(params long[] sample_shape);

            public Tensor rsample(Size sample_shape) => rsample(sample_shape.Shape);

            public abstract Tensor log_prob(Tensor value);

            public abstract Tensor entropy();

            public virtual Tensor cdf(Tensor value) => throw Missing(nameof(cdf));

            public virtual Tensor icdf(Tensor value) => throw Missing(nameof(icdf));

            public virtual Tensor enumerate_support(bool expand = true) => throw Missing(nameof(enumerate_support));

            public virtual Tensor perplexity() => Compute(() => entropy().exp());

            /// <summary>The same distributions in a larger batch, over the same memory.</summary>
            /// <param name="batch_shape">What the batch's shape broadcasts to.</param>
            /// <param name="instance">One of the same kind to change instead of making a new one.</param>
            public virtual Distribution expand(Size batch_shape, Distribution? instance = null)
            {
                if (instance is not null && instance.GetType() != GetType())
                {
                    throw new ArgumentException(
                        $"{GetType().Name}.expand: the instance given is a {instance.GetType().Name}, expected the same kind.",
                        nameof(instance)
                    );
                }
                var result = instance ?? (Distribution)MemberwiseClone();
                var expanded = new Tensor[_parameters.Length];
                for (var i = 0; i < expanded.Length; i++)
                {
                    using var scope = NewDisposeScope();
                    var shape = batch_shape + _parameters[i].shape[^EventDims(i)..];
                    expanded[i] = Own(_parameters[i].expand(shape.Shape));
                }
                instance?.Dispose();
                result._parameters = expanded;
                result.batch_shape = batch_shape;
                return result;
            }

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                foreach (var parameter in _parameters)
                {
                    parameter.Dispose();
                }
            }

            /// <summary>How many of a parameter's last dimensions belong to one distribution of the batch.</summary>
            private protected virtual int EventDims(int parameter) => 0;

            private protected Tensor Parameter(int index) => _parameters[index];

            /// <summary>The shape of a sample.</summary>
            private protected long[] Extended(long[] sample_shape) =>
                (new Size(sample_shape) + batch_shape + event_shape).Shape;

            /// <summary>Runs the body in a scope of its own and hands its result to the scope around.</summary>
            private protected static Tensor Compute(Func<Tensor> body)
            {
                using var scope = NewDisposeScope();
                return scope.MoveToOuter(body());
            }

            /// <summary>A parameter as a tensor that the caller may dispose.</summary>
            private protected Tensor View(int parameter) => Aten.alias(_parameters[parameter]);

            /// <summary>Not a number, in the shape of the batch: where a moment does not exist.</summary>
            private protected Tensor Undefined(double value = double.NaN) => full_like(_parameters[0], value);

            private static Tensor Own(Tensor parameter) => Aten.alias(parameter).DetachFromDisposeScope();

            private protected NotSupportedException Missing(string what) => new($"{GetType().Name} has no {what}.");

            /// <summary>The parameters in their common shape.</summary>
            private protected static Tensor[] Broadcast(params Tensor[] parameters) =>
                Aten.broadcast_tensors(parameters);

            /// <summary>Counts and probabilities in their common shape and the latter's type.</summary>
            private protected static Made Counted(Tensor count, Tensor given)
            {
                using var scope = NewDisposeScope();
                return new Made([.. Broadcast(count.to(given.dtype), given).Select(scope.MoveToOuter)]);
            }

            /// <summary>Which of two was given.</summary>
            private protected static Tensor GivenOne(Tensor? probs, Tensor? logits, string name) =>
                (probs is null) == (logits is null)
                    ? throw new ArgumentException(
                        $"{name}: give either probabilities or logits, got {(probs is null ? "none" : "both")}."
                    )
                    : probs ?? logits!;
        }

        /// <summary>Distributions of the exponential family.</summary>
        public abstract class ExponentialFamily : Distribution
        {
            private protected ExponentialFamily(Generator? generator, Tensor parameter)
                : base(generator, [parameter]) { }

            private protected ExponentialFamily(Generator? generator, Made made)
                : base(generator, made) { }
        }
    }
}
