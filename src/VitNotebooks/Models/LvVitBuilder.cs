namespace VitNotebooks.Models;

/// <summary>A fluent way to an LV-ViT.</summary>
public sealed class LvVitBuilder : ModelBuilder<LvVitBuilder, LvVitConfig>
{
    internal LvVitBuilder()
        : base(LvVitVariants.Small) { }

    /// <summary>LV-ViT-T: width 240, 12 blocks, 4 heads, 8.5 M parameters at 1,000 classes.</summary>
    public LvVitBuilder Tiny() => Sized(LvVitVariants.Tiny);

    /// <summary>LV-ViT-S: width 384, 16 blocks, 6 heads, 26.2 M parameters.</summary>
    public LvVitBuilder Small() => Sized(LvVitVariants.Small);

    /// <summary>LV-ViT-M: width 512, 20 blocks, 8 heads, 55.8 M parameters.</summary>
    public LvVitBuilder Medium() => Sized(LvVitVariants.Medium);

    /// <summary>LV-ViT-L: width 768, 24 blocks, 12 heads, a stem of 128 channels, 150.5 M parameters at the authors' 448 pixels.</summary>
    public LvVitBuilder Large() => Sized(LvVitVariants.Large).Preset(LvVitVariants.Large.ImageSize);

    /// <summary>For 32-pixel images: width 64, 5 blocks, patch 4, a stem of 24 channels, 10 classes; its map has side 8.</summary>
    public LvVitBuilder Mini() => Sized(LvVitVariants.Mini).PatchSize(LvVitVariants.Mini.PatchSize).Preset(32, 10);

    /// <summary>Side of a patch, in pixels; even, and it divides the image.</summary>
    public LvVitBuilder PatchSize(int pixels) => With(Shape with { PatchSize = pixels });

    /// <summary>Channels of the convolutions before the patches are embedded.</summary>
    public LvVitBuilder StemWidth(int channels) => With(Shape with { StemWidth = channels });

    /// <summary>Width of a token.</summary>
    public LvVitBuilder EmbedDim(int width) => With(Shape with { EmbedDim = width });

    /// <summary>Number of blocks.</summary>
    public LvVitBuilder Depth(int blocks) => With(Shape with { Depth = blocks });

    /// <summary>Heads of every block; they divide the width.</summary>
    public LvVitBuilder Heads(int heads) => With(Shape with { Heads = heads });

    /// <summary>Hidden width of an MLP over the width of its token.</summary>
    public LvVitBuilder MlpRatio(double ratio) => With(Shape with { MlpRatio = ratio });

    /// <summary>Whether queries, keys and values have a bias.</summary>
    public LvVitBuilder QkvBias(bool bias) => With(Shape with { QkvBias = bias });

    /// <summary>What both branches of a block are divided by before they are added.</summary>
    public LvVitBuilder SkipLambda(double lambda) => With(Shape with { SkipLambda = lambda });

    /// <summary>Drop path probability of the last block; it grows linearly from 0 at the first one.</summary>
    public LvVitBuilder DropPath(double rate) => With(Shape with { DropPath = rate });

    /// <summary>Whether a second head classifies every cell; without it tokens are not mixed either.</summary>
    public LvVitBuilder DenseHead(bool dense) =>
        With(Shape with { DenseHead = dense, MixToken = dense && Shape.MixToken });

    /// <summary>Whether tokens are mixed while the model trains with labels of tokens.</summary>
    public LvVitBuilder MixToken(bool mix) => With(Shape with { MixToken = mix });

    private LvVitBuilder Sized(LvVitConfig size) =>
        With(
            Shape with
            {
                StemWidth = size.StemWidth,
                EmbedDim = size.EmbedDim,
                Depth = size.Depth,
                Heads = size.Heads,
                MlpRatio = size.MlpRatio,
                SkipLambda = size.SkipLambda,
                DropPath = size.DropPath,
            }
        );
}
