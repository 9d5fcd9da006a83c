using System.Globalization;

namespace VitNotebooks.Training;

/// <summary>What one update and one evaluation cost on this machine.</summary>
/// <param name="StepSeconds">Wall time of an update, waiting for its batch included.</param>
/// <param name="EvaluationSeconds">Wall time of reading the whole test split once.</param>
/// <param name="CheckpointSeconds">Wall time of writing one checkpoint.</param>
public sealed record MeasuredCost(double StepSeconds, double EvaluationSeconds, double CheckpointSeconds);

/// <summary>Chooses epochs and updates so that a whole schedule fits into a budget of wall time.</summary>
internal static class BudgetPlanner
{
    /// <summary>Part of the budget that is planned; the rest is for what a measurement of a second cannot foresee.</summary>
    public const double PlannedShare = 0.93;

    /// <summary>Most that evaluations may take of the updates' time before they are made rarer.</summary>
    private const double EvaluationShare = 0.2;

    /// <summary>The recipe with epochs, horizon, warm-up and evaluation fitted to what is left of the budget.</summary>
    /// <param name="recipe">The recipe as given.</param>
    /// <param name="stepsPerEpoch">Updates an epoch.</param>
    /// <param name="cost">What things cost here.</param>
    /// <param name="budget">The whole budget.</param>
    /// <param name="spent">What measuring has used up.</param>
    /// <exception cref="InvalidRecipeException">Not even one update fits, or the test split alone eats the budget.</exception>
    public static TrainingRecipe Choose(
        TrainingRecipe recipe,
        int stepsPerEpoch,
        MeasuredCost cost,
        TimeSpan budget,
        TimeSpan spent
    )
    {
        var left = (budget.TotalSeconds * PlannedShare) - spent.TotalSeconds;
        if (cost.EvaluationSeconds > 0.5 * budget.TotalSeconds)
        {
            throw new InvalidRecipeException(
                recipe.Name,
                [
                    Text(
                        $"reading the test split once takes {cost.EvaluationSeconds:0.0} s of a budget of {budget.TotalSeconds:0.0} s; "
                    ) + "give more time, or fewer test images with data.Subset(train, test).",
                ]
            );
        }
        // What an epoch's end costs is spread over its updates; the last end of all is paid in full.
        var every = recipe.EvaluateEvery;
        while (cost.EvaluationSeconds / every > EvaluationShare * stepsPerEpoch * cost.StepSeconds && every < 1000)
        {
            every++;
        }
        var perStep = cost.StepSeconds + (((cost.EvaluationSeconds / every) + cost.CheckpointSeconds) / stepsPerEpoch);
        var steps = (long)((left - cost.EvaluationSeconds - (3 * cost.CheckpointSeconds)) / perStep);
        if (steps < 1)
        {
            throw new InvalidRecipeException(
                recipe.Name,
                [
                    Text(
                        $"a budget of {budget.TotalSeconds:0.0} s has no room for an update of {cost.StepSeconds:0.00} s and an "
                    )
                        + Text(
                            $"evaluation of {cost.EvaluationSeconds:0.0} s; give more time, or a smaller model or batch."
                        ),
                ]
            );
        }
        var epochs = (int)((steps + stepsPerEpoch - 1) / stepsPerEpoch);
        return recipe with
        {
            Epochs = epochs,
            ScheduleHorizonEpochs = null,
            WarmupEpochs = recipe.WarmupEpochs * epochs / recipe.HorizonEpochs,
            EvaluateEvery = every,
            MaxSteps = steps,
        };
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
