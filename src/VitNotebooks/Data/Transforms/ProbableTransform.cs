using static TorchSharp.torch;

namespace VitNotebooks.Data;

/// <summary>A step that is done to an image with a probability, and keeps its size; torchvision's draw: <c>rand(1) &lt; p</c>.</summary>
/// <param name="Probability">0..1.</param>
public abstract record ProbableTransform(double Probability) : Transform, IBatchedTransform
{
    /// <inheritdoc/>
    public override bool KeepsSize => true;

    /// <summary>Does it to an image.</summary>
    protected abstract void Change(PixelBuffer image);

    /// <summary>Does it to every image of a batch.</summary>
    /// <param name="images"><c>[N, 3, H, W]</c>, bytes or levels 0..255.</param>
    /// <returns>As many images of the same size and type.</returns>
    protected abstract Tensor Change(Tensor images);

    /// <inheritdoc/>
    public override void Apply(PixelBuffer image, TorchRandom random)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(random);
        if (Happens(random))
        {
            Change(image);
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Faults() => FaultsOf(Probability);

    /// <inheritdoc/>
    public int Draws => 1;

    /// <inheritdoc/>
    public (int Width, int Height) SizeOf(int width, int height) => (width, height);

    /// <inheritdoc/>
    public virtual bool MovesPixels(int width, int height) => false;

    /// <inheritdoc/>
    public void Draw(TorchRandom random, int width, int height, Span<float> drawn)
    {
        ArgumentNullException.ThrowIfNull(random);
        drawn[0] = Happens(random) ? 1 : 0;
    }

    /// <inheritdoc/>
    public Tensor Apply(Tensor images, Tensor drawn)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(drawn);
        using var scope = NewDisposeScope();
        return Change(images).where(drawn.view(-1, 1, 1, 1).gt(0), images).MoveToOuterDisposeScope();
    }

    private bool Happens(TorchRandom random) => random.Uniform() < (float)Probability;

    /// <inheritdoc/>
    public override string Describe() => $"{GetType().Name}({Number(Probability)})";
}
