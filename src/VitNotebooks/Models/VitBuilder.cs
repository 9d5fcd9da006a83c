using VitNotebooks.Layers;
using static TorchSharp.torch;

namespace VitNotebooks.Models;

/// <summary>A fluent way to a vision transformer.</summary>
public sealed class VitBuilder : ModelBuilder<VitBuilder, VitConfig>
{
    internal VitBuilder()
        : base(VitVariants.Base) { }

    /// <summary>ViT-mu, to try things out: width 32, one block, 2 heads.</summary>
    public VitBuilder Mu() => Sized(VitVariants.Mu);

    /// <summary>ViT-Ti: width 192, 12 blocks, 3 heads, 5.7 M parameters at 1,000 classes.</summary>
    public VitBuilder Tiny() => Sized(VitVariants.Tiny);

    /// <summary>The small s of Scaling Vision Transformers (arXiv 2106.04560): width 256, 6 blocks, 8 heads, 5.2 M parameters.</summary>
    public VitBuilder ExtraSmall() => Sized(VitVariants.ExtraSmall);

    /// <summary>ViT-S: width 384, 12 blocks, 6 heads, 22.1 M parameters.</summary>
    public VitBuilder Small() => Sized(VitVariants.Small);

    /// <summary>ViT-M: width 512, 12 blocks, 8 heads, 38.8 M parameters.</summary>
    public VitBuilder Medium() => Sized(VitVariants.Medium);

    /// <summary>ViT-B: width 768, 12 blocks, 12 heads, 86.6 M parameters.</summary>
    public VitBuilder Base() => Sized(VitVariants.Base);

    /// <summary>ViT-L: width 1024, 24 blocks, 16 heads, 304 M parameters.</summary>
    public VitBuilder Large() => Sized(VitVariants.Large);

    /// <summary>ViT-So400m (arXiv 2305.13035): width 1152, 27 blocks, 16 heads, 413 M parameters.</summary>
    public VitBuilder So400m() => Sized(VitVariants.So400m);

    /// <summary>ViT-H: width 1280, 32 blocks, 16 heads, 632 M parameters.</summary>
    public VitBuilder Huge() => Sized(VitVariants.Huge);

    /// <summary>ViT-g: width 1408, 40 blocks, 16 heads, 1.01 G parameters.</summary>
    public VitBuilder Giant() => Sized(VitVariants.Giant);

    /// <summary>ViT-G: width 1664, 48 blocks, 16 heads, 1.84 G parameters.</summary>
    public VitBuilder Gigantic() => Sized(VitVariants.Gigantic);

    /// <summary>For 32-pixel images: width 64, 6 blocks, patch 4, 10 classes; its map has side 8.</summary>
    public VitBuilder Mini() => Sized(VitVariants.Mini).PatchSize(4).Preset(32, 10);

    /// <summary>The form of google-research/big_vision, whose weights it takes: mean of the patches, GELU by tanh, no position for a class
    /// token, its starting weights and decay.</summary>
    public VitBuilder BigVision() =>
        With(
            Shape with
            {
                Pooling = VitPooling.Average,
                Activation = MlpActivation.GeluTanh,
                EmbedClassToken = false,
                Origin = VitOrigin.BigVision,
            }
        );

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

    /// <summary>What stands inside the MLPs.</summary>
    public VitBuilder Activation(MlpActivation activation) => With(Shape with { Activation = activation });

    /// <summary>Drop path probability of the last block.</summary>
    /// <param name="rate">In [0, 1).</param>
    /// <param name="rule">How it goes from the first block to the last; null leaves that as it is.</param>
    public VitBuilder DropPath(double rate, DropPathRule? rule = null) =>
        With(Shape with { DropPath = rate, DropPathRule = rule ?? Shape.DropPathRule });

    /// <summary>What is classified: the class token, the mean of the patches, or what a learned query sees in them.</summary>
    public VitBuilder Pooling(VitPooling pooling) => With(Shape with { Pooling = pooling });

    /// <summary>Learned positions or fixed ones.</summary>
    /// <param name="positions">Which.</param>
    /// <param name="embedClassToken">Whether learned ones have one for the class token too; null leaves that as it is.</param>
    public VitBuilder Positions(VitPositions positions, bool? embedClassToken = null) =>
        With(Shape with { Positions = positions, EmbedClassToken = embedClassToken ?? Shape.EmbedClassToken });

    /// <summary>A learned scale a channel of every branch.</summary>
    /// <param name="start">What it starts with, e.g. 1e-4; null for none.</param>
    public VitBuilder LayerScale(double? start) => With(Shape with { LayerScale = start });

    /// <summary>Whether a norm stands before the first block, and the patches have no bias.</summary>
    public VitBuilder PreNorm(bool norm = true) => With(Shape with { PreNorm = norm });

    /// <summary>A layer with tanh between pooling and classifier.</summary>
    /// <param name="representation">Its width; null for none.</param>
    public VitBuilder PreLogits(int? representation) => With(Shape with { PreLogits = representation });

    /// <summary>Whether a second token and a second classifier learn from a teacher.</summary>
    public VitBuilder Distilled(bool distilled = true) => With(Shape with { Distilled = distilled });

    /// <summary>Epsilon of the layer norms.</summary>
    public VitBuilder NormEpsilon(double epsilon) => With(Shape with { NormEpsilon = epsilon });

    /// <summary>Whose code the starting weights and the exemptions from weight decay follow.</summary>
    /// <param name="origin">Whose.</param>
    /// <param name="headBias">What the bias of the classifier starts with; null leaves that as it is.</param>
    public VitBuilder Origin(VitOrigin origin, double? headBias = null) =>
        With(Shape with { Origin = origin, HeadBias = headBias ?? Shape.HeadBias });

    /// <summary>A stem of convolutions in the place of the patch embedding, with its patch size.</summary>
    /// <param name="convolutions">The convolutions, e.g. <see cref="ConvStemConfig.C4GF"/>.</param>
    public VitBuilder Stem(ConvStemConfig convolutions) =>
        With(Shape with { ConvStem = convolutions, Stem = null, PatchSize = convolutions.Stride() });

    /// <summary>A stem of your own in the place of the patch embedding.</summary>
    /// <param name="name">Its name in the configuration.</param>
    /// <param name="create">Makes it: <c>[B, channels, H, W] -> [B, H/p, W/p, C]</c>.</param>
    public VitBuilder Stem(string name, Func<PartPlace, nn.Module<Tensor, Tensor>> create) =>
        With(Shape with { Stem = ModelPart.Define(name, create), ConvStem = null });

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

    private VitBuilder Sized(VitConfig size) =>
        With(
            Shape with
            {
                EmbedDim = size.EmbedDim,
                Depth = size.Depth,
                Heads = size.Heads,
                MlpRatio = size.MlpRatio,
                DropPath = size.DropPath,
            }
        );
}
