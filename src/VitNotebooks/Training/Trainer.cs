using VitNotebooks.Data;
using VitNotebooks.Models;

namespace VitNotebooks.Training;

/// <summary>
/// Trains a model: <c>await Trainer.For(model).On(data).With(recipe).FitAsync()</c>. Each call gives a new trainer, so a
/// half-configured one can be kept and varied. A run lives in a folder; the same call again goes on where it stopped, from
/// the middle of an epoch too, and makes the same bits as a run that was never stopped on that machine.
/// </summary>
public sealed class Trainer
{
    private readonly TrainerOptions _options;

    private Trainer(TrainerOptions options) => _options = options;

    /// <summary>
    /// A token that stops every run which is given none: the host of a notebook sets it, so that interrupting a cell saves.
    /// </summary>
    public static CancellationToken HostCancellation { get; set; }

    /// <summary>
    /// Trains this model, from the weights that it has: a hash of them is part of the run's identity, so the same architecture
    /// with other weights is another run. The same call on a model that nobody has changed since goes on with its run.
    /// </summary>
    /// <param name="model">The model; it holds the final weights afterwards, in evaluation mode.</param>
    /// <returns>A trainer.</returns>
    public static Trainer For(VisionModel model) => new(new TrainerOptions { Model = () => model });

    /// <summary>
    /// Trains a model that the run builds itself, after seeding torch from the run's seed. A model that has weights already
    /// is given to <see cref="For(VisionModel)"/>.
    /// </summary>
    /// <param name="build">Builds the model; must make the same weights each time.</param>
    /// <returns>A trainer.</returns>
    public static Trainer For(Func<VisionModel> build) => new(new TrainerOptions { Model = build, BuildsModel = true });

    /// <summary>Trains on this data.</summary>
    /// <param name="data">Training and test split with their pipelines.</param>
    /// <returns>A trainer.</returns>
    public Trainer On(VisionData data) => new(_options with { Data = data });

    /// <summary>Trains by this recipe; <see cref="Recipes.SmallImages"/> without this call.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <returns>A trainer.</returns>
    public Trainer With(TrainingRecipe recipe) => new(_options with { Recipe = recipe });

    /// <summary>
    /// Keeps the run in this folder; without this call in one named after model, data, recipe, seed and their hash, under
    /// <c>$VITNB_RUNS</c> or <c>runs</c>. The hash covers the weights that a given model starts from and the package's version.
    /// </summary>
    /// <param name="folder">The folder, new or of the same run.</param>
    /// <returns>A trainer.</returns>
    public Trainer InFolder(string folder) => new(_options with { Folder = folder });

    /// <summary>Everything random in the run follows from this number; 0 without this call.</summary>
    /// <param name="seed">Any number.</param>
    /// <returns>A trainer.</returns>
    public Trainer Seed(int seed) => new(_options with { Seed = seed });

    /// <summary>
    /// Goes on with a run that was begun in another environment: another libtorch, BLAS, number of threads, processor, device or
    /// build of this package. Without this call that is refused, because it does not end in the bits of an unbroken run; with it
    /// the run is marked, see <see cref="TrainingRun.BitExact"/>.
    /// </summary>
    /// <returns>A trainer.</returns>
    public Trainer AllowOtherMachine() => new(_options with { AllowsOtherMachine = true });

    /// <summary>Threads that read and transform images; the result does not depend on it.</summary>
    /// <param name="threads">At least 1.</param>
    /// <returns>A trainer.</returns>
    public Trainer Workers(int threads) => new(_options with { Loading = _options.Loading with { Workers = threads } });

    /// <summary>Batches made ahead of the one that is trained on; the result does not depend on it. 2 without this call.</summary>
    /// <param name="batches">0..1024; each takes its memory.</param>
    /// <returns>A trainer.</returns>
    public Trainer Prefetch(int batches) =>
        new(_options with { Loading = _options.Loading with { Prefetch = batches } });

    /// <summary>Which training images an epoch shows and in which order; <see cref="Sampler.Shuffle"/> without this call. Part of the run's identity.</summary>
    /// <param name="sampler">E.g. <c>new RepeatedAugmentationSampler()</c> or <c>new ClassBalancedSampler()</c>.</param>
    /// <returns>A trainer.</returns>
    public Trainer Sample(Sampler sampler)
    {
        ArgumentNullException.ThrowIfNull(sampler);
        return new(_options with { Loading = _options.Loading with { Sampler = sampler } });
    }

    /// <summary>
    /// What to do with an image that cannot be read; the run stops at it without this call. What is left out or replaced is listed in the run's report
    /// (<see cref="TrainingRun.Broken"/>, <c>run.json</c>). Of the test split it is left out either way. Part of the run's identity.
    /// </summary>
    /// <param name="policy">Throw, leave it out of its batch, or show the next one that can be read in its place.</param>
    /// <returns>A trainer.</returns>
    public Trainer OnBroken(BrokenImagePolicy policy) =>
        new(_options with { Loading = _options.Loading with { OnBroken = policy } });

