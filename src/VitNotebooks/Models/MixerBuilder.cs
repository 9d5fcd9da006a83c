namespace VitNotebooks.Models;

/// <summary>A fluent way to an MLP-Mixer.</summary>
public sealed class MixerBuilder : ModelBuilder<MixerBuilder, MixerConfig>
{
    internal MixerBuilder()
        : base(MixerVariants.Small) { }

    /// <summary>For 32-pixel images: width 64, 8 blocks, patch 4, 10 classes; its map has side 8.</summary>
    public MixerBuilder Mini() => Sized(MixerVariants.Mini).PatchSize(4).Preset(32, 10);

    /// <summary>Mixer-S: width 512, 8 blocks, 18.5 M parameters at patch 16, 224 pixels and 1,000 classes.</summary>
    public MixerBuilder Small() => Sized(MixerVariants.Small);

    /// <summary>Mixer-B: width 768, 12 blocks, 59.9 M parameters.</summary>
    public MixerBuilder Base() => Sized(MixerVariants.Base);

    /// <summary>Side of a patch, in pixels; it divides the image.</summary>
    public MixerBuilder PatchSize(int pixels) => With(Shape with { PatchSize = pixels });

    /// <summary>Width of a token.</summary>
    public MixerBuilder EmbedDim(int width) => With(Shape with { EmbedDim = width });

    /// <summary>Number of blocks.</summary>
    public MixerBuilder Depth(int blocks) => With(Shape with { Depth = blocks });

    /// <summary>Hidden widths of the MLPs along tokens and along channels, over the width of a token.</summary>
    public MixerBuilder MlpRatios(double tokens, double channels) =>
        With(Shape with { TokensMlpRatio = tokens, ChannelsMlpRatio = channels });

    /// <summary>Drop path probability of every block.</summary>
    public MixerBuilder DropPath(double rate) => With(Shape with { DropPath = rate });

    private MixerBuilder Sized(MixerConfig size) =>
        With(Shape with { EmbedDim = size.EmbedDim, Depth = size.Depth, DropPath = size.DropPath });
}
