namespace VitNotebooks.Models;

/// <summary>The shape of the CvT that the localization paper's code trains.</summary>
/// <inheritdoc cref="ModelConfig"/>
public sealed record DrlocCvtConfig(string Name, int ImageSize, int Channels, int Classes)
    : ModelConfig(Name, ImageSize, Channels, Classes)
{
    /// <summary>Side of the squares that a stage embeds, odd, in cells of the map before it; the padding is half of it.</summary>
    public PerStage PatchSizes { get; init; } = [7, 3, 3];

    /// <summary>From one square of a stage to the next.</summary>
    public PerStage PatchStrides { get; init; } = [4, 2, 2];

    /// <summary>Channels a stage.</summary>
    public PerStage EmbedDims { get; init; } = [64, 192, 384];

    /// <summary>Blocks a stage.</summary>
    public PerStage Depths { get; init; } = [1, 2, 10];

    /// <summary>Heads a stage.</summary>
    public PerStage Heads { get; init; } = [1, 3, 6];

    /// <summary>Width of a head; heads x width need not be the channels.</summary>
    public int HeadDim { get; init; } = 64;

    /// <summary>Stride of keys and values, a stage.</summary>
    public PerStage KeyValueStrides { get; init; } = [2, 2, 2];

    /// <summary>Side of the depthwise kernels, odd, a stage.</summary>
    public PerStage Kernels { get; init; } = [3, 3, 3];

    /// <summary>Hidden channels of an MLP over its channels.</summary>
    public int MlpRatio { get; init; } = 4;

    /// <summary>Chance that a number of an attention's or an MLP's output is dropped.</summary>
    public double Dropout { get; init; }

    /// <inheritdoc/>
    public override string Family => "DrlocCvT";

    /// <inheritdoc/>
    protected override string ShapeName() => DrlocCvtVariants.NameOf(this);

    /// <inheritdoc/>
    public override int LastMapSide => SideOf(Depths.Count - 1);

    /// <inheritdoc/>
    public override int LastMapWidth => EmbedDims.LastOrDefault();

    /// <inheritdoc/>
    public override IReadOnlyList<MapShape> Scales() =>
        [.. EmbedDims.Select((width, stage) => new MapShape(width, SideOf(stage)))];

    /// <summary>Side of a stage's map, in cells.</summary>
    /// <param name="stage">Stage, from 0.</param>
    public int SideOf(int stage) =>
        PatchStrides.Take(stage + 1).Aggregate(ImageSize, (side, stride) => (side - 1) / Math.Max(1, stride) + 1);

    /// <summary>Pixels of the image a cell of a stage's map.</summary>
    /// <param name="stage">Stage, from 0.</param>
    public int StrideOf(int stage) => PatchStrides.Take(stage + 1).Aggregate(1, (product, stride) => product * stride);

    /// <inheritdoc/>
    protected override ModelConfig WithDepth(int most) => this with { Depths = Depths.AtMost(most) };

    /// <inheritdoc/>
    protected override void AddFaults(List<string> faults)
    {
        Require(faults, "number of stages", Depths.Count, 1, 8);
        Require(faults, "width of a head", HeadDim, 1, 1024);
        Require(faults, "MLP ratio", MlpRatio, 1, 64);
        RequireRate(faults, "dropout", Dropout);
        RequireStages(faults, "patch strides", PatchStrides, 1, 64);
        RequireStages(faults, "channels", EmbedDims, 1, 16384);
        RequireStages(faults, "depths", Depths, 1, 256);
        RequireStages(faults, "heads", Heads, 1, 1024);
        RequireStages(faults, "key and value strides", KeyValueStrides, 1, 64);
        RequireStages(faults, "patch sizes", PatchSizes, 1, 63, odd: true);
        RequireStages(faults, "kernels", Kernels, 1, 15, odd: true);
    }

    private void RequireStages(List<string> faults, string what, PerStage values, int least, int most, bool odd = false)
    {
        if (values.Count != Depths.Count)
        {
            faults.Add(
                $"{Family}: {values.Count} stages of {what} ({values}) do not match {Depths.Count} stages of depths ({Depths}); give one number a stage to both."
            );
        }

        foreach (var value in values)
        {
            var nearest = Math.Clamp(odd ? value / 2 * 2 + 1 : value, least, most);
            if (value != nearest)
            {
                faults.Add(
                    $"{Family}: {value} among the {what} ({values}) is not {(odd ? "an odd number " : "")}in {least}..{most}; nearest: {nearest}."
                );
            }
        }
    }

    /// <inheritdoc/>
    protected override VisionModel Create() => new DrlocCvt(this);
}
