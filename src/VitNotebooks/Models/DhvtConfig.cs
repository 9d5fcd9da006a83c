namespace VitNotebooks.Models;

/// <summary>The shape of a dynamic hybrid vision transformer (DHVT).</summary>
/// <inheritdoc cref="ModelConfig"/>
public sealed record DhvtConfig(string Name, int ImageSize, int Channels, int Classes)
    : ModelConfig(Name, ImageSize, Channels, Classes)
{
    /// <summary>Side of a patch, in pixels: 2, 4, 8 or 16; the authors have no 8.</summary>
    public int PatchSize { get; init; } = 4;

    /// <summary>Width of a token.</summary>
    public int EmbedDim { get; init; } = 192;

    /// <summary>Number of blocks.</summary>
    public int Depth { get; init; } = 12;

    /// <summary>Heads of every block; each adds a token to the attention.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Channels inside a feed-forward half over the width of its token.</summary>
    public double MlpRatio { get; init; } = 4;

    /// <summary>Whether queries, keys and values have a bias.</summary>
    public bool QkvBias { get; init; } = true;

    /// <summary>Drop path probability of the last block; it grows linearly from 0 at the first one.</summary>
    public double DropPath { get; init; } = 0.1;

    /// <inheritdoc/>
    public override string Family => "DHVT";

    /// <inheritdoc/>
    protected override string ShapeName() => DhvtVariants.NameOf(this);

    /// <inheritdoc/>
    public override int LastMapSide => ImageSize / Math.Max(1, PatchSize);

    /// <inheritdoc/>
    public override int LastMapWidth => EmbedDim;

    /// <inheritdoc/>
    protected override ModelConfig WithDepth(int most) => this with { Depth = Math.Min(Depth, most) };

    /// <inheritdoc/>
    protected override void AddFaults(List<string> faults)
    {
        var before = faults.Count;
        if (PatchSize is not (2 or 4 or 8 or 16))
        {
            int[] legal = [2, 4, 8, 16];
            faults.Add(
                $"{Family}: patch {PatchSize} is not 2, 4, 8 or 16; nearest: {legal.MinBy(p => Math.Abs(p - PatchSize))}."
            );
        }
        Require(faults, "width", EmbedDim, 4, 16384);
        Require(faults, "depth", Depth, 1, 256);
        RequireRate(faults, "drop path", DropPath);
        RequireMlpRatio(faults, MlpRatio, EmbedDim);
        if (faults.Count > before)
        {
            return; // what follows counts with these numbers
        }

        RequireMultiple(faults, PatchSize, $"patch {PatchSize}");
        RequireHeads(faults, "", EmbedDim, Heads);
        var unit = PatchSize / 2; // the first convolution of the stem has the width over this
        if (EmbedDim % unit != 0)
        {
            faults.Add(
                $"{Family}: width {EmbedDim} is not a multiple of {unit}, by which the stem of patch {PatchSize} divides it; "
                    + $"nearest: {(EmbedDim < unit ? $"{unit}" : $"{EmbedDim / unit * unit}, {(EmbedDim / unit + 1) * unit}")}."
            );
        }
    }

    /// <inheritdoc/>
    protected override VisionModel Create() => new DynamicHybridTransformer(this);
}
