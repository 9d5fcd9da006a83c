namespace VitNotebooks.Data;

/// <summary>Top and bottom exchanged with probability <see cref="Probability"/>; torchvision's draw: <c>rand(1) &lt; p</c>.</summary>
/// <param name="Probability">0..1, default 0.5.</param>
public sealed record RandomVerticalFlip(double Probability = 0.5) : Transform
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
            image.FlipVertically();
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Faults() => FaultsOf(Probability);

    /// <inheritdoc/>
    public override string Describe() => $"RandomVerticalFlip({Number(Probability)})";
}
