using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using VitNotebooks.Experiments;

namespace VitNotebooks.Training;

/// <summary>A run, finished or not, as its folder tells it.</summary>
public sealed class TrainingRun
{
    /// <summary>The run's folder.</summary>
    public required string Folder { get; init; }

    /// <summary>Completed, interrupted, diverged, or under way.</summary>
    public required RunStatus Status { get; init; }

    /// <summary>One row an epoch.</summary>
    public required IReadOnlyList<EpochMetrics> Epochs { get; init; }

    /// <summary>Name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>Name of the data set.</summary>
    public required string Data { get; init; }

    /// <summary>The recipe that was run.</summary>
    public required TrainingRecipe Recipe { get; init; }

    /// <summary>The run's seed.</summary>
    public required int Seed { get; init; }

    /// <summary>Names of the model's auxiliary losses, empty without any.</summary>
    public required IReadOnlyList<string> AuxiliaryLosses { get; init; }

    /// <summary>Parameters of the model, auxiliary heads included.</summary>
    public long Parameters { get; init; }

    /// <summary>Training images.</summary>
    public int TrainImages { get; init; }

    /// <summary>Test images.</summary>
    public int TestImages { get; init; }

    /// <summary>Side of the images that the model sees, in pixels.</summary>
    public int ImageSize { get; init; }

    /// <summary>SHA-256 of model, starting weights, data, recipe, seed, budget and the package's version.</summary>
    public required string Identity { get; init; }

