using VitNotebooks.Data;
using VitNotebooks.Models;

namespace VitNotebooks.Training;

/// <summary>What a <see cref="Trainer"/> has been told so far.</summary>
internal sealed record TrainerOptions
{
    private static readonly LoaderOptions s_usual = new() { Sampler = Sampler.Shuffle };

    public required Func<VisionModel> Model { get; init; }

    public bool BuildsModel { get; init; }

    public VisionData? Data { get; init; }

    public TrainingRecipe Recipe { get; init; } = Recipes.SmallImages;

    public string? Folder { get; init; }

    public int Seed { get; init; }

    public TimeSpan? Budget { get; init; }

    public bool AllowsOtherMachine { get; init; }

    /// <summary>
    /// How the training split is read, but for what the recipe and <see cref="Seed"/> say (<see cref="LoadingOf"/>). Threads and prefetch are the test
    /// split's too, and the policy for broken images as far as <see cref="RunImages.OfTest"/> lets it.
    /// </summary>
    public LoaderOptions Loading { get; init; } = s_usual;

    /// <summary>How the training split is read for a recipe. What changes a batch's bytes beside recipe, seed and data is <see cref="LoadingIdentity"/>.</summary>
    public LoaderOptions LoadingOf(TrainingRecipe recipe) =>
        Loading with
        {
            BatchSize = recipe.BatchSize,
            Seed = Seed,
            DropLast = recipe.DropLast,
        };

    /// <summary>Order, broken images and decoding, where they are not the usual ones: a part of the run's identity.</summary>
    public string? LoadingIdentity =>
        string.Equals(Loading.Reading, s_usual.Reading, StringComparison.Ordinal) ? null : Loading.Reading;

    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromMinutes(5);

    public int? CheckpointSteps { get; init; }

    public int KeepCheckpoints { get; init; } = 2;

    public IProgress<TrainingProgress>? Progress { get; init; }

    public ITrainingDisplay? Display { get; init; }

    public string Label { get; init; } = "";

    public bool TellsPlan { get; init; } = true;

    public Func<TimeSpan?, TimeSpan?>? ExperimentRemaining { get; init; }

    public bool HandlesCtrlC { get; init; } = true;
}
