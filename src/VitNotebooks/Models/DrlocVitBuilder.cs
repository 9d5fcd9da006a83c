namespace VitNotebooks.Models;

/// <summary>A fluent way to the ViT that the localization paper's code trains.</summary>
public sealed class DrlocVitBuilder : ModelBuilder<DrlocVitBuilder, DrlocVitConfig>
{
    internal DrlocVitBuilder()
        : base(DrlocVitVariants.Base) { }

    /// <summary>For 32-pixel images: width 64, 6 blocks, patch 4, 10 classes; its map has side 8.</summary>
    public DrlocVitBuilder Mini() =>
        With(
            DrlocVitVariants.Mini with
            {
                Channels = Shape.Channels,
                Losses = Shape.Losses,
                Head = Shape.Head,
                Dropout = Shape.Dropout,
            }
        );

    /// <summary>Side of a patch, in pixels; it divides the image.</summary>
    public DrlocVitBuilder PatchSize(int pixels) => With(Shape with { PatchSize = pixels });

    /// <summary>Width of a token.</summary>
    public DrlocVitBuilder EmbedDim(int width) => With(Shape with { EmbedDim = width });

    /// <summary>Number of blocks.</summary>
    public DrlocVitBuilder Depth(int blocks) => With(Shape with { Depth = blocks });

    /// <summary>Heads of every block.</summary>
    public DrlocVitBuilder Heads(int heads) => With(Shape with { Heads = heads });

    /// <summary>Width of a head.</summary>
    public DrlocVitBuilder HeadDim(int width) => With(Shape with { HeadDim = width });

    /// <summary>Hidden width of an MLP.</summary>
    public DrlocVitBuilder MlpDim(int width) => With(Shape with { MlpDim = width });

    /// <summary>Chance that a number of an attention's or an MLP's output is dropped; 0.1 as the paper's code trains it.</summary>
    public DrlocVitBuilder Dropout(double rate) => With(Shape with { Dropout = rate });
}
