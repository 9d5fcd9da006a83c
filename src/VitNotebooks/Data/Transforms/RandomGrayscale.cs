using static TorchSharp.torch;

namespace VitNotebooks.Data;

/// <summary>All three channels become Pillow's grey with probability <see cref="Probability"/>; torchvision's draw: <c>rand(1) &lt; p</c>.</summary>
/// <param name="Probability">0..1, default 0.1.</param>
public sealed record RandomGrayscale(double Probability = 0.1) : Transform, IBatchedTransform
{
    /// <inheritdoc/>
    public override bool KeepsSize => true;

    /// <inheritdoc/>
    public override void Apply(PixelBuffer image, TorchRandom random)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(random);
        if (IsGrey(random))
        {
            ColorOperations.Grey(image);
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Faults() => FaultsOf(Probability);

    /// <inheritdoc/>
    public int Draws => 1;

    /// <inheritdoc/>
    public (int Width, int Height) SizeOf(int width, int height) => (width, height);

    /// <inheritdoc/>
    public void Draw(TorchRandom random, int width, int height, Span<float> drawn)
    {
        ArgumentNullException.ThrowIfNull(random);
        drawn[0] = IsGrey(random) ? 1 : 0;
    }

    /// <inheritdoc/>
    public Tensor Apply(Tensor images, Tensor drawn)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(drawn);
        using var scope = NewDisposeScope();
        Tensor grey = BatchedColor.Grey(images).expand_as(images);
        return grey.where(drawn.view(-1, 1, 1, 1).gt(0), images).MoveToOuterDisposeScope();
    }

    private bool IsGrey(TorchRandom random) => random.Uniform() < (float)Probability;

    /// <inheritdoc/>
    public override string Describe() => $"RandomGrayscale({Number(Probability)})";
}
