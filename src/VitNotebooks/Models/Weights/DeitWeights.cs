using VitNotebooks.Data;

namespace VitNotebooks.Models;

/// <summary>
/// Facebook's weights of DeiT (arXiv 2012.12877) and DeiT III (arXiv 2204.07118): a line each, from facebookresearch/deit's README_deit.md
/// and README_revenge.md; tags as in timm. The files of DeiT carry the beginning of their hash in their name, those of DeiT III do not.
/// </summary>
/// <remarks>Their code cuts 0.875 of the side out of the middle for DeiT, at both sizes; its commands for DeiT III take the whole.</remarks>
internal static class DeitWeights
{
    internal static IReadOnlyList<PublishedWeights> All =>
        [
            Deit("deit_tiny_patch16_224", "a1311bcf", 72.2),
            Deit("deit_small_patch16_224", "cd65a155", 79.9),
            Deit("deit_base_patch16_224", "b5f2ef4d", 81.8),
            Deit("deit_base_patch16_384", "8de9b5d1", 82.9),
            Deit("deit_tiny_distilled_patch16_224", "b40b3cf7", 74.5),
            Deit("deit_small_distilled_patch16_224", "649709d9", 81.2),
            Deit("deit_base_distilled_patch16_224", "df68dfff", 83.4),
            Deit("deit_base_distilled_patch16_384", "d0272ac0", 85.2),
            Deit3("small", 16, 224, "1k", 81.4),
            Deit3("small", 16, 384, "1k", 83.4),
            Deit3("medium", 16, 224, "1k", 83.0),
            Deit3("base", 16, 224, "1k", 83.8),
            Deit3("base", 16, 384, "1k", 85.0),
            Deit3("large", 16, 224, "1k", 84.9),
            Deit3("large", 16, 384, "1k", 85.8),
            Deit3("huge", 14, 224, "1k", 85.2),
            Deit3("small", 16, 224, "21k", 83.1),
            Deit3("small", 16, 384, "21k", 84.8),
            Deit3("medium", 16, 224, "21k", 84.5),
            Deit3("base", 16, 224, "21k", 85.7),
            Deit3("base", 16, 384, "21k", 86.7),
            Deit3("large", 16, 224, "21k", 87.0),
            Deit3("large", 16, 384, "21k", 87.7),
            Deit3("huge", 14, 224, "21k", 87.2, ending: "_v1"),
        ];

    private static PublishedWeights Deit(string model, string hash, double top1)
    {
        var size = model.EndsWith("384", StringComparison.Ordinal) ? 384 : 224;
        return Make(model, "fb_in1k", $"{model}-{hash}", Preprocessing.ImageNet(size)) with
        {
            Sha256 = hash,
            Top1 = top1,
            Paper = "2012.12877",
        };
    }

    private static PublishedWeights Deit3(
        string name,
        int patch,
        int size,
        string pretraining,
        double top1,
        string ending = ""
    )
    {
        var tag = pretraining == "1k" ? "fb_in1k" : "fb_in22k_ft_in1k";
        return Make(
            $"deit3_{name}_patch{patch}_224",
            size == 224 ? tag : $"{tag}_{size}",
            $"deit_3_{name}_{size}_{pretraining}{ending}",
            Preprocessing.ImageNet(size) with
            {
                CropRatio = 1,
            }
        ) with
        {
            Naming = "deit3",
            Top1 = top1,
            Paper = "2204.07118",
        };
    }

    private static PublishedWeights Make(string model, string tag, string file, Preprocessing preprocessing) =>
        new(model, tag, $"https://dl.fbaipublicfiles.com/deit/{file}.pth")
        {
            Entry = "model",
            Dataset = "ImageNet-1k",
            Preprocessing = preprocessing,
            Licence = "Apache 2.0",
            Source = "https://github.com/facebookresearch/deit",
            Paper = "",
        };
}
