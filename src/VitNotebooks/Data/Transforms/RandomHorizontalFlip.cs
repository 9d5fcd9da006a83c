using static TorchSharp.torch;

namespace VitNotebooks.Data;

/// <summary>Left and right exchanged with probability <see cref="ProbableTransform.Probability"/>; torchvision's draw: <c>rand(1) &lt; p</c>.</summary>
/// <param name="Probability">0..1, default 0.5.</param>
public sealed record RandomHorizontalFlip(double Probability = 0.5) : ProbableTransform(Probability)
{
    /// <inheritdoc/>
    public override bool MovesPixels(int width, int height) => true;

    /// <inheritdoc/>
    protected override void Change(PixelBuffer image) => image.FlipHorizontally();

    /// <inheritdoc/>
    protected override Tensor Change(Tensor images) => images.flip(3);
}
