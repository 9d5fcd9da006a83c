namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>Up and down between two rates again and again, momentum the other way (arXiv 1506.01186). Stepped once a step.</summary>
                public sealed class CyclicLR : LRScheduler
                {
                    /// <summary>How the height of the cycles goes on.</summary>
                    public enum Mode
                    {
                        /// <summary>All of one height.</summary>
                        Triangular = 0,

                        /// <summary>Each half as high as the one before.</summary>
                        Triangular2 = 1,

                        /// <summary>Times gamma every step.</summary>
                        ExpRange = 2,
                    }

                    /// <summary>What the height is a function of.</summary>
                    public enum ScaleMode
                    {
                        Cycle = 0,
                        Iterations = 1,
                    }

                    private readonly double[] _high;
                    private readonly double[] _lowMomentum;
                    private readonly double[] _highMomentum;
                    private readonly bool _momentum;
                    private readonly double _size;
                    private readonly double _rise;
                    private readonly Func<double, double> _scale;
                    private readonly ScaleMode _scaleMode;

                    public CyclicLR(
                        Optimizer optimizer,
                        double base_lr,
                        double max_lr,
                        int step_size_up = 2000,
                        int step_size_down = -1,
                        Mode mode = Mode.Triangular,
                        double gamma = 1,
                        Func<double, double>? scale_fn = null,
                        ScaleMode scale_mode = ScaleMode.Cycle,
                        bool cycle_momentum = true,
                        double base_momentum = 0.8,
                        double max_momentum = 0.9,
                        int last_epoch = -1,
                        bool verbose = false
                    )
                        : this(
                            optimizer,
                            optimizer.ParamGroups.Select(_ => base_lr),
                            optimizer.ParamGroups.Select(_ => max_lr),
                            step_size_up,
                            step_size_down,
                            mode,
                            gamma,
                            scale_fn,
                            scale_mode,
                            cycle_momentum,
                            optimizer.ParamGroups.Select(_ => base_momentum),
                            optimizer.ParamGroups.Select(_ => max_momentum),
                            last_epoch,
                            verbose
                        ) { }

                    public CyclicLR(
                        Optimizer optimizer,
                        IEnumerable<double> base_lr,
                        IEnumerable<double> max_lr,
                        int step_size_up = 2000,
                        int step_size_down = -1,
                        Mode mode = Mode.Triangular,
                        double gamma = 1,
                        Func<double, double>? scale_fn = null,
                        ScaleMode scale_mode = ScaleMode.Cycle,
                        bool cycle_momentum = true,
                        IEnumerable<double>? base_momentum = null,
                        IEnumerable<double>? max_momentum = null,
                        int last_epoch = -1,
                        bool verbose = false
                    )
                        : base(optimizer, last_epoch, verbose)
                    {
                        if (step_size_up <= 0)
                        {
                            throw new ArgumentOutOfRangeException(
                                nameof(step_size_up),
                                step_size_up,
                                "CyclicLR: step_size_up must be above 0."
                            );
                        }
                        BaseRates = OneEach(base_lr, nameof(base_lr));
                        _high = OneEach(max_lr, nameof(max_lr));
                        _momentum = cycle_momentum;
                        _lowMomentum = OneEach(base_momentum ?? Groups.Select(_ => 0.8), nameof(base_momentum));
                        _highMomentum = OneEach(max_momentum ?? Groups.Select(_ => 0.9), nameof(max_momentum));
                        _size = step_size_up + (double)(step_size_down < 0 ? step_size_up : step_size_down);
                        _rise = step_size_up / _size;
                        _scale =
                            scale_fn
                            ?? mode switch
                            {
                                Mode.Triangular2 => x => 1 / Math.Pow(2, x - 1),
                                Mode.ExpRange => x => Math.Pow(gamma, x),
                                _ => _ => 1,
                            };
                        // The modes know what they are functions of; only a function of one's own is asked.
                        _scaleMode =
                            scale_fn is not null ? scale_mode
                            : mode == Mode.ExpRange ? ScaleMode.Iterations
                            : ScaleMode.Cycle;
                        for (var i = 0; i < Groups.Count && last_epoch < 0; i++)
                        {
                            Groups[i].LearningRate = BaseRates[i];
                            if (IsFirst)
                            {
                                Groups[i].InitialLearningRate = BaseRates[i];
                            }
                        }
                        step();
                    }

                    private double[] OneEach(IEnumerable<double> values, string name)
                    {
                        double[] list = [.. values];
                        return list.Length == Groups.Count
                            ? list
                            : throw new ArgumentException(
                                $"CyclicLR: {list.Length} values of {name} for {Groups.Count} groups; expected one a group.",
                                name
                            );
                    }

                    private protected override double Next(int group)
                    {
                        var cycle = Math.Floor(1 + (Epoch / _size));
                        var place = 1 + (Epoch / _size) - cycle;
                        var part = place <= _rise ? place / _rise : (place - 1) / (_rise - 1);
                        var scale = _scale(_scaleMode == ScaleMode.Cycle ? cycle : Epoch);
                        if (_momentum)
                        {
                            var fall = (_highMomentum[group] - _lowMomentum[group]) * part;
                            SetMomentum(group, _highMomentum[group] - (fall * scale));
                        }
                        return BaseRates[group] + ((_high[group] - BaseRates[group]) * part * scale);
                    }
                }
            }
        }
    }
}
