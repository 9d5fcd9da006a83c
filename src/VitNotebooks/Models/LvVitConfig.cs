namespace VitNotebooks.Models;

/// <summary>The shape of an LV-ViT.</summary>
/// <inheritdoc cref="ModelConfig"/>
public sealed record LvVitConfig(string Name, int ImageSize, int Channels, int Classes)
    : ModelConfig(Name, ImageSize, Channels, Classes)
{
    /// <summary>Side of a patch, in pixels; even.</summary>
    public int PatchSize { get; init; } = 16;

    /// <summary>Channels of the convolutions before the patches are embedded.</summary>
    public int StemWidth { get; init; } = 64;

    /// <summary>Width of a token.</summary>
    public int EmbedDim { get; init; } = 384;

    /// <summary>Number of blocks.</summary>
    public int Depth { get; init; } = 16;

    /// <summary>Heads of every block.</summary>
    public int Heads { get; init; } = 6;

    /// <summary>Hidden width of an MLP over the width of its token.</summary>
    public double MlpRatio { get; init; } = 3;

    /// <summary>Whether queries, keys and values have a bias.</summary>
    public bool QkvBias { get; init; }

    /// <summary>What both branches of a block are divided by before they are added (the authors' <c>skip_lam</c>).</summary>
    public double SkipLambda { get; init; } = 2;

    /// <summary>Drop path probability of the last block; it grows linearly from 0 at the first one.</summary>
    public double DropPath { get; init; }

    /// <summary>Whether a second head classifies every cell.</summary>
    public bool DenseHead { get; init; } = true;

    /// <summary>Whether <see cref="LvVit.forward_labeling(TorchSharp.torch.Tensor, TorchSharp.torch.Generator?)"/> mixes tokens while the model trains; it needs the dense head.</summary>
    public bool MixToken { get; init; } = true;

    /// <inheritdoc/>
    public override string Family => "LV-ViT";

    /// <inheritdoc/>
    protected override string ShapeName() => LvVitVariants.NameOf(this);

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
        Require(faults, "patch", PatchSize, 2, Math.Max(2, ImageSize));
        Require(faults, "width of the stem", StemWidth, 1, 4096);
        Require(faults, "width", EmbedDim, 1, 16384);
        Require(faults, "depth", Depth, 1, 256);
        RequireRate(faults, "drop path", DropPath);
        RequireMlpRatio(faults, MlpRatio, EmbedDim);
        if (PatchSize % 2 != 0)
        {
            faults.Add(
                $"{Family}: patch {PatchSize} is odd, and the stem halves it; nearest: {PatchSize - 1}, {PatchSize + 1}."
            );
        }

        if (!(SkipLambda is > 0 and < double.PositiveInfinity))
        {
            faults.Add($"{Family}: skip lambda {SkipLambda} is not above 0; the authors' is 1, 2 or 3.");
        }

        if (MixToken && !DenseHead)
        {
            faults.Add($"{Family}: MixToken needs the dense head; call MixToken(false), or DenseHead(true).");
        }

        if (faults.Count > before)
        {
            return; // what follows counts with these numbers
        }

        RequireMultiple(faults, PatchSize, $"patch {PatchSize}");
        RequireHeads(faults, "", EmbedDim, Heads);
    }

    /// <inheritdoc/>
    protected override VisionModel Create() => new LvVit(this);
}
