namespace VitNotebooks.Models;

/// <summary>What a ResNet's stages are made of.</summary>
public enum ResNetBlock
{
    /// <summary>Two 3x3 convolutions; the output has the stage's width.</summary>
    Basic,

    /// <summary>1x1, 3x3, 1x1 convolutions; the output has four times the stage's width.</summary>
    Bottleneck,
}

/// <summary>How a ResNet takes its image.</summary>
public enum ResNetStem
{
    /// <summary>7x7 convolution of stride 2 and a 3x3 max pool of stride 2: the first stage sees a quarter of the image.</summary>
    ImageNet,

    /// <summary>3x3 convolution of stride 1 and no pool, for images of 32 pixels.</summary>
    Cifar,
}

/// <summary>The shape of a residual network.</summary>
/// <inheritdoc cref="ModelConfig"/>
public sealed record ResNetConfig(string Name, int ImageSize, int Channels, int Classes)
    : ModelConfig(Name, ImageSize, Channels, Classes)
{
    /// <summary>What the stages are made of.</summary>
    public ResNetBlock Block { get; init; } = ResNetBlock.Bottleneck;

    /// <summary>Blocks a stage; every stage but the first halves the map and doubles the width.</summary>
    public PerStage Depths { get; init; } = [3, 4, 6, 3];

    /// <summary>Channels of the stem, and of the 3x3 convolutions of the first stage.</summary>
    public int Width { get; init; } = 64;

    /// <summary>How the image is taken.</summary>
    public ResNetStem Stem { get; init; }

    /// <summary>Whether the last norm of every block starts at zero, so that the block starts as the identity (arXiv 1706.02677).</summary>
    public bool ZeroInitResidual { get; init; }

    /// <inheritdoc/>
    public override string Family => "ResNet";

    /// <inheritdoc/>
    protected override string ShapeName() => ResNetVariants.NameOf(this);

    /// <inheritdoc/>
    public override int LastMapSide => SideOf(Depths.Count - 1);

    /// <inheritdoc/>
    public override int LastMapWidth => OutputOf(Depths.Count - 1);

    /// <inheritdoc/>
    public override IReadOnlyList<MapShape> Scales() =>
        [.. Enumerable.Range(0, Depths.Count).Select(stage => new MapShape(OutputOf(stage), SideOf(stage)))];

    /// <summary>Side of a stage's map, in cells.</summary>
    /// <param name="stage">Stage, from 0.</param>
    public int SideOf(int stage)
    {
        var side = Stem == ResNetStem.ImageNet ? Halved(Halved(ImageSize)) : ImageSize;
        for (var i = 0; i < stage; i++)
        {
            side = Halved(side);
        }

        return side;
    }

    /// <summary>Pixels of the image that a cell of the first stage's map stands for.</summary>
    public int FirstStride => Stem == ResNetStem.ImageNet ? 4 : 1;

    /// <summary>Channels of the 3x3 convolutions of a stage.</summary>
    /// <param name="stage">Stage, from 0.</param>
    public int WidthOf(int stage) => Width << stage;

    /// <summary>Channels of a stage's map.</summary>
    /// <param name="stage">Stage, from 0.</param>
    public int OutputOf(int stage) => WidthOf(stage) * (Block == ResNetBlock.Bottleneck ? 4 : 1);

    /// <inheritdoc/>
    protected override ModelConfig WithDepth(int most) => this with { Depths = Depths.AtMost(most) };

    /// <inheritdoc/>
    protected override void AddFaults(List<string> faults)
    {
        Require(faults, "width", Width, 1, 4096);
        Require(faults, "stages", Depths.Count, 1, 8);
        foreach (var depth in Depths)
        {
            Require(faults, "blocks of a stage", depth, 1, 256);
        }

        if (!Enum.IsDefined(Block))
        {
            faults.Add(
                $"{Family}: block {(int)Block} is not one of {string.Join(", ", Enum.GetNames<ResNetBlock>())}."
            );
        }

        if (!Enum.IsDefined(Stem))
        {
            faults.Add($"{Family}: stem {(int)Stem} is not one of {string.Join(", ", Enum.GetNames<ResNetStem>())}.");
        }
    }

    /// <inheritdoc/>
    protected override VisionModel Create() => new ResNet(this);

    // A 3x3 kernel with padding 1 and stride 2 rounds up; so does the 7x7 one with padding 3.
    private static int Halved(int side) => (side + 1) / 2;
}
