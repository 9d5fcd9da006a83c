using VitNotebooks.Data;

namespace VitNotebooks.Models;

/// <summary>Microsoft's weights of Swin (arXiv 2103.14030): a line each, from the table in microsoft/Swin-Transformer's README; tags as in timm.</summary>
/// <remarks>At 384 pixels their code squeezes the whole image into a square; we cut its middle out, as timm does. The accuracy of a network that
/// saw ImageNet-22k alone is not published.</remarks>
internal static class SwinWeights
{
    internal static IReadOnlyList<PublishedWeights> All =>
        [
            In1k("tiny_patch4_window7_224", "v1.0.0", 81.2),
            In1k("small_patch4_window7_224", "v1.0.0", 83.2),
            In1k("base_patch4_window7_224", "v1.0.0", 83.5),
            In1k("base_patch4_window12_384", "v1.0.0", 84.5),
            FineTuned("tiny_patch4_window7_224", "v1.0.8", "_22kto1k_finetune", 80.9),
            FineTuned("small_patch4_window7_224", "v1.0.8", "_22kto1k_finetune", 83.2),
            FineTuned("base_patch4_window7_224", "v1.0.0", "_22kto1k", 85.2),
            FineTuned("base_patch4_window12_384", "v1.0.0", "_22kto1k", 86.4),
            FineTuned("large_patch4_window7_224", "v1.0.0", "_22kto1k", 86.3),
            FineTuned("large_patch4_window12_384", "v1.0.0", "_22kto1k", 87.3),
            In22k("tiny_patch4_window7_224", "v1.0.8"),
            In22k("small_patch4_window7_224", "v1.0.8"),
            In22k("base_patch4_window7_224", "v1.0.0"),
            In22k("base_patch4_window12_384", "v1.0.0"),
            In22k("large_patch4_window7_224", "v1.0.0"),
            In22k("large_patch4_window12_384", "v1.0.0"),
        ];

    private static PublishedWeights In1k(string shape, string release, double top1) =>
        Make(shape, "ms_in1k", release, "") with
        {
            Top1 = top1,
        };

    private static PublishedWeights FineTuned(string shape, string release, string ending, double top1) =>
        Make(shape, "ms_in22k_ft_in1k", release, ending) with
        {
            Top1 = top1,
        };

    private static PublishedWeights In22k(string shape, string release) =>
        Make(shape, "ms_in22k", release, "_22k") with
        {
            Dataset = "ImageNet-22k",
            Classes = 21841,
        };

    private static PublishedWeights Make(string shape, string tag, string release, string ending) =>
        new(
            $"swin_{shape}",
            tag,
            $"https://github.com/SwinTransformer/storage/releases/download/{release}/swin_{shape}{ending}.pth"
        )
        {
            Entry = "model",
            Dataset = "ImageNet-1k",
            Preprocessing = shape.EndsWith("384", StringComparison.Ordinal)
                ? Preprocessing.ImageNet(384) with
                {
                    CropRatio = 1,
                }
                : Preprocessing.ImageNet(224),
            Licence = "MIT",
            Source = "https://github.com/microsoft/Swin-Transformer",
            Paper = "2103.14030",
        };
}
