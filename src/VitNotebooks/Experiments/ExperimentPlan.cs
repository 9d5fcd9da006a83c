using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using VitNotebooks.Models;
using VitNotebooks.Training;

namespace VitNotebooks.Experiments;

/// <summary>The recipe that all runs of an experiment follow, settled once and kept in <c>experiment.json</c>.</summary>
/// <param name="Recipe">The recipe, fitted to the budget if there is one.</param>
/// <param name="Key">SHA-256 of package version, arms, data, recipe and budget as the caller gave them.</param>
internal sealed record ExperimentPlan(TrainingRecipe Recipe, string Key)
{
    /// <summary>Reads the plan of an experiment that was begun, or makes one.</summary>
    public static Task<ExperimentPlan> SettleAsync(
        ExperimentSettings settings,
        string folder,
        ITrainingDisplay display,
        CancellationToken cancellation
    ) =>
        TrainingThread.Run(
            stop => Settle(settings, folder, display, stop),
            handlesCtrlC: false,
            cancellation,
            Trainer.HostCancellation
        );

    private static ExperimentPlan Settle(
        ExperimentSettings settings,
        string folder,
        ITrainingDisplay display,
        CancellationToken stop
    )
    {
        var began = Stopwatch.GetTimestamp();
        List<VisionModel> models = [];
        try
        {
            foreach (var arm in settings.Arms)
            {
                models.Add(PairedInitialization.Build(settings.Arms[0], arm, settings.Seeds[0]));
            }
            JsonObject asked = new()
            {
                ["package"] = RunEnvironment.PackageVersion,
                ["arms"] = new JsonArray([
                    .. settings.Arms.Select(
                        (a, i) =>
                            new JsonObject { ["name"] = a.Name, ["model"] = JsonNode.Parse(models[i].Config.ToJson()) }
                    ),
                ]),
                ["data"] = settings.Data!.Identity,
                ["recipe"] = JsonNode.Parse(settings.Recipe.ToJson()),
                ["budgetSeconds"] = settings.Budget?.TotalSeconds,
            };
            var key = RunIdentity.HashOf(asked);
            var path = Path.Combine(folder, $"experiment-{key[..8]}.json");
            if (File.Exists(path))
            {
                var known = JsonNode.Parse(File.ReadAllText(path))!;
                return new ExperimentPlan(known["recipe"].Deserialize<TrainingRecipe>(TrainingJson.Options)!, key);
            }
            stop.ThrowIfCancellationRequested();
            Directory.CreateDirectory(folder);
            var recipe = Fitted(settings, models, folder, began, display);
            JsonObject plan = new()
            {
                ["name"] = settings.Name,
                ["key"] = key,
                ["asked"] = asked,
                ["recipe"] = JsonNode.Parse(recipe.ToJson()),
                ["machine"] = Machine.Describe(),
            };
            RunFile.WriteText(path, plan.ToJsonString(TrainingJson.Options) + "\n");
            return new ExperimentPlan(recipe, key);
        }
        finally
        {
            models.ForEach(m => m.Dispose());
        }
    }

    private static TrainingRecipe Fitted(
        ExperimentSettings settings,
        List<VisionModel> models,
        string folder,
        long began,
        ITrainingDisplay display
    )
    {
        if (settings.Budget is not TimeSpan budget)
        {
            return settings.Recipe;
        }
        var stepsPerEpoch = TrainingPlan.For(settings.Recipe, settings.Data!.Train.Count).StepsPerEpoch;
        var longest = TimeSpan.FromSeconds(Math.Clamp(0.04 * budget.TotalSeconds / models.Count, 0.3, 10));
        TrainerOptions options = new() { Model = () => models[0], Seed = settings.Seeds[0] };
        if (settings.Workers is int threads)
        {
            options = options with { Loading = options.Loading with { Workers = threads } };
        }
        using RunImages images = new(
            settings.Data,
            models[0].parameters().First().device,
            options.LoadingOf(settings.Recipe)
        );
        MeasuredCost[] costs =
        [
            .. models.Select(m => CostMeasurement.Of(m, settings.Data, settings.Recipe, images, longest, folder)),
        ];
        // One run of mean cost; the same number of updates then goes to every arm.
        MeasuredCost mean = new(
            costs.Average(c => c.StepSeconds),
            costs.Average(c => c.EvaluationSeconds),
            costs.Average(c => c.CheckpointSeconds)
        );
        var runs = models.Count * settings.Seeds.Count;
        var each = (budget - Stopwatch.GetElapsedTime(began)) / runs;
        var recipe = BudgetPlanner.Choose(settings.Recipe, stepsPerEpoch, mean, each, TimeSpan.Zero);
        var steps = string.Join(
            ", ",
            settings.Arms.Select(
                (a, i) => string.Create(CultureInfo.InvariantCulture, $"{a.Name} {1000 * costs[i].StepSeconds:0.0} ms")
            )
        );
        display.Note(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Budget of {TerminalDisplay.Duration(budget)} for {runs} runs: an update takes {steps}; so {recipe.MaxSteps} updates ({(double)recipe.MaxSteps!.Value / stepsPerEpoch:0.0} epochs) a run."
            )
        );
        return recipe;
    }
}
