namespace VitNotebooks.Models;

/// <summary>A fluent way to the CvT that the localization paper's code trains.</summary>
public sealed class DrlocCvtBuilder : ModelBuilder<DrlocCvtBuilder, DrlocCvtConfig>
{
    internal DrlocCvtBuilder()
        : base(DrlocCvtVariants.Cvt13) { }

    /// <summary>For 32-pixel images: channels 24-48-96, depths 1-1-2, strides 2-2-1, 10 classes; its last map has side 8.</summary>
    public DrlocCvtBuilder Mini() =>
        With(
            DrlocCvtVariants.Mini with
            {
                Channels = Shape.Channels,
                Losses = Shape.Losses,
                Head = Shape.Head,
                Dropout = Shape.Dropout,
            }
        );

    /// <summary>Side of the squares that a stage embeds, odd, in cells of the map before it.</summary>
    public DrlocCvtBuilder PatchSizes(params ReadOnlySpan<int> cells) =>
        With(Shape with { PatchSizes = PerStage.Create(cells) });

    /// <summary>From one square of a stage to the next.</summary>
    public DrlocCvtBuilder PatchStrides(params ReadOnlySpan<int> cells) =>
        With(Shape with { PatchStrides = PerStage.Create(cells) });

    /// <summary>Channels a stage.</summary>
    public DrlocCvtBuilder EmbedDims(params ReadOnlySpan<int> channels) =>
        With(Shape with { EmbedDims = PerStage.Create(channels) });

    /// <summary>Blocks a stage.</summary>
    public DrlocCvtBuilder Depths(params ReadOnlySpan<int> depths) =>
        With(Shape with { Depths = PerStage.Create(depths) });

    /// <summary>Heads a stage.</summary>
    public DrlocCvtBuilder Heads(params ReadOnlySpan<int> heads) => With(Shape with { Heads = PerStage.Create(heads) });

    /// <summary>Width of a head.</summary>
    public DrlocCvtBuilder HeadDim(int width) => With(Shape with { HeadDim = width });

    /// <summary>Stride of keys and values, a stage.</summary>
    public DrlocCvtBuilder KeyValueStrides(params ReadOnlySpan<int> strides) =>
        With(Shape with { KeyValueStrides = PerStage.Create(strides) });

    /// <summary>Side of the depthwise kernels, odd, a stage.</summary>
    public DrlocCvtBuilder Kernels(params ReadOnlySpan<int> sides) =>
        With(Shape with { Kernels = PerStage.Create(sides) });

    /// <summary>Hidden channels of an MLP over its channels.</summary>
    public DrlocCvtBuilder MlpRatio(int ratio) => With(Shape with { MlpRatio = ratio });

    /// <summary>Chance that a number of an attention's or an MLP's output is dropped; 0 as the paper's code trains it.</summary>
    public DrlocCvtBuilder Dropout(double rate) => With(Shape with { Dropout = rate });
}
