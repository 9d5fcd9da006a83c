namespace VitNotebooks.Training;

/// <summary>
/// Linear warm-up, then a cosine over the whole horizon, per optimizer step. With <c>w</c> warm-up steps and a horizon of
/// <c>T</c> steps: <c>t &lt; w</c> gives <c>start + t (peak - start) / w</c>; from <c>w</c> on
/// <c>min + (peak - min) (1 + cos(pi t / T)) / 2</c>. The cosine starts at step 0, not at the end of the warm-up, so the
/// rate drops a little where the two meet (0.989 of the peak at 20 of 300 epochs). After <c>T</c> it stays at <c>min</c>.
/// Source: timm 0.4.12, <c>CosineLRScheduler</c> with <c>warmup_prefix=False</c>, as the localization paper's code uses it.
/// </summary>
/// <param name="Start">Rate at step 0.</param>
/// <param name="Peak">Rate that the warm-up aims at.</param>
/// <param name="Minimum">Rate at the end of the horizon.</param>
/// <param name="WarmupSteps">Steps of warm-up; 0 for none.</param>
/// <param name="HorizonSteps">Steps after which the cosine has reached <paramref name="Minimum"/>.</param>
/// <param name="LagsOneStep">
/// True when step s runs at the rate of step max(s - 1, 0): the authors' code updates the schedule after the optimizer.
/// </param>
public sealed record LearningRateSchedule(
    double Start,
    double Peak,
    double Minimum,
    long WarmupSteps,
    long HorizonSteps,
    bool LagsOneStep
)
{
    /// <summary>The rate that update number <paramref name="step"/> (0-based) is made with.</summary>
    /// <param name="step">0-based update over the whole run.</param>
    /// <returns>The learning rate.</returns>
    public double At(long step) => Scheduled(LagsOneStep ? Math.Max(step - 1, 0) : step);

    private double Scheduled(long t)
    {
        if (t < WarmupSteps)
        {
            return Start + (t * ((Peak - Start) / WarmupSteps));
        }
        if (t >= HorizonSteps)
        {
            return Minimum;
        }
        return Minimum + (0.5 * (Peak - Minimum) * (1 + Math.Cos(Math.PI * t / HorizonSteps)));
    }
}
