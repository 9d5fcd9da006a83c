using VitNotebooks.Data;
using VitNotebooks.Models;

namespace VitNotebooks.Training;

/// <summary>What a <see cref="Trainer"/> has been told so far.</summary>
internal sealed record TrainerOptions
{
    public required Func<VisionModel> Model { get; init; }

    public bool BuildsModel { get; init; }

    public VisionData? Data { get; init; }

    public TrainingRecipe Recipe { get; init; } = Recipes.SmallImages;

    public string? Folder { get; init; }

    public int Seed { get; init; }

    public TimeSpan? Budget { get; init; }

    public bool AllowsOtherMachine { get; init; }

    public int? Workers { get; init; }

    public int? Prefetch { get; init; }

    public Sampler Sampler { get; init; } = Sampler.Shuffle;

    public BrokenImagePolicy OnBroken { get; init; }

    public bool DecodesPart { get; init; }

    /// <summary>How the training split is read. What changes a batch's bytes beside recipe, seed and data is <see cref="LoadingIdentity"/>.</summary>
    public LoaderOptions Loading(TrainingRecipe recipe)
    {
        LoaderOptions loading = new()
        {
            BatchSize = recipe.BatchSize,
            Sampler = Sampler,
            Seed = Seed,
            DropLast = recipe.DropLast,
            OnBroken = OnBroken,
            DecodesPart = DecodesPart,
        };
        return Prefetch is int batches ? loading with { Prefetch = batches } : loading;
    }

    /// <summary>Order, broken images and decoding, where they are not the usual ones: a part of the run's identity.</summary>
    public string? LoadingIdentity =>
        Sampler == Sampler.Shuffle && OnBroken == BrokenImagePolicy.Throw && !DecodesPart
            ? null
            : $"{Sampler}, broken images: {LoaderOptions.Name(OnBroken)}"
                + (DecodesPart ? ", of a JPEG the first crop alone" : "");

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
