namespace VitNotebooks.Data;

/// <summary>All three channels become Pillow's grey with probability <see cref="Probability"/>; torchvision's draw: <c>rand(1) &lt; p</c>.</summary>
/// <param name="Probability">0..1, default 0.1.</param>
public sealed record RandomGrayscale(double Probability = 0.1) : Transform
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
            ColorOperations.Grey(image);
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Faults() => FaultsOf(Probability);

    /// <inheritdoc/>
    public override string Describe() => $"RandomGrayscale({Number(Probability)})";
}
