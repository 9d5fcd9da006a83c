namespace VitNotebooks.Models;

/// <summary>The registered vision transformers: a line each, names as in timm.</summary>
internal static class VitVariants
{
    internal static readonly VitConfig Tiny = Make("tiny", 192, 12, 3);
    internal static readonly VitConfig Small = Make("small", 384, 12, 6);
    internal static readonly VitConfig Base = Make("base", 768, 12, 12);

    // For 32-pixel images: 8x8 cells, 23 M multiply-adds, so that the localization loss has a map to work on.
    internal static readonly VitConfig Mini = Make("mini", 64, 6, 4, size: 32, patch: 4) with { DropPath = 0.1 };

    internal static IReadOnlyList<VitConfig> All => [Mini, Tiny, Small, Base];

    // The size that a shape has, and what it is made of.
    internal static string NameOf(VitConfig config)
    {
        var size = Sizes.FirstOrDefault(s =>
            (s.Config.EmbedDim, s.Config.Depth, s.Config.Heads) == (config.EmbedDim, config.Depth, config.Heads)
        );
        return NameOf(size.Name ?? "custom", config);
    }

    private static IReadOnlyList<(string Name, VitConfig Config)> Sizes =>
        [("mini", Mini), ("tiny", Tiny), ("small", Small), ("base", Base)];

    private static string NameOf(string size, VitConfig config) =>
        $"vit_{size}_patch{config.PatchSize}_{config.ImageSize}";

    private static VitConfig Make(string variant, int embedDim, int depth, int heads, int size = 224, int patch = 16)
    {
        var config = new VitConfig("", size, Channels: 3, Classes: size == 32 ? 10 : 1000)
        {
            PatchSize = patch,
            EmbedDim = embedDim,
            Depth = depth,
            Heads = heads,
        };
        return config with { Name = NameOf(variant, config) };
    }
}
