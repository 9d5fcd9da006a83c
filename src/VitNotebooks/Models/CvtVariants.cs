namespace VitNotebooks.Models;

/// <summary>The registered convolutional vision transformers: a line each, sizes as in Microsoft's experiments.</summary>
/// <remarks>
/// Microsoft's code (microsoft/CvT f851e68) counts 19,997,480, 31,622,696 and 277,196,392 parameters, as these have: the 20, 32 and 277 M of its
/// README. The paper's table has 19.98, 31.54 and 276.7 M, less by 0.02, 0.08 and 0.5 M. No part of the models, left out of the count, explains
/// both smaller ones: CvT-21 has at most twice the blocks of CvT-13 in any stage and all else in common, so where 0.08 M are missing in it, at
/// least 0.04 M would be in CvT-13.
/// </remarks>
internal static class CvtVariants
{
    internal static readonly CvtConfig Cvt13 = Make("13", 224, [64, 192, 384], [1, 2, 10], [1, 3, 6], dropPath: 0.1);
    internal static readonly CvtConfig Cvt21 = Make("21", 224, [64, 192, 384], [1, 4, 16], [1, 3, 6], dropPath: 0.1);
    internal static readonly CvtConfig CvtW24 = Make(
        "w24",
        384,
        [192, 768, 1024],
        [2, 2, 20],
        [3, 12, 16],
        dropPath: 0.3
    );

    // For 32-pixel images: 16x16, 8x8 and 8x8 cells, so that the localization loss has a map to work on.
    internal static readonly CvtConfig Mini = Make("mini", 32, [24, 48, 96], [1, 1, 2], [1, 2, 4], dropPath: 0.1) with
    {
        PatchSizes = [3, 3, 3],
        PatchStrides = [2, 2, 1],
        PatchPaddings = [1, 1, 1],
        Classes = 10,
    };

    internal static IReadOnlyList<CvtConfig> All => [Mini, Cvt13, At384(Cvt13), Cvt21, At384(Cvt21), CvtW24];

    // The size that a shape has, and how it differs from the published one.
    internal static string NameOf(CvtConfig config)
    {
        var known = Sizes.FirstOrDefault(size => IsOfSize(config, size.Config));
        var name = NameOf(known.Name ?? "custom", config.ImageSize, known.Config?.ImageSize);
        return config.Positions == CvtPositions.None
            ? name
            : $"{name}.pos_{config.Positions.ToString().ToLowerInvariant()}";
    }

    private static IReadOnlyList<(string Name, CvtConfig Config)> Sizes =>
        [("mini", Mini), ("13", Cvt13), ("21", Cvt21), ("w24", CvtW24)];

    // A published size is what its authors call it at its own image; 32 pixels are always said.
    private static string NameOf(string size, int image, int? own) =>
        image == own && image != 32 ? $"cvt_{size}" : $"cvt_{size}_{image}";

    // Whether everything but the image, the classes, the regularization and the positions is the size's.
    private static bool IsOfSize(CvtConfig config, CvtConfig size) =>
        size
        == config with
        {
            Name = size.Name,
            ImageSize = size.ImageSize,
            Channels = size.Channels,
            Classes = size.Classes,
            Losses = size.Losses,
            Head = size.Head,
            DropPath = size.DropPath,
            Positions = size.Positions,
        };

    private static CvtConfig At384(CvtConfig config) => config with { Name = $"{config.Name}_384", ImageSize = 384 };

    private static CvtConfig Make(
        string variant,
        int size,
        PerStage widths,
        PerStage depths,
        PerStage heads,
        double dropPath
    ) =>
        new(NameOf(variant, size, size), size, Channels: 3, Classes: 1000)
        {
            EmbedDims = widths,
            Depths = depths,
            Heads = heads,
            DropPath = dropPath,
        };
}
