using TorchSharp;
using VitNotebooks.Data;
using VitNotebooks.Losses;
using static TorchSharp.torch;

namespace VitNotebooks.Models;

/// <summary>
/// A classifier of images that shows what it sees: <c>[B, 3, H, W] -> [B, classes]</c>, with every map on the way. All
/// architectures answer these calls, so that losses, probes and pictures are written once.
/// </summary>
public abstract class VisionModel : nn.Module<Tensor, Tensor>
{
    private IReadOnlyList<AuxiliaryLoss> _auxiliaryLosses = [];

    /// <param name="config">What the model is; valid.</param>
    protected VisionModel(ModelConfig config)
        : base(config.Name)
    {
        Config = config;
        Preprocessing = Preprocessing.ImageNet(config.ImageSize);
    }

    /// <summary>What the model is: equal records build equal models.</summary>
    public ModelConfig Config { get; private protected set; }

    /// <summary>What the model wants done to an image first; ImageNet's mean and deviation until somebody sets another.</summary>
    public Preprocessing Preprocessing { get; set; }

    /// <summary>Names of the classes, in the order of the logits; null while nobody has said.</summary>
    public IReadOnlyList<string>? ClassNames { get; set; }

    /// <summary>Losses that train with the model beside the classification; empty by default. They are its submodules.</summary>
    public IReadOnlyList<AuxiliaryLoss> auxiliary_losses => _auxiliaryLosses;

    /// <summary>The maps of a batch.</summary>
    /// <param name="images">Normalized images, <c>[B, channels, H, W]</c>, H = W = <see cref="ModelConfig.ImageSize"/>.</param>
    /// <exception cref="ArgumentException">The images have another shape.</exception>
    public abstract Features forward_features(Tensor images);

    /// <summary>The logits of a batch, <c>[B, classes]</c>, from its features.</summary>
    public abstract Tensor forward_head(Features features);

    /// <summary>The logits of a batch, <c>[B, classes]</c>.</summary>
    /// <param name="images">Normalized images, <c>[B, channels, H, W]</c>.</param>
    public override Tensor forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        return forward_head(forward_features(images)).MoveToOuterDisposeScope();
    }

    /// <summary>Replaces the classifier by a fresh one; the rest keeps its weights.</summary>
    /// <param name="classes">Number of classes, at least 1.</param>
    public abstract void reset_classifier(int classes);

    /// <summary>
    /// Full names of the parameters that the authors of the architecture do not decay, beside the biases and the
    /// one-dimensional ones: position embeddings, tables of relative positions, the class token.
    /// </summary>
    public virtual IReadOnlySet<string> no_weight_decay() => new HashSet<string>();

    /// <summary>The tree of modules with output shapes, parameters and multiply-adds of one image.</summary>
    public ModelSummary summary()
    {
        long[] input = [1, Config.Channels, Config.ImageSize, Config.ImageSize];
        return ModelSummary.Node(this, "", [1, Config.Classes], [.. Summaries(input)]);
    }

    /// <summary>The modules of the model in the order in which they run.</summary>
    private protected abstract IEnumerable<ModelSummary> Summaries(IReadOnlyList<long> input);

    /// <summary>Announces losses that the family has registered under its official names.</summary>
    private protected void Attach(params AuxiliaryLoss[] losses) => _auxiliaryLosses = losses;

    /// <summary>A new record for another number of classes.</summary>
    /// <exception cref="ModelConfigException">The number is out of range.</exception>
    private protected ModelConfig WithClasses(int classes)
    {
        var config = Config with { Classes = classes };
        var faults = config.Faults();
        return faults.Count == 0 ? config : throw new ModelConfigException(faults);
    }

    /// <summary>Refuses images that the model was not built for.</summary>
    private protected void CheckImages(Tensor images)
    {
        var size = Config.ImageSize;
        if (
            images.dim() != 4
            || images.shape[1] != Config.Channels
            || images.shape[2] != size
            || images.shape[3] != size
        )
            throw new ArgumentException(
                $"{Config.Name}: images of shape [{string.Join(", ", images.shape)}] do not fit; "
                    + $"expected [B, {Config.Channels}, {size}, {size}]. Resize them, or build the model with ImageSize(...).",
                nameof(images)
            );
    }
}
