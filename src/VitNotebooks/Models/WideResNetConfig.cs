namespace VitNotebooks.Models;

/// <summary>The shape of a wide residual network for small images: three stages of pre-activation blocks.</summary>
/// <inheritdoc cref="ModelConfig"/>
public sealed record WideResNetConfig(string Name, int ImageSize, int Channels, int Classes)
    : ModelConfig(Name, ImageSize, Channels, Classes)
{
    /// <summary>Layers as the paper counts them: 6n + 4 for n blocks a stage.</summary>
    public int Depth { get; init; } = 16;

    /// <summary>Widening factor k: the stages have 16k, 32k and 64k channels.</summary>
    public int Widening { get; init; } = 8;

    /// <summary>Chance in [0, 1) that a value between a block's convolutions is dropped in training.</summary>
    public double Dropout { get; init; }

    /// <inheritdoc/>
    public override string Family => "WRN";

    /// <inheritdoc/>
    protected override string ShapeName() => WideResNetVariants.NameOf(this);

    /// <inheritdoc/>
    public override int LastMapSide => SideOf(2);

    /// <inheritdoc/>
    public override int LastMapWidth => WidthOf(2);

    /// <inheritdoc/>
    public override IReadOnlyList<MapShape> Scales() =>
        [.. Enumerable.Range(0, 3).Select(stage => new MapShape(WidthOf(stage), SideOf(stage)))];

    /// <summary>Side of a stage's map, in cells.</summary>
    /// <param name="stage">Stage, 0 to 2.</param>
    public int SideOf(int stage)
    {
        var side = ImageSize;
        for (var i = 0; i < stage; i++)
        {
            side = (side + 1) / 2;
        }

        return side;
    }

    /// <summary>Blocks a stage.</summary>
    public int Blocks => (Depth - 4) / 6;

    /// <summary>Channels of a stage's map.</summary>
    /// <param name="stage">Stage, from 0.</param>
    public int WidthOf(int stage) => 16 * Widening << stage;

    /// <inheritdoc/>
    protected override ModelConfig WithDepth(int most) => this with { Depth = 6 * Math.Min(Blocks, most) + 4 };

    /// <inheritdoc/>
    protected override void AddFaults(List<string> faults)
    {
        var n = Math.Max(1, (int)Math.Round((Depth - 4) / 6.0));
        if (Depth < 10 || Depth > 1000 || (Depth - 4) % 6 != 0)
        {
            faults.Add($"{Family}: depth {Depth} is not 6n + 4 in 10..1000; nearest: {Math.Min(1000, 6 * n + 4)}.");
        }

        Require(faults, "widening", Widening, 1, 64);
        RequireRate(faults, "dropout", Dropout);
    }

    /// <inheritdoc/>
    protected override VisionModel Create() => new WideResNet(this);
}
