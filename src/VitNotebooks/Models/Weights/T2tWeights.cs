using VitNotebooks.Data;

namespace VitNotebooks.Models;

/// <summary>
/// Yitu's weights of T2T-ViT (arXiv 2101.11986): a line each, from yitu-opensource/T2T-ViT's README. Its evaluation takes the running
/// averages, <c>state_dict_ema</c>, and so do we; those for CIFAR were trained further at 224 pixels by its transfer_learning.py.
/// </summary>
/// <remarks>Left out: the T2T-ViT-24 of 84.2%, which token labeling trained and whose classifiers are not told.</remarks>
internal static class T2tWeights
{
    internal static IReadOnlyList<PublishedWeights> All =>
        [
            In1k("t2t_vit_7", "71.7_T2T_ViT_7", 71.7),
            In1k("t2t_vit_10", "75.2_T2T_ViT_10", 75.2),
            In1k("t2t_vit_12", "76.5_T2T_ViT_12", 76.5),
            In1k("t2t_vit_14", "81.5_T2T_ViT_14", 81.5),
            In1k("t2t_vit_19", "81.9_T2T_ViT_19", 81.9),
            In1k("t2t_vit_24", "82.3_T2T_ViT_24", 82.3),
            In1k("t2t_vit_t_14", "81.7_T2T_ViTt_14", 81.7),
            In1k("t2t_vit_t_19", "82.4_T2T_ViTt_19", 82.4),
            In1k("t2t_vit_t_24", "82.6_T2T_ViTt_24", 82.6),
            In1k("t2t_vit_14", "83.3_T2T_ViT_14", 83.3, size: 384),
            Cifar("t2t_vit_14", 10, "cifar10_t2t-vit_14_98.3", 98.3),
            Cifar("t2t_vit_19", 10, "cifar10_t2t-vit_19_98.4", 98.4),
            Cifar("t2t_vit_14", 100, "cirfar100_t2t-vit-14_88.4", 88.4), // cirfar: as the release spells it
            Cifar("t2t_vit_19", 100, "cifar100_t2t-vit-19_89.0", 89.0),
        ];

    private static PublishedWeights In1k(string model, string file, double top1, int size = 224) =>
        Make(model, size == 224 ? "yitu_in1k" : $"yitu_in1k_{size}", $"{file}.pth.tar", top1) with
        {
            Entry = "state_dict_ema",
            Dataset = "ImageNet-1k",
            Preprocessing = Preprocessing.ImageNet(size) with { CropRatio = 0.9 },
        };

    // The deviations are those of transfer_learning.py, which are not CIFAR's own.
    private static PublishedWeights Cifar(string model, int classes, string file, double top1) =>
        Make(model, $"yitu_cifar{classes}", $"{file}.pth", top1) with
        {
            Entry = "net",
            Dataset = $"CIFAR-{classes}",
            Classes = classes,
            Preprocessing = new(
                224,
                [0.4914f, 0.4822f, 0.4465f],
                [0.2023f, 0.1994f, 0.2010f],
                Interpolation.Bilinear,
                CropRatio: 1
            ),
        };

    private static PublishedWeights Make(string model, string tag, string file, double top1) =>
        new(model, tag, $"https://github.com/yitu-opensource/T2T-ViT/releases/download/main/{file}")
        {
            Dataset = "",
            Preprocessing = Preprocessing.ImageNet(224),
            Top1 = top1,
            Licence = "Clear BSD",
            Source = "https://github.com/yitu-opensource/T2T-ViT",
            Paper = "2101.11986",
        };
}
