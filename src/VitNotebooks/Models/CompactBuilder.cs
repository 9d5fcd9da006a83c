namespace VitNotebooks.Models;

/// <summary>A fluent way to a compact transformer: CCT, and CVT and ViT-Lite of the same code.</summary>
public sealed class CompactBuilder : ModelBuilder<CompactBuilder, CompactConfig>
{
    internal CompactBuilder()
        : base(CompactVariants.Cct7) { }

    /// <summary>For 32-pixel images: width 64, 4 blocks, two convolutions, 10 classes; its map has side 8.</summary>
    public CompactBuilder Mini() => Sized("mini").ConvolutionalTokens(3, 2).Preset(32, 10);

    /// <summary>Width 128, 2 blocks, 2 heads, MLP ratio 1: CCT-2/3x2 has 0.28 M parameters at 10 classes.</summary>
    public CompactBuilder Layers2() => Sized("2");

    /// <summary>Width 128, 4 blocks, 2 heads, MLP ratio 1: CCT-4/3x2 has 0.48 M parameters.</summary>
    public CompactBuilder Layers4() => Sized("4");

    /// <summary>Width 256, 6 blocks, 4 heads, MLP ratio 2: CCT-6/3x1 has 3.23 M parameters.</summary>
    public CompactBuilder Layers6() => Sized("6");

    /// <summary>Width 256, 7 blocks, 4 heads, MLP ratio 2: CCT-7/3x1 has 3.76 M parameters.</summary>
    public CompactBuilder Layers7() => Sized("7");

    /// <summary>Width 384, 14 blocks, 6 heads, MLP ratio 3: CCT-14/7x2 has 22.4 M parameters at 224 pixels and 1,000 classes.</summary>
    public CompactBuilder Layers14() => Sized("14");

    /// <summary>CCT's tokens: convolutions, each with a ReLU and a 3x3 max pool of stride 2.</summary>
    /// <param name="kernelSize">Side of a kernel; up to 5 the convolutions have stride 1, 7 has stride 2.</param>
    /// <param name="convolutions">How many.</param>
    public CompactBuilder ConvolutionalTokens(int kernelSize, int convolutions) =>
        With(
            Shape with
            {
                Tokenizer = CompactTokenizer.Convolutions,
                KernelSize = kernelSize,
                Convolutions = convolutions,
            }
        );

    /// <summary>The tokens of CVT and ViT-Lite: squares of the image.</summary>
    /// <param name="patchSize">Side of a patch in pixels; it divides the image.</param>
    public CompactBuilder PatchTokens(int patchSize = 4) =>
        With(Shape with { Tokenizer = CompactTokenizer.Patches, KernelSize = patchSize, Convolutions = 1 });

    /// <summary>Channels between the convolutions of the tokenizer.</summary>
    public CompactBuilder TokenizerWidth(int channels) => With(Shape with { TokenizerWidth = channels });

    /// <summary>Width of a token.</summary>
    public CompactBuilder EmbedDim(int width) => With(Shape with { EmbedDim = width });

    /// <summary>Number of blocks.</summary>
    public CompactBuilder Depth(int blocks) => With(Shape with { Depth = blocks });

    /// <summary>Heads of every block; they divide the width.</summary>
    public CompactBuilder Heads(int heads) => With(Shape with { Heads = heads });

    /// <summary>Hidden width of an MLP over the width of its token.</summary>
    public CompactBuilder MlpRatio(double ratio) => With(Shape with { MlpRatio = ratio });

    /// <summary>Chance that an attention weight is dropped in training; the authors' code always has 0.1.</summary>
    public CompactBuilder AttentionDropout(double rate) => With(Shape with { AttentionDropout = rate });

    /// <summary>Drop path probability of the last block; it grows linearly from 0 at the first one. The authors' code always has 0.1.</summary>
    public CompactBuilder DropPath(double rate) => With(Shape with { DropPath = rate });

    /// <summary>What is classified: a weighted mean of the tokens, or a class token.</summary>
    public CompactBuilder Pooling(CompactPooling pooling) => With(Shape with { Pooling = pooling });

    /// <summary>How tokens are told apart.</summary>
    public CompactBuilder Positions(CompactPositions positions) => With(Shape with { Positions = positions });

    private CompactBuilder Sized(string size) => With(CompactVariants.Sized(Shape, size));
}
