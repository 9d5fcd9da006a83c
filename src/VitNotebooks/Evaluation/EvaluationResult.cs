using System.Globalization;
using VitNotebooks.Data;
using VitNotebooks.Training;

namespace VitNotebooks.Evaluation;

/// <summary>How a model does on a split.</summary>
/// <param name="Images">Images read.</param>
/// <param name="Top1">Share whose highest logit is the label, 0..1.</param>
/// <param name="Top5">Share whose label is among the five highest logits, 0..1; equals 1 with five classes or fewer.</param>
/// <param name="Loss">Mean cross-entropy without smoothing.</param>
/// <param name="Seconds">Wall time.</param>
public sealed record EvaluationResult(int Images, double Top1, double Top5, double Loss, double Seconds)
{
    /// <summary>Images that could not be read and were left out; <see cref="Images"/> counts the others.</summary>
    public IReadOnlyList<BrokenImage> Broken { get; init; } = [];

    /// <summary>Images a second, reading included.</summary>
    public double ImagesPerSecond => Images / Math.Max(Seconds, 1e-9);

    /// <summary>All of it in one line.</summary>
    /// <returns>Text.</returns>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"top-1 {100 * Top1:0.00}%, top-5 {100 * Top5:0.00}%, loss {Loss:0.0000}, {Images} images, {ImagesPerSecond:0.0} img/s"
        ) + (Broken.Count == 0 ? "" : $"; {BrokenImages.Sentence(Broken, "left out")}");
}
