using VitNotebooks.Layers;

namespace VitNotebooks.Models;

/// <summary>What a ViT classifies.</summary>
public enum VitPooling
{
    /// <summary>A learned token that stands before the patches.</summary>
    ClassToken,

    /// <summary>The mean of the patches; the model has no class token.</summary>
    Average,

    /// <summary>What a learned query sees in the patches (<see cref="AttentionPool"/>, MAP); the model has no class token.</summary>
    Attention,
}

/// <summary>How a ViT knows where a patch was.</summary>
public enum VitPositions
{
    /// <summary>A learned vector a patch.</summary>
    Learned,

    /// <summary>Fixed sines and cosines of column and row (<see cref="PositionEmbedding.SinCos2d"/>).</summary>
    SinCos2d,
}

/// <summary>Whose code the starting weights and the exemptions from weight decay follow.</summary>
public enum VitOrigin
{
    /// <summary>huggingface/pytorch-image-models, version 1: truncated normals; class token and positions are not decayed.</summary>
    Timm,

    /// <summary>facebookresearch/deit: as timm 0.4.12, where the class token starts as wide as the rest.</summary>
    DeiT,

    /// <summary>google-research/big_vision: Xavier's uniform, a classifier of zeros; kernels alone are decayed.</summary>
    BigVision,

    /// <summary>facebookresearch/pycls: Xavier's uniform, a classifier of zeros; class token and positions are decayed.</summary>
    Pycls,
}

