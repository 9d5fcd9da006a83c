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
            stop => Run(model, data, batchSize, null, null, stop) ?? throw new OperationCanceledException(cancellation),
            handlesCtrlC: false,
            cancellation,
            Trainer.HostCancellation,
            drawsRandomNumbers: false
        );
    }

    /// <summary>Evaluates on this thread.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">The data.</param>
    /// <param name="batchSize">Images a forward pass.</param>
    /// <param name="workers">Threads that read images; null for the loader's own choice.</param>
    /// <param name="progress">Gets batches done, batches in all and images a second after each batch.</param>
    /// <param name="stop">Checked between two batches.</param>
    /// <returns>The result, or null when stopped.</returns>
    internal static EvaluationResult? Run(
        VisionModel model,
        VisionData data,
        int batchSize,
        int? workers,
        Action<int, int, double>? progress,
        CancellationToken stop
    )
    {
        long began = Stopwatch.GetTimestamp();
        LoaderOptions loading = new()
        {
            BatchSize = batchSize,
            Sampler = Sampler.Sequential,
            DropLast = false,
        };
        if (workers is int threads)
        {
            loading = loading with { Workers = threads };
        }
        bool training = model.training;
        using var outer = NewDisposeScope();
        using var noGrad = no_grad();
        using Loader loader = new(data.Test, data.TestPipeline, loading);
        Device device = model.parameters().First().device;
        Tensor sums = zeros(3, dtype: float64, device: device);
        int images = 0;
        int batches = 0;
        int top = Math.Min(5, data.Classes.Count);
        model.eval();
        try
        {
            foreach (Batch batch in loader.Epoch(0, 0, CancellationToken.None))
            {
                using (batch)
                using (NewDisposeScope())
                {
                    Tensor labels = batch.Labels.to(device, non_blocking: true);
                    Tensor logits = model.call(batch.Images.to(device, non_blocking: true));
                    Tensor loss = nn.functional.cross_entropy(logits, labels, reduction: nn.Reduction.Sum);
                    (Tensor _, Tensor best) = logits.topk(top, 1);
                    Tensor hits = best.eq(labels.unsqueeze(1)).to(float64);
                    sums.add_(stack([hits.narrow(1, 0, 1).sum(), hits.sum(), loss.to(float64)]));
                    images += batch.Count;
                }
                batches++;
                progress?.Invoke(
                    batches,
                    loader.BatchesPerEpoch,
                    images / Stopwatch.GetElapsedTime(began).TotalSeconds
                );
                if (stop.IsCancellationRequested)
                {
                    return null;
                }
            }
        }
        finally
        {
            model.train(training);
        }
        double[] totals = sums.cpu().data<double>().ToArray();
        double n = Math.Max(images, 1);
        return new EvaluationResult(
            images,
            totals[0] / n,
            totals[1] / n,
            totals[2] / n,
            Stopwatch.GetElapsedTime(began).TotalSeconds
        );
    }
}
