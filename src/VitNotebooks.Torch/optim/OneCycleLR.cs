namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>Up to a highest rate and down below the first, momentum the other way (arXiv 1708.07120). Stepped once a step.</summary>
                public sealed class OneCycleLR : LRScheduler
                {
                    /// <summary>The curve between two rates.</summary>
                    public enum AnnealStrategy
                    {
                        Cos = 0,
                        Linear = 1,
                    }

                    private readonly record struct Values(double Rate, double Momentum);

                    private readonly AnnealStrategy _strategy;
                    private readonly bool _momentum;
                    private readonly int _total;

                    // The last step of each phase, and for each group the values at the phases' borders.
                    private readonly double[] _ends;
                    private readonly Values[][] _borders;

                    public OneCycleLR(
                        Optimizer optimizer,
                        double max_lr,
                        int total_steps = -1,
                        int epochs = -1,
                        int steps_per_epoch = -1,
                        double pct_start = 0.3,
                        AnnealStrategy anneal_strategy = AnnealStrategy.Cos,
                        bool cycle_momentum = true,
                        double base_momentum = 0.85,
                        double max_momentum = 0.95,
                        double div_factor = 25,
                        double final_div_factor = 1e4,
                        bool three_phase = false,
                        int last_epoch = -1,
                        bool verbose = false
                    )
                        : this(
                            optimizer,
                            optimizer.ParamGroups.Select(_ => max_lr),
                            total_steps,
                            epochs,
                            steps_per_epoch,
                            pct_start,
                            anneal_strategy,
                            cycle_momentum,
                            optimizer.ParamGroups.Select(_ => base_momentum),
                            optimizer.ParamGroups.Select(_ => max_momentum),
                            div_factor,
                            final_div_factor,
                            three_phase,
                            last_epoch,
                            verbose
                        ) { }

                    public OneCycleLR(
                        Optimizer optimizer,
                        IEnumerable<double> max_lr,
                        int total_steps = -1,
                        int epochs = -1,
                        int steps_per_epoch = -1,
                        double pct_start = 0.3,
                        AnnealStrategy anneal_strategy = AnnealStrategy.Cos,
                        bool cycle_momentum = true,
                        IEnumerable<double>? base_momentum = null,
                        IEnumerable<double>? max_momentum = null,
                        double div_factor = 25,
                        double final_div_factor = 1e4,
                        bool three_phase = false,
                        int last_epoch = -1,
                        bool verbose = false
                    )
                        : base(optimizer, last_epoch, verbose)
                    {
                        if (total_steps <= 0 && (epochs <= 0 || steps_per_epoch <= 0))
                        {
                            throw new ArgumentException(
                                "OneCycleLR: give total_steps, or epochs and steps_per_epoch, each above 0.",
                                nameof(total_steps)
                            );
                        }
                        if (pct_start is not (>= 0 and <= 1))
                        {
                            throw new ArgumentOutOfRangeException(
                                nameof(pct_start),
                                pct_start,
                                "OneCycleLR: pct_start must be within 0 and 1."
                            );
                        }
                        _total = total_steps > 0 ? total_steps : epochs * steps_per_epoch;
                        _strategy = anneal_strategy;
                        _momentum = cycle_momentum;
                        _ends = three_phase
                            ? [(pct_start * _total) - 1, (2 * pct_start * _total) - 2, _total - 1]
                            : [(pct_start * _total) - 1, _total - 1];
                        double[] highest = [.. max_lr];
                        double[] low = [.. base_momentum ?? Groups.Select(_ => 0.85)];
                        double[] high = [.. max_momentum ?? Groups.Select(_ => 0.95)];
                        if (highest.Length != Groups.Count || low.Length != Groups.Count || high.Length != Groups.Count)
                        {
                            throw new ArgumentException(
                                $"OneCycleLR: rates and momenta must be given once for each of the {Groups.Count} groups.",
                                nameof(max_lr)
                            );
                        }
                        _borders = new Values[Groups.Count][];
                        for (var i = 0; i < Groups.Count; i++)
                        {
                            var first = new Values(highest[i] / div_factor, high[i]);
                            var top = new Values(highest[i], low[i]);
                            var last = new Values(first.Rate / final_div_factor, high[i]);
                            _borders[i] = three_phase ? [first, top, first, last] : [first, top, last];
                            if (last_epoch < 0)
                            {
                                Groups[i].InitialLearningRate = first.Rate;
                            }
                        }
                        BaseRates = [.. Groups.Select(g => g.InitialLearningRate)];
                        step();
                    }

                    private protected override double Next(int group)
                    {
                        if (Epoch >= _total)
                        {
                            throw new InvalidOperationException(
                                $"OneCycleLR: step {Epoch + 1} of a cycle of {_total} steps; the schedule has ended."
                            );
                        }
                        var phase = 0;
                        while (phase < _ends.Length - 1 && Epoch > _ends[phase])
                        {
                            phase++;
                        }
                        var begin = phase == 0 ? 0 : _ends[phase - 1];
                        var part = (Epoch - begin) / (_ends[phase] - begin);
                        var (from, to) = (_borders[group][phase], _borders[group][phase + 1]);
                        if (_momentum)
                        {
                            SetMomentum(group, Anneal(from.Momentum, to.Momentum, part));
                        }
                        return Anneal(from.Rate, to.Rate, part);
                    }

                    private double Anneal(double from, double to, double part) =>
                        _strategy == AnnealStrategy.Cos
                            ? to + ((from - to) / 2.0 * (Math.Cos(Math.PI * part) + 1))
                            : ((to - from) * part) + from;
                }
            }
        }
    }
}
