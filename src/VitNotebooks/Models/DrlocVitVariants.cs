namespace VitNotebooks.Models;

/// <summary>The registered shapes of the localization paper's ViT: a line each.</summary>
internal static class DrlocVitVariants
{
    internal static readonly DrlocVitConfig Base = new("vit_base.drloc", 224, Channels: 3, Classes: 1000);

    // For 32-pixel images: 8x8 cells, so that the localization loss has a map to work on.
    internal static readonly DrlocVitConfig Mini = new("vit_mini.drloc_32", 32, Channels: 3, Classes: 10)
    {
        PatchSize = 4,
        EmbedDim = 64,
        Depth = 6,
        Heads = 4,
        HeadDim = 16,
        MlpDim = 256,
    };

    internal static IReadOnlyList<DrlocVitConfig> All => [Mini, Base];

    internal static string NameOf(DrlocVitConfig config)
    {
        if (IsOfShape(config, Base))
        {
            return config.ImageSize == Base.ImageSize ? Base.Name : $"{Base.Name}_{config.ImageSize}";
        }

        return $"vit_{(IsOfShape(config, Mini) ? "mini" : "custom")}.drloc_{config.ImageSize}";
    }

    // Whether everything but the image, the classes and the regularization is the known one's.
    private static bool IsOfShape(DrlocVitConfig config, DrlocVitConfig known) =>
        known
        == config with
        {
            Name = known.Name,
            ImageSize = known.ImageSize,
            Channels = known.Channels,
            Classes = known.Classes,
            Losses = known.Losses,
            Head = known.Head,
            Dropout = known.Dropout,
        };
}
