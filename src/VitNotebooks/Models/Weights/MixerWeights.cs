using VitNotebooks.Data;

namespace VitNotebooks.Models;

/// <summary>
/// Google's weights of MLP-Mixer (arXiv 2105.01601), which timm converted: a line each, from huggingface/pytorch-image-models 1.0,
/// timm/models/mlp_mixer.py; files carry the beginning of their hash in their name, and the accuracy is the one that timm measured.
/// </summary>
internal static class MixerWeights
{
    internal static IReadOnlyList<PublishedWeights> All =>
        [
            Make("goog_in21k_ft_in1k", "jx_mixer_b16_224-76587d61") with
            {
                Top1 = 76.616,
            },
            Make("goog_in21k", "jx_mixer_b16_224_in21k-617b3de2") with
            {
                Dataset = "ImageNet-21k",
                Classes = 21843,
            },
        ];

    private static PublishedWeights Make(string tag, string file) =>
        new(
            "mixer_b16_224",
            tag,
            $"https://github.com/rwightman/pytorch-image-models/releases/download/v0.1-vitjx/{file}.pth"
        )
        {
            Sha256 = file[^8..],
            Dataset = "ImageNet-1k",
            Preprocessing = new(224, [0.5f, 0.5f, 0.5f], [0.5f, 0.5f, 0.5f], Interpolation.Bicubic, CropRatio: 0.875),
            Licence = "Apache 2.0",
            Source = "https://github.com/huggingface/pytorch-image-models",
            Paper = "2105.01601",
        };
}