    /// <summary>
    /// Decodes of a training JPEG no more than the box that the pipeline's first crop has drawn, and no finer than its result needs: faster, with slightly
    /// other pixels (<see cref="LoaderOptions.DecodesPart"/>). Part of the run's identity.
    /// </summary>
    /// <returns>A trainer.</returns>
    public Trainer DecodesPart() => new(_options with { Loading = _options.Loading with { DecodesPart = true } });

    /// <summary>Also saves within an epoch after so much time; every 5 minutes without this call.</summary>
    /// <param name="interval">Time between two checkpoints within an epoch.</param>
    /// <returns>A trainer.</returns>
    public Trainer CheckpointEvery(TimeSpan interval) => new(_options with { CheckpointInterval = interval });

    /// <summary>Also saves after so many updates.</summary>
    /// <param name="steps">At least 1.</param>
    /// <returns>A trainer.</returns>
    public Trainer CheckpointEvery(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        return new(_options with { CheckpointSteps = steps });
    }

    /// <summary>Keeps the last so many checkpoints to resume from; 2 without this call.</summary>
    /// <param name="count">At least 1.</param>
    /// <returns>A trainer.</returns>
    public Trainer KeepCheckpoints(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return new(_options with { KeepCheckpoints = count });
    }

    /// <summary>Reports progress here too, at most four times a second, on the trainer's thread.</summary>
    /// <param name="progress">The receiver.</param>
    /// <returns>A trainer.</returns>
    public Trainer OnProgress(IProgress<TrainingProgress> progress) => new(_options with { Progress = progress });

    /// <summary>Shows the run here instead of on <see cref="TrainingDisplay.Current"/>.</summary>
    /// <param name="display">The display.</param>
    /// <returns>A trainer.</returns>
    public Trainer Show(ITrainingDisplay display) => new(_options with { Display = display });

    /// <summary>Whether the first Ctrl-C saves and stops the run; yes without this call. The second one ends the process.</summary>
    /// <param name="handle">False to leave Ctrl-C alone.</param>
    /// <returns>A trainer.</returns>
    public Trainer HandleCtrlC(bool handle) => new(_options with { HandlesCtrlC = handle });

    internal Trainer Labelled(string label, bool tellsPlan, Func<TimeSpan?, TimeSpan?> experimentRemaining) =>
        new(_options with { Label = label, TellsPlan = tellsPlan, ExperimentRemaining = experimentRemaining });

    /// <summary>Trains to the end of the recipe on a thread of its own.</summary>
    /// <param name="cancellation">Finishes the update under way, saves, and throws.</param>
    /// <returns>The run.</returns>
    /// <exception cref="InvalidRecipeException">The recipe cannot work with this model and data; nothing was loaded yet.</exception>
    /// <exception cref="TrainingInterruptedException">Cancelled; the same call again goes on.</exception>
    /// <exception cref="TrainingDivergedException">The loss or the gradient became no number.</exception>
    /// <exception cref="CheckpointMismatchException">
    /// The folder holds another run or one of another machine, or none of its checkpoints is whole; nothing was changed.
    /// </exception>
    /// <exception cref="RunWriteException">The run folder cannot be written; what was there is still there.</exception>
    /// <exception cref="ImageFileException">A broken image, see <see cref="OnBroken"/>.</exception>
    public Task<TrainingRun> FitAsync(CancellationToken cancellation = default) => Start(_options, cancellation);

    /// <summary>
    /// Trains within a budget of wall time: measures an update and an evaluation, then lays the whole schedule out over as
    /// many updates as fit. The number chosen is kept in the run folder, so that a resumed run keeps its schedule.
    /// </summary>
    /// <param name="budget">Wall time for everything, from the call to its return.</param>
    /// <param name="cancellation">Finishes the update under way, saves, and throws.</param>
    /// <returns>The run.</returns>
    public Task<TrainingRun> FitAsync(TimeSpan budget, CancellationToken cancellation = default) =>
        Start(_options with { Budget = budget }, cancellation);

    /// <summary>As <see cref="FitAsync(CancellationToken)"/>, and waits for it.</summary>
    /// <param name="cancellation">Finishes the update under way, saves, and throws.</param>
    /// <returns>The run.</returns>
    public TrainingRun Fit(CancellationToken cancellation = default) => FitAsync(cancellation).GetAwaiter().GetResult();

    /// <summary>As <see cref="FitAsync(TimeSpan, CancellationToken)"/>, and waits for it.</summary>
    /// <param name="budget">Wall time for everything.</param>
    /// <param name="cancellation">Finishes the update under way, saves, and throws.</param>
    /// <returns>The run.</returns>
    public TrainingRun Fit(TimeSpan budget, CancellationToken cancellation = default) =>
        FitAsync(budget, cancellation).GetAwaiter().GetResult();

    private static Task<TrainingRun> Start(TrainerOptions options, CancellationToken cancellation)
    {
        if (options.Data is null)
        {
            throw new InvalidOperationException(
                "Trainer: no data was given; add .On(Datasets.Open(\"shapes\")) before Fit."
            );
        }
        _ = options.Recipe.Validated();
        var settled = options with { Display = options.Display ?? TrainingDisplay.Current ?? TrainingDisplay.None };
        return TrainingThread.Run(
            stop => new TrainingSession(settled, stop).Run(),
            settled.HandlesCtrlC,
            cancellation,
            HostCancellation
        );
    }
}
