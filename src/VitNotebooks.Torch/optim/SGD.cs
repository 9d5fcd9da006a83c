using TorchSharp.Dispatch;
using TorchSharp.Modules;
using VitNotebooks.Acceleration;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules
{
    /// <summary>Stochastic gradient descent with momentum, Nesterov's or plain; fused for float32 on the CPU.</summary>
    public sealed class SGD : OptimizerHelper, IMomentum
    {
        private readonly Options _defaults;

        public SGD(
            IEnumerable<Parameter> parameters,
            double lr,
            double momentum = 0,
            double dampening = 0,
            double weight_decay = 0,
            bool nesterov = false,
            bool maximize = false
        )
            : this(
                [new ParamGroup(parameters, new Options())],
                lr,
                momentum,
                dampening,
                weight_decay,
                nesterov,
                maximize
            ) { }

        public SGD(
            IEnumerable<ParamGroup> parameters,
            double lr,
            double momentum = 0,
            double dampening = 0,
            double weight_decay = 0,
            bool nesterov = false,
            bool maximize = false
        )
        {
            AdamOptions.Range(nameof(SGD), nameof(lr), lr, lr >= 0, "0 or more");
            AdamOptions.Range(nameof(SGD), nameof(momentum), momentum, momentum >= 0, "0 or more");
            AdamOptions.Range(nameof(SGD), nameof(weight_decay), weight_decay, weight_decay >= 0, "0 or more");
            if (nesterov && (momentum <= 0 || dampening != 0))
            {
                throw new ArgumentException(
                    $"SGD: Nesterov's momentum needs a momentum above 0 and no dampening, got {momentum} and {dampening}.",
                    nameof(nesterov)
                );
            }
            _defaults = new Options
            {
                LearningRate = lr,
                InitialLearningRate = lr,
                momentum = momentum,
                dampening = dampening,
                weight_decay = weight_decay,
                nesterov = nesterov,
                maximize = maximize,
            };
            foreach (var group in parameters)
            {
                add_param_group(group);
            }
        }

        /// <summary>The momentum, of all groups when set.</summary>
        public double Momentum
        {
            get => _defaults.momentum!.Value;
            set
            {
                _defaults.momentum = value;
                foreach (var group in _parameter_groups)
                {
                    ((ParamGroup)group).Momentum = value;
                }
            }
        }

        public override void add_param_group(Modules.ParamGroup param_group)
        {
            if (param_group is not ParamGroup group)
            {
                throw new ArgumentException(
                    $"SGD takes groups of the type SGD.ParamGroup, got {param_group?.GetType().Name}."
                );
            }
            var options = group.Options;
            options.LearningRate ??= _defaults.LearningRate;
            options.momentum ??= _defaults.momentum;
            options.dampening ??= _defaults.dampening;
            options.weight_decay ??= _defaults.weight_decay;
            options.nesterov ??= _defaults.nesterov;
            options.maximize ??= _defaults.maximize;
            base.add_param_group(group);
        }

        private protected override OptimizerState NewState(Parameter parameter) => new State(parameter);

        public override Tensor? step(Func<Tensor>? closure = null) => Step<ParamGroup>(closure, StepGroup);

        private void StepGroup(ParamGroup group)
        {
            var all = (IReadOnlyList<Parameter>)group.Parameters;
            var options = group.Options;
            var has = new byte[all.Count];
            FusedKernels.HasGradients(all, has);
            var parameters = all.Where((_, i) => has[i] != 0).ToArray();
            if (parameters.Length == 0)
            {
                return;
            }
            var numbers = new SgdNumbers(
                options.LearningRate!.Value,
                options.momentum!.Value,
                options.dampening!.Value,
                options.weight_decay!.Value,
                options.nesterov!.Value,
                options.maximize!.Value
            );
            Tensor[]? buffers = null;
            var fresh = new byte[parameters.Length];
            if (numbers.Momentum != 0)
            {
                buffers = new Tensor[parameters.Length];
                for (var i = 0; i < parameters.Length; i++)
                {
                    buffers[i] = ((State)StateOf(parameters[i])).Buffer(out var isFresh);
                    fresh[i] = isFresh ? (byte)1 : (byte)0;
                }
            }
            if (FusedKernels.Sgd(parameters, buffers, fresh, numbers))
            {
                return;
            }
            // One tensor of another kind must not slow down the rest.
            for (var i = 0; i < parameters.Length; i++)
            {
                Tensor[]? buffer = buffers is null ? null : [buffers[i]];
                if (!FusedKernels.Sgd([parameters[i]], buffer, fresh.AsSpan(i, 1), numbers))
                {
                    using var scope = NewDisposeScope();
                    Plain(parameters[i], buffers?[i], fresh[i] != 0, numbers);
                }
            }
        }

        private static void Plain(Parameter parameter, Tensor? buffer, bool fresh, in SgdNumbers n)
        {
            var grad = parameter.grad!;
            if (n.Maximize)
            {
                grad = Aten.neg(grad);
            }
            if (n.WeightDecay != 0)
            {
                grad = Aten.add_Tensor(grad, parameter, alpha: n.WeightDecay);
            }
            if (buffer is not null)
            {
                if (fresh)
                {
                    Aten.copy_(buffer, grad);
                }
                else
                {
                    Aten.mul__Scalar(buffer, n.Momentum);
                    Aten.add__Tensor(buffer, grad, alpha: 1 - n.Dampening);
                }
                grad = n.Nesterov ? Aten.add_Tensor(grad, buffer, alpha: n.Momentum) : buffer;
            }
            Aten.add__Tensor(parameter, grad, alpha: -n.LearningRate);
        }

        /// <summary>The numbers a group is trained with.</summary>
        public sealed class Options : OptimizerOptions
        {
            public double? momentum;
            public double? dampening;
            public double? weight_decay;
            public bool? nesterov;
            public bool? maximize;

            public override void SaveStateDict(BinaryWriter writer)
            {
                base.SaveStateDict(writer);
                writer.Write(momentum!.Value);
                writer.Write(dampening!.Value);
                writer.Write(weight_decay!.Value);
                writer.Write(nesterov!.Value);
                writer.Write(maximize!.Value);
            }

            public override void LoadStateDict(BinaryReader reader)
            {
                base.LoadStateDict(reader);
                momentum = reader.ReadDouble();
                dampening = reader.ReadDouble();
                weight_decay = reader.ReadDouble();
                nesterov = reader.ReadBoolean();
                maximize = reader.ReadBoolean();
            }

            public override void LoadStateDict(OptimizerOptions source)
            {
                var other = As<Options>(source);
                base.LoadStateDict(source);
                (momentum, dampening, weight_decay) = (other.momentum, other.dampening, other.weight_decay);
                (nesterov, maximize) = (other.nesterov, other.maximize);
            }
        }

        /// <summary>Parameters with numbers of their own.</summary>
        public sealed class ParamGroup : ParamGroup<Options>, IMomentum
        {
            public ParamGroup() { }

            public ParamGroup(IEnumerable<Parameter> parameters, Options options)
                : base(parameters, options) { }

            public ParamGroup(
                IEnumerable<Parameter> parameters,
                double lr = 1e-3,
                double momentum = 0,
                double dampening = 0,
                double weight_decay = 0,
                bool nesterov = false,
                bool maximize = false
            )
                : base(
                    parameters,
                    new Options
                    {
                        LearningRate = lr,
                        momentum = momentum,
                        dampening = dampening,
                        weight_decay = weight_decay,
                        nesterov = nesterov,
                        maximize = maximize,
                    }
                ) { }

            public double Momentum
            {
                get => Options.momentum!.Value;
                set => Options.momentum = value;
            }
        }

        /// <summary>The momentum of one parameter.</summary>
        public sealed class State : OptimizerState
        {
            /// <summary>Null before the first step.</summary>
            public Tensor? momentum_buffer;

            public State(Parameter parameter)
                : base(parameter) { }

            internal Tensor Buffer(out bool fresh)
            {
                fresh = momentum_buffer is null;
                return momentum_buffer ??= Zeros();
            }

            public override void Initialize(OptimizerOptions options)
            {
                momentum_buffer?.Dispose();
                momentum_buffer = null;
            }

            public override void SaveStateDict(BinaryWriter writer) => Write(writer, momentum_buffer);

            public override void LoadStateDict(BinaryReader reader) =>
                Read(reader, ref momentum_buffer, nameof(momentum_buffer));

            public override void LoadStateDict(OptimizerState source) =>
                Replace(ref momentum_buffer, As<State>(source).momentum_buffer);

            public override bool ApproximatelyEquals(OptimizerState other) =>
                other is State state && Close(momentum_buffer, state.momentum_buffer);

            public override void to(Device device) => MoveTo(ref momentum_buffer, device);

            protected override void Dispose(bool disposing) => momentum_buffer?.Dispose();
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            /// <summary>Stochastic gradient descent.</summary>
            public static SGD SGD(
                IEnumerable<Parameter> parameters,
                double learningRate,
                double momentum = 0,
                double dampening = 0,
                double weight_decay = 0,
                bool nesterov = false,
                bool maximize = false
            ) => new(parameters, learningRate, momentum, dampening, weight_decay, nesterov, maximize);

            public static SGD SGD(
                IEnumerable<(string name, Parameter parameter)> parameters,
                double learningRate,
                double momentum = 0,
                double dampening = 0,
                double weight_decay = 0,
                bool nesterov = false,
                bool maximize = false
            ) =>
                new(
                    parameters.Select(p => p.parameter),
                    learningRate,
                    momentum,
                    dampening,
                    weight_decay,
                    nesterov,
                    maximize
                );

            public static SGD SGD(
                IEnumerable<Modules.SGD.ParamGroup> parameters,
                double learningRate,
                double momentum = 0,
                double dampening = 0,
                double weight_decay = 0,
                bool nesterov = false,
                bool maximize = false
            ) => new(parameters, learningRate, momentum, dampening, weight_decay, nesterov, maximize);
        }
    }
}
