namespace VitNotebooks.Data;

/// <summary>What an augmentation policy chooses from, by the names of AutoAugment (arXiv 1805.09501).</summary>
internal enum PixelOperation
{
    Identity,
    AutoContrast,
    Equalize,
    Invert,
    Rotate,
    Posterize,
    Solarize,
    SolarizeAdd,
    Color,
    Contrast,
    Brightness,
    Sharpness,
    ShearX,
    ShearY,
    TranslateX,
    TranslateY,
    Cutout,
}
