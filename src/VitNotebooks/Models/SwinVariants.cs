namespace VitNotebooks.Models;

/// <summary>The registered Swin transformers: a line each, names as in timm and Microsoft's repository.</summary>
internal static class SwinVariants
{
    internal static readonly SwinConfig Tiny = Make("tiny", 96, [2, 2, 6, 2], [3, 6, 12, 24], dropPath: 0.2);
    internal static readonly SwinConfig Small = Make("small", 96, [2, 2, 18, 2], [3, 6, 12, 24], dropPath: 0.3);
    internal static readonly SwinConfig Base = Make("base", 128, [2, 2, 18, 2], [4, 8, 16, 32], dropPath: 0.5);
    internal static readonly SwinConfig Large = Make("large", 192, [2, 2, 18, 2], [6, 12, 24, 48], dropPath: 0.2);
    private static readonly SwinConfig Base384 = At384("base", Base);
    private static readonly SwinConfig Large384 = At384("large", Large);

    // For 32-pixel images: 16x16 and 8x8 cells, 21.0 M multiply-adds, so that the localization loss has a map to work on.
    internal static readonly SwinConfig Mini = Make(
        "mini",
        32,
        [2, 4],
        [2, 4],
        dropPath: 0.1,
        size: 32,
        patch: 2,
        window: 4
    );

    internal static IReadOnlyList<SwinConfig> All => [Mini, Tiny, Small, Base, Large, Base384, Large384];

    // The size that a shape has, and what it is made of.
    internal static string NameOf(SwinConfig config)
    {
        var size = Sizes.FirstOrDefault(s =>
            s.Config.EmbedDim == config.EmbedDim
            && s.Config.Depths.Equals(config.Depths)
            && s.Config.Heads.Equals(config.Heads)
        );
        return NameOf(size.Name ?? "custom", config);
    }

    private static IReadOnlyList<(string Name, SwinConfig Config)> Sizes =>
        [("mini", Mini), ("tiny", Tiny), ("small", Small), ("base", Base), ("large", Large)];

    private static string NameOf(string size, SwinConfig config) =>
        $"swin_{size}_patch{config.PatchSize}_window{config.WindowSize}_{config.ImageSize}"
        + (config.AbsolutePositions ? ".ape" : "");

    // As the authors fine-tune them at 384 pixels.
    private static SwinConfig At384(string variant, SwinConfig config)
    {
        var larger = config with { ImageSize = 384, WindowSize = 12 };
        return larger with { Name = NameOf(variant, larger) };
    }

    private static SwinConfig Make(
        string variant,
        int embedDim,
        PerStage depths,
        PerStage heads,
        double dropPath,
        int size = 224,
        int patch = 4,
        int window = 7
    )
    {
        var config = new SwinConfig("", size, Channels: 3, Classes: size == 32 ? 10 : 1000)
        {
            PatchSize = patch,
            WindowSize = window,
            EmbedDim = embedDim,
            Depths = depths,
            Heads = heads,
            DropPath = dropPath,
        };
        return config with { Name = NameOf(variant, config) };
    }
}
