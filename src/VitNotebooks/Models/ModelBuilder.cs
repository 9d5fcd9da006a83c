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

    /// <param name="start">What the chain starts with.</param>
    protected ModelBuilder(TConfig start) => _config = start;

    /// <summary>The configuration so far, under its final name: the one given, or the one that the family has for such a shape.</summary>
    public TConfig Config => (TConfig)((ModelConfig)_config with { Name = _name ?? NameOf(_config) });

    /// <summary>Side of the square input image, in pixels.</summary>
    public TBuilder ImageSize(int pixels) => With((TConfig)((ModelConfig)_config with { ImageSize = pixels }));

    /// <summary>Channels of the input image.</summary>
    public TBuilder Channels(int channels) => With((TConfig)((ModelConfig)_config with { Channels = channels }));

    /// <summary>Number of classes.</summary>
    public TBuilder Classes(int classes) => With((TConfig)((ModelConfig)_config with { Classes = classes }));

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
        _weights is null ? Config.Build() : PublishedWeights.Of(NameOf(_config), _weights).Build(Config);

    /// <summary>The shape so far; its name is not settled.</summary>
    protected TConfig Shape => _config;

    /// <summary>The chain with another shape.</summary>
    protected TBuilder With(TConfig config)
    {
        var copy = (TBuilder)MemberwiseClone();
        copy._config = config;
        return copy;
    }

    /// <summary>The name of a shape: a registered one where the shape is registered, else one that tells it from those. Called
    /// for any shape, sound or not.</summary>
    protected abstract string NameOf(TConfig config);
}
