using System.Globalization;

namespace VitNotebooks.Data;

/// <summary>Which search found the pairs of operations that <see cref="AutoAugment"/> draws from.</summary>
public enum AutoAugmentPolicy
{
    /// <summary>Found on ImageNet.</summary>
    ImageNet,

    /// <summary>Found on CIFAR-10.</summary>
    Cifar10,

    /// <summary>Found on SVHN.</summary>
    Svhn,
}

/// <summary>An operation of a policy, the probability that it is applied, and its level; null where it has none.</summary>
internal readonly record struct PolicyStep(PixelOperation Operation, double Probability, int? Level);

/// <summary>
/// The found policies, 25 pairs each: operation, probability, level. Sources: AutoAugment's paper (Cubuk et al. 2018, arXiv:1805.09501, tables 7, 8 and
/// 9), in the numbers of torchvision 0.14; <see cref="V0"/> as in EfficientNet's TPU code, in the numbers of timm 0.4.12.
/// </summary>
internal static class AutoAugmentPolicies
{
    public static PolicyStep[][] ImageNet { get; } =
        Read(
            """
            Posterize 0.4 8, Rotate 0.6 9
            Solarize 0.6 5, AutoContrast 0.6
            Equalize 0.8, Equalize 0.6
            Posterize 0.6 7, Posterize 0.6 6
            Equalize 0.4, Solarize 0.2 4
            Equalize 0.4, Rotate 0.8 8
            Solarize 0.6 3, Equalize 0.6
            Posterize 0.8 5, Equalize 1
            Rotate 0.2 3, Solarize 0.6 8
            Equalize 0.6, Posterize 0.4 6
            Rotate 0.8 8, Color 0.4 0
            Rotate 0.4 9, Equalize 0.6
            Equalize 0, Equalize 0.8
            Invert 0.6, Equalize 1
            Color 0.6 4, Contrast 1 8
            Rotate 0.8 8, Color 1 2
            Color 0.8 8, Solarize 0.8 7
            Sharpness 0.4 7, Invert 0.6
            ShearX 0.6 5, Equalize 1
            Color 0.4 0, Equalize 0.6
            Equalize 0.4, Solarize 0.2 4
            Solarize 0.6 5, AutoContrast 0.6
            Invert 0.6, Equalize 1
            Color 0.6 4, Contrast 1 8
            Equalize 0.8, Equalize 0.6
            """
        );

    public static PolicyStep[][] Cifar10 { get; } =
        Read(
            """
            Invert 0.1, Contrast 0.2 6
            Rotate 0.7 2, TranslateX 0.3 9
            Sharpness 0.8 1, Sharpness 0.9 3
            ShearY 0.5 8, TranslateY 0.7 9
            AutoContrast 0.5, Equalize 0.9
            ShearY 0.2 7, Posterize 0.3 7
            Color 0.4 3, Brightness 0.6 7
            Sharpness 0.3 9, Brightness 0.7 9
            Equalize 0.6, Equalize 0.5
            Contrast 0.6 7, Sharpness 0.6 5
            Color 0.7 7, TranslateX 0.5 8
            Equalize 0.3, AutoContrast 0.4
            TranslateY 0.4 3, Sharpness 0.2 6
            Brightness 0.9 6, Color 0.2 8
            Solarize 0.5 2, Invert 0
            Equalize 0.2, AutoContrast 0.6
            Equalize 0.2, Equalize 0.6
            Color 0.9 9, Equalize 0.6
            AutoContrast 0.8, Solarize 0.2 8
            Brightness 0.1 3, Color 0.7 0
            Solarize 0.4 5, AutoContrast 0.9
            TranslateY 0.9 9, TranslateY 0.7 9
            AutoContrast 0.9, Solarize 0.8 3
            Equalize 0.8, Invert 0.1
            TranslateY 0.7 9, AutoContrast 0.9
            """
        );

    public static PolicyStep[][] Svhn { get; } =
        Read(
            """
            ShearX 0.9 4, Invert 0.2
            ShearY 0.9 8, Invert 0.7
            Equalize 0.6, Solarize 0.6 6
            Invert 0.9, Equalize 0.6
            Equalize 0.6, Rotate 0.9 3
            ShearX 0.9 4, AutoContrast 0.8
            ShearY 0.9 8, Invert 0.4
            ShearY 0.9 5, Solarize 0.2 6
            Invert 0.9, AutoContrast 0.8
            Equalize 0.6, Rotate 0.9 3
            ShearX 0.9 4, Solarize 0.3 3
            ShearY 0.8 8, Invert 0.7
            Equalize 0.9, TranslateY 0.6 6
            Invert 0.9, Equalize 0.6
            Contrast 0.3 3, Rotate 0.8 4
            Invert 0.8, TranslateY 0 2
            ShearY 0.7 6, Solarize 0.4 8
            Invert 0.6, Rotate 0.8 4
            ShearY 0.3 7, TranslateX 0.9 3
            ShearX 0.1 6, Invert 0.6
            Solarize 0.7 2, TranslateY 0.6 7
            ShearY 0.8 4, Invert 0.8
            ShearX 0.7 9, TranslateY 0.8 3
            ShearY 0.8 5, AutoContrast 0.7
            ShearX 0.7 2, Invert 0.1
            """
        );

    public static PolicyStep[][] V0 { get; } =
        Read(
            """
            Equalize 0.8, ShearY 0.8 4
            Color 0.4 9, Equalize 0.6
            Color 0.4 1, Rotate 0.6 8
            Solarize 0.8 3, Equalize 0.4
            Solarize 0.4 2, Solarize 0.6 2
            Color 0.2 0, Equalize 0.8
            Equalize 0.4, SolarizeAdd 0.8 3
            ShearX 0.2 9, Rotate 0.6 8
            Color 0.6 1, Equalize 1
            Invert 0.4, Rotate 0.6 0
            Equalize 1, ShearY 0.6 3
            Color 0.4 7, Equalize 0.6
            Posterize 0.4 6, AutoContrast 0.4
            Solarize 0.6 8, Color 0.6 9
            Solarize 0.2 4, Rotate 0.8 9
            Rotate 1 7, TranslateY 0.8 9
            ShearX 0 0, Solarize 0.8 4
            ShearY 0.8 0, Color 0.6 4
            Color 1 0, Rotate 0.6 2
            Equalize 0.8, Equalize 0
            Equalize 1, AutoContrast 0.6
            ShearY 0.4 7, SolarizeAdd 0.6 7
            Posterize 0.8 2, Solarize 0.6 10
            Solarize 0.6 8, Equalize 0.6
            Color 0.8 6, Rotate 0.4 5
            """
        );

    private static PolicyStep[][] Read(string table) =>
        [.. table.Split('\n').Select(line => line.Split(", ").Select(ReadStep).ToArray())];

    private static PolicyStep ReadStep(string step)
    {
        var words = step.Split(' ');
        return new PolicyStep(
            Enum.Parse<PixelOperation>(words[0]),
            double.Parse(words[1], CultureInfo.InvariantCulture),
            words.Length > 2 ? int.Parse(words[2], CultureInfo.InvariantCulture) : null
        );
    }
}
