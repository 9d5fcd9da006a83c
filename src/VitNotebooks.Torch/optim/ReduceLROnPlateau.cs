namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>Times a factor when a figure has not got better for a number of epochs.</summary>
                public sealed class ReduceLROnPlateau : LRScheduler
                {
                    private readonly bool _smaller;
                    private readonly bool _relative;
                    private readonly double _factor;
                    private readonly int _patience;
                    private readonly double _threshold;
                    private readonly int _cooldown;
                    private readonly IList<double>? _least;
                    private readonly double _eps;
                    private double _best;
                    private int _bad;
                    private int _resting;

                    public ReduceLROnPlateau(
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
                    )
                        : base(optimizer, 0, verbose)
                    {
                        if (factor >= 1)
                        {
                            throw new ArgumentOutOfRangeException(
                                nameof(factor),
                                factor,
                                "ReduceLROnPlateau: factor must be below 1."
                            );
                        }
                        _smaller = mode switch
                        {
                            "min" => true,
                            "max" => false,
                            _ => throw new ArgumentException(
                                $"ReduceLROnPlateau: mode is '{mode}', expected 'min' or 'max'.",
                                nameof(mode)
                            ),
                        };
                        _relative = threshold_mode switch
                        {
                            "rel" => true,
                            "abs" => false,
                            _ => throw new ArgumentException(
                                $"ReduceLROnPlateau: threshold_mode is '{threshold_mode}', expected 'rel' or 'abs'.",
                                nameof(threshold_mode)
                            ),
                        };
                        if (min_lr is not null && min_lr.Count != Groups.Count)
                        {
                            throw new ArgumentException(
                                $"ReduceLROnPlateau: {min_lr.Count} least rates for {Groups.Count} groups.",
                                nameof(min_lr)
                            );
                        }
                        (_factor, _patience, _threshold, _cooldown) = (factor, patience, threshold, cooldown);
                        (_least, _eps) = (min_lr, eps);
                        _best = _smaller ? double.PositiveInfinity : double.NegativeInfinity;
                    }

                    private protected override double Next(int group)
                    {
                        var rate = Groups[group].LearningRate;
                        var reduced = Math.Max(rate * _factor, _least?[group] ?? 0);
                        return rate - reduced > _eps ? reduced : rate;
                    }

                    public override void step() => throw Unwatched();

                    public override void step(int? epoch) => throw Unwatched();

                    private static InvalidOperationException Unwatched() =>
                        new("ReduceLROnPlateau: step needs the figure that is watched, such as the validation loss.");

                    public override void step(double current, int? epoch = null)
                    {
                        if (Better(current))
                        {
                            (_best, _bad) = (current, 0);
                        }
                        else
                        {
                            _bad++;
                        }
                        if (_resting > 0)
                        {
                            _resting--;
                            _bad = 0;
                        }
                        if (_bad > _patience)
                        {
                            Apply(Next);
                            (_resting, _bad) = (_cooldown, 0);
                        }
                    }

                    private bool Better(double current) =>
                        (_smaller, _relative) switch
                        {
                            (true, true) => current < _best * (1 - _threshold),
                            (true, false) => current < _best - _threshold,
                            (false, true) => current > _best * (1 + _threshold),
                            _ => current > _best + _threshold,
                        };
                }
            }
        }
    }
}
