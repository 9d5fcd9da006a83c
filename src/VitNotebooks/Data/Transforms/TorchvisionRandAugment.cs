namespace VitNotebooks.Data;

/// <summary>
/// RandAugment (Cubuk et al. 2019, arXiv:1909.13719) as torchvision 0.14's <c>RandAugment</c>: a few of 14 operations one after another, all of one
/// magnitude, with its order of draws, so that the same generator gives the same bytes as torchvision on a Pillow image.
/// </summary>
/// <param name="Operations">How many, at least 0. Default 2.</param>
/// <param name="Magnitude">Which of the bins, 0..Bins - 1. Default 9.</param>
/// <param name="Bins">Steps from no change to the strongest, at least 2. Default 31.</param>
/// <param name="Sampling">Of shear, translation and rotation. Default nearest.</param>
/// <param name="Fill">What lies outside after these; null is black.</param>
public sealed record TorchvisionRandAugment(
    int Operations = 2,
    int Magnitude = 9,
    int Bins = 31,
    WarpSampling Sampling = WarpSampling.Nearest,
    RgbColor? Fill = null
) : Transform
{
    internal static readonly PixelOperation[] Space =
    [
        PixelOperation.Identity,
        PixelOperation.ShearX,
        PixelOperation.ShearY,
        PixelOperation.TranslateX,
        PixelOperation.TranslateY,
        PixelOperation.Rotate,
        PixelOperation.Brightness,
        PixelOperation.Color,
        PixelOperation.Contrast,
        PixelOperation.Sharpness,
        PixelOperation.Posterize,
        PixelOperation.Solarize,
        PixelOperation.AutoContrast,
        PixelOperation.Equalize,
    ];

    internal static readonly TorchvisionMagnitudes Magnitudes = new(0.3, 150.0 / 331.0, 0, 30, 0.9, 8, 4);

    /// <inheritdoc/>
    public override bool KeepsSize => true;

    /// <inheritdoc/>
    public override void Apply(PixelBuffer image, TorchRandom random)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(random);
        for (var i = 0; i < Operations; i++)
        {
            var operation = Space[random.RandInt(0, Space.Length)];
            var magnitude = Magnitudes.Of(operation, Magnitude, Bins, image.Width, image.Height);
            if (TorchvisionMagnitudes.IsSigned(operation) && random.RandInt(0, 2) == 1)
            {
                magnitude = -magnitude;
            }
            TorchvisionOperations.Apply(image, operation, magnitude, Sampling, Fill ?? RgbColor.Black);
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Faults()
    {
        if (Operations < 0)
        {
            yield return $"Operations is {Operations}, expected at least 0";
        }
        if (Bins < 2)
        {
            yield return $"Bins is {Bins}, expected at least 2";
        }
        if (Magnitude < 0 || Magnitude >= Bins)
        {
            yield return $"Magnitude is {Magnitude}, expected 0..{Bins - 1}, one of the {Bins} bins";
        }
        foreach (var fault in FaultsOf(Sampling))
        {
            yield return fault;
        }
    }

    /// <inheritdoc/>
    public override string Describe() =>
        $"TorchvisionRandAugment({Operations} operations, magnitude {Magnitude} of {Bins}, {Name(Sampling)}, fill {Fill ?? RgbColor.Black})";
}
