namespace VitNotebooks.Models;

/// <summary>
/// The registered ViT_P (patches) and ViT_C (convolutional stem, one block less) of Early Convolutions Help Transformers See Better,
/// arXiv 2106.14881, named after the multiply-adds of an image: a line each.
/// </summary>
/// <remarks>
/// Authors' code: facebookresearch/pycls 5719de6, pycls/models/vit.py; its names are <see cref="StateDictMap.Pycls"/>. Epsilon of the norms is 1e-6 as
/// in its ViT configuration; its code alone would take 1e-5. Top-1 on ImageNet after 100 epochs, P and C of 4 GF: 76.8 and 79.1.
/// </remarks>
internal static class EarlyConvVariants
{
    private static readonly (string Name, VitConfig Config)[] Sizes =
    [
        ("1gf", Make(192, 3, mlp: 3, blocks: 12)),
        ("1gf", Make(192, 3, mlp: 3, blocks: 11, ConvStemConfig.C1GF)),
        ("4gf", Make(384, 6, mlp: 3, blocks: 12)),
        ("4gf", Make(384, 6, mlp: 3, blocks: 11, ConvStemConfig.C4GF)),
        ("4gf_s1", Make(384, 6, mlp: 3, blocks: 11, ConvStemConfig.S1)),
        ("4gf_s2", Make(384, 6, mlp: 3, blocks: 11, ConvStemConfig.S2)),
        ("4gf_s3", Make(384, 6, mlp: 3, blocks: 11, ConvStemConfig.S3)),
        ("4gf_s4", Make(384, 6, mlp: 3, blocks: 11, ConvStemConfig.S4)),
        ("16gf", Make(384, 6, mlp: 3, blocks: 48)),
        ("16gf", Make(384, 6, mlp: 3, blocks: 47, ConvStemConfig.C4GF)),
        ("18gf", Make(768, 12, mlp: 4, blocks: 12)),
        ("18gf", Make(768, 12, mlp: 4, blocks: 11, ConvStemConfig.C18GF)),
        ("36gf", Make(1024, 16, mlp: 4, blocks: 14)),
        ("36gf", Make(1024, 16, mlp: 4, blocks: 13, ConvStemConfig.C18GF)),
        ("72gf", Make(1152, 18, mlp: 4, blocks: 22)),
        ("72gf", Make(1152, 18, mlp: 4, blocks: 22, ConvStemConfig.C18GF)),
        // For 32-pixel images: 8x8 cells, 18 M multiply-adds. Its classifier does not start at zero as the authors' does, so that a first step
        // reaches every weight.
        (
            "mini",
            Make(64, 4, mlp: 3, blocks: 5, new([32, 64], [2, 2], [3, 3])) with
            {
                ImageSize = 32,
                PatchSize = 4,
                Classes = 10,
                DropPath = 0.1,
                Origin = VitOrigin.Timm,
            }
        ),
    ];

    internal static IReadOnlyList<VitConfig> All => [.. Sizes.Select(size => VitVariants.Named(size.Config))];

    // The size of a shape that has the authors' start, or a conv stem; null for others.
    internal static string? SizeOf(VitConfig config) =>
        Sizes
            .FirstOrDefault(size =>
                size.Config.Origin == config.Origin
                && (size.Config.EmbedDim, size.Config.Depth, size.Config.Heads, size.Config.HiddenDim)
                    == (config.EmbedDim, config.Depth, config.Heads, config.HiddenDim)
                && size.Config.ConvStem == config.ConvStem
            )
            .Name;

    private static VitConfig Make(int embedDim, int heads, int mlp, int blocks, ConvStemConfig? stem = null) =>
        new("", 224, Channels: 3, Classes: 1000)
        {
            EmbedDim = embedDim,
            Depth = blocks,
            Heads = heads,
            MlpRatio = mlp,
            ConvStem = stem,
            Origin = VitOrigin.Pycls,
        };
}
