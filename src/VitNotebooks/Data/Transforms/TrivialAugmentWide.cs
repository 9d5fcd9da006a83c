namespace VitNotebooks.Data;

/// <summary>
/// TrivialAugment with the wide space (Müller and Hutter 2021, arXiv:2103.10158) as torchvision 0.14's <c>TrivialAugmentWide</c>: one operation of 14
/// with a magnitude drawn from all, with its order of draws, so that the same generator gives the same bytes as torchvision on a Pillow image.
/// </summary>
/// <param name="Bins">Magnitudes to draw from, at least 2. Default 31.</param>
/// <param name="Sampling">Of shear, translation and rotation. Default nearest.</param>
/// <param name="Fill">What lies outside after these; null is black.</param>
public sealed record TrivialAugmentWide(
    int Bins = 31,
    WarpSampling Sampling = WarpSampling.Nearest,
    RgbColor? Fill = null
) : Transform
{
    internal static readonly TorchvisionMagnitudes Magnitudes = new(0.99, 0, 32, 135, 0.99, 8, 6);

    /// <inheritdoc/>
    public override bool KeepsSize => true;

    /// <inheritdoc/>
    public override void Apply(PixelBuffer image, TorchRandom random)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(random);
        var space = TorchvisionRandAugment.Space;
        var operation = space[random.RandInt(0, space.Length)];
        double magnitude = 0;
        if (!TorchvisionMagnitudes.IsPlain(operation))
        {
            magnitude = Magnitudes.Of(operation, (int)random.RandInt(0, Bins), Bins, image.Width, image.Height);
        }
        if (TorchvisionMagnitudes.IsSigned(operation) && random.RandInt(0, 2) == 1)
        {
            magnitude = -magnitude;
        }
        TorchvisionOperations.Apply(image, operation, magnitude, Sampling, Fill ?? RgbColor.Black);
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Faults()
    {
        if (Bins < 2)
        {
            yield return $"Bins is {Bins}, expected at least 2";
        }
        foreach (var fault in FaultsOf(Sampling))
        {
            yield return fault;
        }
    }

    /// <inheritdoc/>
    public override string Describe() =>
        $"TrivialAugmentWide({Bins} magnitudes, {Name(Sampling)}, fill {Fill ?? RgbColor.Black})";
}