    /// <summary>What the run was made on: libtorch, threads, machine, package version.</summary>
    public IReadOnlyDictionary<string, string> Machine { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// True as long as the same call on the same machine makes the same bits; false once
    /// <see cref="Trainer.AllowOtherMachine"/> let it go on elsewhere.
    /// </summary>
    public bool BitExact => MachineChanges.Count == 0;

    /// <summary>From which update on the run was made in another environment, and what differs; usually empty.</summary>
    public IReadOnlyList<string> MachineChanges { get; init; } = [];

    /// <summary>Images that could not be read, and what was done with them; usually none.</summary>
    public BrokenImages Broken { get; init; } = BrokenImages.None;

    /// <summary>What was known of the data when it was read, a sentence each: images that were not there, files that were left out. <see cref="Data.VisionData.Notes"/>.</summary>
    public IReadOnlyList<string> DataNotes { get; init; } = [];

    /// <summary>Wall time of all epochs, evaluations included, over all calls that worked on this run.</summary>
    public TimeSpan Elapsed => TimeSpan.FromSeconds(Epochs.Sum(e => e.Seconds + e.EvaluationSeconds));

    /// <summary>Peak resident memory of the process while training; 0 if unknown.</summary>
    public long PeakMemoryBytes => Epochs.Count == 0 ? 0 : Epochs.Max(e => e.PeakMemoryBytes);

    /// <summary>Median over epochs of the epoch's median wall time of an update, in milliseconds.</summary>
    public double StepMilliseconds => Median([.. Epochs.Select(e => e.StepMilliseconds).Where(t => !double.IsNaN(t))]);

    /// <summary>Test accuracy after the last evaluated epoch, 0..1; NaN before the first.</summary>
    public double FinalAccuracy => Epochs.LastOrDefault(e => e.Evaluated)?.TestAccuracy ?? double.NaN;

    /// <summary>
    /// Best test accuracy over the epochs, 0..1; NaN before the first. Chosen on the split that it is measured on, so it
    /// flatters; see <see cref="Accuracy"/> for the recipe's own selection.
    /// </summary>
    public double BestAccuracy =>
        Epochs.Where(e => e.Evaluated).Select(e => e.TestAccuracy).DefaultIfEmpty(double.NaN).Max();

    /// <summary>The accuracy that the recipe's <see cref="TrainingRecipe.Selection"/> reports, 0..1.</summary>
    public double Accuracy => Recipe.Selection == Selection.BestOnTest ? BestAccuracy : FinalAccuracy;

    /// <summary>Weights after the last update; see <c>VisionCheckpoint.Load</c>.</summary>
    public string FinalCheckpoint => Path.Combine(Folder, "final.safetensors");

    /// <summary>Weights of the epoch with the best test accuracy.</summary>
    public string BestCheckpoint => Path.Combine(Folder, "best.safetensors");

    /// <summary>This run's row beside the published ones.</summary>
    /// <param name="table">A table of published numbers.</param>
    /// <returns>The comparison.</returns>
    public ComparisonTable Compare(PaperTable table) => ComparisonTable.Of([this], table);

    /// <summary>Reads a run's folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The run.</returns>
    /// <exception cref="CheckpointMismatchException">The folder holds no run.</exception>
    public static TrainingRun Load(string folder)
    {
        RunFolder files = new(folder);
        if (!files.Exists)
        {
            throw new CheckpointMismatchException(
                $"{files.Path} holds no run: there is no config.json in it. Give the folder that a training run printed."
            );
        }
        var config = files.ReadConfig();
        var status = files.ReadStatus();
        try
        {
            return new TrainingRun
            {
                Folder = files.Path,
                Status = Enum.Parse<RunStatus>((string?)status?["status"] ?? nameof(RunStatus.Running)),
                Epochs = files.ReadMetrics(),
                Model = (string)config["model"]!,
                Data = (string)config["data"]!,
                Recipe = config["recipe"].Deserialize<TrainingRecipe>(TrainingJson.Options)!,
                Seed = (int)config["seed"]!,
                AuxiliaryLosses = [.. config["auxiliaryLosses"]!.AsArray().Select(n => (string)n!)],
                Parameters = (long)config["parameters"]!,
                TrainImages = (int)config["trainImages"]!,
                TestImages = (int)config["testImages"]!,
                ImageSize = (int)config["imageSize"]!,
                Identity = (string)config["hash"]!,
                MachineChanges = [.. status?["machineChanges"]?.AsArray().Select(n => (string)n!) ?? []],
                Broken = BrokenImages.Read(status?["broken"]),
                DataNotes = [.. status?["dataNotes"]?.AsArray().Select(n => (string)n!) ?? []],
                Machine = config["machine"].Deserialize<Dictionary<string, string>>(TrainingJson.Options)!,
            };
        }
        catch (Exception e)
            when (e is JsonException or NullReferenceException or InvalidOperationException or ArgumentException)
        {
            throw new CheckpointMismatchException($"{files.ConfigPath} is no run configuration: {e.Message}", e);
        }
    }

    /// <summary>Status, accuracy and how it was selected, time, memory, broken images if there were any, folder.</summary>
    /// <returns>One line.</returns>
    public override string ToString()
    {
        var how = Recipe.Selection == Selection.BestOnTest ? "best epoch on test" : "last epoch";
        var accuracy = double.IsNaN(Accuracy)
            ? "not evaluated yet"
            : string.Create(CultureInfo.InvariantCulture, $"test accuracy {100 * Accuracy:0.00}% ({how})");
        var memory =
            PeakMemoryBytes == 0
                ? ""
                : string.Create(CultureInfo.InvariantCulture, $", peak memory {PeakMemoryBytes / 1048576.0:0} MB");
        return string.Create(
                CultureInfo.InvariantCulture,
                $"{Model} on {Data}, {Recipe.Name}, seed {Seed}: {Status.ToString().ToLowerInvariant()} after {Epochs.Count} epochs, "
            )
            + $"{accuracy}, {TerminalDisplay.Duration(Elapsed)}{memory}{(BitExact ? "" : ", not bit-exact (went on on another machine)")}{(Broken.Count == 0 ? "" : $"; {Broken}")}, in {Folder}";
    }

    internal static double Median(double[] values)
    {
        if (values.Length == 0)
        {
            return double.NaN;
        }
        Array.Sort(values);
        var middle = values.Length / 2;
        return values.Length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
