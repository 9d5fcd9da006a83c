namespace VitNotebooks.Models;

/// <summary>The registered compact transformers: a line each, names as in SHI-Labs/Compact-Transformers.</summary>
internal static class CompactVariants
{
    // Width, blocks, heads and MLP ratio of the sizes.
    internal static readonly (string Name, int EmbedDim, int Depth, int Heads, double MlpRatio)[] Sizes =
    [
        ("mini", 64, 4, 2, 1), // for 32-pixel images: 8x8 cells, 20 M multiply-adds with two convolutions
        ("2", 128, 2, 2, 1),
        ("4", 128, 4, 2, 1),
        ("6", 256, 6, 4, 2),
        ("7", 256, 7, 4, 2),
        ("14", 384, 14, 6, 3),
    ];

    internal static readonly CompactConfig Cct7 = Cct("7", 3, 1);

    internal static IReadOnlyList<CompactConfig> All { get; } =
    [
        Cct("mini", 3, 2),
        Cct("2", 3, 2),
        Cct("4", 3, 2),
        Cct("6", 3, 1),
        Cct("6", 3, 2),
        Cct7,
        Cct("7", 3, 1, positions: CompactPositions.Sinusoidal),
        Cct("7", 3, 2),
        Cct("7", 7, 2, 224, classes: 102),
        Cct("7", 7, 2, 224, classes: 102, positions: CompactPositions.Sinusoidal),
        Cct("14", 7, 2, 224, classes: 1000),
        Cct("14", 7, 2, 384, classes: 1000),
        Patches("2", CompactPooling.Sequence),
        Patches("4", CompactPooling.Sequence),
        Patches("6", CompactPooling.Sequence),
        Patches("7", CompactPooling.Sequence),
        Patches("2", CompactPooling.ClassToken),
        Patches("4", CompactPooling.ClassToken),
        Patches("6", CompactPooling.ClassToken),
        Patches("7", CompactPooling.ClassToken),
        Patches("7", CompactPooling.ClassToken, CompactPositions.Sinusoidal),
    ];

    internal static CompactConfig Sized(CompactConfig config, string name)
    {
        var size = Array.Find(Sizes, s => s.Name == name);
        return config with
        {
            EmbedDim = size.EmbedDim,
            Depth = size.Depth,
            Heads = size.Heads,
            MlpRatio = size.MlpRatio,
        };
    }

    internal static string NameOf(CompactConfig config)
    {
        var size =
            Array
                .Find(
                    Sizes,
                    s =>
                        (s.EmbedDim, s.Depth, s.Heads, s.MlpRatio)
                        == (config.EmbedDim, config.Depth, config.Heads, config.MlpRatio)
                )
                .Name
            ?? "custom";
        var tokens = config.Tokenizer == CompactTokenizer.Patches ? "" : $"x{config.Convolutions}";
        var kind =
            tokens.Length > 0 ? "cct"
            : config.Pooling == CompactPooling.Sequence ? "cvt"
            : "vit";
        var positions = config.Positions switch
        {
            CompactPositions.Sinusoidal => "_sine",
            CompactPositions.None => "_unplaced",
            _ => "",
        };
        return $"{kind}_{size}_{config.KernelSize}{tokens}_{config.ImageSize}{positions}";
    }

    private static CompactConfig Cct(
        string size,
        int kernel,
        int convolutions,
        int image = 32,
        int classes = 10,
        CompactPositions positions = CompactPositions.Learned
    ) =>
        Named(
            size,
            new("", image, Channels: 3, classes)
            {
                KernelSize = kernel,
                Convolutions = convolutions,
                Positions = positions,
            }
        );

    private static CompactConfig Patches(
        string size,
        CompactPooling pooling,
        CompactPositions positions = CompactPositions.Learned
    ) =>
        Named(
            size,
            new("", ImageSize: 32, Channels: 3, Classes: 10)
            {
                Tokenizer = CompactTokenizer.Patches,
                KernelSize = 4,
                Pooling = pooling,
                Positions = positions,
            }
        );

    private static CompactConfig Named(string size, CompactConfig config)
    {
        var sized = Sized(config, size);
        return sized with { Name = NameOf(sized) };
    }
}
