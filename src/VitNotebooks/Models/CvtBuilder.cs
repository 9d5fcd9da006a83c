namespace VitNotebooks.Models;

/// <summary>A fluent way to a convolutional vision transformer as Microsoft's code has it.</summary>
public sealed class CvtBuilder : ModelBuilder<CvtBuilder, CvtConfig>
{
    internal CvtBuilder()
        : base(CvtVariants.Cvt13) { }

    /// <summary>CvT-13: widths 64-192-384, depths 1-2-10, 20.0 M parameters at 1,000 classes.</summary>
    public CvtBuilder Layers13() => Sized(CvtVariants.Cvt13);

    /// <summary>CvT-21: widths 64-192-384, depths 1-4-16, 31.6 M parameters.</summary>
    public CvtBuilder Layers21() => Sized(CvtVariants.Cvt21);

    /// <summary>CvT-W24: widths 192-768-1024, depths 2-2-20, 277.2 M parameters; published at 384 pixels.</summary>
    public CvtBuilder Wide24() => Sized(CvtVariants.CvtW24);

    /// <summary>For 32-pixel images: widths 24-48-96, depths 1-1-2, strides 2-2-1, 10 classes; its last map has side 8.</summary>
    public CvtBuilder Mini() =>
        Sized(CvtVariants.Mini).PatchSizes(3, 3, 3).PatchStrides(2, 2, 1).PatchPaddings(1, 1, 1).Preset(32, 10);

    /// <summary>Side of the squares that a stage embeds, in cells of the map before it.</summary>
    public CvtBuilder PatchSizes(params ReadOnlySpan<int> cells) =>
        With(Shape with { PatchSizes = PerStage.Create(cells) });

    /// <summary>From one square of a stage to the next.</summary>
    public CvtBuilder PatchStrides(params ReadOnlySpan<int> cells) =>
        With(Shape with { PatchStrides = PerStage.Create(cells) });

    /// <summary>Zeros around the map that a stage embeds.</summary>
    public CvtBuilder PatchPaddings(params ReadOnlySpan<int> cells) =>
        With(Shape with { PatchPaddings = PerStage.Create(cells) });

    /// <summary>Width of a token, a stage.</summary>
    public CvtBuilder EmbedDims(params ReadOnlySpan<int> widths) =>
        With(Shape with { EmbedDims = PerStage.Create(widths) });

    /// <summary>Blocks a stage.</summary>
    public CvtBuilder Depths(params ReadOnlySpan<int> depths) => With(Shape with { Depths = PerStage.Create(depths) });

    /// <summary>Heads a stage; they divide its width.</summary>
    public CvtBuilder Heads(params ReadOnlySpan<int> heads) => With(Shape with { Heads = PerStage.Create(heads) });

    /// <summary>Stride of the depthwise convolutions of keys and values, a stage: 1 keeps all of them, 2 a quarter.</summary>
    public CvtBuilder KeyValueStrides(params ReadOnlySpan<int> strides) =>
        With(Shape with { KeyValueStrides = PerStage.Create(strides) });

    /// <summary>Side of the depthwise kernels, odd.</summary>
    public CvtBuilder Kernel(int side) => With(Shape with { Kernel = side });

    /// <summary>Hidden width of an MLP over the width of its token.</summary>
    public CvtBuilder MlpRatio(double ratio) => With(Shape with { MlpRatio = ratio });

    /// <summary>Whether queries, keys and values have a bias.</summary>
    public CvtBuilder QkvBias(bool bias) => With(Shape with { QkvBias = bias });

    /// <summary>Drop path probability of the last block; it grows linearly from 0 at the first block of the last stage.</summary>
    public CvtBuilder DropPath(double rate) => With(Shape with { DropPath = rate });

    /// <summary>Whether the last stage has a class token, which is classified; without it the mean of its cells is.</summary>
    public CvtBuilder ClassToken(bool token) => With(Shape with { ClassToken = token });

    /// <summary>Which stages add learned positions; the published models need none.</summary>
    public CvtBuilder Positions(CvtPositions positions) => With(Shape with { Positions = positions });

    private CvtBuilder Sized(CvtConfig size) =>
        With(
            Shape with
            {
                EmbedDims = size.EmbedDims,
                Depths = size.Depths,
                Heads = size.Heads,
                DropPath = size.DropPath,
            }
        );
}
