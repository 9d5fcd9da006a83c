using static TorchSharp.torch;

namespace VitNotebooks.Data;

/// <summary>
/// A transform that also runs on a whole batch, where the model computes. What it draws for an image it draws from the image's own generator, number
/// for number as <see cref="Transform.Apply"/> does, so that both ways show a model the same crops and flips; only the pixels are computed elsewhere.
/// </summary>
public interface IBatchedTransform
{
    /// <summary>How many numbers it draws for an image.</summary>
    int Draws { get; }

    /// <summary>Width and height of the result for images of the given sides, which are those of every image of a batch.</summary>
    (int Width, int Height) SizeOf(int width, int height);

    /// <summary>Draws for one image of the given sides.</summary>
    /// <param name="random">The image's own generator.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="drawn"><see cref="Draws"/> numbers to fill.</param>
    void Draw(TorchRandom random, int width, int height, Span<float> drawn);

    /// <summary>
    /// Whether images of the given sides are only moved about, so that <see cref="Apply"/> takes them in any dtype and gives them back in it: a
    /// <see cref="BatchedLoader"/> leaves images uint8 up to the first step that computes. Default: false.
    /// </summary>
    bool MovesPixels(int width, int height) => false;

    /// <summary>Transforms a batch; no number is fetched from the device.</summary>
    /// <param name="images">float32 <c>[B, 3, H, W]</c>, whole numbers 0..255; where it <see cref="MovesPixels"/> perhaps uint8.</param>
    /// <param name="drawn">float32 <c>[B, Draws]</c> on the same device.</param>
    /// <returns><c>[B, 3, H', W']</c> of the same dtype, whole numbers 0..255; the images themselves where nothing changes.</returns>
    Tensor Apply(Tensor images, Tensor drawn);
}
