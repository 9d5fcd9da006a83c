using TorchSharp;
using TorchSharp.Modules;
using VitNotebooks.Acceleration;
using VitNotebooks.Data;
using VitNotebooks.Losses;
using static TorchSharp.torch;

namespace VitNotebooks.Models;

/// <summary>
/// A classifier of images that shows what it sees: <c>[B, 3, H, W] -> [B, classes]</c>, with every map on the way. All
/// architectures answer these calls, so that losses, probes and pictures are written once.
/// </summary>
/// <remarks>
/// A model of your own registers its modules, calls <see cref="AttachHead"/> and <see cref="AttachLosses"/> last in its constructor, and is
/// then trained, evaluated, saved and shown like ours; <see cref="ModelFamilies.Register"/> lets its configuration be stored.
/// </remarks>
public abstract class VisionModel : nn.Module<Tensor, Tensor>
{
    private IReadOnlyList<AuxiliaryLoss> _auxiliaryLosses = [];
    private Classifier? _classifier;
    private readonly HashSet<string> _frozen = new(StringComparer.Ordinal);
    private nn.Module[] _frozenNorms = [];

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

    /// <summary>What was done with the weights that were last loaded; null for those that the model started with.</summary>
    public LoadedWeights? LoadedWeights { get; internal set; }

    /// <summary>Losses that train with the model beside the classification; empty by default. They are its submodules.</summary>
    public IReadOnlyList<AuxiliaryLoss> auxiliary_losses => _auxiliaryLosses;

    /// <summary>The maps of a batch.</summary>
    /// <param name="images">Normalized images, <c>[B, channels, H, W]</c>, H = W = <see cref="ModelConfig.ImageSize"/>.</param>
    /// <param name="request">What to keep beside the maps; a model without it leaves it empty.</param>
    /// <returns>The features; their tensors belong to the scope around the call.</returns>
    /// <exception cref="ArgumentException">The images have another shape.</exception>
    public abstract Features forward_features(Tensor images, FeatureRequest request = FeatureRequest.None);

    /// <summary>The logits of a batch, <c>[B, classes]</c>, from its features.</summary>
    public virtual Tensor forward_head(Features features) => Head.Module.call(features.Final);

