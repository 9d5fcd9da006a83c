using VitNotebooks.Losses;

namespace VitNotebooks.Models;

/// <summary>A fluent way to a vision transformer. Every call returns a new builder; <see cref="Build"/> checks everything at once.</summary>
public sealed class VitBuilder
{
    private readonly string _variant;
    private readonly string? _name;
    private readonly VitConfig _config;

    internal VitBuilder()
        : this("base", null, VitVariants.Base) { }

    private VitBuilder(string variant, string? name, VitConfig config) =>
        (_variant, _name, _config) = (variant, name, config);

    /// <summary>The configuration so far, under its final name.</summary>
    public VitConfig Config => _config with { Name = _name ?? VitVariants.NameOf(_variant, _config) };

    /// <summary>ViT-Ti: width 192, 12 blocks, 3 heads, 5.7 M parameters at 1,000 classes.</summary>
    public VitBuilder Tiny() => Sized("tiny", VitVariants.Tiny);

    /// <summary>ViT-S: width 384, 12 blocks, 6 heads, 22.1 M parameters.</summary>
    public VitBuilder Small() => Sized("small", VitVariants.Small);

    /// <summary>ViT-B: width 768, 12 blocks, 12 heads, 86.6 M parameters.</summary>
    public VitBuilder Base() => Sized("base", VitVariants.Base);

    /// <summary>For 32-pixel images: width 64, 6 blocks, patch 4, 10 classes; its map has side 8.</summary>
    public VitBuilder Mini() => Sized("mini", VitVariants.Mini).PatchSize(4).ImageSize(32).Classes(10);

    /// <summary>Side of the square input image, in pixels; a multiple of the patch.</summary>
    public VitBuilder ImageSize(int pixels) => With(_config with { ImageSize = pixels });

    /// <summary>Channels of the input image.</summary>
    public VitBuilder Channels(int channels) => With(_config with { Channels = channels });

    /// <summary>Number of classes.</summary>
    public VitBuilder Classes(int classes) => With(_config with { Classes = classes });

    /// <summary>Side of a patch, in pixels.</summary>
    public VitBuilder PatchSize(int pixels) => With(_config with { PatchSize = pixels });

    /// <summary>Width of a token.</summary>
    public VitBuilder EmbedDim(int width) => new("custom", _name, _config with { EmbedDim = width });

    /// <summary>Number of blocks.</summary>
    public VitBuilder Depth(int blocks) => new("custom", _name, _config with { Depth = blocks });

    /// <summary>Heads of every block; they divide the width.</summary>
    public VitBuilder Heads(int heads) => new("custom", _name, _config with { Heads = heads });

    /// <summary>Hidden width of an MLP over the width of its token.</summary>
    public VitBuilder MlpRatio(double ratio) => With(_config with { MlpRatio = ratio });

    /// <summary>Whether queries, keys and values have a bias.</summary>
    public VitBuilder QkvBias(bool bias) => With(_config with { QkvBias = bias });

    /// <summary>Drop path probability of the last block; it grows linearly from 0 at the first one.</summary>
    public VitBuilder DropPath(double rate) => With(_config with { DropPath = rate });

    /// <summary>What is classified: the class token, or the mean of the patches.</summary>
    public VitBuilder Pooling(VitPooling pooling) => With(_config with { Pooling = pooling });

    /// <summary>Gives the model a name of its own.</summary>
    public VitBuilder Named(string name) => new(_variant, name, _config);

    /// <summary>Trains the model with the dense relative localization loss on its map; by default as the authors' code does.</summary>
    public VitBuilder WithRelativeLocalization(
        Func<RelativeLocalizationBuilder, RelativeLocalizationBuilder>? configure = null
    ) => WithLoss((configure?.Invoke(new()) ?? new()).Options);

    /// <summary>Trains the model with one loss more.</summary>
    public VitBuilder WithLoss(AuxiliaryLossOptions loss) => With(_config with { Losses = [.. _config.Losses, loss] });

    /// <summary>Builds the model with fresh weights.</summary>
    /// <exception cref="ModelConfigException">The configuration has faults; the message names all of them.</exception>
    public VisionModel Build() => Config.Build();

    private VitBuilder With(VitConfig config) => new(_variant, _name, config);

    private VitBuilder Sized(string variant, VitConfig size) =>
        new(
            variant,
            _name,
            _config with
            {
                EmbedDim = size.EmbedDim,
                Depth = size.Depth,
                Heads = size.Heads,
                DropPath = size.DropPath,
            }
        );
}
