namespace VitNotebooks.Training;

/// <summary>Named recipes: data, with their source, what deviates, and what to expect.</summary>
public static partial class Recipes
{
    /// <summary>
    /// Small models on small images on a CPU, in minutes: not a paper's recipe but a starting point of ours. AdamW at
    /// 1e-3 for 64 images an update, a tenth of the epochs as warm-up, one whole cosine, decay 0.05, clip 1.
    /// </summary>
    public static TrainingRecipe SmallImages { get; } =
        new()
        {
            Name = "small-images",
            Profile = "quick",
            Epochs = 10,
            BatchSize = 64,
            LearningRate = 1e-3,
            WarmupLearningRate = 1e-6,
            MinLearningRate = 1e-5,
            RateReferenceBatch = 64,
            WarmupEpochs = 1,
            ClipNorm = 1,
        };
}
