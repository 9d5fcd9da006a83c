using static TorchSharp.torch;

namespace VitNotebooks.Data;

/// <summary>Left and right exchanged with probability <see cref="Probability"/>; torchvision's draw: <c>rand(1) &lt; p</c>.</summary>
/// <param name="Probability">0..1, default 0.5.</param>
public sealed record RandomHorizontalFlip(double Probability = 0.5) : Transform, IBatchedTransform
{
    /// <inheritdoc/>
    public override bool KeepsSize => true;

    /// <inheritdoc/>
    public override void Apply(PixelBuffer image, TorchRandom random)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(random);
        if (Flips(random))
        {
            image.FlipHorizontally();
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Faults() => FaultsOf(Probability);

    /// <inheritdoc/>
    public int Draws => 1;

    /// <inheritdoc/>
    public (int Width, int Height) SizeOf(int width, int height) => (width, height);

    /// <inheritdoc/>
    public bool MovesPixels(int width, int height) => true;

    /// <inheritdoc/>
    public void Draw(TorchRandom random, int width, int height, Span<float> drawn)
    {
        ArgumentNullException.ThrowIfNull(random);
        drawn[0] = Flips(random) ? 1 : 0;
    }

    /// <inheritdoc/>
    public Tensor Apply(Tensor images, Tensor drawn)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(drawn);
        using var scope = NewDisposeScope();
        return images.flip(3).where(drawn.view(-1, 1, 1, 1).gt(0), images).MoveToOuterDisposeScope();
    }

    private bool Flips(TorchRandom random) => random.Uniform() < (float)Probability;

    /// <inheritdoc/>
    public override string Describe() => $"RandomHorizontalFlip({Number(Probability)})";
}
