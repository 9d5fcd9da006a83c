namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>Several schedules of one optimizer one after the other; each milestone is the epoch at which the next begins.</summary>
                public sealed class SequentialLR : LRScheduler
                {
                    private readonly LRScheduler[] _schedulers;
                    private readonly int[] _milestones;

                    public SequentialLR(
                        Optimizer optimizer,
                        IEnumerable<LRScheduler> schedulers,
                        IEnumerable<int> milestones,
                        int last_epoch = -1
                    )
                        : base(optimizer, last_epoch + 1, false)
                    {
                        _schedulers = [.. schedulers];
                        _milestones = [.. milestones];
                        ChainedLR.OneOptimizer(nameof(SequentialLR), _schedulers, optimizer);
                        if (_milestones.Length != _schedulers.Length - 1)
                        {
                            throw new ArgumentException(
                                $"SequentialLR: {_milestones.Length} milestones for {_schedulers.Length} schedules; expected {_schedulers.Length - 1}.",
                                nameof(milestones)
                            );
                        }
                        // Each schedule has set its first rate when it was built; only the first one's counts.
                        foreach (var group in Groups)
                        {
                            group.LearningRate = group.InitialLearningRate;
                        }
                        foreach (var scheduler in _schedulers)
                        {
                            scheduler.Undo();
                        }
                        _schedulers[0].step();
                        TakeRates();
                    }

                    public override void step()
                    {
                        Epoch++;
                        var current = _milestones.Count(m => m <= Epoch);
                        if (current > 0 && _milestones[current - 1] == Epoch)
                        {
                            _schedulers[current].step(0);
                        }
                        else
                        {
                            _schedulers[current].step();
                        }
                        TakeRates();
                    }

                    public override void step(int? epoch)
                    {
                        if (epoch is not { } given)
                        {
                            step();
                            return;
                        }
                        Epoch = given;
                        var current = _milestones.Count(m => m <= given);
                        _schedulers[current].step(current == 0 ? given : given - _milestones[current - 1]);
                        TakeRates();
                    }

                    private protected override double Next(int group) => Groups[group].LearningRate;
                }
            }
        }
    }
}
