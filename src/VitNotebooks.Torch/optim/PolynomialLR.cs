namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>From the initial rate to 0 over total_iters epochs, along a power of what is left.</summary>
                public sealed class PolynomialLR : LRScheduler
                {
                    private readonly int _iterations;
                    private readonly double _power;

                    public PolynomialLR(
                        Optimizer optimizer,
                        int total_iters = 5,
                        double power = 1,
                        int last_epoch = -1,
                        bool verbose = false
                    )
                        : base(optimizer, last_epoch, verbose)
                    {
                        (_iterations, _power) = (total_iters, power);
                        step();
                    }

                    private double Left(int epoch) => 1 - (epoch / (double)_iterations);

                    private protected override double Next(int group) =>
                        Epoch == 0 || Epoch > _iterations
                            ? Groups[group].LearningRate
                            : Groups[group].LearningRate * Math.Pow(Left(Epoch) / Left(Epoch - 1), _power);

                    private protected override double At(int group) =>
                        BaseRates[group] * Math.Pow(Left(Math.Min(_iterations, Epoch)), _power);
                }
            }
        }
    }
}
