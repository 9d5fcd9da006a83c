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

    /// <summary>Builds the model with fresh weights.</summary>
    /// <exception cref="ModelConfigException">The configuration has faults; the message names all of them.</exception>
    public VisionModel Build() => Config.Build();

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
