using static TorchSharp.torch;

namespace VitNotebooks.Data;

/// <summary>All three channels become Pillow's grey with probability <see cref="ProbableTransform.Probability"/>; torchvision's draw: <c>rand(1) &lt; p</c>.</summary>
/// <param name="Probability">0..1, default 0.1.</param>
public sealed record RandomGrayscale(double Probability = 0.1) : ProbableTransform(Probability)
{
    /// <inheritdoc/>
    protected override void Change(PixelBuffer image) => ColorOperations.Grey(image);

    /// <inheritdoc/>
    protected override Tensor Change(Tensor images) => BatchedColor.Grey(images).expand_as(images);
}
