namespace VitNotebooks.Training;

/// <summary>Where the random numbers of a training step (dropout, drop path, localization pairs) come from.</summary>
public enum StepRandomness
{
    /// <summary>
    /// The default generator is seeded from (seed, epoch, step) at the start of each step, so a step's numbers depend on
    /// nothing before it.
    /// </summary>
    PerStep,

    /// <summary>
    /// The default generator is seeded once and runs on, as in the authors' code; its state is part of every checkpoint.
    /// </summary>
    OneSequence,
}

/// <summary>
/// Everything random in a run follows from one seed. The mixer is <see cref="SplitMix64"/>: neighbouring inputs give
/// unrelated outputs.
/// </summary>
public static class RunRandomness
{
    /// <summary>The seed that a model is initialized with.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <returns>A seed for <c>torch.manual_seed</c>.</returns>
    public static long ForInitialization(int seed) => Mix(seed, 0x1417, 0);

    /// <summary>The seed of the one sequence of <see cref="StepRandomness.OneSequence"/>.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <returns>The seed itself: the authors' code passes it on as it is.</returns>
    public static long ForSequence(int seed) => seed;

    /// <summary>The seed of one training step.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">0-based epoch.</param>
    /// <param name="step">0-based step in the epoch.</param>
    /// <returns>A seed for <c>torch.manual_seed</c>, never negative.</returns>
    public static long ForStep(int seed, int epoch, int step) => Mix(seed, epoch + 1L, step + 1L);

    /// <summary>The seed of what a step's images are mixed with: another one than <see cref="ForStep"/>, whose words torch's generator draws.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">0-based epoch.</param>
    /// <param name="step">0-based step in the epoch.</param>
    /// <returns>A seed for <see cref="Data.TorchRandom"/>, never negative.</returns>
    public static long ForMixing(int seed, int epoch, int step) => Mix(ForStep(seed, epoch, step), 0x313C, 0);

    private static long Mix(long a, long b, long c)
    {
        var mixed = Finish(Finish(Finish((ulong)a + SplitMix64.Increment) ^ (ulong)b) ^ (ulong)c);
        return (long)(mixed >> 1);
    }

    private static ulong Finish(ulong z) => SplitMix64.Mix(z + SplitMix64.Increment);
}
