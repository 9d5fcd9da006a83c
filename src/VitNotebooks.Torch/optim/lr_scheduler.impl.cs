namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            /// <summary>The schedules themselves.</summary>
            public static partial class impl
            {
                /// <summary>The initial rate times a function of the epoch.</summary>
                public sealed class LambdaLR : LRScheduler
                {
                    private readonly Func<int, double>[] _lambdas;

                    public LambdaLR(
                        Optimizer optimizer,
                        Func<int, double> lr_lambda,
                        int last_epoch = -1,
                        bool verbose = false
                    )
                        : base(optimizer, last_epoch, verbose)
                    {
                        _lambdas = [.. Groups.Select(_ => lr_lambda)];
                        step();
                    }

                    public LambdaLR(
                        Optimizer optimizer,
                        IEnumerable<Func<int, double>> lr_lambdas,
                        int last_epoch = -1,
                        bool verbose = false
                    )
                        : base(optimizer, last_epoch, verbose)
                    {
                        _lambdas = OnePerGroup(nameof(LambdaLR), Groups.Count, lr_lambdas);
                        step();
                    }

                    private protected override double Next(int group) => BaseRates[group] * _lambdas[group](Epoch);
                }

                /// <summary>The rate before times a function of the epoch.</summary>
                public sealed class MultiplicativeLR : LRScheduler
                {
                    private readonly Func<int, double>[] _lambdas;

                    public MultiplicativeLR(
                        Optimizer optimizer,
                        Func<int, double> lr_lambda,
                        int last_epoch = -1,
                        bool verbose = false
                    )
                        : base(optimizer, last_epoch, verbose)
                    {
                        _lambdas = [.. Groups.Select(_ => lr_lambda)];
                        step();
                    }

                    public MultiplicativeLR(
                        Optimizer optimizer,
                        IEnumerable<Func<int, double>> lr_lambdas,
                        int last_epoch = -1,
                        bool verbose = false
                    )
                        : base(optimizer, last_epoch, verbose)
                    {
                        _lambdas = OnePerGroup(nameof(MultiplicativeLR), Groups.Count, lr_lambdas);
                        step();
                    }

                    private protected override double Next(int group) =>
                        Epoch > 0 ? Groups[group].LearningRate * _lambdas[group](Epoch) : Groups[group].LearningRate;
                }

                /// <summary>Times gamma every step_size epochs.</summary>
                public sealed class StepLR : LRScheduler
                {
                    private readonly int _size;
                    private readonly double _gamma;

                    public StepLR(
                        Optimizer optimizer,
                        int step_size,
                        double gamma = 0.1,
                        int last_epoch = -1,
                        bool verbose = false
                    )
                        : base(optimizer, last_epoch, verbose)
                    {
                        (_size, _gamma) = (step_size, gamma);
                        step();
                    }

                    private protected override double Next(int group) =>
                        Epoch == 0 || Epoch % _size != 0
                            ? Groups[group].LearningRate
                            : Groups[group].LearningRate * _gamma;

                    private protected override double At(int group) =>
                        BaseRates[group] * Math.Pow(_gamma, Epoch / _size);
                }

                /// <summary>Times gamma at each milestone.</summary>
                public sealed class MultiStepLR : LRScheduler
                {
                    private readonly IList<int> _milestones;
                    private readonly double _gamma;

                    public MultiStepLR(
                        Optimizer optimizer,
                        IList<int> milestones,
                        double gamma = 0.1,
                        int last_epoch = -1,
                        bool verbose = false
                    )
                        : base(optimizer, last_epoch, verbose)
                    {
                        (_milestones, _gamma) = (milestones, gamma);
                        step();
                    }

                    private protected override double Next(int group) =>
                        Groups[group].LearningRate * Math.Pow(_gamma, _milestones.Count(m => m == Epoch));

                    private protected override double At(int group) =>
                        BaseRates[group] * Math.Pow(_gamma, _milestones.Count(m => m <= Epoch));
                }

                /// <summary>Times gamma every epoch.</summary>
                public sealed class ExponentialLR : LRScheduler
                {
                    private readonly double _gamma;

                    public ExponentialLR(
                        Optimizer optimizer,
                        double gamma = 0.1,
                        int last_epoch = -1,
                        bool verbose = false
                    )
                        : base(optimizer, last_epoch, verbose)
                    {
                        _gamma = gamma;
                        step();
                    }

                    private protected override double Next(int group) =>
                        Epoch == 0 ? Groups[group].LearningRate : Groups[group].LearningRate * _gamma;

                    private protected override double At(int group) => BaseRates[group] * Math.Pow(_gamma, Epoch);
                }

                /// <summary>A factor of the initial rate for the first total_iters epochs, then the initial rate.</summary>
                public sealed class ConstantLR : LRScheduler
                {
                    private readonly double _factor;
                    private readonly int _iterations;

                    public ConstantLR(
                        Optimizer optimizer,
                        double factor = 1.0 / 3,
                        int total_iters = 5,
                        int last_epoch = -1,
                        bool verbose = false
                    )
                        : base(optimizer, last_epoch, verbose)
                    {
                        (_factor, _iterations) = (factor, total_iters);
                        step();
                    }

                    private protected override double Next(int group)
                    {
                        var rate = Groups[group].LearningRate;
                        return Epoch == 0 ? rate * _factor
                            : Epoch == _iterations ? rate * (1 / _factor)
                            : rate;
                    }

                    private protected override double At(int group) =>
                        BaseRates[group] * (Epoch >= _iterations ? 1 : _factor);
                }

                /// <summary>From one factor of the initial rate to another over total_iters epochs, in equal steps.</summary>
                public sealed class LinearLR : LRScheduler
                {
                    private readonly double _start;
                    private readonly double _end;
                    private readonly int _iterations;

                    public LinearLR(
                        Optimizer optimizer,
                        double start_factor = 1.0 / 3,
                        double end_factor = 1.0,
                        int total_iters = 5,
                        int last_epoch = -1,
                        bool verbose = false
                    )
                        : base(optimizer, last_epoch, verbose)
                    {
                        if (start_factor is not (> 0 and <= 1) || end_factor is not (>= 0 and <= 1))
                        {
                            throw new ArgumentOutOfRangeException(
                                nameof(start_factor),
                                start_factor,
                                $"LinearLR: factors must be within 0 and 1 and the first above 0, got {start_factor} and {end_factor}."
                            );
                        }
                        (_start, _end, _iterations) = (start_factor, end_factor, total_iters);
                        step();
                    }

                    private protected override double Next(int group)
                    {
                        var rate = Groups[group].LearningRate;
                        if (Epoch == 0)
                        {
                            return rate * _start;
                        }
                        return Epoch > _iterations
                            ? rate
                            : rate
                                * (1 + ((_end - _start) / ((_iterations * _start) + ((Epoch - 1) * (_end - _start)))));
                    }

                    private protected override double At(int group) =>
                        BaseRates[group] * (_start + ((_end - _start) * Math.Min(_iterations, Epoch) / _iterations));
                }

                /// <summary>Half a cosine from the initial rate to eta_min over T_max epochs (arXiv 1608.03983, no restarts).</summary>
                public sealed class CosineAnnealingLR : LRScheduler
                {
                    private readonly double _period;
                    private readonly double _least;

                    public CosineAnnealingLR(
                        Optimizer optimizer,
                        double T_max,
                        double eta_min = 0,
                        int last_epoch = -1,
                        bool verbose = false
                    )
                        : base(optimizer, last_epoch, verbose)
                    {
                        (_period, _least) = (T_max, eta_min);
                        step();
                    }

                    private protected override double Next(int group)
                    {
                        var rate = Groups[group].LearningRate;
                        if (Epoch == 0)
                        {
                            return rate;
                        }
                        if ((Epoch - 1 - _period) % (2 * _period) == 0)
                        {
                            return rate + ((BaseRates[group] - _least) * (1 - Math.Cos(Math.PI / _period)) / 2);
                        }
                        return (1 + Math.Cos(Math.PI * Epoch / _period))
                                / (1 + Math.Cos(Math.PI * (Epoch - 1) / _period))
                                * (rate - _least)
                            + _least;
                    }

                    private protected override double At(int group) =>
                        _least + ((BaseRates[group] - _least) * (1 + Math.Cos(Math.PI * Epoch / _period)) / 2);
                }

                private static Func<int, double>[] OnePerGroup(
                    string name,
                    int groups,
                    IEnumerable<Func<int, double>> lambdas
                )
                {
                    Func<int, double>[] list = [.. lambdas];
                    return list.Length == groups
                        ? list
                        : throw new ArgumentException(
                            $"{name}: {list.Length} functions for {groups} groups; expected one a group.",
                            nameof(lambdas)
                        );
                }
            }
        }
    }
}
