namespace VitNotebooks.Models;

/// <summary>The registered LV-ViTs: a line each, names as in zihangJiang/TokenLabeling; drop path as its commands have it.</summary>
internal static class LvVitVariants
{
    internal static readonly LvVitConfig Tiny = Make("t", 240, 12, 4, skipLambda: 1, dropPath: 0); // no command is given for it
    internal static readonly LvVitConfig Small = Make("s", 384, 16, 6, skipLambda: 2, dropPath: 0.1);
    internal static readonly LvVitConfig Medium = Make("m", 512, 20, 8, skipLambda: 2, dropPath: 0.2);
    internal static readonly LvVitConfig Large = Make("l", 768, 24, 12, 3, dropPath: 0.3, stemWidth: 128, size: 448);

    // For 32-pixel images: 8x8 cells, 20 M multiply-adds, so that the localization loss has a map to work on.
    internal static readonly LvVitConfig Mini = Make("mini", 64, 5, 4, 2, 0.1, stemWidth: 24, size: 32, patch: 4);

    internal static IReadOnlyList<LvVitConfig> All => [Mini, Tiny, Small, Medium, Large];

    // The size that a shape has, and what it is made of.
    internal static string NameOf(LvVitConfig config)
    {
        var size = Sizes.FirstOrDefault(s => ShapeOf(s.Config).Equals(ShapeOf(config)));
        return size.Config is null ? NameOf("custom", 0, config) : NameOf(size.Name, size.Config.ImageSize, config);
    }

    private static IReadOnlyList<(string Name, LvVitConfig Config)> Sizes =>
        [("mini", Mini), ("t", Tiny), ("s", Small), ("m", Medium), ("l", Large)];

    private static LvVitConfig ShapeOf(LvVitConfig config) =>
        new("", 0, 0, 0)
        {
            PatchSize = config.PatchSize,
            StemWidth = config.StemWidth,
            EmbedDim = config.EmbedDim,
            Depth = config.Depth,
            Heads = config.Heads,
            MlpRatio = config.MlpRatio,
            QkvBias = config.QkvBias,
            SkipLambda = config.SkipLambda,
        };

    // The authors leave the size of the image out where it is the one that they train at; the small member keeps it.
    private static string NameOf(string size, int usual, LvVitConfig config)
    {
        var dense = config.DenseHead ? "" : "_plain";
        return $"lvvit_{size}{dense}{(config.ImageSize == usual && size != "mini" ? "" : $"_{config.ImageSize}")}";
    }

    private static LvVitConfig Make(
        string variant,
        int embedDim,
        int depth,
        int heads,
        double skipLambda,
        double dropPath,
        int stemWidth = 64,
        int size = 224,
        int patch = 16
    )
    {
        var config = new LvVitConfig("", size, Channels: 3, Classes: size == 32 ? 10 : 1000)
        {
            PatchSize = patch,
            StemWidth = stemWidth,
            EmbedDim = embedDim,
            Depth = depth,
            Heads = heads,
            SkipLambda = skipLambda,
            DropPath = dropPath,
        };
        return config with { Name = NameOf(variant, size, config) };
    }
}
