namespace VitNotebooks.Data;

/// <summary>
/// AutoAugment (Cubuk et al. 2018, arXiv:1805.09501) as torchvision 0.14's <c>AutoAugment</c>: one of 25 pairs of operations, each with its probability
/// and magnitude, with its order of draws, so that the same generator gives the same bytes as torchvision on a Pillow image.
/// </summary>
/// <param name="Policy">Found on ImageNet (default), CIFAR-10 or SVHN.</param>
/// <param name="Sampling">Of shear, translation and rotation. Default nearest.</param>
/// <param name="Fill">What lies outside after these; null is black.</param>
public sealed record AutoAugment(
    AutoAugmentPolicy Policy = AutoAugmentPolicy.ImageNet,
    WarpSampling Sampling = WarpSampling.Nearest,
    RgbColor? Fill = null
) : Transform
{
    private const int Bins = 10;

    /// <inheritdoc/>
    public override bool KeepsSize => true;

    private PolicyStep[][] Pairs =>
        Policy switch
        {
            AutoAugmentPolicy.Cifar10 => AutoAugmentPolicies.Cifar10,
            AutoAugmentPolicy.Svhn => AutoAugmentPolicies.Svhn,
            _ => AutoAugmentPolicies.ImageNet,
        };

    /// <inheritdoc/>
    public override void Apply(PixelBuffer image, TorchRandom random)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(random);
        var pair = Pairs[random.RandInt(0, Pairs.Length)];
        ReadOnlySpan<float> chances = [random.Uniform(), random.Uniform()];
        ReadOnlySpan<bool> negative = [random.RandInt(0, 2) == 0, random.RandInt(0, 2) == 0];
        for (var i = 0; i < pair.Length; i++)
        {
            var (operation, probability, level) = pair[i];
            if (chances[i] > (float)probability)
            {
                continue;
            }
            var magnitude = level is { } bin
                ? TorchvisionRandAugment.Magnitudes.Of(operation, bin, Bins, image.Width, image.Height)
                : 0;
            if (TorchvisionMagnitudes.IsSigned(operation) && negative[i])
            {
                magnitude = -magnitude;
            }
            TorchvisionOperations.Apply(image, operation, magnitude, Sampling, Fill ?? RgbColor.Black);
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Faults()
    {
        if (!Enum.IsDefined(Policy))
        {
            yield return $"Policy is {Policy}, expected ImageNet, Cifar10 or Svhn";
        }
        foreach (var fault in FaultsOf(Sampling))
        {
            yield return fault;
        }
    }

    /// <inheritdoc/>
    public override string Describe() =>
        $"AutoAugment({Policy.ToString().ToLowerInvariant()}, {Name(Sampling)}, fill {Fill ?? RgbColor.Black})";
}
