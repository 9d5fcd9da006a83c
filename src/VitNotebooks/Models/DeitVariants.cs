using VitNotebooks.Layers;

namespace VitNotebooks.Models;

/// <summary>
/// The registered models of facebookresearch/deit: a line each. DeiT (arXiv 2012.12877) is ViT under another recipe, with a second token where it
/// is distilled; DeiT III (arXiv 2204.07118) scales its branches from 1e-4, drops paths alike in all blocks and gives the class token no position.
/// </summary>
/// <remarks>Drop path is 0 as in the constructors of the authors' code; its recipes set it, 0.1 for DeiT.</remarks>
internal static class DeitVariants
{
    internal static IReadOnlyList<VitConfig> All =>
        [
            Deit(VitVariants.Tiny),
            Deit(VitVariants.Small),
            Deit(VitVariants.Base),
            Deit(VitVariants.Base, size: 384),
            Deit(VitVariants.Tiny, distilled: true),
            Deit(VitVariants.Small, distilled: true),
            Deit(VitVariants.Base, distilled: true),
            Deit(VitVariants.Base, distilled: true, size: 384),
            Deit3(VitVariants.Tiny),
            Deit3(VitVariants.Small),
            Deit3(VitVariants.Medium),
            Deit3(VitVariants.Base),
            Deit3(VitVariants.Large),
            Deit3(VitVariants.Huge),
        ];

    private static VitConfig Deit(VitConfig config, bool distilled = false, int size = 224) =>
        VitVariants.Named(config with { ImageSize = size, Distilled = distilled, Origin = VitOrigin.DeiT });

    private static VitConfig Deit3(VitConfig config) =>
        VitVariants.Named(
            config with
            {
                LayerScale = 1e-4,
                EmbedClassToken = false,
                DropPathRule = DropPathRule.Constant,
                Origin = VitOrigin.DeiT,
            }
        );
}