/// <summary>The shape of a vision transformer.</summary>
/// <inheritdoc cref="ModelConfig"/>
public sealed record VitConfig(string Name, int ImageSize, int Channels, int Classes)
    : ModelConfig(Name, ImageSize, Channels, Classes)
{
    /// <summary>Side of a patch, in pixels; with a conv stem, by how much that shrinks the image.</summary>
    public int PatchSize { get; init; } = 16;

    /// <summary>Width of a token.</summary>
    public int EmbedDim { get; init; } = 768;

    /// <summary>Number of blocks.</summary>
    public int Depth { get; init; } = 12;

    /// <summary>Heads of every block, and of attention pooling.</summary>
    public int Heads { get; init; } = 12;

    /// <summary>Hidden width of an MLP over the width of its token; what is not whole is cut off.</summary>
    public double MlpRatio { get; init; } = 4;

    /// <summary>Whether queries, keys and values have a bias.</summary>
    public bool QkvBias { get; init; } = true;

    /// <summary>What stands inside the MLPs.</summary>
    public MlpActivation Activation { get; init; }

    /// <summary>Drop path probability of the last block.</summary>
    public double DropPath { get; init; }

    /// <summary>How drop path goes from the first block to the last.</summary>
    public DropPathRule DropPathRule { get; init; }

    /// <summary>What is classified.</summary>
    public VitPooling Pooling { get; init; }

    /// <summary>How the model knows where a patch was.</summary>
    public VitPositions Positions { get; init; }

    /// <summary>Whether learned positions have one for the class token too: timm's and the paper's way. DeiT III and big_vision add positions
    /// first and put the class token before them.</summary>
    public bool EmbedClassToken { get; init; } = true;

    /// <summary>Starting value of a learned scale a channel of every branch (CaiT, arXiv 2103.17239); null for none.</summary>
    public double? LayerScale { get; init; }

    /// <summary>Whether a norm stands before the first block, and the patches have no bias (CLIP, arXiv 2103.00020).</summary>
    public bool PreNorm { get; init; }

    /// <summary>Width of a layer with tanh between pooling and classifier; null for none.</summary>
    public int? PreLogits { get; init; }

    /// <summary>Whether a second token and a second classifier learn from a teacher (DeiT, arXiv 2012.12877).</summary>
    public bool Distilled { get; init; }

    /// <summary>Epsilon of the layer norms.</summary>
    public double NormEpsilon { get; init; } = 1e-6;

    /// <summary>What the bias of the classifier starts with: -10 for a sigmoid over 21,843 classes in big_vision.</summary>
    public double HeadBias { get; init; }

    /// <summary>Whose code the starting weights and the exemptions from weight decay follow.</summary>
    public VitOrigin Origin { get; init; }

    /// <summary>Convolutions in the place of the patch embedding; null for none.</summary>
    public ConvStemConfig? ConvStem { get; init; }

    /// <summary>A stem of the user's own, <c>[B, channels, H, W] -> [B, H/p, W/p, C]</c>; null for the patch embedding.</summary>
    public ModelPart? Stem { get; init; }

    /// <summary>An attention of the user's own in every block, <c>[B, N, C] -> [B, N, C]</c>; null for self-attention.</summary>
    public ModelPart? Attention { get; init; }

    /// <summary>A block of the user's own, <c>[B, N, C] -> [B, N, C]</c>; null for the transformer block.</summary>
    public ModelPart? Block { get; init; }

    /// <inheritdoc/>
    public override string Family => "ViT";

    /// <inheritdoc/>
    protected override string ShapeName() => VitVariants.NameOf(this);

    /// <inheritdoc/>
    public override int LastMapSide => ImageSize / Math.Max(1, PatchSize);

    /// <inheritdoc/>
    public override int LastMapWidth => EmbedDim;

    /// <summary>Width between the two linear layers of an MLP.</summary>
    internal int HiddenDim => (int)(EmbedDim * MlpRatio);

    /// <summary>Tokens that stand before the patches.</summary>
    internal int PrefixTokens => (Pooling == VitPooling.ClassToken ? 1 : 0) + (Distilled ? 1 : 0);

    /// <summary>How the tokens lie.</summary>
    internal TokenGrid Grid => TokenGrid.Square(LastMapSide, PatchSize, PrefixTokens);

    /// <summary>Tokens before the patches that have a learned position.</summary>
    internal int EmbeddedPrefix => EmbedClassToken && Positions == VitPositions.Learned ? PrefixTokens : 0;

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
        RequireMlpRatio(faults, MlpRatio, EmbedDim);
        if (PreLogits is { } representation)
        {
            Require(faults, "representation", representation, 1, 65536);
        }

        if (LayerScale is { } scale && !double.IsFinite(scale))
        {
            faults.Add($"{Family}: layer scale {scale} is no number to start with; usual: 1e-5 to 1.");
        }

        if (!(NormEpsilon is > 0 and <= 1))
        {
            faults.Add($"{Family}: epsilon {NormEpsilon} of the norms is not in (0, 1]; usual: 1e-6.");
        }

        if (!double.IsFinite(HeadBias))
        {
            faults.Add($"{Family}: {HeadBias} is no bias of a classifier to start with; usual: 0.");
        }

        RequireMember(faults, "pooling", Pooling);
        RequireMember(faults, "positions", Positions);
        RequireMember(faults, "origin", Origin);
        RequireMember(faults, "activation", Activation);
        RequireMember(faults, "drop path rule", DropPathRule);
        AddFaultsOfParts(faults);
        if (faults.Count > before)
        {
            return; // what follows counts with these numbers
        }

        ConvStem?.AddFaults(faults, Family, PatchSize);
        RequireMultiple(faults, PatchSize, $"patch {PatchSize}");
        RequireHeads(faults, "", EmbedDim, Heads);
        if (Positions == VitPositions.SinCos2d && (EmbedDim % 4 != 0 || EmbedDim < 8))
        {
            faults.Add(
                $"{Family}: width {EmbedDim} has no fixed positions, which take a multiple of 4 from 8 on; nearest: {Math.Max(8, EmbedDim / 4 * 4)}."
            );
        }
    }

    private void AddFaultsOfParts(List<string> faults)
    {
        RequirePart(faults, Stem);
        RequirePart(faults, Attention);
        RequirePart(faults, Block);
        if (Block is not null && Attention is not null)
        {
            faults.Add($"{Family}: block '{Block}' leaves no place for attention '{Attention}'; give one of the two.");
        }

        if (Stem is not null && ConvStem is not null)
        {
            faults.Add($"{Family}: stem '{Stem}' leaves no place for a conv stem; give one of the two.");
        }

        var twoTokens = Pooling == VitPooling.ClassToken && Positions == VitPositions.Learned && EmbedClassToken;
        if (Distilled && (!twoTokens || PreLogits is not null || Head is not null))
        {
            faults.Add(
                $"{Family}: a distilled model has two tokens with learned positions and a linear classifier each; "
                    + "leave pooling and positions as they are, without pre-logits and without a classifier of your own."
            );
        }
    }

    private void RequireMember<T>(List<string> faults, string what, T value)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            faults.Add($"{Family}: {what} {value:D} is not one of {string.Join(", ", Enum.GetNames<T>())}.");
        }
    }

    /// <inheritdoc/>
    protected override VisionModel Create() => new VisionTransformer(this);
}
