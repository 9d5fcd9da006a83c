namespace VitNotebooks.Models;

/// <summary>The registered DHVTs: a line each, names as in ArieSeirack/DHVT.</summary>
internal static class DhvtVariants
{
    // For 32-pixel images: 8x8 cells, 18 M multiply-adds, so that the localization loss has a map to work on.
    internal static readonly DhvtConfig Mini = Make("dhvt_mini_patch4_32", 64, heads: 4, patch: 4, 32, 10) with
    {
        Depth = 4,
    };
    internal static readonly DhvtConfig Tiny = Make("dhvt_tiny_cifar_patch4", 192, heads: 4, patch: 4, 32, 100);
    internal static readonly DhvtConfig Small = Make("dhvt_small_cifar_patch4", 384, heads: 8, patch: 4, 32, 100);

    internal static IReadOnlyList<DhvtConfig> All { get; } =
    [
        Mini,
        Tiny,
        Small,
        Make("dhvt_tiny_cifar_patch2", 192, heads: 4, patch: 2, 32, 100),
        Make("dhvt_small_cifar_patch2", 384, heads: 8, patch: 2, 32, 100),
        Make("dhvt_tiny_domain_patch16", 192, heads: 4, patch: 16, 224, 345),
        Make("dhvt_small_domain_patch16", 384, heads: 6, patch: 16, 224, 345),
        Make("dhvt_tiny_imagenet_patch16", 192, heads: 3, patch: 16, 224, 1000),
        Make("dhvt_small_imagenet_patch16", 384, heads: 6, patch: 16, 224, 1000),
    ];

    // A published name belongs to its shape; two of them have one shape, and differ in their classes.
    internal static string NameOf(DhvtConfig config) =>
        All.Where(known =>
                (known.EmbedDim, known.Depth, known.Heads, known.PatchSize)
                == (config.EmbedDim, config.Depth, config.Heads, config.PatchSize)
            )
            .OrderByDescending(known => known.Classes == config.Classes)
            .FirstOrDefault()
            ?.Name
        ?? $"dhvt_custom_patch{config.PatchSize}_{config.ImageSize}";

    private static DhvtConfig Make(string name, int embedDim, int heads, int patch, int image, int classes) =>
        new(name, image, Channels: 3, classes)
        {
            PatchSize = patch,
            EmbedDim = embedDim,
            Heads = heads,
        };
}
