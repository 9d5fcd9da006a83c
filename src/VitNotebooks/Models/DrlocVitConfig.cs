namespace VitNotebooks.Models;

/// <summary>The shape of the ViT that the localization paper's code trains.</summary>
/// <inheritdoc cref="ModelConfig"/>
public sealed record DrlocVitConfig(string Name, int ImageSize, int Channels, int Classes)
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

    /// <summary>Width of a head; heads x width need not be the width of a token.</summary>
    public int HeadDim { get; init; } = 64;

    /// <summary>Hidden width of an MLP.</summary>
    public int MlpDim { get; init; } = 3072;

    /// <summary>Chance that a number of an attention's or an MLP's output is dropped, and behind the GELU.</summary>
    public double Dropout { get; init; } = 0.1;

    /// <inheritdoc/>
    public override string Family => "DrlocViT";

    /// <inheritdoc/>
    protected override string ShapeName() => DrlocVitVariants.NameOf(this);

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
        Require(faults, "patch", PatchSize, 1, Math.Max(1, ImageSize));
        Require(faults, "width", EmbedDim, 1, 16384);
        Require(faults, "depth", Depth, 1, 256);
        Require(faults, "heads", Heads, 1, 1024);
        Require(faults, "width of a head", HeadDim, 1, 1024);
        Require(faults, "hidden width of an MLP", MlpDim, 1, 65536);
        RequireRate(faults, "dropout", Dropout);
        if (faults.Count == before)
        {
            RequireMultiple(faults, PatchSize, $"patch {PatchSize}");
        }
    }

    /// <inheritdoc/>
    protected override VisionModel Create() => new DrlocVit(this);
}
