using System.Text.Json.Nodes;
using VitNotebooks.Data;
using VitNotebooks.Models;
using VitNotebooks.Training;

namespace VitNotebooks.Experiments;

/// <summary>One way to train in an experiment.</summary>
/// <param name="Name">Its name in tables and folders.</param>
/// <param name="Build">Builds the model; called after torch was seeded from the run's seed.</param>
/// <param name="PublishedArm">What published tables call it: "baseline", "drloc", ...</param>
public sealed record ExperimentArm(string Name, Func<VisionModel> Build, string PublishedArm);

/// <summary>
/// Arms times seeds, paired: for one seed all arms start from the same weights (those that have the same name and shape),
/// see the same batches in the same order, and draw the same random numbers as far as they draw alike. Each run is resumable
/// and is not made again when it is complete, so the experiment as a whole can be stopped and started at any time.
/// </summary>
public sealed class PairedExperiment
{
    private readonly ExperimentSettings _settings;

    private PairedExperiment(ExperimentSettings settings) => _settings = settings;

    /// <summary>Begins an experiment.</summary>
    /// <param name="name">Its name in tables and folders.</param>
    /// <returns>An experiment without arms.</returns>
    public static PairedExperiment Named(string name) => new(new ExperimentSettings { Name = name });

    /// <summary>Adds an arm; the first one is the reference that gains and costs are measured against.</summary>
    /// <param name="name">Its name in tables and folders.</param>
    /// <param name="build">Builds the model.</param>
    /// <param name="publishedArm">
    /// What published tables call it; null for "baseline" when the model has no auxiliary loss and "drloc" when it has one.
    /// </param>
    /// <returns>The experiment with one arm more.</returns>
    public PairedExperiment Arm(string name, Func<VisionModel> build, string? publishedArm = null)
    {
        if (_settings.Arms.Any(a => string.Equals(a.Name, name, StringComparison.Ordinal)))
        {
            throw new ArgumentException(
                $"The experiment {_settings.Name} has an arm \"{name}\" already; names must differ.",
                nameof(name)
            );
        }
        return new(_settings with { Arms = [.. _settings.Arms, new ExperimentArm(name, build, publishedArm ?? "")] });
    }

    /// <summary>Trains on this data.</summary>
    /// <param name="data">The data, the same for all arms.</param>
    /// <returns>The experiment.</returns>
    public PairedExperiment On(VisionData data) => new(_settings with { Data = data });

    /// <summary>Trains by this recipe.</summary>
    /// <param name="recipe">The recipe, the same for all arms.</param>
    /// <returns>The experiment.</returns>
    public PairedExperiment With(TrainingRecipe recipe) => new(_settings with { Recipe = recipe });

    /// <summary>The seeds; 0 and 1 without this call.</summary>
    /// <param name="seeds">Numbers, all different.</param>
    /// <returns>The experiment.</returns>
    public PairedExperiment Seeds(params int[] seeds)
    {
        if (seeds.Length == 0 || seeds.Distinct().Count() != seeds.Length)
        {
            throw new ArgumentException(
                $"The seeds [{string.Join(", ", seeds)}] must be at least one and all different.",
                nameof(seeds)
            );
        }
        return new(_settings with { Seeds = [.. seeds] });
    }

    /// <summary>
    /// Fits the whole experiment into a budget of wall time: each arm's update is measured once, then all runs get the same
    /// number of updates, so that arms stay comparable.
    /// </summary>
    /// <param name="budget">Wall time for all runs together.</param>
    /// <returns>The experiment.</returns>
    public PairedExperiment Within(TimeSpan budget) => new(_settings with { Budget = budget });

    /// <summary>Keeps runs and results here; <c>$VITNB_RUNS/NAME</c> or <c>runs/NAME</c> without this call.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The experiment.</returns>
    public PairedExperiment InFolder(string folder) => new(_settings with { Folder = folder });

    /// <summary>Lets runs go on that were begun on another machine, see <see cref="Trainer.AllowOtherMachine"/>.</summary>
    /// <returns>The experiment.</returns>
    public PairedExperiment AllowOtherMachine() => new(_settings with { AllowsOtherMachine = true });

    /// <summary>Threads that read images; the results do not depend on it.</summary>
    /// <param name="threads">At least 1.</param>
    /// <returns>The experiment.</returns>
    public PairedExperiment Workers(int threads) => new(_settings with { Workers = threads });

    /// <summary>Shows all runs here instead of on <see cref="TrainingDisplay.Current"/>.</summary>
    /// <param name="display">The display.</param>
    /// <returns>The experiment.</returns>
    public PairedExperiment Show(ITrainingDisplay display) => new(_settings with { Display = display });

