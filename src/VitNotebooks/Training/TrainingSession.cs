using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using TorchSharp;
using VitNotebooks.Data;
using VitNotebooks.Evaluation;
using VitNotebooks.Losses;
using VitNotebooks.Models;

namespace VitNotebooks.Training;

/// <summary>One call of <c>Fit</c>, from opening the folder to the final weights; lives on the trainer's thread.</summary>
internal sealed class TrainingSession(TrainerOptions options, CancellationToken stop)
{
    /// <summary>How the note about a run that was complete already begins.</summary>
    internal const string CompleteNote = "This run is complete and was not made again: ";

    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly VisionData _data = options.Data!;
    private readonly ITrainingDisplay _display = options.Display!;
    private double _evaluationSeconds;

    public TrainingRun Run()
    {
        if (options.BuildsModel)
        {
            torch.manual_seed(RunRandomness.ForInitialization(options.Seed));
        }
        VisionModel model = options.Model();
        CheckFit(model);
        model.ClassNames = _data.Classes;
        model.Preprocessing = _data.Preprocessing;
        RunIdentity identity = new(
            JsonNode.Parse(model.Config.ToJson())!,
            _data.Identity,
            JsonNode.Parse(options.Recipe.ToJson())!,
            options.Seed,
            options.Budget?.TotalSeconds
        );
        string hash = identity.Hash();
        RunFolder folder = new(
            options.Folder ?? RunFolder.Default(model.Config.Name, _data.Name, options.Recipe.Name, options.Seed, hash)
        );
        JsonObject? config = folder.Exists ? folder.ReadConfig() : null;
        if (config is not null)
        {
            folder.Check(identity, config);
        }
        folder.Create();
        TrainingRecipe recipe = config is null
            ? Settle(model, folder)
            : System.Text.Json.JsonSerializer.Deserialize<TrainingRecipe>(config["recipe"], TrainingJson.Options)!;
        if (config is null)
        {
            folder.WriteConfig(Config(model, identity, recipe, hash));
        }
        if (config is not null && (string?)folder.ReadStatus()?["status"] == nameof(RunStatus.Completed))
        {
            VisionCheckpoint.LoadInto(model, folder.FinalPath);
            model.eval();
            TrainingRun finished = TrainingRun.Load(folder.Path);
            _display.Note(CompleteNote + finished);
            return finished;
        }
        TrainingPlan plan = TrainingPlan.For(recipe, _data.Train.Count);
        DecayGroups groups = DecayGroups.Of(model, recipe.DecayGrouping);
        TellUselessLosses(model, recipe, plan);
        if (config is null && options.TellsPlan)
        {
            _display.Note(
                string.Join('\n', recipe.ToString(), "  " + plan.ToString().Replace("\n", "\n  "), "  " + groups)
            );
        }
        using TrainingOptimizer optimizer = new(groups, recipe);
        using RunningMetrics metrics = new(optimizer.Device);
        TrainingLoop loop = new(options, recipe, plan, model, optimizer, metrics, folder, hash, _start, stop);
        return loop.Run(_evaluationSeconds);
    }

    /// <summary>A loss whose weight is still rising from 0 when the run ends has taught nothing, and one should know.</summary>
    private void TellUselessLosses(VisionModel model, TrainingRecipe recipe, TrainingPlan plan)
    {
        foreach (AuxiliaryLoss loss in model.auxiliary_losses)
        {
            double most = Enumerable.Range(0, plan.Epochs).Max(e => loss.WeightAt(e, recipe.HorizonEpochs));
            double full = Enumerable.Range(0, 301).Max(e => loss.WeightAt(e, 300));
            if (most < 0.5 * full)
            {
                _display.Note(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"The weight of {loss.Name} reaches {most:0.###} of {full:0.###} in the {plan.Epochs} epochs of this run, so it hardly acts. "
                    ) + "Its schedule is made for longer training; take a constant weight or more epochs."
                );
            }
        }
    }

    private void CheckFit(VisionModel model)
    {
        List<string> faults = [];
        if (model.Config.Classes != _data.Classes.Count)
        {
            faults.Add(
                $"the model's head has {model.Config.Classes} classes and {_data.Name} has {_data.Classes.Count}; build it "
                    + $"with .Classes({_data.Classes.Count}) or call reset_classifier({_data.Classes.Count})."
            );
        }
        if (model.Config.ImageSize != _data.ImageSize)
        {
            faults.Add(
                $"the model takes images of {model.Config.ImageSize} px and the data gives {_data.ImageSize}; call "
                    + $"data.Resize({model.Config.ImageSize})."
            );
        }
        if (faults.Count > 0)
        {
            throw new InvalidRecipeException(options.Recipe.Name, faults);
        }
        _ = TrainingPlan.For(options.Recipe, _data.Train.Count);
    }

    private TrainingRecipe Settle(VisionModel model, RunFolder folder)
    {
        if (options.Budget is not TimeSpan budget)
        {
            return options.Recipe;
        }
        int stepsPerEpoch = TrainingPlan.For(options.Recipe, _data.Train.Count).StepsPerEpoch;
        TimeSpan longest = TimeSpan.FromSeconds(Math.Clamp(0.06 * budget.TotalSeconds, 0.3, 20));
        MeasuredCost cost = CostMeasurement.Of(
            model,
            _data,
            options.Recipe,
            options.Seed,
            options.Workers,
            longest,
            folder.Path
        );
        _evaluationSeconds = cost.EvaluationSeconds;
        TrainingRecipe recipe = BudgetPlanner.Choose(
            options.Recipe,
            stepsPerEpoch,
            cost,
            budget,
            Stopwatch.GetElapsedTime(_start)
        );
        _display.Note(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Budget of {TerminalDisplay.Duration(budget)}: an update takes {1000 * cost.StepSeconds:0.0} ms, reading the test split {cost.EvaluationSeconds:0.0} s; "
            )
                + string.Create(
                    CultureInfo.InvariantCulture,
                    $"so {recipe.MaxSteps} updates ({(double)recipe.MaxSteps!.Value / stepsPerEpoch:0.0} epochs), evaluated every {recipe.EvaluateEvery}, the whole schedule over them."
                )
        );
        return recipe;
    }

    private JsonObject Config(VisionModel model, RunIdentity identity, TrainingRecipe recipe, string hash) =>
        new()
        {
            ["format"] = "vitnotebooks-run-1",
            ["hash"] = hash,
            ["model"] = model.Config.Name,
            ["data"] = _data.Name,
            ["trainImages"] = _data.Train.Count,
            ["testImages"] = _data.Test.Count,
            ["imageSize"] = _data.ImageSize,
            ["seed"] = options.Seed,
            ["parameters"] = model.parameters().Sum(p => p.numel()),
            ["auxiliaryLosses"] = new JsonArray([.. model.auxiliary_losses.Select(l => (JsonNode)l.Name)]),
            ["recipe"] = JsonNode.Parse(recipe.ToJson()),
            ["machine"] = Machine.Describe(),
            ["identity"] = identity.ToJson(),
        };
}
