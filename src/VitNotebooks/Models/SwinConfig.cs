namespace VitNotebooks.Models;

/// <summary>The shape of a Swin transformer.</summary>
/// <inheritdoc cref="ModelConfig"/>
public sealed record SwinConfig(string Name, int ImageSize, int Channels, int Classes)
    : ModelConfig(Name, ImageSize, Channels, Classes)
{
    /// <summary>Side of a patch, in pixels.</summary>
    public int PatchSize { get; init; } = 4;

    /// <summary>Side of an attention window, in cells of a map.</summary>
    public int WindowSize { get; init; } = 7;

    /// <summary>Width of a token in the first stage; it doubles at every stage.</summary>
    public int EmbedDim { get; init; } = 96;

    /// <summary>Blocks a stage.</summary>
    public PerStage Depths { get; init; } = [2, 2, 6, 2];

    /// <summary>Heads a stage.</summary>
    public PerStage Heads { get; init; } = [3, 6, 12, 24];

    /// <summary>Hidden width of an MLP over the width of its token.</summary>
    public double MlpRatio { get; init; } = 4;

    /// <summary>Whether queries, keys and values have a bias.</summary>
    public bool QkvBias { get; init; } = true;

    /// <summary>Drop path probability of the last block; it grows linearly from 0 at the first one.</summary>
    public double DropPath { get; init; } = 0.2;

    /// <summary>Whether a learned position is added to every token behind the patch embedding (the authors' <c>ape</c>).</summary>
    public bool AbsolutePositions { get; init; }

    /// <inheritdoc/>
    public override string Family => "Swin";

    /// <inheritdoc/>
    protected override string ShapeName() => SwinVariants.NameOf(this);

    /// <inheritdoc/>
    public override int LastMapSide => SideOf(Depths.Count - 1);

    /// <inheritdoc/>
    public override int LastMapWidth => WidthOf(Depths.Count - 1);

    /// <inheritdoc/>
    /// <remarks>Behind the merging that ends a stage: 28, 14, 7 and 7 cells at 224 pixels.</remarks>
    public override IReadOnlyList<MapShape> Scales() =>
        [
            .. Enumerable
                .Range(0, Depths.Count)
                .Select(stage => Math.Min(stage + 1, Depths.Count - 1))
                .Select(stage => new MapShape(WidthOf(stage), SideOf(stage))),
        ];

    /// <summary>Side of a stage's map, in cells.</summary>
    /// <param name="stage">Stage, from 0.</param>
    public int SideOf(int stage)
    {
        var side = ImageSize / Math.Max(1, PatchSize);
        for (var i = 0; i < stage; i++)
        {
            side = (side + 1) / 2;
        }

        return side;
    }

    /// <summary>Width of a stage's tokens.</summary>
    /// <param name="stage">Stage, from 0.</param>
    public int WidthOf(int stage) => EmbedDim << stage;

    /// <inheritdoc/>
    protected override ModelConfig WithDepth(int most) => this with { Depths = Depths.AtMost(most) };

    /// <inheritdoc/>
    protected override void AddFaults(List<string> faults)
    {
        var before = faults.Count;
        Require(faults, "patch", PatchSize, 1, Math.Max(1, ImageSize));
        Require(faults, "window", WindowSize, 1, 64);
        Require(faults, "width", EmbedDim, 1, 4096);
        Require(faults, "number of stages", Depths.Count, 1, 8);
        if (Heads.Count != Depths.Count)
        {
            faults.Add(
                $"{Family}: {Heads.Count} stages of heads ({Heads}) do not match {Depths.Count} stages of depths ({Depths}); give one number a stage to both."
            );
        }

        RequireRate(faults, "drop path", DropPath);
        RequireMlpRatio(faults, MlpRatio, EmbedDim);
        foreach (var depth in Depths)
        {
            Require(faults, "depth", depth, 1, 256);
        }

        if (faults.Count > before)
        {
            return; // what follows counts with these numbers
        }

        RequireMultiple(
            faults,
            PatchSize * WindowSize,
            $"patch {PatchSize} x window {WindowSize} = {PatchSize * WindowSize}",
            Windows()
        );
        for (var stage = 0; stage < Depths.Count; stage++)
        {
            RequireHeads(faults, $" in stage {stage}", WidthOf(stage), Heads[stage]);
        }
    }

    // The windows next to the wanted one that divide the image, where its patches do.
    private string Windows()
    {
        var side = ImageSize / PatchSize;
        var legal = Enumerable
            .Range(1, Math.Min(side, 64))
            .Where(window => ImageSize % PatchSize == 0 && side % window == 0)
            .OrderBy(window => Math.Abs(window - WindowSize))
            .Take(2)
            .Order()
            .ToArray();
        return legal.Length == 0 ? "" : $", or window {string.Join(", ", legal)}";
    }

    /// <inheritdoc/>
    protected override VisionModel Create() => new SwinTransformer(this);
}
