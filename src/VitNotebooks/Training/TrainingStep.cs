using TorchSharp;
using VitNotebooks.Data;
using VitNotebooks.Losses;
using VitNotebooks.Models;
using static TorchSharp.torch;

namespace VitNotebooks.Training;

/// <summary>
/// One update: features, logits, cross-entropy with label smoothing, of the cells too where the model classifies them, auxiliary losses
/// times their weights, backward, clip,
/// AdamW. Nothing in it waits for the device, and no tensor outlives it.
/// </summary>
internal sealed class TrainingStep(VisionModel model, TrainingOptimizer optimizer, TrainingRecipe recipe, int seed)
{
    /// <summary>Makes one update and adds its numbers to the epoch's sums.</summary>
    /// <param name="batch">Images [B, 3, H, W] and labels [B].</param>
    /// <param name="epoch">0-based epoch.</param>
    /// <param name="step">0-based update in the epoch.</param>
    /// <param name="learningRate">Rate of this update.</param>
    /// <param name="metrics">The epoch's sums.</param>
    public void Run(Batch batch, int epoch, int step, double learningRate, RunningMetrics metrics)
    {
        if (recipe.Randomness == StepRandomness.PerStep)
        {
            manual_seed(RunRandomness.ForStep(seed, epoch, step));
        }
        using var scope = NewDisposeScope();
        model.zero_grad();
        var images = batch.Images.to(optimizer.Device, non_blocking: true);
        var labels = batch.Labels.to(optimizer.Device, non_blocking: true);
        var counted = labels;
        MixDraw? draw = null;
        if (recipe.Mixing is { } mixing)
        {
            TorchRandom random = new(RunRandomness.ForMixing(seed, epoch, step));
            draw = mixing.Draw(batch.Count, (int)images.shape[2], (int)images.shape[3], random);
            images = draw.Images(images);
            counted = draw.Counted(labels);
        }
        using var features = model.forward_features(images);
        var logits = model.forward_head(features);
        var targets = draw?.Targets(labels, (int)logits.shape[1], recipe.LabelSmoothing);
        var loss = Classification(logits, labels, targets);
        var total = loss;
        if (model is IDenseClassifier { classifies_cells: true } dense)
        {
            // Without labels of its own a cell learns the image's, with the weight of one that the authors' loss has.
            var cells = dense.forward_dense(features);
            var count = cells.shape[1];
            var wanted = labels.repeat_interleave(count);
            total = total + Classification(cells.flatten(0, 1), wanted, targets?.repeat_interleave(count, dim: 0));
        }
        Tensor? auxiliary = null;
        foreach (var part in model.auxiliary_losses)
        {
            var value = part.forward(features, null);
            auxiliary = auxiliary is null ? value : auxiliary + value;
            total = total + (value * part.WeightAt(epoch, recipe.HorizonEpochs));
        }
        total.backward();
        var norm = optimizer.ClipAndStep(recipe.ClipNorm, learningRate);
        metrics.Add(loss, auxiliary ?? zeros_like(loss), logits, counted, norm, batch.Count);
    }

    private Tensor Classification(Tensor logits, Tensor labels, Tensor? targets) =>
        targets is null
            ? nn.functional.cross_entropy(logits, labels, label_smoothing: recipe.LabelSmoothing)
            : SoftCrossEntropy(logits, targets);

    /// <summary>Mean over images of <c>-sum(target log softmax(logits))</c>.</summary>
    /// <param name="logits">[B, K].</param>
    /// <param name="targets">[B, K], each row a distribution.</param>
    internal static Tensor SoftCrossEntropy(Tensor logits, Tensor targets) =>
        nn.functional.log_softmax(logits, 1).mul(targets).sum(1).mean().neg();
}
