using VitNotebooks.Data;

namespace VitNotebooks.Models;

/// <summary>
/// timm's weights of ViT: Google's, whose networks timm converted (arXiv 2010.11929, 2106.10270, 2106.01548). A line each, from
/// huggingface/pytorch-image-models 1.0, timm/models/vision_transformer.py; accuracies are those that timm measured, results/results-imagenet.csv.
/// </summary>
internal static class VitWeights
{
    private const string Original = "2010.11929";
    private const string AugReg = "2106.10270";
    private const string Sharpness = "2106.01548";

    internal static IReadOnlyList<PublishedWeights> All =>
        [
            In1k("tiny_patch16", 224, "augreg_in21k_ft_in1k", 75.452, AugReg),
            In1k("tiny_patch16", 384, "augreg_in21k_ft_in1k", 78.438, AugReg),
            In1k("small_patch32", 224, "augreg_in21k_ft_in1k", 76.010, AugReg),
            In1k("small_patch32", 384, "augreg_in21k_ft_in1k", 80.476, AugReg),
            In1k("small_patch16", 224, "augreg_in21k_ft_in1k", 81.402, AugReg),
            In1k("small_patch16", 384, "augreg_in21k_ft_in1k", 83.814, AugReg),
            In1k("base_patch32", 224, "augreg_in21k_ft_in1k", 80.732, AugReg),
            In1k("base_patch32", 384, "augreg_in21k_ft_in1k", 83.358, AugReg),
            In1k("base_patch16", 224, "augreg_in21k_ft_in1k", 84.534, AugReg),
            In1k("base_patch16", 224, "augreg2_in21k_ft_in1k", 85.108, AugReg),
            In1k("base_patch16", 384, "augreg_in21k_ft_in1k", 86.010, AugReg),
            In1k("large_patch16", 224, "augreg_in21k_ft_in1k", 85.856, AugReg),
            In1k("large_patch16", 384, "augreg_in21k_ft_in1k", 87.096, AugReg),
            In1k("small_patch16", 224, "augreg_in1k", 78.842, AugReg),
            In1k("small_patch16", 384, "augreg_in1k", 81.130, AugReg),
            In1k("base_patch32", 224, "augreg_in1k", 74.908, AugReg),
            In1k("base_patch32", 384, "augreg_in1k", 78.750, AugReg),
            In1k("base_patch16", 224, "augreg_in1k", 79.154, AugReg),
            In1k("base_patch16", 384, "augreg_in1k", 81.102, AugReg),
            In1k("base_patch32", 224, "sam_in1k", 73.704, Sharpness),
            In1k("base_patch16", 224, "sam_in1k", 80.246, Sharpness),
            Release("base_patch16", 224, "jx_vit_base_p16_224-80ecf9dd", 81.782),
            Release("base_patch16", 384, "jx_vit_base_p16_384-83fb41ba", 84.212),
            Release("large_patch32", 384, "jx_vit_large_p32_384-9b920ba8", 81.508),
            In21k("tiny_patch16", "augreg_in21k", AugReg, 21843),
            In21k("small_patch32", "augreg_in21k", AugReg, 21843),
            In21k("small_patch16", "augreg_in21k", AugReg, 21843),
            In21k("base_patch32", "augreg_in21k", AugReg, 21843),
            In21k("base_patch16", "augreg_in21k", AugReg, 21843),
            In21k("large_patch16", "augreg_in21k", AugReg, 21843),
            In21k("base_patch32", "orig_in21k", Original, classes: null),
            In21k("base_patch16", "orig_in21k", Original, classes: null),
            In21k("large_patch32", "orig_in21k", Original, classes: null),
            In21k("large_patch16", "orig_in21k", Original, classes: null),
            In21k("huge_patch14", "orig_in21k", Original, classes: null),
        ];

    private static PublishedWeights In1k(string shape, int size, string tag, double top1, string paper) =>
        Make(shape, size, tag, paper) with
        {
            Top1 = top1,
        };

    private static PublishedWeights Release(string shape, int size, string file, double top1) =>
        Make(shape, size, "orig_in21k_ft_in1k", Original) with
        {
            Url = $"https://github.com/rwightman/pytorch-image-models/releases/download/v0.1-vitjx/{file}.pth",
            FileName = $"{file}.pth",
            Sha256 = file[^8..],
            Top1 = top1,
        };

    private static PublishedWeights In21k(string shape, string tag, string paper, int? classes) =>
        Make(shape, 224, tag, paper) with
        {
            Dataset = "ImageNet-21k",
            Classes = classes,
        };

    // Larger images have a tag of their own here, and a model of their own in timm.
    private static PublishedWeights Make(string shape, int size, string tag, string paper)
    {
        var model = $"vit_{shape}_{size}";
        var isRegistered = size == 224 || shape is "base_patch16" or "large_patch16";
        return new(
            isRegistered ? model : $"vit_{shape}_224",
            isRegistered ? tag : $"{tag}_{size}",
            $"https://huggingface.co/timm/{model}.{tag}/resolve/main/model.safetensors"
        )
        {
            FileName = $"{model}.{tag}.safetensors",
            Dataset = "ImageNet-1k",
            Preprocessing = new(
                size,
                [0.5f, 0.5f, 0.5f],
                [0.5f, 0.5f, 0.5f],
                Interpolation.Bicubic,
                CropRatio: size == 384 ? 1 : 0.9
            ),
            Licence = "Apache 2.0",
            Source = "https://github.com/huggingface/pytorch-image-models",
            Paper = paper,
        };
    }
}
