using TorchSharp;
using TorchSharp.Modules;
using VitNotebooks.Data;
using VitNotebooks.Layers;
using VitNotebooks.Losses;
using static TorchSharp.torch;

namespace VitNotebooks.Models;

/// <summary>
/// A classifier of images that shows what it sees: <c>[B, 3, H, W] -> [B, classes]</c>, with every map on the way. All
/// architectures answer these calls, so that losses, probes and pictures are written once.
/// </summary>
/// <remarks>
/// A model of your own registers its modules, calls <see cref="AttachLosses"/> last in its constructor, and is then trained,
/// evaluated, saved and shown like ours; <see cref="ModelFamilies.Register"/> lets its configuration be stored.
/// </remarks>
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
    public ModelConfig Config { get; protected set; }

    /// <summary>What the model wants done to an image first; ImageNet's mean and deviation until somebody sets another.</summary>
    public Preprocessing Preprocessing { get; set; }

    /// <summary>Names of the classes, in the order of the logits; null while nobody has said.</summary>
    public IReadOnlyList<string>? ClassNames { get; set; }

    /// <summary>Losses that train with the model beside the classification; empty by default. They are its submodules.</summary>
    public IReadOnlyList<AuxiliaryLoss> auxiliary_losses => _auxiliaryLosses;

    /// <summary>The maps of a batch.</summary>
    /// <param name="images">Normalized images, <c>[B, channels, H, W]</c>, H = W = <see cref="ModelConfig.ImageSize"/>.</param>
    /// <param name="request">What to keep beside the maps; a model without it leaves it empty.</param>
    /// <returns>The features; their tensors belong to the scope around the call.</returns>
    /// <exception cref="ArgumentException">The images have another shape.</exception>
    public abstract Features forward_features(Tensor images, FeatureRequest request = FeatureRequest.None);

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
        List<ModelSummary> parts = [.. Summaries([1, Config.Channels, Config.ImageSize, Config.ImageSize])];
        long[] map = [1, Config.LastMapWidth, Config.LastMapSide, Config.LastMapSide];
        foreach (var (path, module) in named_modules())
            if (module is AuxiliaryLoss loss)
                parts.Add((loss as ISummarized)?.Summarize(path, map) ?? ModelSummary.Node(loss, path, [], []));
        return ModelSummary.Node(this, "", [1, Config.Classes], parts);
    }

    /// <summary>The modules of the model in the order in which they run, its losses left out.</summary>
    /// <param name="input">Shape of the images, <c>[1, channels, H, W]</c>.</param>
    protected abstract IEnumerable<ModelSummary> Summaries(IReadOnlyList<long> input);

    /// <summary>
    /// Builds the losses of the configuration, registers each as a submodule of its own name and announces them. Called once, in
    /// the constructor: behind everything whose starting weights the losses' own shall not change.
    /// </summary>
    /// <param name="place">What is registered for a loss, where a family's official names want more than the loss itself.</param>
    protected void AttachLosses(Func<AuxiliaryLoss, nn.Module>? place = null)
    {
        var losses = Config.Losses.Select(options => options.Create(Config)).ToArray();
        foreach (var loss in losses)
            register_module(loss.Name, place?.Invoke(loss) ?? loss);
        _auxiliaryLosses = losses;
    }

    /// <summary>
    /// Makes a fresh classifier in the place of another one, which is freed, and notes its classes in <see cref="Config"/>.
    /// </summary>
    /// <param name="name">Name under which the classifier is registered.</param>
    /// <param name="head">The classifier of now.</param>
    /// <param name="classes">Number of classes, at least 1.</param>
    /// <param name="initialize">Sets its starting weights; by default as ViT's.</param>
    /// <returns>The new one, registered, of the old one's device and type.</returns>
    /// <exception cref="ModelConfigException">The number is out of range.</exception>
    protected Linear ReplaceHead(string name, Linear head, int classes, Action<Linear>? initialize = null)
    {
        Config = WithClasses(classes);
        var fresh = nn.Linear(head.weight.shape[1], classes, device: head.weight.device, dtype: head.weight.dtype);
        (initialize ?? Initialization.TruncatedNormal).Invoke(fresh);
        register_module(name, null!); // frees the name
        register_module(name, fresh);
        head.Dispose();
        return fresh;
    }

    /// <summary>A new record for another number of classes.</summary>
    /// <param name="classes">Number of classes, at least 1.</param>
    /// <exception cref="ModelConfigException">The number is out of range.</exception>
    protected ModelConfig WithClasses(int classes)
    {
        var config = Config with { Classes = classes };
        var faults = config.Faults();
        return faults.Count == 0 ? config : throw new ModelConfigException(faults);
    }

    /// <summary>Refuses images that the model was not built for.</summary>
    /// <param name="images">Images of any shape.</param>
    /// <exception cref="ArgumentException">The shape is not <c>[B, channels, H, W]</c> with H = W = the image size.</exception>
    protected void CheckImages(Tensor images)
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
