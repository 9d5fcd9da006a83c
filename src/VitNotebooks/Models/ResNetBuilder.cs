using VitNotebooks.Losses;

namespace VitNotebooks.Models;

/// <summary>A fluent way to a residual network. Every call returns a new builder; <see cref="Build"/> checks everything at once.</summary>
public sealed class ResNetBuilder
{
    private readonly string? _name;

    internal ResNetBuilder()
        : this(null, ResNetVariants.ResNet50) { }

    private ResNetBuilder(string? name, ResNetConfig config) => (_name, Config) = (name, Named(name, config));

    /// <summary>The configuration so far, under its final name.</summary>
    public ResNetConfig Config { get; }

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

    /// <summary>Side of the square input image, in pixels.</summary>
    public ResNetBuilder ImageSize(int pixels) => With(Config with { ImageSize = pixels });

    /// <summary>Channels of the input image.</summary>
    public ResNetBuilder Channels(int channels) => With(Config with { Channels = channels });

    /// <summary>Number of classes.</summary>
    public ResNetBuilder Classes(int classes) => With(Config with { Classes = classes });

    /// <summary>Blocks a stage.</summary>
    public ResNetBuilder Depths(params ReadOnlySpan<int> depths) =>
        With(Config with { Depths = PerStage.Create(depths) });

    /// <summary>Channels of the stem, and of the 3x3 convolutions of the first stage.</summary>
    public ResNetBuilder Width(int channels) => With(Config with { Width = channels });

    /// <summary>The stem for 32-pixel images: a 3x3 convolution of stride 1 and no pool.</summary>
    public ResNetBuilder CifarStem() => With(Config with { Stem = ResNetStem.Cifar });

    /// <summary>Lets every block start as the identity: the weight of its last norm is zero (arXiv 1706.02677).</summary>
    public ResNetBuilder ZeroInitResidual(bool zero = true) => With(Config with { ZeroInitResidual = zero });

    /// <summary>Gives the model a name of its own.</summary>
    public ResNetBuilder Named(string name) => new(name, Config);

    /// <summary>Trains the model with the dense relative localization loss on its last map; by default as the authors' code does.</summary>
    public ResNetBuilder WithRelativeLocalization(
        Func<RelativeLocalizationBuilder, RelativeLocalizationBuilder>? configure = null
    ) => WithLoss((configure?.Invoke(new()) ?? new()).Options);

    /// <summary>Trains the model with one loss more.</summary>
    public ResNetBuilder WithLoss(AuxiliaryLossOptions loss) => With(Config with { Losses = [.. Config.Losses, loss] });

    /// <summary>Builds the model with fresh weights.</summary>
    /// <exception cref="ModelConfigException">The configuration has faults; the message names all of them.</exception>
    public VisionModel Build() => Config.Build();

    private ResNetBuilder With(ResNetConfig config) => new(_name, config);

    private ResNetBuilder Sized(ResNetConfig size) =>
        With(Config with { Block = size.Block, Depths = size.Depths, Width = size.Width });

    // A name of a published network belongs to its shape; whatever else is changed is told by the record.
    private static ResNetConfig Named(string? name, ResNetConfig config) =>
        config with
        {
            Name =
                name
                ?? ResNetVariants
                    .All.FirstOrDefault(known =>
                        (known.Block, known.Depths, known.Width) == (config.Block, config.Depths, config.Width)
                    )
                    ?.Name
                ?? $"resnet_custom_{config.Depths}_{config.Width}",
        };
}
