using VitNotebooks.Losses;

namespace VitNotebooks.Models;

/// <summary>A fluent way to a Swin transformer. Every call returns a new builder; <see cref="Build"/> checks everything at once.</summary>
public sealed class SwinBuilder
{
    private readonly string _variant;
    private readonly string? _name;
    private readonly SwinConfig _config;

    internal SwinBuilder()
        : this("tiny", null, SwinVariants.Tiny) { }

    private SwinBuilder(string variant, string? name, SwinConfig config) =>
        (_variant, _name, _config) = (variant, name, config);

    /// <summary>The configuration so far, under its final name.</summary>
    public SwinConfig Config => _config with { Name = _name ?? SwinVariants.NameOf(_variant, _config) };

    /// <summary>Swin-T: width 96, depths 2-2-6-2, 28.3 M parameters at 1,000 classes.</summary>
    public SwinBuilder Tiny() => Sized("tiny", SwinVariants.Tiny);

    /// <summary>Swin-S: width 96, depths 2-2-18-2, 49.6 M parameters.</summary>
    public SwinBuilder Small() => Sized("small", SwinVariants.Small);

    /// <summary>Swin-B: width 128, depths 2-2-18-2, 87.8 M parameters.</summary>
    public SwinBuilder Base() => Sized("base", SwinVariants.Base);

    /// <summary>For 32-pixel images: width 32, depths 2-4, patch 2, window 4, 10 classes; its last map has side 8.</summary>
    public SwinBuilder Mini() => Sized("mini", SwinVariants.Mini).PatchSize(2).WindowSize(4).ImageSize(32).Classes(10);

    /// <summary>Side of the square input image, in pixels; a multiple of patch x window.</summary>
    public SwinBuilder ImageSize(int pixels) => With(_config with { ImageSize = pixels });

    /// <summary>Channels of the input image.</summary>
    public SwinBuilder Channels(int channels) => With(_config with { Channels = channels });

    /// <summary>Number of classes.</summary>
    public SwinBuilder Classes(int classes) => With(_config with { Classes = classes });

    /// <summary>Side of a patch, in pixels.</summary>
    public SwinBuilder PatchSize(int pixels) => With(_config with { PatchSize = pixels });

    /// <summary>Side of an attention window, in cells.</summary>
    public SwinBuilder WindowSize(int cells) => With(_config with { WindowSize = cells });

    /// <summary>Width of a token in the first stage; it doubles at every stage.</summary>
    public SwinBuilder EmbedDim(int width) => new("custom", _name, _config with { EmbedDim = width });

    /// <summary>Blocks a stage.</summary>
    public SwinBuilder Depths(params ReadOnlySpan<int> depths) =>
        new("custom", _name, _config with { Depths = PerStage.Create(depths) });

    /// <summary>Heads a stage.</summary>
    public SwinBuilder Heads(params ReadOnlySpan<int> heads) =>
        new("custom", _name, _config with { Heads = PerStage.Create(heads) });

    /// <summary>Hidden width of an MLP over the width of its token.</summary>
    public SwinBuilder MlpRatio(double ratio) => With(_config with { MlpRatio = ratio });

    /// <summary>Whether queries, keys and values have a bias.</summary>
    public SwinBuilder QkvBias(bool bias) => With(_config with { QkvBias = bias });

    /// <summary>Drop path probability of the last block; it grows linearly from 0 at the first one.</summary>
    public SwinBuilder DropPath(double rate) => With(_config with { DropPath = rate });

    /// <summary>Gives the model a name of its own.</summary>
    public SwinBuilder Named(string name) => new(_variant, name, _config);

    /// <summary>Trains the model with the dense relative localization loss on its last map; by default as the authors' code does.</summary>
    public SwinBuilder WithRelativeLocalization(
        Func<RelativeLocalizationBuilder, RelativeLocalizationBuilder>? configure = null
    ) => WithLoss((configure?.Invoke(new()) ?? new()).Options);

    /// <summary>Trains the model with one loss more.</summary>
    public SwinBuilder WithLoss(AuxiliaryLossOptions loss) => With(_config with { Losses = [.. _config.Losses, loss] });

    /// <summary>Builds the model with fresh weights.</summary>
    /// <exception cref="ModelConfigException">The configuration has faults; the message names all of them.</exception>
    public VisionModel Build() => Config.Build();

    private SwinBuilder With(SwinConfig config) => new(_variant, _name, config);

    private SwinBuilder Sized(string variant, SwinConfig size) =>
        new(
            variant,
            _name,
            _config with
            {
                EmbedDim = size.EmbedDim,
                Depths = size.Depths,
                Heads = size.Heads,
                DropPath = size.DropPath,
            }
        );
}
