using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace VitNotebooks.Models;

// DeiT's distillation (arXiv 2012.12877): a second token with a classifier of its own, which learns from a teacher. Its
// features' Final holds both tokens side by side, [B, 2 C].
public sealed partial class VisionTransformer
{
    private const string DistillationHeadName = "head_dist";

    private Linear? _distillationHead;

    /// <summary>The logits of a batch, <c>[B, classes]</c>; of a distilled model, the mean of both classifiers'.</summary>
    /// <param name="features">What the model saw.</param>
    public override Tensor forward_head(Features features)
    {
        if (_distillationHead is null)
        {
            return base.forward_head(features);
        }

        using var scope = NewDisposeScope();
        var (logits, distilled) = Both(features);
        return logits.add(distilled).div(2).MoveToOuterDisposeScope();
    }

    /// <summary>The logits of both classifiers, <c>[B, classes]</c> each: the first learns from the labels, the second from the teacher.</summary>
    /// <param name="images">Normalized images, <c>[B, channels, H, W]</c>.</param>
    /// <exception cref="InvalidOperationException">The model was not built with <see cref="VitConfig.Distilled"/>.</exception>
    public (Tensor Logits, Tensor Distilled) forward_distilled(Tensor images)
    {
        if (_distillationHead is null)
        {
            throw new InvalidOperationException(
                $"{Config.Name} has one classifier; build it with VisionModels.Vit()...Distilled() to have one for a teacher too."
            );
        }

        using var scope = NewDisposeScope();
        var (logits, distilled) = Both(forward_features(images));
        return scope.MoveToOuter(logits, distilled);
    }

    /// <inheritdoc/>
    public override void reset_classifier(int classes)
    {
        base.reset_classifier(classes);
        if (_distillationHead is not { } old)
        {
            return;
        }

        var fresh = nn.Linear(_config.EmbedDim, classes);
        new VitStartingWeights(_config).Reset(fresh);
        fresh.to(old.weight.dtype).to(old.weight.device);
        register_module(DistillationHeadName, null!); // frees the name
        register_module(DistillationHeadName, fresh);
        _distillationHead = fresh;
        old.Dispose();
    }

    /// <inheritdoc/>
    protected internal override bool IsOfClassifier(string name) =>
        base.IsOfClassifier(name) || name.StartsWith($"{DistillationHeadName}.", StringComparison.Ordinal);

    private (Tensor Logits, Tensor Distilled) Both(Features features)
    {
        var tokens = features.Final.view(-1, 2, _config.EmbedDim);
        return (classifier.call(tokens.select(1, 0)), _distillationHead!.call(tokens.select(1, 1)));
    }

    // In the order of the authors' code, behind a whole undistilled model.
    private void AttachDistillation(VitStartingWeights start, Parameter token, Parameter positions)
    {
        var head = nn.Linear(_config.EmbedDim, _config.Classes);
        register_module(DistillationHeadName, head);
        _distillationHead = head;
        nn.init.trunc_normal_(token, std: Layers.Initialization.Deviation);
        nn.init.trunc_normal_(positions, std: Layers.Initialization.Deviation);
        start.Reset(head);
    }
}
