namespace VitNotebooks.Models;

/// <summary>The shape of an MLP-Mixer.</summary>
/// <inheritdoc cref="ModelConfig"/>
public sealed record MixerConfig(string Name, int ImageSize, int Channels, int Classes)
    : ModelConfig(Name, ImageSize, Channels, Classes)
{
    /// <summary>Side of a patch, in pixels.</summary>
    public int PatchSize { get; init; } = 16;

    /// <summary>Width of a token.</summary>
    public int EmbedDim { get; init; } = 512;

    /// <summary>Number of blocks.</summary>
    public int Depth { get; init; } = 8;

    /// <summary>Hidden width of the MLP along the tokens over the width of a token.</summary>
    public double TokensMlpRatio { get; init; } = 0.5;

    /// <summary>Hidden width of the MLP along the channels over the width of a token.</summary>
    public double ChannelsMlpRatio { get; init; } = 4;

    /// <summary>Drop path probability of every block: it does not grow, as in timm.</summary>
    public double DropPath { get; init; }

    /// <inheritdoc/>
    public override string Family => "Mixer";

    /// <inheritdoc/>
    protected override string ShapeName() => MixerVariants.NameOf(this);

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
        RequireRate(faults, "drop path", DropPath);
        RequireMlpRatio(faults, TokensMlpRatio, EmbedDim);
        RequireMlpRatio(faults, ChannelsMlpRatio, EmbedDim);
        if (faults.Count > before)
        {
            return; // what follows counts with these numbers
        }

        RequireMultiple(faults, PatchSize, $"patch {PatchSize}");
    }

    /// <inheritdoc/>
    protected override VisionModel Create() => new MlpMixer(this);
}
