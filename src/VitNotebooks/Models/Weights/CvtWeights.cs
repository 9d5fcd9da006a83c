using VitNotebooks.Data;

namespace VitNotebooks.Models;

/// <summary>Microsoft's weights of CvT (arXiv 2103.15808): a line each, from microsoft/CvT's README. They lie in a folder of OneDrive, which only a
/// browser opens.</summary>
/// <remarks>At 384 pixels their code squeezes the whole image into a square; we cut its middle out.</remarks>
internal static class CvtWeights
{
    internal static IReadOnlyList<PublishedWeights> All =>
        [
            Make("cvt_13", "msft_in1k", 224, "CvT-13-224x224-IN-1k.pth", 81.6),
            Make("cvt_21", "msft_in1k", 224, "CvT-21-224x224-IN-1k.pth", 82.5),
            Make("cvt_13_384", "msft_in1k", 384, "CvT-13-384x384-IN-1k.pth", 83.0),
            Make("cvt_21_384", "msft_in1k", 384, "CvT-21-384x384-IN-1k.pth", 83.3),
            Make("cvt_13_384", "msft_in22k_ft_in1k", 384, "CvT-13-384x384-IN-22k.pth", 83.3),
            Make("cvt_21_384", "msft_in22k_ft_in1k", 384, "CvT-21-384x384-IN-22k.pth", 84.9),
            Make("cvt_w24", "msft_in22k_ft_in1k", 384, "CvT-w24-384x384-IN-22k.pth", 87.6),
        ];

    private static PublishedWeights Make(string model, string tag, int size, string file, double top1) =>
        new(model, tag, "https://1drv.ms/u/s!AhIXJn_J-blW9RzF3rMW7SsLHa8h?e=blQ0Al")
        {
            FileName = file,
            ByHand = $"Open https://1drv.ms/u/s!AhIXJn_J-blW9RzF3rMW7SsLHa8h?e=blQ0Al in a browser and take {file}.",
            Dataset = "ImageNet-1k",
            Preprocessing = Preprocessing.ImageNet(size) with { CropRatio = size == 384 ? 1 : 0.875 },
            Top1 = top1,
            Licence = "MIT",
            Source = "https://github.com/microsoft/CvT",
            Paper = "2103.15808",
        };
}
