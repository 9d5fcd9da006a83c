using TorchSharp.Dispatch;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules
{
    /// <summary>
    /// Limited-memory BFGS with fixed steps (Liu and Nocedal, 1989): all parameters as one vector, several evaluations of the closure
    /// a step. It reads the loss and the gradient's size after each, so it waits for the device.
    /// </summary>
    public class LBFGS : Optimizer, ILearningRateController
    {
        private readonly ParamGroup _group;
        private readonly long _iterations;
        private readonly long _evaluations;
        private readonly double _gradientTolerance;
        private readonly double _changeTolerance;
        private readonly LbfgsMemory _memory;

        // What the next call goes on from: the last direction, its length, the last gradient and the number of directions taken.
        private Tensor? _direction;
        private Tensor? _gradient;
        private double _length;
        private long _taken;

        public double _rate;

        internal LBFGS(
            IEnumerable<Parameter> parameters,
            double lr,
            long max_iter,
            long? max_eval,
            double tolerance_grad,
            double tolerance_change,
            long history_size
        )
        {
            ArgumentNullException.ThrowIfNull(parameters);
            LegalRange.Check(nameof(LBFGS), nameof(lr), lr, lr >= 0, "0 or more");
            LegalRange.Check(nameof(LBFGS), nameof(max_iter), max_iter, max_iter > 0, "1 or more");
            LegalRange.Check(nameof(LBFGS), nameof(history_size), history_size, history_size > 0, "1 or more");
            _rate = lr;
            _group = new ParamGroup
            {
                Parameters = (IReadOnlyList<Parameter>)[.. parameters],
                Options = new() { LearningRate = lr, InitialLearningRate = lr },
            };
            if (!_group.Parameters.Any())
            {
                throw new ArgumentException("LBFGS: no parameters are given.", nameof(parameters));
            }
            _parameter_groups.Add(_group);
            (_iterations, _evaluations) = (max_iter, max_eval ?? max_iter * 5 / 4);
            (_gradientTolerance, _changeTolerance) = (tolerance_grad, tolerance_change);
            _memory = new LbfgsMemory(history_size);
        }

        public double LearningRate
        {
            get => _group.LearningRate;
            set => (_rate, _group.LearningRate) = (value, value);
        }

        public double InitialLearningRate
        {
            get => _group.InitialLearningRate;
            set => _group.InitialLearningRate = value;
        }

        public override IEnumerable<ILearningRateController> ParamGroups => [_group];

        public override IEnumerable<Parameter> parameters() => _group.Parameters;

        public override void add_param_group(ParamGroup param_group) =>
            throw new ArgumentException("LBFGS takes all its parameters as one vector, so it has one group.");

        public override void zero_grad()
        {
            using var _ = new GradMode(false);
            foreach (var parameter in parameters())
            {
                using var grad = parameter.grad;
                if (grad is not null)
                {
                    Aten.zero_(grad);
                }
            }
        }

        /// <summary>Takes up to max_iter directions.</summary>
        /// <param name="closure">Clears the gradients, computes the loss and its gradients; called several times.</param>
        /// <returns>The loss before.</returns>
        public override Tensor step(Func<Tensor>? closure)
        {
            ArgumentNullException.ThrowIfNull(closure);
            var first = Evaluate(closure);
            using var _ = new GradMode(false);
            using var scope = NewDisposeScope();
            var loss = Aten.item(first).ToDouble();
            var gradient = FlatGradient();
            var evaluations = 1L;
            for (long i = 1; Largest(gradient) > _gradientTolerance && i <= _iterations; i++)
            {
                using var iteration = NewDisposeScope();
                var direction = NextDirection(gradient);
                Keep(ref _gradient, gradient.clone());
                Keep(ref _direction, direction);
                var before = loss;
                _length =
                    (++_taken == 1 ? Math.Min(1, 1 / Aten.item(Aten.sum(Aten.abs(gradient))).ToDouble()) : 1)
                    * LearningRate;
                if (Aten.item(Aten.dot(gradient, direction)).ToDouble() > -_changeTolerance)
                {
                    break;
                }
                Move(direction, _length);
                if (i < _iterations)
                {
                    using (var value = Evaluate(closure))
                    {
                        loss = Aten.item(value).ToDouble();
                    }
                    gradient = iteration.MoveToOuter(FlatGradient());
                    evaluations++;
                }
                if (
                    evaluations >= _evaluations
                    || Largest(direction) * _length <= _changeTolerance
                    || (i < _iterations && Math.Abs(loss - before) < _changeTolerance)
                )
                {
                    break;
                }
            }
            return first;
        }

        private static Tensor Evaluate(Func<Tensor> closure)
        {
            using var _ = new GradMode(true);
            return closure();
        }

        private Tensor NextDirection(Tensor gradient)
        {
            if (_taken > 0)
            {
                _memory.Add(Aten.sub_Tensor(gradient, _gradient!), Aten.mul_Scalar(_direction!, _length));
            }
            return _memory.Direction(gradient);
        }

        private Tensor FlatGradient()
        {
            var all = new List<Tensor>();
            foreach (var parameter in parameters())
            {
                all.Add(Aten.reshape(parameter.grad ?? Aten.zeros_like(parameter), [-1]));
            }
            return Aten.cat(all.ToArray());
        }

        private void Move(Tensor direction, double length)
        {
            long at = 0;
            foreach (var parameter in parameters())
            {
                var part = Aten.reshape(Aten.narrow(direction, 0, at, parameter.numel()), parameter.shape);
                Aten.add__Tensor(parameter, part, alpha: length);
                at += parameter.numel();
            }
        }

        private static double Largest(Tensor tensor) => Aten.item(Aten.amax(Aten.abs(tensor))).ToDouble();

        private static void Keep(ref Tensor? target, Tensor value)
        {
            target?.Dispose();
            target = value.DetachFromDisposeScope();
        }

        protected override void Dispose(bool disposing)
        {
            _direction?.Dispose();
            _gradient?.Dispose();
            _memory.Dispose();
            base.Dispose(disposing);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            /// <summary>Limited-memory BFGS with fixed steps; see <see cref="Modules.LBFGS"/>.</summary>
            /// <param name="parameters">All in one group.</param>
            /// <param name="lr">The length of each direction but the first, in its own length.</param>
            /// <param name="max_iter">Directions a step.</param>
            /// <param name="max_eval">Evaluations of the closure a step; 5/4 of max_iter without.</param>
            /// <param name="tolerange_grad">Ends when no gradient is larger.</param>
            /// <param name="tolerance_change">Ends when neither loss nor parameters change by more.</param>
            /// <param name="history_size">How many changes are remembered; each costs twice the parameters' memory.</param>
            public static LBFGS LBFGS(
                IEnumerable<Parameter> parameters,
                double lr = 0.01,
                long max_iter = 20,
                long? max_eval = null,
                double tolerange_grad = 1e-5,
                double tolerance_change = 1e-9,
                long history_size = 100
            ) => new(parameters, lr, max_iter, max_eval, tolerange_grad, tolerance_change, history_size);

            /// <inheritdoc cref="LBFGS(IEnumerable{Parameter}, double, long, long?, double, double, long)"/>
            public static LBFGS LBFGS(
                IEnumerable<(string name, Parameter parameter)> parameters,
                double lr = 0.01,
                long max_iter = 20,
                long? max_eval = null,
                double tolerange_grad = 1e-5,
                double tolerance_change = 1e-9,
                long history_size = 100
            ) =>
                new(
                    parameters.Select(p => p.parameter),
                    lr,
                    max_iter,
                    max_eval,
                    tolerange_grad,
                    tolerance_change,
                    history_size
                );
        }
    }
}
