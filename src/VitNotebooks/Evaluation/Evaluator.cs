using System.Diagnostics;
using TorchSharp;
using VitNotebooks.Data;
using VitNotebooks.Models;
using VitNotebooks.Training;
using static TorchSharp.torch;

namespace VitNotebooks.Evaluation;

/// <summary>Accuracy and loss of a model on a test split, without gradients and without a host sync a batch.</summary>
public static class Evaluator
{
    /// <summary>Evaluates on the test split with its pipeline, on a thread of its own.</summary>
    /// <param name="model">The model; its training or evaluation mode is put back afterwards.</param>
    /// <param name="data">The data.</param>
    /// <param name="batchSize">Images a forward pass.</param>
    /// <param name="cancellation">Stops between two batches.</param>
    /// <returns>The result.</returns>
    /// <exception cref="ArgumentException">The data has other classes, another size, or another mean and deviation than the model was trained with.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static Task<EvaluationResult> EvaluateAsync(
        this VisionModel model,
        VisionData data,
        int batchSize = 64,
        CancellationToken cancellation = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        return model.EvaluateAsync(data, new EvaluationOptions { BatchSize = batchSize }, cancellation);
    }

    /// <summary>Evaluates on the test split with its pipeline, on a thread of its own.</summary>
    /// <param name="model">The model; its training or evaluation mode is put back afterwards.</param>
    /// <param name="data">The data.</param>
    /// <param name="options">Batch, threads, and what to do with broken images.</param>
    /// <param name="cancellation">Stops between two batches.</param>
    /// <returns>The result, with the images that were left out.</returns>
    /// <exception cref="ArgumentException">
    /// The data has other classes, another size, or another mean and deviation than the model was trained with; or an option is out of range.
    /// </exception>
    /// <exception cref="ImageFileException">A broken image, unless they are left out.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static Task<EvaluationResult> EvaluateAsync(
        this VisionModel model,
        VisionData data,
        EvaluationOptions options,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        if (model.Config.Classes != data.Classes.Count || model.Config.ImageSize != data.ImageSize)
        {
            throw new ArgumentException(
                $"{model.Config.Name} takes {model.Config.ImageSize} px images of {model.Config.Classes} classes; {data.Test.Name} gives "
                    + $"{data.ImageSize} px and {data.Classes.Count}. Use data.Resize({model.Config.ImageSize}) and a model with .Classes({data.Classes.Count})."
            );
        }
        if (data.OtherNormalization(model.Config.Name, model.Preprocessing) is { } other)
        {
            throw new ArgumentException(
                other
                    + "Use data.PreparedFor(model.Preprocessing), or set model.Preprocessing to what it was trained with."
            );
        }
        return TrainingThread.Run(
            stop =>
            {
                using RunImages images = new(data, model.parameters().First().device, options.Loading);
                using var source = images.Testing(options.BatchSize);
                return Run(model, source, data.Classes.Count, null, stop)
                    ?? throw new OperationCanceledException(cancellation);
            },
            handlesCtrlC: false,
            cancellation,
            Trainer.HostCancellation,
            drawsRandomNumbers: false
        );
    }

    /// <summary>Evaluates on this thread.</summary>
    /// <param name="model">The model.</param>
    /// <param name="source">Gives the batches of the test split.</param>
    /// <param name="classes">Classes of the data.</param>
    /// <param name="progress">Gets batches done, batches in all and images a second after each batch.</param>
    /// <param name="stop">Checked between two batches.</param>
    /// <param name="mostBatches">At most so many, to measure what it takes; null for all.</param>
    /// <returns>The result, or null when stopped.</returns>
    internal static EvaluationResult? Run(
        VisionModel model,
        IBatchSource source,
        int classes,
        Action<int, int, double>? progress,
        CancellationToken stop,
        int? mostBatches = null
    )
    {
        var began = Stopwatch.GetTimestamp();
        var training = model.training;
        using var outer = NewDisposeScope();
        using var noGrad = no_grad();
        var device = model.parameters().First().device;
        var sums = zeros(3, dtype: float64, device: device);
        var images = 0;
        var batches = 0;
        var top = Math.Min(5, classes);
        model.eval();
        try
        {
            foreach (var batch in source.Epoch(0, 0, CancellationToken.None))
            {
                using (batch)
                using (NewDisposeScope())
                {
                    var labels = batch.Labels.to(device, non_blocking: true);
                    var logits = model.call(batch.Images.to(device, non_blocking: true));
                    var loss = nn.functional.cross_entropy(logits, labels, reduction: nn.Reduction.Sum);
                    var (_, best) = logits.topk(top, 1);
                    var hits = best.eq(labels.unsqueeze(1)).to(float64);
                    sums.add_(stack([hits.narrow(1, 0, 1).sum(), hits.sum(), loss.to(float64)]));
                    images += batch.Count;
                }
                batches++;
                progress?.Invoke(
                    batches,
                    source.BatchesPerEpoch,
                    images / Stopwatch.GetElapsedTime(began).TotalSeconds
                );
                if (stop.IsCancellationRequested)
                {
                    return null;
                }
                if (batches == mostBatches)
                {
                    break;
                }
            }
        }
        finally
        {
            model.train(training);
        }
        var totals = sums.cpu().data<double>().ToArray();
        double n = Math.Max(images, 1);
        return new EvaluationResult(
            images,
            totals[0] / n,
            totals[1] / n,
            totals[2] / n,
            Stopwatch.GetElapsedTime(began).TotalSeconds
        )
        {
            Broken = source.Broken,
        };
    }
}
