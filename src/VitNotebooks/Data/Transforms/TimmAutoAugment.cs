namespace VitNotebooks.Data;

/// <summary>
/// AutoAugment (Cubuk et al. 2018, arXiv:1805.09501) in timm's forms: the policy <c>original</c> of the paper, <c>v0</c> of EfficientNet's TPU code, and
/// both with Google research's posterize as <c>originalr</c> and <c>v0r</c>. Operations and levels are timm 0.4.12's on Pillow images to the bit; its
/// draws come from Python's generator: the distribution is theirs, the draws are not.
/// </summary>
/// <param name="Policy"><c>original</c>, <c>originalr</c>, <c>v0</c> or <c>v0r</c>. Default original.</param>
/// <param name="MagnitudeStd">Deviation of the levels, at least 0. Default 0.</param>
/// <param name="Sampling">Of shear, translation and rotation; timm takes that of the crop. Default bicubic.</param>
/// <param name="Fill">What lies outside after these; null is ImageNet's mean, 124 116 104.</param>
public sealed record TimmAutoAugment(
    string Policy = "original",
    double MagnitudeStd = 0,
    WarpSampling Sampling = WarpSampling.Bicubic,
    RgbColor? Fill = null
) : Transform
{
    private static readonly string[] Policies = ["original", "originalr", "v0", "v0r"];

    /// <inheritdoc/>
    public override bool KeepsSize => true;

    /// <summary>From timm's text: the policy, then mstd (deviation of the levels), e.g. <c>original-mstd0.5</c>.</summary>
    /// <param name="config">The text.</param>
    /// <exception cref="ArgumentException">All faults of the text, in one sentence.</exception>
    public static TimmAutoAugment Parse(string config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var text = new PolicyText(config, "TimmAutoAugment", Policies);
        var known = Policies.Contains(text.Name, StringComparer.Ordinal);
        TimmAutoAugment parsed = new(known ? text.Name : "original", text.Take("mstd", 0));
        text.Finish(parsed, "mstd0.5");
        return parsed;
    }

    /// <inheritdoc/>
    public override void Apply(PixelBuffer image, TorchRandom random)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(random);
        var (pairs, scale) = Policy switch
        {
            "original" => (AutoAugmentPolicies.ImageNet, TimmOperations.Scale.Original),
            "originalr" => (AutoAugmentPolicies.ImageNet, TimmOperations.Scale.Research),
            "v0" => (AutoAugmentPolicies.V0, TimmOperations.Scale.Plain),
            _ => (AutoAugmentPolicies.V0, TimmOperations.Scale.Research),
        };
        foreach (var step in pairs[random.RandInt(0, pairs.Length)])
        {
            if (random.UniformDouble() < step.Probability)
            {
                TimmOperations.ApplyDrawn(
                    image,
                    step.Operation,
                    step.Level ?? 0,
                    MagnitudeStd,
                    scale,
                    Sampling,
                    Fill ?? RgbColor.ImageNetMean,
                    random
                );
            }
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Faults()
    {
        if (!Policies.Contains(Policy, StringComparer.Ordinal))
        {
            yield return $"Policy is \"{Policy}\", expected {string.Join(", ", Policies)}";
        }
        if (!(MagnitudeStd >= 0))
        {
            yield return $"deviation mstd is {Number(MagnitudeStd)}, expected at least 0";
        }
    }

    /// <inheritdoc/>
    public override string Describe() =>
        $"TimmAutoAugment({Policy}-mstd{Number(MagnitudeStd)}, {Name(Sampling)}, fill {Fill ?? RgbColor.ImageNetMean})";
}