    /// <summary>Makes every run that is not complete yet and writes <c>results.json</c> and <c>results.csv</c>.</summary>
    /// <param name="cancellation">Saves the run under way and throws; the same call goes on.</param>
    /// <returns>The results.</returns>
    /// <exception cref="TrainingInterruptedException">Cancelled.</exception>
    public async Task<ExperimentResult> RunAsync(CancellationToken cancellation = default)
    {
        var settings = Checked();
        var display = settings.Display ?? TrainingDisplay.Current ?? TrainingDisplay.None;
        var folder =
            settings.Folder
            ?? Path.Combine(
                Path.GetDirectoryName(RunFolder.Default("", "", "", 0, "00000000"))!,
                RunFolder.Safe(settings.Name)
            );
        var plan = await ExperimentPlan.SettleAsync(settings, folder, display, cancellation).ConfigureAwait(false);
        ExperimentClock clock = new(settings.Arms.Count * settings.Seeds.Count);
        List<ExperimentRun> runs = [];
        foreach (var (seed, arm) in Order(settings))
        {
            var number = runs.Count + 1;
            var isNew = true;
            var trainer = Trainer
                .For(() => PairedInitialization.Build(settings.Arms[0], arm, seed))
                .On(settings.Data!)
                .With(plan.Recipe)
                .Seed(seed)
                .InFolder(Path.Combine(folder, RunFolder.Safe($"{arm.Name}-seed{seed}-{plan.Key[..8]}")))
                .Show(new ExperimentDisplay(display, () => isNew = false))
                .Labelled(
                    $"{number}/{settings.Arms.Count * settings.Seeds.Count} {arm.Name}, seed {seed}",
                    number == 1,
                    clock.Remaining
                );
            if (settings.AllowsOtherMachine)
            {
                trainer = trainer.AllowOtherMachine();
            }
            if (settings.Workers is int workers)
            {
                trainer = trainer.Workers(workers);
            }
            clock.Begin();
            var run = await trainer.FitAsync(cancellation).ConfigureAwait(false);
            clock.End(isNew);
            var published =
                arm.PublishedArm.Length > 0 ? arm.PublishedArm
                : run.AuxiliaryLosses.Count == 0 ? "baseline"
                : "drloc";
            runs.Add(new ExperimentRun(arm.Name, published, run));
            new ExperimentResult(settings.Name, folder, [.. settings.Arms.Select(a => a.Name)], runs).Write();
        }
        return new ExperimentResult(settings.Name, folder, [.. settings.Arms.Select(a => a.Name)], runs);
    }

    /// <summary>As <see cref="RunAsync"/>, and waits for it.</summary>
    /// <param name="cancellation">Saves the run under way and throws.</param>
    /// <returns>The results.</returns>
    public ExperimentResult Run(CancellationToken cancellation = default) =>
        RunAsync(cancellation).GetAwaiter().GetResult();

    /// <summary>Every second seed runs the arms in reverse, so that a machine that slows down does not favour one.</summary>
    private static IEnumerable<(int Seed, ExperimentArm Arm)> Order(ExperimentSettings settings) =>
        settings.Seeds.SelectMany(
            (seed, i) => (i % 2 == 0 ? settings.Arms : settings.Arms.Reverse()).Select(arm => (seed, arm))
        );

    private ExperimentSettings Checked()
    {
        List<string> faults = [];
        if (_settings.Arms.Count == 0)
        {
            faults.Add("it has no arms; add them with .Arm(name, () => model).");
        }
        if (_settings.Data is null)
        {
            faults.Add("it has no data; add .On(Datasets.Open(\"shapes\")).");
        }
        faults.AddRange(_settings.Recipe.Faults().Select(f => $"its recipe {_settings.Recipe.Name}: {f}"));
        return faults.Count == 0
            ? _settings
            : throw new InvalidOperationException(
                $"The experiment {_settings.Name} cannot run: {string.Join(" ", faults)}"
            );
    }
}

/// <summary>What a <see cref="PairedExperiment"/> has been told so far.</summary>
internal sealed record ExperimentSettings
{
    public required string Name { get; init; }

    public IReadOnlyList<ExperimentArm> Arms { get; init; } = [];

    public VisionData? Data { get; init; }

    public TrainingRecipe Recipe { get; init; } = Recipes.SmallImages;

    public IReadOnlyList<int> Seeds { get; init; } = [0, 1];

    public bool AllowsOtherMachine { get; init; }

    public TimeSpan? Budget { get; init; }

    public string? Folder { get; init; }

    public int? Workers { get; init; }

    public ITrainingDisplay? Display { get; init; }
}
