namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        /// <summary>Learning rates as functions of the epoch, or of the step where they are stepped once a step.</summary>
        public static partial class lr_scheduler
        {
            /// <summary>Sets the learning rates of an optimizer's groups. Construction sets those of epoch 0.</summary>
            public abstract class LRScheduler
            {
                private readonly bool _verbose;
                private double[] _last;

                private protected LRScheduler(Optimizer optimizer, int last_epoch, bool verbose)
                {
                    ArgumentNullException.ThrowIfNull(optimizer);
                    Optimizer = optimizer;
                    Groups = [.. optimizer.ParamGroups];
                    _verbose = verbose;
                    foreach (var group in Groups.Where(_ => last_epoch < 0))
                    {
                        // The first schedule of a group finds the initial rate, those beside it find it changed already.
                        if (group is not Modules.ParamGroup { Scheduled: true })
                        {
                            group.InitialLearningRate = group.LearningRate;
                            IsFirst = true;
                        }
                        if (group is Modules.ParamGroup marked)
                        {
                            marked.Scheduled = true;
                        }
                    }
                    BaseRates = [.. Groups.Select(g => g.InitialLearningRate)];
                    _last = [.. Groups.Select(g => g.LearningRate)];
                    Epoch = last_epoch;
                }

                internal Optimizer Optimizer { get; }

                private protected IReadOnlyList<ILearningRateController> Groups { get; }

                /// <summary>Whether no other schedule has set these groups' rates before.</summary>
                private protected bool IsFirst { get; }

                /// <summary>The rates that the optimizer was built with.</summary>
                private protected double[] BaseRates { get; set; }

                /// <summary>The epoch whose rates are set.</summary>
                private protected int Epoch { get; set; }

                /// <summary>The rates as the last step set them.</summary>
                public IEnumerable<double> get_last_lr() => _last;

                /// <summary>The rate of a group at <see cref="Epoch"/>, from its current one.</summary>
                private protected abstract double Next(int group);

                /// <summary>The rate of a group at an epoch that was jumped to.</summary>
                private protected virtual double At(int group) => Next(group);

                /// <summary>Goes to the next epoch.</summary>
                public virtual void step()
                {
                    Epoch++;
                    Apply(Next);
                }

                /// <summary>Goes to a given epoch.</summary>
                public virtual void step(int? epoch)
                {
                    if (epoch is not { } given)
                    {
                        step();
                        return;
                    }
                    Epoch = given;
                    Apply(At);
                }

                /// <summary>For schedules that watch a figure; see <see cref="impl.ReduceLROnPlateau"/>.</summary>
                public virtual void step(double current, int? epoch = null) => step(epoch);

                /// <summary>Takes back the epoch of construction, for a schedule that begins later.</summary>
                internal void Undo() => Epoch--;

                /// <summary>Notes the rates that other schedules have set.</summary>
                private protected void TakeRates() => _last = [.. Groups.Select(g => g.LearningRate)];

                /// <summary>Sets a group's momentum, or the decay of its first moment.</summary>
                private protected void SetMomentum(int group, double momentum)
                {
                    switch (Groups[group])
                    {
                        case IMomentum simple:
                            simple.Momentum = momentum;
                            break;
                        case IBetas moments:
                            moments.Betas = (momentum, moments.Betas.Item2);
                            break;
                        default:
                            throw new InvalidOperationException(
                                $"{GetType().Name}: the optimizer has no momentum to cycle; set cycle_momentum to false."
                            );
                    }
                }

                private protected void Apply(Func<int, double> rate)
                {
                    _last = [.. Enumerable.Range(0, Groups.Count).Select(rate)];
                    for (var i = 0; i < _last.Length; i++)
                    {
                        var changed = Groups[i].LearningRate != _last[i];
                        Groups[i].LearningRate = _last[i];
                        if (_verbose && changed)
                        {
                            Console.WriteLine(
                                $"Epoch {Epoch}: learning rate of group {i} is {_last[i].ToString("g4", System.Globalization.CultureInfo.InvariantCulture)}."
                            );
                        }
                    }
                }
            }

            public static LRScheduler LambdaLR(
                Optimizer optimizer,
                Func<int, double> lr_lambda,
                int last_epoch = -1,
                bool verbose = false
            ) => new impl.LambdaLR(optimizer, lr_lambda, last_epoch, verbose);

            public static LRScheduler MultiplicativeLR(
                Optimizer optimizer,
                Func<int, double> lr_lambda,
                int last_epoch = -1,
                bool verbose = false
            ) => new impl.MultiplicativeLR(optimizer, lr_lambda, last_epoch, verbose);

            public static LRScheduler StepLR(
                Optimizer optimizer,
                int step_size,
                double gamma = 0.1,
                int last_epoch = -1,
                bool verbose = false
            ) => new impl.StepLR(optimizer, step_size, gamma, last_epoch, verbose);

            public static LRScheduler MultiStepLR(
                Optimizer optimizer,
                IList<int> milestones,
                double gamma = 0.1,
                int last_epoch = -1,
                bool verbose = false
            ) => new impl.MultiStepLR(optimizer, milestones, gamma, last_epoch, verbose);

            public static LRScheduler ExponentialLR(
                Optimizer optimizer,
                double gamma = 0.1,
                int last_epoch = -1,
                bool verbose = false
            ) => new impl.ExponentialLR(optimizer, gamma, last_epoch, verbose);

            public static LRScheduler ConstantLR(
                Optimizer optimizer,
                double factor = 1.0 / 3,
                int total_iters = 5,
                int last_epoch = -1,
                bool verbose = false
            ) => new impl.ConstantLR(optimizer, factor, total_iters, last_epoch, verbose);

            public static LRScheduler LinearLR(
                Optimizer optimizer,
                double start_factor = 1.0 / 3,
                double end_factor = 1.0,
                int total_iters = 5,
                int last_epoch = -1,
                bool verbose = false
            ) => new impl.LinearLR(optimizer, start_factor, end_factor, total_iters, last_epoch, verbose);

            public static LRScheduler CosineAnnealingLR(
                Optimizer optimizer,
                double T_max,
                double eta_min = 0,
                int last_epoch = -1,
                bool verbose = false
            ) => new impl.CosineAnnealingLR(optimizer, T_max, eta_min, last_epoch, verbose);

            public static LRScheduler PolynomialLR(
                Optimizer optimizer,
                int total_iters = 5,
                double power = 1,
                int last_epoch = -1,
                bool verbose = false
            ) => new impl.PolynomialLR(optimizer, total_iters, power, last_epoch, verbose);

            public static LRScheduler ChainedLR(IEnumerable<LRScheduler> schedulers) => new impl.ChainedLR(schedulers);

            public static LRScheduler SequentialLR(
                Optimizer optimizer,
                IEnumerable<LRScheduler> schedulers,
                IEnumerable<int> milestones,
                int last_epoch = -1
            ) => new impl.SequentialLR(optimizer, schedulers, milestones, last_epoch);

            public static LRScheduler CyclicLR(
                Optimizer optimizer,
                double base_lr,
                double max_lr,
                int step_size_up = 2000,
                int step_size_down = -1,
                impl.CyclicLR.Mode mode = impl.CyclicLR.Mode.Triangular,
                double gamma = 1,
                Func<double, double>? scale_fn = null,
                impl.CyclicLR.ScaleMode scale_mode = impl.CyclicLR.ScaleMode.Cycle,
                bool cycle_momentum = true,
                double base_momentum = 0.8,
                double max_momentum = 0.9,
                int last_epoch = -1,
                bool verbose = false
            ) =>
                new impl.CyclicLR(
                    optimizer,
                    base_lr,
                    max_lr,
                    step_size_up,
                    step_size_down,
                    mode,
                    gamma,
                    scale_fn,
                    scale_mode,
                    cycle_momentum,
                    base_momentum,
                    max_momentum,
                    last_epoch,
                    verbose
                );

            public static LRScheduler CyclicLR(
                Optimizer optimizer,
                IEnumerable<double> base_lr,
                IEnumerable<double> max_lr,
                int step_size_up = 2000,
                int step_size_down = -1,
                impl.CyclicLR.Mode mode = impl.CyclicLR.Mode.Triangular,
                double gamma = 1,
                Func<double, double>? scale_fn = null,
                impl.CyclicLR.ScaleMode scale_mode = impl.CyclicLR.ScaleMode.Cycle,
                bool cycle_momentum = true,
                IEnumerable<double>? base_momentum = null,
                IEnumerable<double>? max_momentum = null,
                int last_epoch = -1,
                bool verbose = false
            ) =>
                new impl.CyclicLR(
                    optimizer,
                    base_lr,
                    max_lr,
                    step_size_up,
                    step_size_down,
                    mode,
                    gamma,
                    scale_fn,
                    scale_mode,
                    cycle_momentum,
                    base_momentum,
                    max_momentum,
                    last_epoch,
                    verbose
                );

            public static LRScheduler OneCycleLR(
                Optimizer optimizer,
                double max_lr,
                int total_steps = -1,
                int epochs = -1,
                int steps_per_epoch = -1,
                double pct_start = 0.3,
                impl.OneCycleLR.AnnealStrategy anneal_strategy = impl.OneCycleLR.AnnealStrategy.Cos,
                bool cycle_momentum = true,
                double base_momentum = 0.85,
                double max_momentum = 0.95,
                double div_factor = 25,
                double final_div_factor = 1e4,
                bool three_phase = false,
                int last_epoch = -1,
                bool verbose = false
            ) =>
                new impl.OneCycleLR(
                    optimizer,
                    max_lr,
                    total_steps,
                    epochs,
                    steps_per_epoch,
                    pct_start,
                    anneal_strategy,
                    cycle_momentum,
                    base_momentum,
                    max_momentum,
                    div_factor,
                    final_div_factor,
                    three_phase,
                    last_epoch,
                    verbose
                );

            public static LRScheduler OneCycleLR(
                Optimizer optimizer,
                IEnumerable<double> max_lr,
                int total_steps = -1,
                int epochs = -1,
                int steps_per_epoch = -1,
                double pct_start = 0.3,
                impl.OneCycleLR.AnnealStrategy anneal_strategy = impl.OneCycleLR.AnnealStrategy.Cos,
                bool cycle_momentum = true,
                IEnumerable<double>? base_momentum = null,
                IEnumerable<double>? max_momentum = null,
                double div_factor = 25,
                double final_div_factor = 1e4,
                bool three_phase = false,
                int last_epoch = -1,
                bool verbose = false
            ) =>
                new impl.OneCycleLR(
                    optimizer,
                    max_lr,
                    total_steps,
                    epochs,
                    steps_per_epoch,
                    pct_start,
                    anneal_strategy,
                    cycle_momentum,
                    base_momentum,
                    max_momentum,
                    div_factor,
                    final_div_factor,
                    three_phase,
                    last_epoch,
                    verbose
                );

            public static LRScheduler ReduceLROnPlateau(
                Optimizer optimizer,
                string mode = "min",
                double factor = 0.1,
                int patience = 10,
                double threshold = 1e-4,
                string threshold_mode = "rel",
                int cooldown = 0,
                IList<double>? min_lr = null,
                double eps = 1e-8,
                bool verbose = false
            ) =>
                new impl.ReduceLROnPlateau(
                    optimizer,
                    mode,
                    factor,
                    patience,
                    threshold,
                    threshold_mode,
                    cooldown,
                    min_lr,
                    eps,
                    verbose
                );
        }
    }
}
