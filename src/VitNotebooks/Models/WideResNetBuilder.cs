namespace VitNotebooks.Models;

/// <summary>A fluent way to a wide residual network.</summary>
public sealed class WideResNetBuilder : ModelBuilder<WideResNetBuilder, WideResNetConfig>
{
    internal WideResNetBuilder()
        : base(WideResNetVariants.Wrn16x8) { }

    /// <summary>WRN-10-1: 12 M multiply-adds at 32 pixels.</summary>
    public WideResNetBuilder Mini() => Depth(10).Widening(1).Preset(32, 10);

    /// <summary>Layers as the paper counts them: 6n + 4 for n blocks a stage, e.g. 16, 28, 40.</summary>
    public WideResNetBuilder Depth(int layers) => With(Shape with { Depth = layers });

    /// <summary>Widening factor k: the stages have 16k, 32k and 64k channels.</summary>
    public WideResNetBuilder Widening(int factor) => With(Shape with { Widening = factor });

    /// <summary>Chance that a value between a block's convolutions is dropped in training; 0.3 where the paper uses it on CIFAR.</summary>
    public WideResNetBuilder Dropout(double rate) => With(Shape with { Dropout = rate });
}
