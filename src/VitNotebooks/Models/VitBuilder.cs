using static TorchSharp.torch;

namespace VitNotebooks.Models;

/// <summary>A fluent way to a vision transformer.</summary>
public sealed class VitBuilder : ModelBuilder<VitBuilder, VitConfig>
{
    internal VitBuilder()
        : base(VitVariants.Base) { }

    /// <summary>ViT-Ti: width 192, 12 blocks, 3 heads, 5.7 M parameters at 1,000 classes.</summary>
    public VitBuilder Tiny() => Sized(VitVariants.Tiny);

    /// <summary>ViT-S: width 384, 12 blocks, 6 heads, 22.1 M parameters.</summary>
    public VitBuilder Small() => Sized(VitVariants.Small);

    /// <summary>ViT-B: width 768, 12 blocks, 12 heads, 86.6 M parameters.</summary>
    public VitBuilder Base() => Sized(VitVariants.Base);

    /// <summary>For 32-pixel images: width 64, 6 blocks, patch 4, 10 classes; its map has side 8.</summary>
    public VitBuilder Mini() => Sized(VitVariants.Mini).PatchSize(4).ImageSize(32).Classes(10);

    /// <summary>Side of a patch, in pixels; it divides the image.</summary>
    public VitBuilder PatchSize(int pixels) => With(Shape with { PatchSize = pixels });

    /// <summary>Width of a token.</summary>
    public VitBuilder EmbedDim(int width) => With(Shape with { EmbedDim = width });

    /// <summary>Number of blocks.</summary>
    public VitBuilder Depth(int blocks) => With(Shape with { Depth = blocks });

    /// <summary>Heads of every block; they divide the width.</summary>
    public VitBuilder Heads(int heads) => With(Shape with { Heads = heads });

    /// <summary>Hidden width of an MLP over the width of its token.</summary>
    public VitBuilder MlpRatio(double ratio) => With(Shape with { MlpRatio = ratio });

    /// <summary>Whether queries, keys and values have a bias.</summary>
    public VitBuilder QkvBias(bool bias) => With(Shape with { QkvBias = bias });

    /// <summary>Drop path probability of the last block; it grows linearly from 0 at the first one.</summary>
    public VitBuilder DropPath(double rate) => With(Shape with { DropPath = rate });

    /// <summary>What is classified: the class token, or the mean of the patches.</summary>
    public VitBuilder Pooling(VitPooling pooling) => With(Shape with { Pooling = pooling });

    /// <summary>A stem of your own in the place of the patch embedding.</summary>
    /// <param name="name">Its name in the configuration.</param>
    /// <param name="create">Makes it: <c>[B, channels, H, W] -> [B, H/p, W/p, C]</c>.</param>
    public VitBuilder Stem(string name, Func<PartPlace, nn.Module<Tensor, Tensor>> create) =>
        With(Shape with { Stem = ModelPart.Define(name, create) });

    /// <summary>An attention of your own in every block.</summary>
    /// <param name="name">Its name in the configuration.</param>
    /// <param name="create">Makes it: <c>[B, N, C] -> [B, N, C]</c>.</param>
    public VitBuilder Attention(string name, Func<PartPlace, nn.Module<Tensor, Tensor>> create) =>
        With(Shape with { Attention = ModelPart.Define(name, create) });

    /// <summary>A block of your own in the place of the transformer block.</summary>
    /// <param name="name">Its name in the configuration.</param>
    /// <param name="create">Makes it: <c>[B, N, C] -> [B, N, C]</c>.</param>
    public VitBuilder Block(string name, Func<PartPlace, nn.Module<Tensor, Tensor>> create) =>
        With(Shape with { Block = ModelPart.Define(name, create) });

    /// <inheritdoc/>
    protected override string NameOf(VitConfig config) => VitVariants.NameOf(config);

    private VitBuilder Sized(VitConfig size) =>
        With(Shape with { EmbedDim = size.EmbedDim, Depth = size.Depth, Heads = size.Heads, DropPath = size.DropPath });
}
