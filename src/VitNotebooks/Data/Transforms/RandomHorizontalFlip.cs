namespace VitNotebooks.Data;

/// <summary>Left and right exchanged with probability <see cref="Probability"/>; torchvision's draw: <c>rand(1) &lt; p</c>.</summary>
/// <param name="Probability">0..1, default 0.5.</param>
public sealed record RandomHorizontalFlip(double Probability = 0.5) : Transform
{
    /// <inheritdoc/>
    public override bool KeepsSize => true;

    /// <inheritdoc/>
    public override void Apply(PixelBuffer image, TorchRandom random)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(random);
        if (random.Uniform() < (float)Probability)
        {
            image.FlipHorizontally();
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Faults() => FaultsOf(Probability);

    /// <inheritdoc/>
    public override string Describe() => $"RandomHorizontalFlip({Number(Probability)})";
}
