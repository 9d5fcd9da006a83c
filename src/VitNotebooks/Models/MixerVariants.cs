namespace VitNotebooks.Models;

/// <summary>The registered MLP-Mixers: a line each, names as in timm.</summary>
internal static class MixerVariants
{
    internal static readonly MixerConfig Small = Make("s", 512, 8);
    internal static readonly MixerConfig Base = Make("b", 768, 12);

    // For 32-pixel images: 8x8 cells, 19 M multiply-adds, so that the localization loss has a map to work on.
    internal static readonly MixerConfig Mini = Make("mini", 64, 8, size: 32, patch: 4) with { DropPath = 0.1 };

    internal static IReadOnlyList<MixerConfig> All { get; } =
    [Mini, Small, Make("s", 512, 8, patch: 32), Base, Make("b", 768, 12, patch: 32)];

    internal static string NameOf(MixerConfig config) =>
        (config.EmbedDim, config.Depth) switch
        {
            (512, 8) => NameOf("s", config),
            (768, 12) => NameOf("b", config),
            (64, 8) => NameOf("mini", config),
            _ => NameOf("custom", config),
        };

    private static string NameOf(string size, MixerConfig config) =>
        size.Length == 1
            ? $"mixer_{size}{config.PatchSize}_{config.ImageSize}"
            : $"mixer_{size}_patch{config.PatchSize}_{config.ImageSize}";

    private static MixerConfig Make(string variant, int embedDim, int depth, int size = 224, int patch = 16)
    {
        var config = new MixerConfig("", size, Channels: 3, Classes: size == 32 ? 10 : 1000)
        {
            PatchSize = patch,
            EmbedDim = embedDim,
            Depth = depth,
        };
        return config with { Name = NameOf(variant, config) };
    }
}
