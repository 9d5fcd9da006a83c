using VitNotebooks.Data;

namespace VitNotebooks.Models;

/// <summary>
/// torchvision's weights of ResNet, Swin and ViT: a line each, from pytorch/vision's models (resnet.py, swin_transformer.py,
/// vision_transformer.py), whose files carry the beginning of their hash in their name. Tags as in timm: <c>tv_in1k</c> is IMAGENET1K_V1,
/// <c>tv2_in1k</c> IMAGENET1K_V2; <c>swag_e2e_in1k</c> and <c>swag_linear_in1k</c> are SWAG's (arXiv 2201.08371).
/// </summary>
internal static class TorchvisionWeights
{
    internal static IReadOnlyList<PublishedWeights> All =>
        [
            ResNet("resnet18", "tv_in1k", "f37072fd", 69.758),
            ResNet("resnet34", "tv_in1k", "b627a593", 73.314),
            ResNet("resnet50", "tv_in1k", "0676ba61", 76.130),
            ResNet("resnet101", "tv_in1k", "63fe2227", 77.374),
            ResNet("resnet152", "tv_in1k", "394f9c45", 78.312),
            ResNet("resnet50", "tv2_in1k", "11ad3fa6", 80.858, resize: 232),
            ResNet("resnet101", "tv2_in1k", "cd907fc2", 81.886, resize: 232),
            ResNet("resnet152", "tv2_in1k", "f82ba261", 82.284, resize: 232),
            Swin("tiny", "swin_t-704ceda3", 81.474, resize: 232),
            Swin("small", "swin_s-5e29d889", 83.196, resize: 246),
            Swin("base", "swin_b-68c6b09e", 83.582, resize: 238),
            Vit("base_patch16", "vit_b_16-c867db91", 81.072),
            Vit("base_patch32", "vit_b_32-d86f8d99", 75.912),
            Vit("large_patch16", "vit_l_16-852ce7e3", 79.662, resize: 242),
            Vit("large_patch32", "vit_l_32-c7638314", 76.972),
            Swag("base_patch16", "swag_e2e_in1k_384", 384, "vit_b_16_swag-9ac1b537", 85.304),
            Swag("large_patch16", "swag_e2e_in1k_512", 512, "vit_l_16_swag-4f3808c9", 88.064),
            Swag("huge_patch14", "swag_e2e_in1k_518", 518, "vit_h_14_swag-80465313", 88.552),
            Swag("base_patch16", "swag_linear_in1k", 224, "vit_b_16_lc_swag-4e70ced5", 81.886),
            Swag("large_patch16", "swag_linear_in1k", 224, "vit_l_16_lc_swag-4d563306", 85.146),
            Swag("huge_patch14", "swag_linear_in1k", 224, "vit_h_14_lc_swag-c1eb923e", 85.708),
        ];

    private static PublishedWeights ResNet(string model, string tag, string hash, double top1, int resize = 256) =>
        Make(model, tag, $"{model}-{hash}", top1, Interpolation.Bilinear, 224, resize) with
        {
            Paper = "1512.03385",
        };

    private static PublishedWeights Swin(string size, string file, double top1, int resize) =>
        Make($"swin_{size}_patch4_window7_224", "tv_in1k", file, top1, Interpolation.Bicubic, 224, resize) with
        {
            Paper = "2103.14030",
        };

    private static PublishedWeights Vit(string shape, string file, double top1, int resize = 256) =>
        Make($"vit_{shape}_224", "tv_in1k", file, top1, Interpolation.Bilinear, 224, resize) with
        {
            Paper = "2010.11929",
        };

    private static PublishedWeights Swag(string shape, string tag, int size, string file, double top1) =>
        Make($"vit_{shape}_224", tag, file, top1, Interpolation.Bicubic, size, size) with
        {
            Licence = "CC BY-NC 4.0, as facebookresearch/SWAG says",
            Paper = "2201.08371",
        };

    private static PublishedWeights Make(
        string model,
        string tag,
        string file,
        double top1,
        Interpolation interpolation,
        int size,
        int resize
    ) =>
        new(model, tag, $"https://download.pytorch.org/models/{file}.pth")
        {
            Sha256 = file[^8..],
            Naming = "torchvision",
            Dataset = "ImageNet-1k",
            Preprocessing = Preprocessing.ImageNet(size) with
            {
                Interpolation = interpolation,
                CropRatio = (double)size / resize,
            },
            Top1 = top1,
            Licence = "none stated for the weights; torchvision's code is BSD 3-Clause",
            Source = "https://github.com/pytorch/vision",
            Paper = "",
        };
}
