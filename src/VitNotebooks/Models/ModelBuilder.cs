using VitNotebooks.Losses;
using static TorchSharp.torch;

namespace VitNotebooks.Models;

/// <summary>
/// A fluent way to a model: what the chains of all families have in common. A builder is never changed: every call returns a new one,
/// and <see cref="Build"/> checks everything at once.
/// </summary>
/// <typeparam name="TBuilder">The family's own builder, which every call returns.</typeparam>
/// <typeparam name="TConfig">The family's record.</typeparam>
public abstract class ModelBuilder<TBuilder, TConfig>
    where TBuilder : ModelBuilder<TBuilder, TConfig>
    where TConfig : ModelConfig
{
    private TConfig _config;
    private string? _name;
    private string? _weights;
    private int? _imageSize;
    private int? _channels;
    private int? _classes;

    /// <param name="start">What the chain starts with.</param>
    protected ModelBuilder(TConfig start) => _config = start;

    /// <summary>The configuration so far, under its final name: the one given, or <see cref="ModelConfig.StandardName"/>.</summary>
    public TConfig Config => (TConfig)(Whole with { Name = _name ?? Whole.StandardName() });

    // Image, channels and classes belong to the data: once said they stay, whatever size of model the chain takes afterwards.
    private ModelConfig Whole =>
        _config with
        {
            ImageSize = _imageSize ?? _config.ImageSize,
            Channels = _channels ?? _config.Channels,
            Classes = _classes ?? _config.Classes,
        };

    /// <summary>Starts from a registered model of the family; image, channels, classes, losses and parts that the chain was given stay.</summary>
    /// <param name="name">Its name, e.g. <c>vitc_4gf_patch16_224</c>; <see cref="VisionModels.List"/> shows all.</param>
    /// <exception cref="ModelConfigException">No model of the family has the name.</exception>
    public TBuilder From(string name)
    {
        var known = VisionModels.ConfigOf(name);
        if (known is not TConfig)
        {
            throw new ModelConfigException([
                $"{_config.Family}: '{name}' is a {known.Family}; VisionModels.Create(\"{name}\") builds it.",
            ]);
        }

        var start = (TConfig)(known with { Losses = _config.Losses });
        foreach (var part in typeof(TConfig).GetProperties().Where(p => p.PropertyType == typeof(ModelPart)))
        {
            part.SetValue(start, part.GetValue(_config));
        }

        return With(start);
    }

    /// <summary>Side of the square input image, in pixels.</summary>
    public TBuilder ImageSize(int pixels)
    {
        var copy = (TBuilder)MemberwiseClone();
        copy._imageSize = pixels;
        return copy;
    }

    /// <summary>Channels of the input image.</summary>
    public TBuilder Channels(int channels)
    {
        var copy = (TBuilder)MemberwiseClone();
        copy._channels = channels;
        return copy;
    }

    /// <summary>Number of classes.</summary>
    public TBuilder Classes(int classes)
    {
        var copy = (TBuilder)MemberwiseClone();
        copy._classes = classes;
        return copy;
    }

    /// <summary>Gives the model a name of its own.</summary>
    public TBuilder Named(string name)
    {
        var copy = (TBuilder)MemberwiseClone();
        copy._name = name;
        return copy;
    }

    /// <summary>A classifier of your own in the place of the linear one.</summary>
    /// <param name="name">Its name in the configuration, e.g. <c>cosine_head</c>.</param>
    /// <param name="create">Makes it: a module <c>[B, width] -> [B, classes]</c> for the place that it is told.</param>
    public TBuilder Head(string name, Func<PartPlace, nn.Module<Tensor, Tensor>> create) =>
        With((TConfig)((ModelConfig)_config with { Head = ModelPart.Define(name, create) }));

    /// <summary>Trains the model with the dense relative localization loss, by default on its last map as the authors' code does;
    /// <c>l => l.Scales(LocalizationScales.All)</c> takes every stage's.</summary>
    public TBuilder WithRelativeLocalization(
        Func<RelativeLocalizationBuilder, RelativeLocalizationBuilder>? configure = null
    ) => WithLoss((configure?.Invoke(new()) ?? new()).Options);

    /// <summary>Trains the model with one loss more.</summary>
    public TBuilder WithLoss(AuxiliaryLossOptions loss) =>
        With((TConfig)((ModelConfig)_config with { Losses = [.. _config.Losses, loss] }));

    /// <summary>Starts the model with published weights, which are fetched once; a classifier for other classes is a fresh one.</summary>
    /// <param name="tag">Their tag, e.g. <c>ms_in1k</c>, where they are published for a model of this shape; or their whole name, e.g.
    /// <c>swin_tiny_patch4_window7_224.ms_in1k</c>, for a model of another image or window, whose tables are resampled. <see cref="PublishedWeights.List"/>
    /// shows all.</param>
    public TBuilder Weights(string tag)
    {
        var copy = (TBuilder)MemberwiseClone();
        copy._weights = tag;
        return copy;
    }

    /// <summary>Builds the model, with fresh weights unless <see cref="Weights"/> named others.</summary>
    /// <exception cref="ModelConfigException">The configuration has faults, all of which the message names; or no such weights are published.</exception>
    /// <exception cref="Data.DataException">The weights cannot be fetched, or are others than their publisher stated.</exception>
    /// <exception cref="WeightsException">The weights do not fit the model.</exception>
    public VisionModel Build() =>
        _weights is null ? Config.Build() : PublishedWeights.Of(Whole.StandardName(), _weights).Build(Config);

    /// <summary>The chain with the image and the classes that a size is made for, which the user's own take the place of.</summary>
    /// <param name="imageSize">Side of the image, in pixels.</param>
    /// <param name="classes">Number of classes; null where it is as it was.</param>
    protected TBuilder Preset(int imageSize, int? classes = null) =>
        With((TConfig)((ModelConfig)_config with { ImageSize = imageSize, Classes = classes ?? _config.Classes }));

    /// <summary>The shape so far; its name, image, channels and classes are not settled.</summary>
    protected TConfig Shape => _config;

    /// <summary>The chain with another shape.</summary>
    protected TBuilder With(TConfig config)
    {
        var copy = (TBuilder)MemberwiseClone();
        copy._config = config;
        return copy;
    }
}
