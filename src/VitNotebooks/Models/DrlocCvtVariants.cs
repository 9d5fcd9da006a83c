namespace VitNotebooks.Models;

/// <summary>The registered shapes of the localization paper's CvT: a line each.</summary>
internal static class DrlocCvtVariants
{
    internal static readonly DrlocCvtConfig Cvt13 = new("cvt_13.drloc", 224, Channels: 3, Classes: 1000);

    // For 32-pixel images: 16x16, 8x8 and 8x8 cells, so that the localization loss has a map to work on.
    internal static readonly DrlocCvtConfig Mini = new("cvt_mini.drloc_32", 32, Channels: 3, Classes: 10)
    {
        PatchSizes = [3, 3, 3],
        PatchStrides = [2, 2, 1],
        EmbedDims = [24, 48, 96],
        Depths = [1, 1, 2],
        Heads = [1, 2, 4],
        HeadDim = 24,
    };

    internal static IReadOnlyList<DrlocCvtConfig> All => [Mini, Cvt13];

    internal static string NameOf(DrlocCvtConfig config)
    {
        if (IsOfShape(config, Cvt13))
        {
            return config.ImageSize == Cvt13.ImageSize ? Cvt13.Name : $"{Cvt13.Name}_{config.ImageSize}";
        }

        return $"cvt_{(IsOfShape(config, Mini) ? "mini" : "custom")}.drloc_{config.ImageSize}";
    }

    // Whether everything but the image, the classes and the regularization is the known one's.
    private static bool IsOfShape(DrlocCvtConfig config, DrlocCvtConfig known) =>
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
