namespace VitNotebooks.Models;

/// <summary>How the tokens-to-token module of a T2T-ViT attends.</summary>
public enum T2tTokens
{
    /// <summary>In linear time, by random features: T2T-ViT-14 and its like.</summary>
    Performer,

    /// <summary>Plainly: T2T-ViT_t-14 and its like. 0.3 to 0.7 points better at 1.1 to 1.3 times the multiply-adds, and far more memory.</summary>
    Transformer,
}

/// <summary>The shape of a T2T-ViT.</summary>
/// <inheritdoc cref="ModelConfig"/>
public sealed record T2tConfig(string Name, int ImageSize, int Channels, int Classes)
    : ModelConfig(Name, ImageSize, Channels, Classes)
{
    /// <summary>How the tokens-to-token module attends.</summary>
    public T2tTokens Tokens { get; init; }

    /// <summary>Side of the squares of each soft split.</summary>
    public PerStage Kernels { get; init; } = [7, 3, 3];

    /// <summary>Stride of each soft split; their product is the stride of the tokens.</summary>
    public PerStage Strides { get; init; } = [4, 2, 2];

    /// <summary>Width of the tokens between the splits.</summary>
    public int TokenDim { get; init; } = 64;

    /// <summary>Width of a token of the backbone.</summary>
    public int EmbedDim { get; init; } = 384;

    /// <summary>Number of blocks.</summary>
    public int Depth { get; init; } = 14;

    /// <summary>Heads of every block.</summary>
    public int Heads { get; init; } = 6;

    /// <summary>Hidden width of an MLP over the width of its token.</summary>
    public double MlpRatio { get; init; } = 3;

    /// <summary>Whether queries, keys and values of the blocks have a bias.</summary>
    public bool QkvBias { get; init; }

    /// <summary>Drop path probability of the last block; it grows linearly from 0 at the first one.</summary>
    public double DropPath { get; init; }

    /// <summary>Dropout of both branches of a performer; the plain token transformer has none.</summary>
    public double TokenDropout { get; init; } = 0.1;

    /// <inheritdoc/>
    public override string Family => "T2T-ViT";

    /// <inheritdoc/>
    protected override string ShapeName() => T2tVariants.NameOf(this);

    /// <summary>Pixels of the image a token of the backbone.</summary>
    public int Stride => Strides.Aggregate(1, (product, stride) => product * stride);

    /// <inheritdoc/>
    public override int LastMapSide => ImageSize / Math.Max(1, Stride);

    /// <inheritdoc/>
    public override int LastMapWidth => EmbedDim;

    /// <inheritdoc/>
    protected override ModelConfig WithDepth(int most) => this with { Depth = Math.Min(Depth, most) };

    /// <inheritdoc/>
    /// <remarks>The maps of the tokens-to-token module, and that of the backbone.</remarks>
    public override IReadOnlyList<MapShape> Scales() =>
        [
            .. Enumerable
                .Range(1, Strides.Count - 1)
                .Select(splits => Strides.Take(splits).Aggregate(1, (product, stride) => product * stride))
                .Select(stride => new MapShape(TokenDim, ImageSize / Math.Max(1, stride))),
            new(LastMapWidth, LastMapSide),
        ];

    /// <inheritdoc/>
    protected override void AddFaults(List<string> faults)
    {
        var before = faults.Count;
        Require(faults, "width", EmbedDim, 1, 16384);
        Require(faults, "width of the tokens between the splits", TokenDim, 2, 4096);
        Require(faults, "depth", Depth, 1, 256);
        RequireRate(faults, "drop path", DropPath);
        RequireRate(faults, "dropout of the performers", TokenDropout);
        RequireMlpRatio(faults, MlpRatio, EmbedDim);
        if (!Enum.IsDefined(Tokens))
        {
            faults.Add(
                $"{Family}: token module {(int)Tokens} is not one of {string.Join(", ", Enum.GetNames<T2tTokens>())}."
            );
        }

        AddFaultsOfSplits(faults);
        if (faults.Count > before)
        {
            return; // what follows counts with these numbers
        }

        RequireMultiple(faults, Stride, $"strides {Strides} = {Stride}");
        RequireHeads(faults, "", EmbedDim, Heads);
    }

    private void AddFaultsOfSplits(List<string> faults)
    {
        if (Kernels.Count != Strides.Count || Kernels.Count is < 2 or > 5)
        {
            faults.Add(
                $"{Family}: {Kernels.Count} kernels ({Kernels}) and {Strides.Count} strides ({Strides}) are no 2..5 soft splits; "
                    + "give one number a split to both, e.g. 7-3-3 and 4-2-2."
            );
            return;
        }
        for (var i = 0; i < Kernels.Count; i++)
        {
            Require(faults, $"kernel of split {i}", Kernels[i], 1, 64);
            Require(faults, $"stride of split {i} (kernel {Kernels[i]})", Strides[i], 1, Math.Clamp(Kernels[i], 1, 64));
        }
    }

    /// <inheritdoc/>
    protected override VisionModel Create() => new T2tVit(this);
}
