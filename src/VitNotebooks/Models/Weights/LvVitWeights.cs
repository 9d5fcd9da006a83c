using VitNotebooks.Data;

namespace VitNotebooks.Models;

/// <summary>The authors' weights of LV-ViT (arXiv 2104.10858): a line each, from zihangJiang/TokenLabeling's README, with the crops of its models.</summary>
internal static class LvVitWeights
{
    internal static IReadOnlyList<PublishedWeights> All =>
        [
            Make("lvvit_t", "tlt_in1k", 224, 0.9, "v0.2.0/lvvit_t.pth", 79.1),
            Make("lvvit_s", "tlt_in1k", 224, 0.9, "1.0/lvvit_s-26M-224-83.3.pth.tar", 83.3),
            Make("lvvit_s", "tlt_in1k_384", 384, 0.9, "1.0/lvvit_s-26M-384-84.4.pth.tar", 84.4),
            Make("lvvit_m", "tlt_in1k", 224, 1, "1.0/lvvit_m-56M-224-84.0.pth.tar", 84.0),
            Make("lvvit_m", "tlt_in1k_384", 384, 1, "1.0/lvvit_m-56M-384-85.4.pth.tar", 85.4),
            Make("lvvit_m", "tlt_in1k_448", 448, 1, "1.0/lvvit_m-56M-448-85.5.pth.tar", 85.5),
            Make("lvvit_l", "tlt_in1k", 448, 1, "1.0/lvvit_l-150M-448-86.2.pth.tar", 86.2),
            Make("lvvit_l", "tlt_in1k_512", 512, 1, "1.0/lvvit_l-150M-512-86.4.pth.tar", 86.4),
        ];

    private static PublishedWeights Make(string model, string tag, int size, double crop, string file, double top1) =>
        new(model, tag, $"https://github.com/zihangJiang/TokenLabeling/releases/download/{file}")
        {
            Dataset = "ImageNet-1k",
            Preprocessing = Preprocessing.ImageNet(size) with { CropRatio = crop },
            Top1 = top1,
            Licence = "Apache 2.0",
            Source = "https://github.com/zihangJiang/TokenLabeling",
            Paper = "2104.10858",
        };
}
