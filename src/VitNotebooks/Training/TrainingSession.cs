using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using TorchSharp;
using VitNotebooks.Acceleration;
using VitNotebooks.Data;
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
    private RunImages? _images;

    public TrainingRun Run()
    {
        try
        {
            return Fit();
        }
        finally
        {
            _images?.Dispose();
            Memory.Trim();
        }
    }

    private TrainingRun Fit()
    {
        if (options.BuildsModel)
        {
            torch.manual_seed(RunRandomness.ForInitialization(options.Seed));
        }
        var model = options.Model();
        CheckFit(model);
        if (_data.OtherNormalization(model.Config.Name, model.Preprocessing) is { } other)
        {
            _display.Note(
                other + "It is trained on these from now on; data.PreparedFor(model.Preprocessing) keeps its own."
            );
        }
        foreach (var note in _data.Notes)
        {
            _display.Note(note);
        }
        model.ClassNames = _data.Classes;
        model.Preprocessing = _data.Preprocessing;
        var weights = StateHash.Of(model.state_dict());
        var code = UserCode.Of(model);
        var (identity, folder) = Identify(model, weights, code);
        if (options.BuildsModel)
        {
            return Fit(model, identity, folder, weights, code);
        }
        try
        {
            return Fit(model, identity, folder, weights, code);
        }
        finally
        {
            var left = StateHash.Of(model.state_dict());
            // A call that was refused leaves the memory of the run before it alone.
            if (!string.Equals(left, weights, StringComparison.Ordinal))
            {
                GivenWeights.Remember(model, new(folder.Path, identity.Start, left));
            }
        }
    }

    private (RunIdentity Identity, RunFolder Folder) Identify(VisionModel model, string weights, UserCode? code)
    {
        RunIdentity identity = new(
            JsonNode.Parse(model.Config.ToJson())!,
            RunIdentity.FrozenIn(model),
            model.gradient_checkpointing,
            options.BuildsModel ? RunIdentity.FromSeed : RunIdentity.From(weights),
            _data.Identity,
            JsonNode.Parse(options.Recipe.ToJson())!,
            options.Seed,
            options.Budget?.TotalSeconds
        )
        {
            Loading = options.LoadingIdentity,
        };
        if (!options.BuildsModel && GivenWeights.LeftBy(model, weights) is { } trace)
        {
            var again = identity with { Start = trace.Start };
            var home = Home(model, again);
            if (
                new RunFolder(trace.Folder) is { Exists: true } same
                && (
                    string.Equals(same.Path, home, StringComparison.Ordinal)
                    || (options.Folder is null && same.Path.StartsWith(home + "-", StringComparison.Ordinal))
                )
            )
            {
                return (again, same);
            }
        }
        return (identity, Folder(model, identity, weights, code));
    }

    private string Home(VisionModel model, RunIdentity identity) =>
        new RunFolder(
            options.Folder
                ?? RunFolder.Default(model.Config.Name, _data.Name, options.Recipe.Name, options.Seed, identity.Hash())
        ).Path;

    /// <summary>The run's folder; beside it, with a number behind its name, where it holds a run of the same settings and other code.</summary>
    private RunFolder Folder(VisionModel model, RunIdentity identity, string weights, UserCode? code)
    {
        RunFolder home = new(Home(model, identity));
        var folder = home;
        for (
            var next = 2;
            options.Folder is null && IsOfOtherCode(model, folder.TryReadConfig(), weights, code);
            next++
        )
        {
            folder = new(string.Create(CultureInfo.InvariantCulture, $"{home.Path}-{next}"));
        }
        if (folder != home && !folder.Exists)
        {
            _display.Note(
                $"The parts of your own compute something else than in {home.Path}, which has the same names; this is another run, in {folder.Path}."
            );
        }
        return folder;
    }

    private static bool IsOfOtherCode(VisionModel model, JsonNode? config, string weights, UserCode? code) =>
        code is not null
        && config is not null
        && string.Equals((string?)config["startWeights"], weights, StringComparison.Ordinal)
        && RunEnvironment.Differences(config["environment"], RunEnvironment.Of(model)).Count == 0
        && !code.IsThatOf(config["code"]);

    private TrainingRun Fit(VisionModel model, RunIdentity identity, RunFolder folder, string weights, UserCode? code)
    {
        var hash = identity.Hash();
        var config = folder.Exists ? folder.ReadConfig() : null;
        if (config is not null)
        {
            folder.Check(identity, config);
            CheckStart(model, folder, config, weights, code);
        }
        else if (!options.BuildsModel && options.Folder is null)
        {
            TellOtherStarts(identity, Home(model, identity));
        }
        folder.Create();
        var recipe = config is null
            ? Settle(model, folder)
            : System.Text.Json.JsonSerializer.Deserialize<TrainingRecipe>(config["recipe"], TrainingJson.Options)!;
        if (config is null)
        {
            folder.WriteConfig(Config(model, identity, recipe, hash, weights, code));
        }
        if (config is not null && Finished(model, folder) is TrainingRun finished)
        {
            return finished;
        }
        var plan = TrainingPlan.For(recipe, options.Loading.Sampler.Count(_data.Train));
        var groups = DecayGroups.Of(model, recipe.DecayGrouping, recipe.LayerDecay);
        TellUselessLosses(model, recipe, plan);
        if (config is null && options.TellsPlan)
        {
            TellMissingAugmentation(recipe);
            _display.Note(
                string.Join('\n', recipe.ToString(), "  " + plan.ToString().Replace("\n", "\n  "), "  " + groups)
            );
        }
        using TrainingOptimizer optimizer = new(groups, recipe);
        using RunningMetrics metrics = new(optimizer.Device);
        var images = Images(model);
        TrainingLoop loop = new(options, recipe, plan, model, optimizer, metrics, images, folder, hash, _start, stop);
        return loop.Run(_evaluationSeconds);
    }

    /// <summary>
    /// The run if it was completed before, with its weights in the model. Final weights that are missing or damaged are made
    /// again from the last checkpoint.
    /// </summary>
    private TrainingRun? Finished(VisionModel model, RunFolder folder)
    {
        if ((string?)folder.ReadStatus()?["status"] != nameof(RunStatus.Completed))
        {
            return null;
        }
        try
        {
            model.LoadWeights(folder.FinalPath);
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or WeightsException { NotFinite.Count: > 0 })
        {
            _display.Note(
                $"{folder.FinalPath} cannot be read as a checkpoint: {e.Message.TrimEnd('.')}. The final weights are made again from the last checkpoint."
            );
            return null;
        }
        model.eval();
        var finished = TrainingRun.Load(folder.Path);
        _display.Note(CompleteNote + finished);
        return finished;
    }

    /// <summary>A loss whose weight is still rising from 0 when the run ends has taught nothing, and one should know.</summary>
    private void TellUselessLosses(VisionModel model, TrainingRecipe recipe, TrainingPlan plan)
    {
        foreach (var loss in model.auxiliary_losses)
        {
            var most = Enumerable.Range(0, plan.Epochs).Max(e => loss.WeightAt(e, recipe.HorizonEpochs));
            var full = Enumerable.Range(0, 301).Max(e => loss.WeightAt(e, 300));
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

    /// <summary>A paper's recipe is half of its training; its images are the other, and nothing else would say that they are missing.</summary>
    private void TellMissingAugmentation(TrainingRecipe recipe)
    {
        if (string.Equals(recipe.Profile, TrainingRecipe.PaperProfile, StringComparison.Ordinal) && _data.IsUnaugmented)
        {
            _display.Note(
                $"{recipe.Name} is a paper's recipe, and {_data.Name} has no augmentation: training shows its images as the test does, which the paper did not. "
                    + "Give it the paper's, e.g. data.Augment(Recipes.VtsDrloc.Augmentation), or the recipe a profile of your own."
            );
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
        faults.AddRange(options.LoadingOf(options.Recipe).Faults(_data.Train).Select(fault => fault + "."));
        if (_data.IsOnDevice)
        {
            string[] single =
            [
                .. new[] { _data.TrainPipeline, _data.TestPipeline }
                    .Where(pipeline => DeviceTailLoader.HeadOf(pipeline) is null)
                    .SelectMany(BatchedLoader.SingleOnly),
            ];
            if (single.Length > 0)
            {
                faults.Add(
                    $"{string.Join(", ", single)} runs on single images only, and {_data.Name} makes whole batches on the device; leave it out, put a resize behind it, or take data without OnDevice()."
                );
            }
        }
        if (faults.Count > 0)
        {
            throw new InvalidRecipeException(options.Recipe.Name, faults);
        }
        _ = TrainingPlan.For(options.Recipe, options.Loading.Sampler.Count(_data.Train));
    }

    private TrainingRecipe Settle(VisionModel model, RunFolder folder)
    {
        if (options.Budget is not TimeSpan budget)
        {
            return options.Recipe;
        }
        var stepsPerEpoch = TrainingPlan.For(options.Recipe, options.Loading.Sampler.Count(_data.Train)).StepsPerEpoch;
        var longest = TimeSpan.FromSeconds(Math.Clamp(0.06 * budget.TotalSeconds, 0.3, 20));
        var cost = CostMeasurement.Of(model, _data, options.Recipe, Images(model), longest, folder.Path);
        _evaluationSeconds = cost.EvaluationSeconds;
        var recipe = BudgetPlanner.Choose(
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

    /// <summary>Read once for measuring and for training.</summary>
    private RunImages Images(VisionModel model) =>
        _images ??= new RunImages(_data, model.parameters().First().device, options.LoadingOf(options.Recipe))
        {
            Note = _display.Note,
        };

    /// <summary>The same call from other weights is another run; who meant to go on with an unfinished one should know.</summary>
    private void TellOtherStarts(RunIdentity identity, string home)
    {
        var root = Path.GetDirectoryName(home)!;
        if (!Directory.Exists(root))
        {
            return;
        }
        var pattern = Path.GetFileName(home)[..^8] + "????????";
        foreach (var path in Directory.EnumerateDirectories(root, pattern).Order(StringComparer.Ordinal))
        {
            RunFolder other = new(path);
            if (
                identity.DifferencesFrom(other.TryReadConfig()?["identity"]) is [string only]
                && only.StartsWith("start is ", StringComparison.Ordinal)
                && (string?)other.ReadStatus()?["status"] != nameof(RunStatus.Completed)
            )
            {
                _display.Note(
                    $"{other.Path} holds an unfinished run of the same settings from other weights. This one begins anew, from the weights that "
                        + "the model has; seed torch before the model is built, or give a function that builds it, to go on with a run in a new process."
                );
            }
        }
    }

    /// <summary>
    /// A function that builds a model may also return one that was trained before; its weights must at least be the same ones
    /// each time. On another machine the same seed may give other weights, so there nothing can be said.
    /// </summary>
    private void CheckStart(VisionModel model, RunFolder folder, JsonObject config, string weights, UserCode? code)
    {
        if (IsOfOtherCode(model, config, weights, code))
        {
            throw new CheckpointMismatchException(
                $"The run in {folder.Path} began with the same weights, but a part of your own computed something else then: what it "
                    + "makes of two fixed images differs. Give the changed part another name, or choose another folder with .InFolder(path). Nothing was changed."
            );
        }
        var then = (string?)config["startWeights"];
        if (
            options.BuildsModel
            && then is not null
            && !string.Equals(then, weights, StringComparison.Ordinal)
            && RunEnvironment.Differences(config["environment"], RunEnvironment.Of(model)).Count == 0
        )
        {
            throw new CheckpointMismatchException(
                $"The run in {folder.Path} began from other weights (SHA-256 {then[..8]}) than the function builds now ({weights[..8]}), on the "
                    + "same machine with the same seed. Give a model that has weights already as Trainer.For(model), not as a function, "
                    + "or choose another folder with .InFolder(path). Nothing was changed."
            );
        }
    }

    private JsonObject Config(
        VisionModel model,
        RunIdentity identity,
        TrainingRecipe recipe,
        string hash,
        string weights,
        UserCode? code
    ) =>
        new()
        {
            ["format"] = "vitnotebooks-run-3",
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
            ["startWeights"] = weights,
            ["code"] = code?.ToJson(),
            ["environment"] = RunEnvironment.Of(model),
            ["machine"] = Machine.Describe(),
            ["identity"] = identity.ToJson(),
        };
}
