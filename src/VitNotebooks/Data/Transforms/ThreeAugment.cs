namespace VitNotebooks.Data;

/// <summary>
/// 3-Augment of DeiT III (Touvron et al. 2022, arXiv:2204.07118; facebookresearch/deit 7e160fe, augment.py): either grey, or solarized from 128 on, or
/// blurred with a radius of 0.1..2 pixels, each in a third of the cases; then brightness, contrast and saturation jittered. Which of the three, and the
/// radius, come from Python's generator there: the distribution is theirs, the draws are not.
/// </summary>
/// <param name="Jitter">Of brightness, contrast and saturation, at least 0; 0 leaves them. Default 0.3, as all DeiT III recipes have.</param>
public sealed record ThreeAugment(double Jitter = 0.3) : Transform
{
    private const int SolarizeFrom = 128;

    /// <inheritdoc/>
    public override bool KeepsSize => true;

    /// <inheritdoc/>
    public override void Apply(PixelBuffer image, TorchRandom random)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(random);
        switch (random.RandInt(0, 3))
        {
            case 0:
                ColorOperations.Grey(image);
                break;
            case 1:
                PointOperations.Solarize(image, SolarizeFrom);
                break;
            default:
                new GaussianBlur(1).Apply(image, random);
                break;
        }
        if (Jitter > 0)
        {
            new ColorJitter(Jitter, Jitter, Jitter).Apply(image, random);
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Faults()
    {
        if (!(Jitter >= 0) || double.IsInfinity(Jitter))
        {
            yield return $"Jitter is {Number(Jitter)}, expected at least 0";
        }
    }

    /// <inheritdoc/>
    public override string Describe() => $"ThreeAugment(jitter {Number(Jitter)})";
}
