namespace VitNotebooks.Models;

/// <summary>A fluent way to a dynamic hybrid vision transformer.</summary>
public sealed class DhvtBuilder : ModelBuilder<DhvtBuilder, DhvtConfig>
{
    internal DhvtBuilder()
        : base(DhvtVariants.Tiny) { }

    /// <summary>For 32-pixel images: width 64, 4 blocks, patch 4, 10 classes; its map has side 8.</summary>
    public DhvtBuilder Mini() => Sized(DhvtVariants.Mini).PatchSize(4).Preset(32, 10);

    /// <summary>DHVT-T: width 192, 12 blocks, 4 heads, 6.0 M parameters at 100 classes and patch 4.</summary>
    /// <remarks>The authors' ImageNet form has 3 heads.</remarks>
    public DhvtBuilder Tiny() => Sized(DhvtVariants.Tiny);

    /// <summary>DHVT-S: width 384, 12 blocks, 8 heads, 23.4 M parameters at 100 classes and patch 4.</summary>
    /// <remarks>The authors' forms for 224 pixels have 6 heads.</remarks>
    public DhvtBuilder Small() => Sized(DhvtVariants.Small);

    /// <summary>Side of a patch in pixels: 2, 4, 8 or 16; it divides the image.</summary>
    public DhvtBuilder PatchSize(int pixels) => With(Shape with { PatchSize = pixels });

    /// <summary>Width of a token.</summary>
    public DhvtBuilder EmbedDim(int width) => With(Shape with { EmbedDim = width });

    /// <summary>Number of blocks.</summary>
    public DhvtBuilder Depth(int blocks) => With(Shape with { Depth = blocks });

    /// <summary>Heads of every block; they divide the width.</summary>
    public DhvtBuilder Heads(int heads) => With(Shape with { Heads = heads });

    /// <summary>Channels inside a feed-forward half over the width of its token.</summary>
    public DhvtBuilder MlpRatio(double ratio) => With(Shape with { MlpRatio = ratio });

    /// <summary>Whether queries, keys and values have a bias.</summary>
    public DhvtBuilder QkvBias(bool bias) => With(Shape with { QkvBias = bias });

    /// <summary>Drop path probability of the last block; it grows linearly from 0 at the first one.</summary>
    public DhvtBuilder DropPath(double rate) => With(Shape with { DropPath = rate });

    private DhvtBuilder Sized(DhvtConfig size) =>
        With(Shape with { EmbedDim = size.EmbedDim, Depth = size.Depth, Heads = size.Heads });
}
