namespace VitNotebooks.Data;

/// <summary>
/// RandAugment (Cubuk et al. 2019, arXiv:1909.13719) as big_vision's <c>randaug(n, m)</c> (0127fb6, pp/autoaugment.py), which its ViT and Mixer recipes
/// train with: of 16 operations, cutout among them, each drawn one is applied, all with one level. TensorFlow's generator is not reproduced: the
/// distribution is its, the draws are not. Level 0 is no identity: colours fade to a tenth.
/// </summary>
/// <param name="Layers">Operations drawn, at least 0; big_vision's n. Default 2.</param>
/// <param name="Magnitude">Level, 0..30; big_vision's m. Default 15, the <c>medium</c> of "How to train your ViT" (arXiv:2106.10270).</param>
public sealed record BigVisionRandAugment(int Layers = 2, int Magnitude = 15) : Transform
{
    private const int MostMagnitude = 30;

    internal static readonly PixelOperation[] Space =
    [
        PixelOperation.AutoContrast,
        PixelOperation.Equalize,
        PixelOperation.Invert,
        PixelOperation.Rotate,
        PixelOperation.Posterize,
        PixelOperation.Solarize,
        PixelOperation.Color,
        PixelOperation.Contrast,
        PixelOperation.Brightness,
        PixelOperation.Sharpness,
        PixelOperation.ShearX,
        PixelOperation.ShearY,
        PixelOperation.TranslateX,
        PixelOperation.TranslateY,
        PixelOperation.Cutout,
        PixelOperation.SolarizeAdd,
    ];

    /// <inheritdoc/>
    public override bool KeepsSize => true;

    /// <inheritdoc/>
    public override void Apply(PixelBuffer image, TorchRandom random)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(random);
        for (var i = 0; i < Layers; i++)
        {
            var operation = Space[random.RandInt(0, Space.Length)];
            var argument = BigVisionOperations.Argument(operation, Magnitude);
            var signed =
                operation
                is PixelOperation.Rotate
                    or PixelOperation.ShearX
                    or PixelOperation.ShearY
                    or PixelOperation.TranslateX
                    or PixelOperation.TranslateY;
            if (signed && random.RandInt(0, 2) == 0)
            {
                argument = -argument;
            }
            BigVisionOperations.Apply(image, operation, argument, random);
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Faults()
    {
        if (Layers < 0)
        {
            yield return $"Layers is {Layers}, expected at least 0";
        }
        if (Magnitude is < 0 or > MostMagnitude)
        {
            yield return $"Magnitude is {Magnitude}, expected 0..{MostMagnitude}";
        }
    }

    /// <inheritdoc/>
    public override string Describe() => $"BigVisionRandAugment({Layers}, {Magnitude})";
}
