namespace VitNotebooks.Models;

/// <summary>What a ViT classifies.</summary>
public enum VitPooling
{
    /// <summary>A learned token that stands before the patches.</summary>
    ClassToken,

    /// <summary>The mean of the patches; the model has no class token.</summary>
    Average,
}

/// <summary>The shape of a vision transformer.</summary>
/// <inheritdoc cref="ModelConfig"/>
public sealed record VitConfig(string Name, int ImageSize, int Channels, int Classes)
    : ModelConfig(Name, ImageSize, Channels, Classes)
{
    /// <summary>Side of a patch, in pixels.</summary>
    public int PatchSize { get; init; } = 16;

    /// <summary>Width of a token.</summary>
    public int EmbedDim { get; init; } = 768;

    /// <summary>Number of blocks.</summary>
    public int Depth { get; init; } = 12;

    /// <summary>Heads of every block.</summary>
    public int Heads { get; init; } = 12;

    /// <summary>Hidden width of an MLP over the width of its token.</summary>
    public double MlpRatio { get; init; } = 4;

    /// <summary>Whether queries, keys and values have a bias.</summary>
    public bool QkvBias { get; init; } = true;

    /// <summary>Drop path probability of the last block; it grows linearly from 0 at the first one.</summary>
    public double DropPath { get; init; }

    /// <summary>What is classified.</summary>
    public VitPooling Pooling { get; init; }

    /// <summary>A stem of the user's own, <c>[B, channels, H, W] -> [B, H/p, W/p, C]</c>; null for the patch embedding.</summary>
    public ModelPart? Stem { get; init; }

    /// <summary>An attention of the user's own in every block, <c>[B, N, C] -> [B, N, C]</c>; null for self-attention.</summary>
    public ModelPart? Attention { get; init; }

    /// <summary>A block of the user's own, <c>[B, N, C] -> [B, N, C]</c>; null for the transformer block.</summary>
    public ModelPart? Block { get; init; }

    /// <inheritdoc/>
    public override string Family => "ViT";

    /// <inheritdoc/>
    public override int LastMapSide => ImageSize / PatchSize;

    /// <inheritdoc/>
    public override int LastMapWidth => EmbedDim;

    /// <inheritdoc/>
    protected override void AddFaults(List<string> faults)
    {
        var before = faults.Count;
        Require(faults, "patch", PatchSize, 1, Math.Max(1, ImageSize));
        Require(faults, "width", EmbedDim, 1, 16384);
        Require(faults, "depth", Depth, 1, 256);
        RequireRate(faults, "drop path", DropPath);
        RequireMlpRatio(faults, MlpRatio, EmbedDim);
        RequirePart(faults, Stem);
        RequirePart(faults, Attention);
        RequirePart(faults, Block);
        if (Block is not null && Attention is not null)
            faults.Add($"{Family}: block '{Block}' leaves no place for attention '{Attention}'; give one of the two.");
        if (!Enum.IsDefined(Pooling))
            faults.Add(
                $"{Family}: pooling {(int)Pooling} is not one of {string.Join(", ", Enum.GetNames<VitPooling>())}."
            );
        if (faults.Count > before)
            return; // what follows counts with these numbers
        RequireMultiple(faults, PatchSize, $"patch {PatchSize}");
        RequireHeads(faults, "", EmbedDim, Heads);
    }

    /// <inheritdoc/>
    protected override VisionModel Create() => new VisionTransformer(this);
}
