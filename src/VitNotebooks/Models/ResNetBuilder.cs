namespace VitNotebooks.Models;

/// <summary>A fluent way to a residual network.</summary>
public sealed class ResNetBuilder : ModelBuilder<ResNetBuilder, ResNetConfig>
{
    internal ResNetBuilder()
        : base(ResNetVariants.ResNet50) { }

    /// <summary>For 32-pixel images: basic blocks 1-2-2, width 16, the CIFAR stem, 10 classes; its last map has side 8.</summary>
    public ResNetBuilder Mini() => Sized(ResNetVariants.Mini).CifarStem().Preset(32, 10);

    /// <summary>ResNet-18: basic blocks 2-2-2-2, 11.7 M parameters at 1,000 classes.</summary>
    public ResNetBuilder Layers18() => Sized(ResNetVariants.ResNet18);

    /// <summary>ResNet-34: basic blocks 3-4-6-3, 21.8 M parameters.</summary>
    public ResNetBuilder Layers34() => Sized(ResNetVariants.ResNet34);

    /// <summary>ResNet-50: bottlenecks 3-4-6-3, 25.6 M parameters.</summary>
    public ResNetBuilder Layers50() => Sized(ResNetVariants.ResNet50);

    /// <summary>ResNet-101: bottlenecks 3-4-23-3, 44.5 M parameters.</summary>
    public ResNetBuilder Layers101() => Sized(ResNetVariants.ResNet101);

    /// <summary>ResNet-152: bottlenecks 3-8-36-3, 60.2 M parameters.</summary>
    public ResNetBuilder Layers152() => Sized(ResNetVariants.ResNet152);

    /// <summary>Blocks a stage.</summary>
    public ResNetBuilder Depths(params ReadOnlySpan<int> depths) =>
        With(Shape with { Depths = PerStage.Create(depths) });

    /// <summary>Channels of the stem, and of the 3x3 convolutions of the first stage.</summary>
    public ResNetBuilder Width(int channels) => With(Shape with { Width = channels });

    /// <summary>The stem for 32-pixel images: a 3x3 convolution of stride 1 and no pool.</summary>
    public ResNetBuilder CifarStem() => With(Shape with { Stem = ResNetStem.Cifar });

    /// <summary>Lets every block start as the identity: the weight of its last norm is zero (arXiv 1706.02677).</summary>
    public ResNetBuilder ZeroInitResidual(bool zero = true) => With(Shape with { ZeroInitResidual = zero });

    private ResNetBuilder Sized(ResNetConfig size) =>
        With(Shape with { Block = size.Block, Depths = size.Depths, Width = size.Width });
}
