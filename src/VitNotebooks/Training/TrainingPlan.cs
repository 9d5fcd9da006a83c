using System.Globalization;

namespace VitNotebooks.Training;

/// <summary>How many updates a run makes, and how they fall into epochs.</summary>
/// <param name="StepsPerEpoch">Updates of a whole epoch.</param>
/// <param name="TotalSteps">Updates of the run.</param>
/// <param name="Schedule">The learning rate of each.</param>
public sealed record TrainingPlan(int StepsPerEpoch, long TotalSteps, LearningRateSchedule Schedule)
{
    /// <summary>Epochs, the last of which may be cut short.</summary>
    public int Epochs => (int)((TotalSteps + StepsPerEpoch - 1) / StepsPerEpoch);

    /// <summary>Updates of one epoch.</summary>
    /// <param name="epoch">0-based epoch.</param>
    /// <returns>StepsPerEpoch, or what is left for the last epoch.</returns>
    public int StepsOf(int epoch) => (int)Math.Min(StepsPerEpoch, TotalSteps - ((long)epoch * StepsPerEpoch));

    /// <summary>The plan of a recipe on so many training images.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="trainImages">Images that an epoch shows.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="InvalidRecipeException">The batch is larger than the set, or the recipe has faults of its own.</exception>
    public static TrainingPlan For(TrainingRecipe recipe, int trainImages)
    {
        var steps = recipe.DropLast
            ? trainImages / Math.Max(recipe.BatchSize, 1)
            : (trainImages + recipe.BatchSize - 1) / Math.Max(recipe.BatchSize, 1);
        List<string> faults = [.. recipe.Faults()];
        if (steps == 0)
        {
            faults.Add(
                $"a batch of {recipe.BatchSize} is larger than the {trainImages} training images, and incomplete batches are "
                    + "left out; take a smaller batch or DropLast = false."
            );
        }
        if (faults.Count > 0)
        {
            throw new InvalidRecipeException(recipe.Name, faults);
        }
        var total = (long)recipe.Epochs * steps;
        return new TrainingPlan(steps, Math.Min(recipe.MaxSteps ?? total, total), recipe.Schedule(steps));
    }

    /// <summary>Updates, epochs, images, and the rate at a few places.</summary>
    /// <returns>Two lines.</returns>
    public override string ToString()
    {
        var rates = new[] { 0, TotalSteps / 4, TotalSteps / 2, 3 * TotalSteps / 4, TotalSteps - 1 }
            .Distinct()
            .Select(s => string.Create(CultureInfo.InvariantCulture, $"{s}: {Schedule.At(s):0.####e+0}"));
        return string.Create(
                CultureInfo.InvariantCulture,
                $"{TotalSteps} updates in {Epochs} epochs of {StepsPerEpoch}, {Schedule.WarmupSteps} of warm-up, cosine over {Schedule.HorizonSteps}"
            ) + $"\nlearning rate by update  {string.Join("  ", rates)}";
    }
}
