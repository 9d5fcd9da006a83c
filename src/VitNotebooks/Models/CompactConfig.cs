namespace VitNotebooks.Models;

/// <summary>How a compact transformer makes tokens of an image.</summary>
public enum CompactTokenizer
{
    /// <summary>Convolutions, each with a ReLU and a 3x3 max pool of stride 2: CCT.</summary>
    Convolutions,

    /// <summary>Squares of the image, embedded one by one: CVT and ViT-Lite.</summary>
    Patches,
}

/// <summary>What a compact transformer classifies.</summary>
public enum CompactPooling
{
    /// <summary>The tokens' mean, weighted by a softmax over a learned score of each: CCT and CVT.</summary>
    Sequence,

    /// <summary>A learned token that stands before the others: ViT-Lite.</summary>
    ClassToken,
}

/// <summary>How a compact transformer tells its tokens apart.</summary>
public enum CompactPositions
{
    /// <summary>A learned vector a token, which starts with a deviation of 0.2.</summary>
    Learned,

    /// <summary>Sines and cosines, which do not train.</summary>
    Sinusoidal,

    /// <summary>Not at all: convolutions see the image's border.</summary>
    None,
}

/// <summary>The shape of a compact transformer: CCT, CVT or ViT-Lite.</summary>
/// <inheritdoc cref="ModelConfig"/>
public sealed record CompactConfig(string Name, int ImageSize, int Channels, int Classes)
    : ModelConfig(Name, ImageSize, Channels, Classes)
{
    /// <summary>How tokens are made.</summary>
    public CompactTokenizer Tokenizer { get; init; }

    /// <summary>Side of a convolution's kernel, or of a patch.</summary>
    public int KernelSize { get; init; } = 3;

    /// <summary>Convolutions of the tokenizer; 1 for patches.</summary>
    public int Convolutions { get; init; } = 1;

    /// <summary>Channels between the convolutions of the tokenizer.</summary>
    public int TokenizerWidth { get; init; } = 64;

    /// <summary>Width of a token.</summary>
    public int EmbedDim { get; init; } = 256;

    /// <summary>Number of blocks.</summary>
    public int Depth { get; init; } = 7;

    /// <summary>Heads of every block.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Hidden width of an MLP over the width of its token.</summary>
    public double MlpRatio { get; init; } = 2;

    /// <summary>Chance in [0, 1) that an attention weight is dropped in training.</summary>
    public double AttentionDropout { get; init; } = 0.1;

    /// <summary>Drop path probability of the last block; it grows linearly from 0 at the first one.</summary>
    public double DropPath { get; init; } = 0.1;

    /// <summary>What is classified.</summary>
    public CompactPooling Pooling { get; init; }

    /// <summary>How tokens are told apart.</summary>
    public CompactPositions Positions { get; init; }

    /// <inheritdoc/>
    public override string Family => "CCT";

    /// <inheritdoc/>
    protected override string ShapeName() => CompactVariants.NameOf(this);

    /// <inheritdoc/>
    public override int LastMapSide
    {
        get
        {
            if (Tokenizer == CompactTokenizer.Patches)
            {
                return ImageSize / Math.Max(1, KernelSize);
            }

            var side = ImageSize;
            for (var i = 0; i < Convolutions; i++)
            {
                side = ((side + 2 * Padding - KernelSize) / Stride + 2) / 2; // the pool halves, rounding up
            }

            return side;
        }
    }

    /// <inheritdoc/>
    public override int LastMapWidth => EmbedDim;

    /// <summary>Stride of a convolution of the tokenizer: 1 for kernels up to 5, 2 for 7.</summary>
    public int Stride => Tokenizer == CompactTokenizer.Patches ? KernelSize : Math.Max(1, KernelSize / 2 - 1);

    /// <summary>Padding of a convolution of the tokenizer.</summary>
    public int Padding => Tokenizer == CompactTokenizer.Patches ? 0 : Math.Max(1, KernelSize / 2);

    /// <summary>Pixels of the image that a token stands for.</summary>
    public int TokenStride
    {
        get
        {
            if (Tokenizer == CompactTokenizer.Patches)
            {
                return KernelSize;
            }

            var stride = 1;
            for (var i = 0; i < Convolutions; i++)
            {
                stride *= 2 * Stride;
            }

            return stride;
        }
    }

    /// <inheritdoc/>
    protected override ModelConfig WithDepth(int most) => this with { Depth = Math.Min(Depth, most) };

    /// <inheritdoc/>
    protected override void AddFaults(List<string> faults)
    {
        var before = faults.Count;
        var patches = Tokenizer == CompactTokenizer.Patches;
        Require(faults, patches ? "patch" : "kernel", KernelSize, 1, patches ? Math.Max(1, ImageSize) : 31);
        Require(
            faults,
            patches ? "convolutions of a patch embedding" : "convolutions",
            Convolutions,
            1,
            patches ? 1 : 8
        );
        Require(faults, "width of the tokenizer", TokenizerWidth, 1, 16384);
        Require(faults, "width", EmbedDim, 1, 16384);
        Require(faults, "depth", Depth, 1, 256);
        RequireRate(faults, "attention dropout", AttentionDropout);
        RequireRate(faults, "drop path", DropPath);
        RequireMlpRatio(faults, MlpRatio, EmbedDim);
        RequireOneOf(faults, "tokenizer", Tokenizer);
        RequireOneOf(faults, "pooling", Pooling);
        RequireOneOf(faults, "positions", Positions);
        if (faults.Count > before)
        {
            return; // what follows counts with these numbers
        }

        if (patches)
        {
            RequireMultiple(faults, KernelSize, $"patch {KernelSize}");
        }

        RequireHeads(faults, "", EmbedDim, Heads);
    }

    /// <inheritdoc/>
    protected override VisionModel Create() => new CompactTransformer(this);

    private void RequireOneOf<T>(List<string> faults, string what, T value)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            faults.Add($"{Family}: {what} {value:d} is not one of {string.Join(", ", Enum.GetNames<T>())}.");
        }
    }
}