    /// <summary>The logits of a batch, <c>[B, classes]</c>.</summary>
    /// <param name="images">Normalized images, <c>[B, channels, H, W]</c>.</param>
    public override Tensor forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        return forward_head(forward_features(images)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Whether blocks keep nothing for backward and run a second time when it comes to them: memory for a third more time. The
    /// gradients are the same bits; statistics of batch norms are updated twice.
    /// </summary>
    public bool gradient_checkpointing { get; set; }

    /// <summary>The module that gives the logits.</summary>
    public nn.Module<Tensor, Tensor> classifier => Head.Module;

    /// <summary>Name of <see cref="classifier"/> in the model, e.g. <c>head</c>.</summary>
    public string classifier_name => Head.Name;

    /// <summary>Replaces the classifier by a fresh one, of the old one's device and type; the rest keeps its weights.</summary>
    /// <param name="classes">Number of classes, at least 1.</param>
    /// <exception cref="ModelConfigException">The number is out of range.</exception>
    public virtual void reset_classifier(int classes)
    {
        Config = WithClasses(classes);
        var old = Head;
        var model = old.Module.parameters().FirstOrDefault();
        var fresh = MakeHead(old);
        if (model is not null)
        {
            fresh.to(model.dtype).to(model.device);
        }

        var (holder, name) = HeadPlace(old.Name);
        holder.register_module(name, null!); // frees the name
        holder.register_module(name, fresh);
        _classifier = old with { Module = fresh };
        old.Module.Dispose();
    }

    /// <summary>Lets only the classifier train, every one of a model with several, and the losses' own heads where asked; everything else is
    /// frozen.</summary>
    /// <param name="freeze">False thaws what was frozen here; what a part's own code had frozen stays so.</param>
    /// <param name="losses">Whether the heads of the auxiliary losses go on training.</param>
    /// <remarks>A frozen batch norm keeps its running statistics, and normalizes by them, while the model trains: <see cref="train"/> leaves
    /// it in eval mode.</remarks>
    public void freeze_backbone(bool freeze = true, bool losses = true)
    {
        var own = auxiliary_losses.Select(loss => loss.Name + ".").ToArray();
        foreach (var (name, parameter) in named_parameters())
        {
            if (!Trains(name) && parameter.requires_grad)
            {
                parameter.requires_grad = false;
                _frozen.Add(name);
            }
            else if (Trains(name) && _frozen.Remove(name))
            {
                parameter.requires_grad = true;
            }
        }
        foreach (var norm in _frozenNorms)
        {
            norm.train(training);
        }

        _frozenNorms =
        [
            .. named_modules()
                .Where(m => m.module is NormBase { track_running_stats: true } && !Trains(m.name + "."))
                .Select(m => m.module),
        ];
        foreach (var norm in _frozenNorms)
        {
            norm.eval();
        }

        bool Trains(string name) =>
            !freeze
            || IsOfClassifier(name)
            || (losses && Array.Exists(own, start => name.StartsWith(start, StringComparison.Ordinal)));
    }

    /// <summary>Turns training mode on or off, here and below; the norms of a frozen backbone stay in eval mode.</summary>
    /// <param name="on">Whether the model trains.</param>
    public override void train(bool on = true)
    {
        base.train(on);
        foreach (var norm in _frozenNorms)
        {
            norm.eval();
        }
    }

    /// <summary>Full names of the parameters that never train, and are parameters because the official names have them so: tables of
    /// sines, random features.</summary>
    public virtual IReadOnlySet<string> constant_parameters() => new HashSet<string>();

    /// <summary>Whether a parameter belongs to what gives the logits, which trains when the backbone is frozen.</summary>
    /// <param name="name">Its full name.</param>
    protected internal virtual bool IsOfClassifier(string name) =>
        name.StartsWith(classifier_name + ".", StringComparison.Ordinal);

    /// <summary>
    /// The layers of the model from the image to the logits, each as the beginnings of its parameters' names: what layer-wise learning
    /// rates count by. What no layer names belongs to the last one.
    /// </summary>
    public virtual IReadOnlyList<IReadOnlyList<string>> layers() =>
        [
            [""],
        ];

    /// <summary>
    /// Full names of the parameters that the authors of the architecture do not decay, beside the biases and the
    /// one-dimensional ones: position embeddings, tables of relative positions, the class token.
    /// </summary>
    public virtual IReadOnlySet<string> no_weight_decay() => new HashSet<string>();

    /// <summary>The tree of modules with output shapes, parameters, multiply-adds and activation memory of one image.</summary>
    /// <remarks>The model runs once, in eval mode on an image of zeros, and is as before afterwards.</remarks>
    public ModelSummary summary() => ModelSummary.Measure(this);

    /// <summary>What keeps the blocks' outputs and attention during <see cref="forward_features"/>.</summary>
    /// <param name="request">What was asked for.</param>
    protected BlockTrace Trace(FeatureRequest request) =>
        new(request, gradient_checkpointing && training && is_grad_enabled());

    /// <summary>Weights of another size of this model, made to fit: position embeddings and tables of relative positions are
    /// resampled; null where the family knows no way.</summary>
    /// <param name="name">Name of the tensor in this model.</param>
    /// <param name="source">The weights that came, of another shape.</param>
    /// <param name="shape">The shape that is wanted.</param>
    protected internal virtual Tensor? Resample(string name, Tensor source, IReadOnlyList<long> shape) => null;

    /// <summary>Whether a buffer is one that the model computes itself from its configuration: weights may lack it, and what they have under such a
    /// name is left out. A parameter never is. None by default, so that whatever a part of the user's own keeps is loaded.</summary>
    /// <param name="name">Its full name; weights of another size may have it where this model has none.</param>
    protected internal virtual bool IsComputed(string name) => false;

    /// <summary>Why tensors of other shapes have no place in this family, where there is more to say than their shapes; null otherwise.</summary>
    /// <param name="misshaped">The names of this model's tensors that came in other shapes.</param>
    protected internal virtual string? Explain(IReadOnlyList<string> misshaped) => null;

    /// <summary>
    /// Makes the classifier, the configuration's own where it names one, and registers it. Called once, in the constructor, where
    /// the family's official code makes it.
    /// </summary>
    /// <param name="name">Name to register it under, e.g. <c>head</c>, or <c>classifier.fc</c> inside a module that is registered already.</param>
    /// <param name="width">Channels of <see cref="Features.Final"/>.</param>
    /// <param name="initialize">Sets the starting weights of a linear classifier; null leaves <c>nn.Linear</c>'s.</param>
    protected void AttachHead(string name, long width, Action<Linear>? initialize)
    {
        var head = new Classifier(name, width, initialize, null!);
        head = head with { Module = MakeHead(head) };
        var (holder, own) = HeadPlace(name);
        holder.register_module(own, head.Module);
        _classifier = head;
    }

    private (nn.Module Holder, string Name) HeadPlace(string path)
    {
        var dot = path.LastIndexOf('.');
        return dot < 0 ? (this, path) : (named_modules().Single(m => m.name == path[..dot]).module, path[(dot + 1)..]);
    }

    internal bool HasClassifier => _classifier is not null;

    private Classifier Head =>
        _classifier
        ?? throw new InvalidOperationException(
            $"{GetType().Name} has no classifier; call AttachHead(name, width, initialize) in its constructor, or override forward_head."
        );

    private nn.Module<Tensor, Tensor> MakeHead(Classifier head)
    {
        if (Config.Head is { } part)
        {
            return part.Create(new PartPlace(head.Name, Config, [1, head.Width], [1, Config.Classes]));
        }

        var linear = nn.Linear(head.Width, Config.Classes);
        head.Initialize?.Invoke(linear);
        return linear;
    }

    private sealed record Classifier(
        string Name,
        long Width,
        Action<Linear>? Initialize,
        nn.Module<Tensor, Tensor> Module
    );

    /// <summary>
    /// Builds the losses of the configuration, registers each as a submodule of its own name and announces them. Called once, in
    /// the constructor: behind everything whose starting weights the losses' own shall not change.
    /// </summary>
    /// <param name="place">What is registered for a loss, where a family's official names want more than the loss itself.</param>
    protected void AttachLosses(Func<AuxiliaryLoss, nn.Module>? place = null)
    {
        var losses = Config.Losses.Select(options => options.Create(Config)).ToArray();
        foreach (var loss in losses)
        {
            register_module(loss.Name, place?.Invoke(loss) ?? loss);
        }

        _auxiliaryLosses = losses;
    }

    /// <summary>A list around a loss, for <see cref="AttachLosses"/>: its parameters are then named <c>drloc.0.</c> and so on. A loss with a head
    /// a scale numbers them itself.</summary>
    protected static nn.Module Numbered(AuxiliaryLoss loss) =>
        loss is MultiScaleLocalizationLoss ? loss : nn.ModuleList<AuxiliaryLoss>(loss);

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
    /// <param name="images">Images of any shape and type.</param>
    /// <exception cref="ArgumentException">
    /// The shape is not <c>[B, channels, H, W]</c> with H = W = the image size and B at least 1, or type or device are not those of the weights.
    /// </exception>
    protected void CheckImages(Tensor images)
    {
        if (images.dtype is not (ScalarType.Float32 or ScalarType.Float64 or ScalarType.Float16 or ScalarType.BFloat16))
        {
            throw new ArgumentException(
                $"{Config.Name}: images of type {images.dtype} do not fit; expected normalized ones of a floating type: "
                    + "images.to(torch.float32).div(255), then the mean and the deviation of Preprocessing.",
                nameof(images)
            );
        }

        var (shape, size) = (images.shape, Config.ImageSize);
        if (shape.Length != 4 || shape[1] != Config.Channels || shape[2] != size || shape[3] != size || shape[0] < 1)
        {
            throw new ArgumentException(
                $"{Config.Name}: images of shape [{string.Join(", ", shape)}] do not fit; "
                    + $"expected [B, {Config.Channels}, {size}, {size}]. {RemedyFor(shape)}",
                nameof(images)
            );
        }

        if (parameters().FirstOrDefault() is not { } weights)
        {
            return;
        }

        if (images.device_type != weights.device_type || images.device_index != weights.device_index)
        {
            throw new ArgumentException(
                $"{Config.Name}: the images are on {images.device} and the weights on {weights.device}; move one of them with .to(...).",
                nameof(images)
            );
        }

        if (images.dtype != weights.dtype && !Autocast.IsEnabled(weights.device_type))
        {
            throw new ArgumentException(
                $"{Config.Name}: images of type {images.dtype} do not fit weights of type {weights.dtype}; call images.to(torch.{Lower(weights.dtype)}), "
                    + $"or model.to(torch.{Lower(images.dtype)}).",
                nameof(images)
            );
        }
    }

    private static string Lower(ScalarType type) => type.ToString().ToLowerInvariant();

    private string RemedyFor(long[] shape)
    {
        var (channels, size) = (Config.Channels, Config.ImageSize);
        return shape switch
        {
            [0, ..] => "The batch is empty; give one image at least.",
            [_, _, _] => "A batch of one image is images.unsqueeze(0).",
            [_, var h, var w, var c] when c == channels && h == w && h != c =>
                "They lie channels last: images.permute(0, 3, 1, 2).",
            [_, var c, _, _] when c != channels =>
                $"Give them {channels} channels, or build the model with Channels({c}).",
            [_, _, var h, var w] when h != w =>
                $"The model takes square images: crop or resize them to {size} x {size}.",
            _ => "Resize them, or build the model with ImageSize(...).",
        };
    }
}
