namespace VitNotebooks.Models;

/// <summary>
/// The registered vision transformers: a line each. Sizes are those of arXiv 2010.11929, 2106.04560 (s, g, G), 2305.13035 (So400m) and of
/// google-research/big_vision (mu, M); names as in timm, with <c>xs</c> for the s and <c>map</c> for attention pooling.
/// </summary>
internal static class VitVariants
{
    internal static readonly VitConfig Mu = Make("mu", 32, 1, 2);
    internal static readonly VitConfig Tiny = Make("tiny", 192, 12, 3);
    internal static readonly VitConfig ExtraSmall = Make("xs", 256, 6, 8);
    internal static readonly VitConfig Small = Make("small", 384, 12, 6);
    internal static readonly VitConfig Medium = Make("medium", 512, 12, 8);
    internal static readonly VitConfig Base = Make("base", 768, 12, 12);
    internal static readonly VitConfig Large = Make("large", 1024, 24, 16);
    internal static readonly VitConfig So400m = Make("so400m", 1152, 27, 16, mlp: 4304, patch: 14);
    internal static readonly VitConfig Huge = Make("huge", 1280, 32, 16, patch: 14);
    internal static readonly VitConfig Giant = Make("giant", 1408, 40, 16, mlp: 6144, patch: 14);
    internal static readonly VitConfig Gigantic = Make("gigantic", 1664, 48, 16, mlp: 8192, patch: 14);

    // For 32-pixel images: 8x8 cells, 23 M multiply-adds, so that the localization loss has a map to work on.
    internal static readonly VitConfig Mini = Make("mini", 64, 6, 4, size: 32, patch: 4) with { DropPath = 0.1 };

    private static readonly VitConfig[] Sizes =
    [
        Mini,
        Mu,
        Tiny,
        ExtraSmall,
        Small,
        Medium,
        Base,
        Large,
        So400m,
        Huge,
        Giant,
        Gigantic,
    ];

    internal static IReadOnlyList<VitConfig> All =>
        [
            .. Sizes,
            Patched(ExtraSmall, 28),
            Patched(Small, 32),
            Patched(Base, 32),
            Patched(Base, 16, 384),
            Patched(Large, 32),
            Patched(Large, 16, 384),
            Pooled(Base, VitPooling.Average),
            Pooled(Mini, VitPooling.Attention),
            Pooled(Base, VitPooling.Attention),
            Pooled(So400m, VitPooling.Attention),
            Pooled(Giant, VitPooling.Attention),
            Pooled(Gigantic, VitPooling.Attention),
            .. DeitVariants.All,
            .. EarlyConvVariants.All,
        ];

    // What a shape is made of: its origin, its size, its patch, its pooling and its image.
    internal static string NameOf(VitConfig config)
    {
        var early = EarlyConvVariants.SizeOf(config);
        var kind = config.Origin switch
        {
            _ when early is not null || config.ConvStem is not null => config.ConvStem is null ? "vitp" : "vitc",
            VitOrigin.DeiT => config.LayerScale is null ? "deit" : "deit3",
            _ => "vit",
        };
        var size = Sizes.FirstOrDefault(s =>
            (s.EmbedDim, s.Depth, s.Heads, s.HiddenDim)
            == (config.EmbedDim, config.Depth, config.Heads, config.HiddenDim)
        );
        var distilled = config.Distilled ? "_distilled" : "";
        var pooling = config.Pooling switch
        {
            VitPooling.Average => "_gap",
            VitPooling.Attention => "_map",
            _ => "",
        };
        return $"{kind}_{early ?? Size(size) ?? "custom"}{distilled}_patch{config.PatchSize}{pooling}_{config.ImageSize}";
    }

    internal static VitConfig Named(VitConfig config) => config with { Name = NameOf(config) };

    private static string? Size(VitConfig? config) => config?.Name.Split('_')[1];

    private static VitConfig Patched(VitConfig config, int patch, int size = 224) =>
        Named(config with { PatchSize = patch, ImageSize = size });

    private static VitConfig Pooled(VitConfig config, VitPooling pooling) => Named(config with { Pooling = pooling });

    private static VitConfig Make(
        string variant,
        int embedDim,
        int depth,
        int heads,
        int? mlp = null,
        int size = 224,
        int patch = 16
    ) =>
        new($"vit_{variant}_patch{patch}_{size}", size, Channels: 3, Classes: size == 32 ? 10 : 1000)
        {
            PatchSize = patch,
            EmbedDim = embedDim,
            Depth = depth,
            Heads = heads,
            MlpRatio = mlp is { } hidden ? (double)hidden / embedDim : 4,
        };
}
