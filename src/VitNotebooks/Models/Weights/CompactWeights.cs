using VitNotebooks.Data;

namespace VitNotebooks.Models;

/// <summary>The authors' weights of CCT (arXiv 2104.05704): a line each, from SHI-Labs/Compact-Transformers' README, with the preprocessing of its
/// configs.</summary>
internal static class CompactWeights
{
    private static readonly Preprocessing Cifar10 = new(
        32,
        [0.4914f, 0.4822f, 0.4465f],
        [0.2470f, 0.2435f, 0.2616f],
        Interpolation.Bicubic,
        CropRatio: 1
    );

    private static readonly Preprocessing Cifar100 = Cifar10 with
    {
        Mean = [0.5071f, 0.4867f, 0.4408f],
        Std = [0.2675f, 0.2565f, 0.2761f],
    };

    private static readonly Preprocessing Flowers = new(
        224,
        [0.4353f, 0.3773f, 0.2872f],
        [0.2966f, 0.2455f, 0.2698f],
        Interpolation.Bicubic,
        CropRatio: 1
    );

    internal static IReadOnlyList<PublishedWeights> All =>
        [
            Cifar("cct_7_3x1_32", 10, 300, 96.53),
            Cifar("cct_7_3x1_32_sine", 10, 1500, 97.48),
            Cifar("cct_7_3x1_32_sine", 10, 5000, 98.00),
            Cifar("cct_7_3x1_32", 100, 300, 80.92),
            Cifar("cct_7_3x1_32_sine", 100, 1500, 82.72),
            Cifar("cct_7_3x1_32_sine", 100, 5000, 82.87),
            Make("cct_7_7x2_224_sine", "flowers102", "pretrained/cct_7_7x2_224_flowers102", Flowers, 97.19) with
            {
                Dataset = "Flowers-102",
                Classes = 102,
            },
            Make(
                "cct_14_7x2_384",
                "in1k_ft_flowers102",
                "finetuned/cct_14_7x2_384_flowers102",
                Flowers with
                {
                    ImageSize = 384,
                },
                99.76
            ) with
            {
                Dataset = "Flowers-102",
                Classes = 102,
            },
            Make("cct_14_7x2_224", "in1k", "pretrained/cct_14_7x2_224_imagenet", ImageNet(224), 80.67),
            Make("cct_14_7x2_384", "in1k", "finetuned/cct_14_7x2_384_imagenet", ImageNet(384), 82.71),
        ];

    private static Preprocessing ImageNet(int size) => Preprocessing.ImageNet(size) with { CropRatio = 0.9 };

    private static PublishedWeights Cifar(string model, int classes, int epochs, double top1) =>
        Make(
            model,
            $"cifar{classes}_{epochs}e",
            $"pretrained/{model}_cifar{classes}_{epochs}epochs",
            classes == 10 ? Cifar10 : Cifar100,
            top1
        ) with
        {
            Dataset = $"CIFAR-{classes}",
            Classes = classes,
        };

    private static PublishedWeights Make(
        string model,
        string tag,
        string file,
        Preprocessing preprocessing,
        double top1
    ) =>
        new(model, tag, $"https://shi-labs.com/projects/cct/checkpoints/{file}.pth")
        {
            Dataset = "ImageNet-1k",
            Preprocessing = preprocessing,
            Top1 = top1,
            Licence = "Apache 2.0",
            Source = "https://github.com/SHI-Labs/Compact-Transformers",
            Paper = "2104.05704",
        };
}
