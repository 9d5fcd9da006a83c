using System.Diagnostics;
using TorchSharp;
using VitNotebooks.Data;
using VitNotebooks.Evaluation;
using VitNotebooks.Models;
using static TorchSharp.torch;

namespace VitNotebooks.Training;

/// <summary>Measures an update, an evaluation and a checkpoint with the real model and data, and leaves both as they were.</summary>
internal static class CostMeasurement
{
    /// <summary>Updates that are made before the clock starts: the first ones fill caches and memory pools.</summary>
    private const int Untimed = 2;

    public static MeasuredCost Of(
        VisionModel model,
        VisionData data,
        TrainingRecipe recipe,
        RunImages images,
        TimeSpan longest,
        string folder
    )
    {
        using var scope = NewDisposeScope();
        var before = model.state_dict().ToDictionary(p => p.Key, p => p.Value.clone(), StringComparer.Ordinal);
        var step = Steps(model, recipe, images, longest);
        var evaluation = Evaluation(model, data, recipe, images);
        var checkpoint = Checkpoint(before, folder);
        using (no_grad())
        {
            foreach (var (name, tensor) in model.state_dict())
            {
                tensor.copy_(before[name]);
            }
        }
        return new MeasuredCost(step, evaluation, checkpoint);
    }

    private static double Steps(VisionModel model, TrainingRecipe recipe, RunImages images, TimeSpan longest)
    {
        var groups = DecayGroups.Of(model, recipe.DecayGrouping, recipe.LayerDecay);
        using TrainingOptimizer optimizer = new(groups, recipe);
        using RunningMetrics metrics = new(optimizer.Device);
        using var loader = images.Training();
        TrainingStep update = new(model, optimizer, recipe, (int)images.Loading.Seed);
        model.train();
        var began = Stopwatch.GetTimestamp();
        var timed = began;
        var step = 0;
        for (var epoch = 0; ; epoch++)
        {
            var any = false;
            foreach (var batch in loader.Epoch(epoch))
            {
                any = true;
                using (batch)
                {
                    update.Run(batch, epoch, step, recipe.LearningRate * recipe.RateScale, metrics);
                }
                step++;
                if (step == Untimed)
                {
                    metrics.Read();
                    timed = Stopwatch.GetTimestamp();
                }
                if (step > Untimed && Stopwatch.GetElapsedTime(began) >= longest)
                {
                    metrics.Read();
                    model.zero_grad();
                    return Stopwatch.GetElapsedTime(timed).TotalSeconds / (step - Untimed);
                }
            }
            if (!any)
            {
                throw new DataException("None of the training images can be read.");
            }
        }
    }

    private static double Evaluation(VisionModel model, VisionData data, TrainingRecipe recipe, RunImages images)
    {
        const int Batches = 4;
        using var source = images.Testing(Math.Max(recipe.BatchSize, 64));
        var result = Evaluator.Run(model, source, data.Classes.Count, null, default, Batches)!;
        return result.Seconds * data.Test.Count / Math.Max(result.Images, 1);
    }

    private static double Checkpoint(Dictionary<string, Tensor> tensors, string folder)
    {
        var trial = Path.Combine(folder, "trial.safetensors");
        var began = Stopwatch.GetTimestamp();
        Directory.CreateDirectory(folder);
        CheckpointFile.Write(
            trial,
            tensors,
            new Dictionary<string, string>(StringComparer.Ordinal),
            "Nothing was changed."
        );
        var weights = Stopwatch.GetElapsedTime(began).TotalSeconds;
        File.Delete(trial);
        return 3 * weights;
    }
}
