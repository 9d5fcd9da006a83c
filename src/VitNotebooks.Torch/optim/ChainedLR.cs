namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>Several schedules of one optimizer at once, each on what the one before has set.</summary>
                public sealed class ChainedLR : LRScheduler
                {
                    private readonly LRScheduler[] _schedulers;

                    public ChainedLR(IEnumerable<LRScheduler> schedulers)
                        : this([.. schedulers]) { }

                    private ChainedLR(LRScheduler[] schedulers)
                        : base(OneOptimizer(nameof(ChainedLR), schedulers), 0, false)
                    {
                        _schedulers = schedulers;
                    }

                    /// <summary>The optimizer of all the schedules.</summary>
                    internal static Optimizer OneOptimizer(
                        string name,
                        IReadOnlyList<LRScheduler> schedulers,
                        Optimizer? expected = null
                    )
                    {
                        if (schedulers.Count == 0)
                        {
                            throw new ArgumentException(
                                $"{name}: no schedules are given; expected at least one.",
                                nameof(schedulers)
                            );
                        }
                        var optimizer = expected ?? schedulers[0].Optimizer;
                        for (var i = 0; i < schedulers.Count; i++)
                        {
                            if (!ReferenceEquals(schedulers[i].Optimizer, optimizer))
                            {
                                throw new ArgumentException(
                                    $"{name}: schedule {i} belongs to another optimizer; expected the same for all.",
                                    nameof(schedulers)
                                );
                            }
                        }
                        return optimizer;
                    }

                    public override void step()
                    {
                        foreach (var scheduler in _schedulers)
                        {
                            scheduler.step();
                        }
                        TakeRates();
                    }

                    public override void step(int? epoch)
                    {
                        foreach (var scheduler in _schedulers)
                        {
                            scheduler.step(epoch);
                        }
                        TakeRates();
                    }

                    private protected override double Next(int group) => Groups[group].LearningRate;
                }
            }
        }
    }
}
