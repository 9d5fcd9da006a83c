namespace VitNotebooks.Data;

/// <summary>
/// Pillow's <c>GaussianBlur</c>, with a radius drawn evenly, as in DINO and DeiT III (facebookresearch/deit 7e160fe, augment.py). Their draws come from
/// Python's generator: the distribution is theirs, the draws are not.
/// </summary>
/// <param name="Probability">0..1, default 0.1.</param>
/// <param name="MinRadius">Smallest standard deviation in pixels, above 0. Default 0.1.</param>
/// <param name="MaxRadius">Largest standard deviation in pixels. Default 2.</param>
public sealed record GaussianBlur(double Probability = 0.1, double MinRadius = 0.1, double MaxRadius = 2) : Transform
{
    /// <inheritdoc/>
    public override bool KeepsSize => true;

    /// <inheritdoc/>
    public override void Apply(PixelBuffer image, TorchRandom random)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(random);
        if (random.UniformDouble() < Probability)
        {
            Smoothing.GaussianBlur(image, random.UniformDouble(MinRadius, MaxRadius));
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Faults()
    {
        if (!(MinRadius > 0 && MinRadius <= MaxRadius && MaxRadius <= 1000))
        {
            yield return $"radius is {Number(MinRadius)}..{Number(MaxRadius)}, expected a range within 0..1000 pixels that begins above 0";
        }
        foreach (var fault in FaultsOf(Probability))
        {
            yield return fault;
        }
    }

    /// <inheritdoc/>
    public override string Describe() =>
        $"GaussianBlur({Number(Probability)}, radius {Number(MinRadius)}..{Number(MaxRadius)})";
}
