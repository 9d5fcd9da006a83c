namespace VitNotebooks.Models;

/// <summary>The registered residual networks: a line each, names as in torchvision.</summary>
internal static class ResNetVariants
{
    internal static readonly ResNetConfig ResNet18 = Make(18, ResNetBlock.Basic, [2, 2, 2, 2]);
    internal static readonly ResNetConfig ResNet34 = Make(34, ResNetBlock.Basic, [3, 4, 6, 3]);
    internal static readonly ResNetConfig ResNet50 = Make(50, ResNetBlock.Bottleneck, [3, 4, 6, 3]);
    internal static readonly ResNetConfig ResNet101 = Make(101, ResNetBlock.Bottleneck, [3, 4, 23, 3]);
    internal static readonly ResNetConfig ResNet152 = Make(152, ResNetBlock.Bottleneck, [3, 8, 36, 3]);

    // For 32-pixel images: a last map of 8x8, 22 M multiply-adds.
    internal static readonly ResNetConfig Mini = new("resnet_mini_32", ImageSize: 32, Channels: 3, Classes: 10)
    {
        Block = ResNetBlock.Basic,
        Depths = [1, 2, 2],
        Width = 16,
        Stem = ResNetStem.Cifar,
    };

    internal static IReadOnlyList<ResNetConfig> All => [Mini, ResNet18, ResNet34, ResNet50, ResNet101, ResNet152];

    // No size of an image belongs to it: the weights fit any.
    internal static string NameOf(ResNetConfig config) =>
        All.FirstOrDefault(known =>
            (known.Block, known.Depths, known.Width) == (config.Block, config.Depths, config.Width)
        )?.Name
        ?? $"resnet_custom_{config.Depths}_{config.Width}";

    private static ResNetConfig Make(int layers, ResNetBlock block, PerStage depths) =>
        new($"resnet{layers}", ImageSize: 224, Channels: 3, Classes: 1000) { Block = block, Depths = depths };
}
