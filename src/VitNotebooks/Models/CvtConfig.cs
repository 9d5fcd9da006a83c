namespace VitNotebooks.Models;

/// <summary>Which stages of a CvT add a learned position to their tokens (table 5 of arXiv 2103.15808).</summary>
public enum CvtPositions
{
    /// <summary>None: the convolutions know where they are. As published.</summary>
    None,

    /// <summary>The first one.</summary>
    First,

    /// <summary>The last one.</summary>
    Last,

    /// <summary>Every one.</summary>
    Every,
}

/// <summary>The shape of a convolutional vision transformer.</summary>
/// <inheritdoc cref="ModelConfig"/>
public sealed record CvtConfig(string Name, int ImageSize, int Channels, int Classes)
    : ModelConfig(Name, ImageSize, Channels, Classes)
{
    /// <summary>Side of the squares that a stage embeds, in cells of the map before it.</summary>
    public PerStage PatchSizes { get; init; } = [7, 3, 3];

    /// <summary>From one square of a stage to the next.</summary>
    public PerStage PatchStrides { get; init; } = [4, 2, 2];

    /// <summary>Zeros around the map that a stage embeds.</summary>
    public PerStage PatchPaddings { get; init; } = [2, 1, 1];

    /// <summary>Width of a token, a stage.</summary>
    public PerStage EmbedDims { get; init; } = [64, 192, 384];

    /// <summary>Blocks a stage.</summary>
    public PerStage Depths { get; init; } = [1, 2, 10];

    /// <summary>Heads a stage.</summary>
    public PerStage Heads { get; init; } = [1, 3, 6];

    /// <summary>Stride of the depthwise convolutions of keys and values, a stage; queries have 1.</summary>
    public PerStage KeyValueStrides { get; init; } = [2, 2, 2];

    /// <summary>Side of the depthwise kernels, odd.</summary>
    public int Kernel { get; init; } = 3;

    /// <summary>Hidden width of an MLP over the width of its token.</summary>
    public double MlpRatio { get; init; } = 4;

    /// <summary>Whether queries, keys and values have a bias.</summary>
    public bool QkvBias { get; init; } = true;

    /// <summary>Drop path probability of the last block; it grows linearly from 0 at the first block of the last stage, and the
    /// other stages have none.</summary>
    public double DropPath { get; init; } = 0.1;

    /// <summary>Whether the last stage has a class token, which is classified; without it the mean of its cells is.</summary>
    public bool ClassToken { get; init; } = true;

    /// <summary>Which stages add learned positions.</summary>
    public CvtPositions Positions { get; init; }

    /// <inheritdoc/>
    public override string Family => "CvT";

    /// <inheritdoc/>
    protected override string ShapeName() => CvtVariants.NameOf(this);

    /// <inheritdoc/>
    public override int LastMapSide => SideOf(Depths.Count - 1);

    /// <inheritdoc/>
    public override int LastMapWidth => EmbedDims.LastOrDefault();

    /// <inheritdoc/>
    public override IReadOnlyList<MapShape> Scales() =>
        [.. EmbedDims.Select((width, stage) => new MapShape(width, SideOf(stage)))];

    /// <summary>Side of a stage's map, in cells; 0 or less where a square does not fit.</summary>
    /// <param name="stage">Stage, from 0.</param>
    public int SideOf(int stage)
    {
        var side = ImageSize;
        if (stage >= Math.Min(PatchPaddings.Count, Math.Min(PatchSizes.Count, PatchStrides.Count)))
        {
            return 0; // a faulty record is printed too
        }

        for (var i = 0; i <= stage; i++)
        {
            var room = side + 2 * PatchPaddings[i] - PatchSizes[i];
            side = room < 0 ? 0 : room / Math.Max(1, PatchStrides[i]) + 1;
        }
        return side;
    }

    /// <summary>Pixels of the image a cell of a stage's map.</summary>
    /// <param name="stage">Stage, from 0.</param>
    public int StrideOf(int stage) => PatchStrides.Take(stage + 1).Aggregate(1, (product, stride) => product * stride);

    /// <summary>Whether a stage adds learned positions.</summary>
    /// <param name="stage">Stage, from 0.</param>
    public bool HasPositions(int stage) =>
        Positions switch
        {
            CvtPositions.First => stage == 0,
            CvtPositions.Last => stage == Depths.Count - 1,
            CvtPositions.Every => true,
            _ => false,
        };

    /// <summary>Whether a stage has a class token: at most the last one.</summary>
    /// <param name="stage">Stage, from 0.</param>
    public bool HasClassToken(int stage) => ClassToken && stage == Depths.Count - 1;

    /// <inheritdoc/>
    protected override ModelConfig WithDepth(int most) => this with { Depths = Depths.AtMost(most) };

    /// <inheritdoc/>
    protected override void AddFaults(List<string> faults)
    {
        var before = faults.Count;
        Require(faults, "number of stages", Depths.Count, 1, 8);
        RequireStages(faults, "patch sizes", PatchSizes, 1, 64);
        RequireStages(faults, "patch strides", PatchStrides, 1, 64);
        RequireStages(faults, "patch paddings", PatchPaddings, 0, 32);
        RequireStages(faults, "widths", EmbedDims, 1, 16384);
        RequireStages(faults, "depths", Depths, 1, 256);
        RequireStages(faults, "heads", Heads, 1, 16384);
        RequireStages(faults, "key and value strides", KeyValueStrides, 1, 64);
        RequireRate(faults, "drop path", DropPath);
        if (Kernel is < 1 or > 15 || Kernel % 2 == 0)
        {
            faults.Add(
                $"{Family}: kernel {Kernel} is not an odd number in 1..15; nearest: {Math.Clamp(Kernel / 2 * 2 + 1, 1, 15)}."
            );
        }

        if (!Enum.IsDefined(Positions))
        {
            faults.Add(
                $"{Family}: positions {(int)Positions} is not one of {string.Join(", ", Enum.GetNames<CvtPositions>())}."
            );
        }

        if (faults.Count > before)
        {
            return; // what follows counts with these numbers
        }

        RequireMlpRatio(faults, MlpRatio, EmbedDims.Min());
        for (var stage = 0; stage < Depths.Count; stage++)
        {
            RequireHeads(faults, $" in stage {stage}", EmbedDims[stage], Heads[stage]);
        }

        var empty = Enumerable.Range(0, Depths.Count).FirstOrDefault(stage => SideOf(stage) < 1, -1);
        if (empty >= 0)
        {
            faults.Add(
                $"{Family}: image {ImageSize} leaves no cell in stage {empty}, whose squares of {PatchSizes[empty]} do not fit; "
                    + $"nearest: {LeastImage(empty)}."
            );
        }
    }

    // The smallest image that leaves a cell in a stage.
    private int LeastImage(int stage)
    {
        var side = 1;
        for (var i = stage; i >= 0; i--)
        {
            side = Math.Max(1, (side - 1) * PatchStrides[i] + PatchSizes[i] - 2 * PatchPaddings[i]);
        }

        return side;
    }

    private void RequireStages(List<string> faults, string what, PerStage values, int least, int most)
    {
        if (values.Count != Depths.Count)
        {
            faults.Add(
                $"{Family}: {values.Count} stages of {what} ({values}) do not match {Depths.Count} stages of depths ({Depths}); give one number a stage to both."
            );
        }

        foreach (var value in values.Where(value => value < least || value > most))
        {
            faults.Add(
                $"{Family}: {value} among the {what} ({values}) is not in {least}..{most}; nearest: {Math.Clamp(value, least, most)}."
            );
        }
    }

    /// <inheritdoc/>
    protected override VisionModel Create() => new ConvolutionalVisionTransformer(this);
}
