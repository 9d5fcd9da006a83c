namespace VitNotebooks.Models;

/// <summary>A fluent way to a Swin transformer; its image is a multiple of patch x window.</summary>
public sealed class SwinBuilder : ModelBuilder<SwinBuilder, SwinConfig>
{
    internal SwinBuilder()
        : base(SwinVariants.Tiny) { }

    /// <summary>Swin-T: width 96, depths 2-2-6-2, 28.3 M parameters at 1,000 classes.</summary>
    public SwinBuilder Tiny() => Sized(SwinVariants.Tiny);

    /// <summary>Swin-S: width 96, depths 2-2-18-2, 49.6 M parameters.</summary>
    public SwinBuilder Small() => Sized(SwinVariants.Small);

    /// <summary>Swin-B: width 128, depths 2-2-18-2, 87.8 M parameters.</summary>
    public SwinBuilder Base() => Sized(SwinVariants.Base);

    /// <summary>Swin-L: width 192, depths 2-2-18-2, 196.5 M parameters.</summary>
    public SwinBuilder Large() => Sized(SwinVariants.Large);

    /// <summary>For 32-pixel images: width 32, depths 2-4, patch 2, window 4, 10 classes; its last map has side 8.</summary>
    public SwinBuilder Mini() => Sized(SwinVariants.Mini).PatchSize(2).WindowSize(4).Preset(32, 10);

    /// <summary>Side of a patch, in pixels.</summary>
    public SwinBuilder PatchSize(int pixels) => With(Shape with { PatchSize = pixels });

    /// <summary>Side of an attention window, in cells.</summary>
    public SwinBuilder WindowSize(int cells) => With(Shape with { WindowSize = cells });

    /// <summary>Width of a token in the first stage; it doubles at every stage.</summary>
    public SwinBuilder EmbedDim(int width) => With(Shape with { EmbedDim = width });

    /// <summary>Blocks a stage.</summary>
    public SwinBuilder Depths(params ReadOnlySpan<int> depths) => With(Shape with { Depths = PerStage.Create(depths) });

    /// <summary>Heads a stage.</summary>
    public SwinBuilder Heads(params ReadOnlySpan<int> heads) => With(Shape with { Heads = PerStage.Create(heads) });

    /// <summary>Hidden width of an MLP over the width of its token.</summary>
    public SwinBuilder MlpRatio(double ratio) => With(Shape with { MlpRatio = ratio });

    /// <summary>Whether queries, keys and values have a bias.</summary>
    public SwinBuilder QkvBias(bool bias) => With(Shape with { QkvBias = bias });

    /// <summary>Drop path probability of the last block; it grows linearly from 0 at the first one.</summary>
    public SwinBuilder DropPath(double rate) => With(Shape with { DropPath = rate });

    /// <summary>Whether a learned position is added to every token behind the patch embedding, beside the relative ones.</summary>
    public SwinBuilder AbsolutePositions(bool add = true) => With(Shape with { AbsolutePositions = add });

    private SwinBuilder Sized(SwinConfig size) =>
        With(
            Shape with
            {
                EmbedDim = size.EmbedDim,
                Depths = size.Depths,
                Heads = size.Heads,
                DropPath = size.DropPath,
            }
        );
}
