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
