using TorchSharp.Modules;
using VitNotebooks.Acceleration;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules
{
    /// <summary>Adam with decoupled weight decay (arXiv 1711.05101); fused for float32 on the CPU.</summary>
    public sealed class AdamW : OptimizerHelper, IBetas
    {
        private readonly Options _defaults;

        public AdamW(
            IEnumerable<Parameter> parameters,
            double lr = 1e-3,
            double beta1 = 0.9,
            double beta2 = 0.999,
            double eps = 1e-8,
            double weight_decay = 0,
            bool amsgrad = false,
            bool maximize = false
        )
            : this([new ParamGroup(parameters, new Options())], lr, beta1, beta2, eps, weight_decay, amsgrad, maximize)
        { }

        public AdamW(
            IEnumerable<ParamGroup> parameters,
            double lr = 1e-3,
            double beta1 = 0.9,
            double beta2 = 0.999,
            double eps = 1e-8,
            double weight_decay = 0,
            bool amsgrad = false,
            bool maximize = false
        )
        {
            AdamOptions.Check(nameof(AdamW), lr, beta1, beta2, eps, weight_decay);
            _defaults = new Options
            {
                LearningRate = lr,
                InitialLearningRate = lr,
                beta1 = beta1,
                beta2 = beta2,
                eps = eps,
                weight_decay = weight_decay,
                amsgrad = amsgrad,
                maximize = maximize,
            };
            foreach (var group in parameters)
            {
                add_param_group(group);
            }
        }

        /// <summary>The decay rates of the moments, of all groups when set.</summary>
        public (double, double) Betas
        {
            get => (_defaults.beta1!.Value, _defaults.beta2!.Value);
            set
            {
                (_defaults.beta1, _defaults.beta2) = value;
                foreach (var group in _parameter_groups)
                {
                    ((ParamGroup)group).Betas = value;
                }
            }
        }

        public override void add_param_group(Modules.ParamGroup param_group)
        {
            if (param_group is not ParamGroup group)
            {
                throw new ArgumentException(
                    $"AdamW takes groups of the type AdamW.ParamGroup, got {param_group?.GetType().Name}."
                );
            }
            var options = group.Options;
            options.LearningRate ??= _defaults.LearningRate;
            options.beta1 ??= _defaults.beta1;
            options.beta2 ??= _defaults.beta2;
            options.eps ??= _defaults.eps;
            options.weight_decay ??= _defaults.weight_decay;
            options.amsgrad ??= _defaults.amsgrad;
            options.maximize ??= _defaults.maximize;
            base.add_param_group(group);
        }

        private protected override OptimizerState NewState(Parameter parameter) => new State(parameter);

        public override Tensor? step(Func<Tensor>? closure = null) => Step<ParamGroup>(closure, StepGroup);

        private void StepGroup(ParamGroup group)
        {
            var parameters = (IReadOnlyList<Parameter>)group.Parameters;
            var options = group.Options;
            var has = new byte[parameters.Count];
            FusedKernels.HasGradients(parameters, has);
            var items = new List<AdamStep.Item>(parameters.Count);
            for (var i = 0; i < has.Length; i++)
            {
                if (has[i] != 0)
                {
                    var state = (State)StateOf(parameters[i]);
                    state.step++;
                    items.Add(new(parameters[i], state.exp_avg!, state.exp_avg_sq!, state.max_exp_avg_sq, state.step));
                }
            }
            AdamStep.Run(
                items,
                new AdamNumbers(
                    options.LearningRate!.Value,
                    options.beta1!.Value,
                    options.beta2!.Value,
                    options.eps!.Value,
                    options.weight_decay!.Value,
                    Decoupled: true,
                    options.maximize!.Value
                )
            );
        }

        /// <summary>The numbers a group is trained with.</summary>
        public sealed class Options : OptimizerOptions
        {
            public double? beta1;
            public double? beta2;
            public double? eps;
            public double? weight_decay;
            public bool? amsgrad;
            public bool? maximize;

            public override void SaveStateDict(BinaryWriter writer)
            {
                base.SaveStateDict(writer);
                writer.Write(beta1!.Value);
                writer.Write(beta2!.Value);
                writer.Write(eps!.Value);
                writer.Write(weight_decay!.Value);
                writer.Write(amsgrad!.Value);
                writer.Write(maximize!.Value);
            }

            public override void LoadStateDict(BinaryReader reader)
            {
                base.LoadStateDict(reader);
                beta1 = reader.ReadDouble();
                beta2 = reader.ReadDouble();
                eps = reader.ReadDouble();
                weight_decay = reader.ReadDouble();
                amsgrad = reader.ReadBoolean();
                maximize = reader.ReadBoolean();
            }

            public override void LoadStateDict(OptimizerOptions source)
            {
                var other = As<Options>(source);
                base.LoadStateDict(source);
                (beta1, beta2, eps) = (other.beta1, other.beta2, other.eps);
                (weight_decay, amsgrad, maximize) = (other.weight_decay, other.amsgrad, other.maximize);
            }
        }

        /// <summary>Parameters with numbers of their own.</summary>
        public sealed class ParamGroup : ParamGroup<Options>, IBetas
        {
            public ParamGroup() { }

            public ParamGroup(IEnumerable<Parameter> parameters, Options options)
                : base(parameters, options) { }

            public ParamGroup(
                IEnumerable<Parameter> parameters,
                double lr = 1e-3,
                double beta1 = 0.9,
                double beta2 = 0.999,
                double eps = 1e-8,
                double weight_decay = 0,
                bool amsgrad = false,
                bool maximize = false
            )
                : base(
                    parameters,
                    new Options
                    {
                        LearningRate = lr,
                        beta1 = beta1,
                        beta2 = beta2,
                        eps = eps,
                        weight_decay = weight_decay,
                        amsgrad = amsgrad,
                        maximize = maximize,
                    }
                ) { }

            public (double, double) Betas
            {
                get => (Options.beta1!.Value, Options.beta2!.Value);
                set => (Options.beta1, Options.beta2) = value;
            }
        }

        /// <summary>The moments of one parameter's gradients.</summary>
        public sealed class State : OptimizerState
        {
            /// <summary>How many steps were taken.</summary>
            public long step;

            /// <summary>The running mean of the gradient.</summary>
            public Tensor? exp_avg;

            /// <summary>The running mean of the squared gradient.</summary>
            public Tensor? exp_avg_sq;

            /// <summary>The largest of those so far, with amsgrad.</summary>
            public Tensor? max_exp_avg_sq;

            public State(Parameter parameter)
                : base(parameter) { }

            public override void Initialize(OptimizerOptions options)
            {
                Dispose(true);
                step = 0;
                exp_avg = Zeros();
                exp_avg_sq = Zeros();
                max_exp_avg_sq = ((Options)options).amsgrad == true ? Zeros() : null;
            }

            public override void SaveStateDict(BinaryWriter writer)
            {
                writer.Write(step);
                VitNotebooks.Files.DatFormat.WriteTensor(writer, exp_avg!);
                VitNotebooks.Files.DatFormat.WriteTensor(writer, exp_avg_sq!);
                Write(writer, max_exp_avg_sq);
            }

            public override void LoadStateDict(BinaryReader reader)
            {
                step = reader.ReadInt64();
                ReadAlways(reader, ref exp_avg, nameof(exp_avg));
                ReadAlways(reader, ref exp_avg_sq, nameof(exp_avg_sq));
                Read(reader, ref max_exp_avg_sq, nameof(max_exp_avg_sq));
            }

            public override void LoadStateDict(OptimizerState source)
            {
                var other = As<State>(source);
                step = other.step;
                Replace(ref exp_avg, other.exp_avg);
                Replace(ref exp_avg_sq, other.exp_avg_sq);
                Replace(ref max_exp_avg_sq, other.max_exp_avg_sq);
            }

            public override bool ApproximatelyEquals(OptimizerState other) =>
                other is State state
                && step == state.step
                && Close(exp_avg, state.exp_avg)
                && Close(exp_avg_sq, state.exp_avg_sq)
                && Close(max_exp_avg_sq, state.max_exp_avg_sq);

            public override void to(Device device)
            {
                MoveTo(ref exp_avg, device);
                MoveTo(ref exp_avg_sq, device);
                MoveTo(ref max_exp_avg_sq, device);
            }

            protected override void Dispose(bool disposing)
            {
                exp_avg?.Dispose();
                exp_avg_sq?.Dispose();
                max_exp_avg_sq?.Dispose();
            }
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            /// <summary>Adam with decoupled weight decay (arXiv 1711.05101); fused for float32 on the CPU.</summary>
            public static AdamW AdamW(
                IEnumerable<Parameter> parameters,
                double lr = 1e-3,
                double beta1 = 0.9,
                double beta2 = 0.999,
                double eps = 1e-8,
                double weight_decay = 0,
                bool amsgrad = false,
                bool maximize = false
            ) => new(parameters, lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);

            public static AdamW AdamW(
                IEnumerable<(string name, Parameter parameter)> parameters,
                double lr = 1e-3,
                double beta1 = 0.9,
                double beta2 = 0.999,
                double eps = 1e-8,
                double weight_decay = 0,
                bool amsgrad = false,
                bool maximize = false
            ) => new(parameters.Select(p => p.parameter), lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);

            public static AdamW AdamW(
                IEnumerable<Modules.AdamW.ParamGroup> parameters,
                double lr = 1e-3,
                double beta1 = 0.9,
                double beta2 = 0.999,
                double eps = 1e-8,
                double weight_decay = 0,
                bool amsgrad = false,
                bool maximize = false
            ) => new(parameters, lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);
        }
    }
}
