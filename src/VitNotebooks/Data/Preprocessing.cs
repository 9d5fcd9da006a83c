using System.Globalization;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Data;

/// <summary>
/// What a model wants done to an image before it sees it: resize the shorter side to ImageSize / CropRatio, cut the middle square, normalize. It belongs to
/// the model and travels with its checkpoint. Compares by value and serializes as JSON.
/// </summary>
/// <param name="ImageSize">Side of the model's input, in pixels.</param>
/// <param name="Mean">Mean of red, green, blue, in units of 0..1.</param>
/// <param name="Std">Standard deviation of red, green, blue, in units of 0..1.</param>
/// <param name="Interpolation">Of the resize.</param>
/// <param name="CropRatio">Share of the resized side that the middle square keeps, above 0, at most 1.</param>
public sealed record Preprocessing(
    int ImageSize,
    float[] Mean,
    float[] Std,
    Interpolation Interpolation,
    double CropRatio
)
{
    /// <summary>
    /// ImageNet's mean and deviation, bicubic, as the localization paper's code does for every dataset (facts: VTs-Drloc 6ac2c44, build.py):
    /// above 32 px the shorter side goes to size x 256/224 and the middle is cut out; at 32 px and below the image is taken as it is.
    /// </summary>
    public static Preprocessing ImageNet(int imageSize) =>
        new(
            imageSize,
            [.. ChannelStatistics.ImageNet.Mean],
            [.. ChannelStatistics.ImageNet.Std],
            Interpolation.Bicubic,
            DefaultCropRatio(imageSize)
        );

    /// <summary>Side of the resized image before the crop, rounded down.</summary>
    public int ResizeTo => (int)(ImageSize / CropRatio);

    /// <summary>The steps as a pipeline; no randomness in it.</summary>
    public Pipeline ToPipeline()
    {
        if (ImageSize < 1 || !(CropRatio > 0 && CropRatio <= 1))
        {
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"Preprocessing: image size {ImageSize} and crop ratio {CropRatio}; expected a size of at least 1 and a ratio above 0 and at most 1."
                )
            );
        }
        return Pipeline.Empty.Resize(ResizeTo, Interpolation).CenterCrop(ImageSize).Normalize(Mean, Std);
    }

    /// <summary>What the model gets for one image.</summary>
    /// <returns>float32 <c>[1, 3, ImageSize, ImageSize]</c> on the CPU; the caller (or his dispose scope) owns it.</returns>
    public Tensor Apply(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        var pipeline = ToPipeline();
        var buffer = new PixelBuffer();
        buffer.Load(image);
        pipeline.Apply(buffer, new TorchRandom(0));
        var tensor = empty([1, 3, ImageSize, ImageSize], dtype: float32);
        pipeline.Normalization.Write(buffer.Pixels, MemoryMarshal.Cast<byte, float>(tensor.bytes));
        return tensor;
    }

    /// <summary>By value, the arrays too.</summary>
    public bool Equals(Preprocessing? other) =>
        other is not null
        && ImageSize == other.ImageSize
        && Interpolation == other.Interpolation
        && CropRatio.Equals(other.CropRatio)
        && Mean.AsSpan().SequenceEqual(other.Mean)
        && Std.AsSpan().SequenceEqual(other.Std);

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{ImageSize} px, {Interpolation.ToString().ToLowerInvariant()}, crop ratio {CropRatio:0.####}, mean {Join(Mean)}, std {Join(Std)}"
        );

    internal static double DefaultCropRatio(int imageSize) => imageSize <= 32 ? 1.0 : 0.875;

    private static string Join(float[] values) =>
        string.Join(' ', values.Select(v => v.ToString("0.######", CultureInfo.InvariantCulture)));
}
