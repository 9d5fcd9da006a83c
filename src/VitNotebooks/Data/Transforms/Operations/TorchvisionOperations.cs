namespace VitNotebooks.Data;

/// <summary>
/// An operation of torchvision's policies with its magnitude, as <c>torchvision.transforms.autoaugment</c> 0.14 applies it to a Pillow image, to the bit.
/// Oracle: tests/oracles/augmentations.py.
/// </summary>
internal static class TorchvisionOperations
{
    /// <summary>Applies one operation.</summary>
    /// <param name="image">Changed.</param>
    /// <param name="operation">Which.</param>
    /// <param name="magnitude">Slope of a shear, pixels, degrees, change of an enhancement's factor, bits, threshold; not looked at by the others.</param>
    /// <param name="sampling">Of shear, translation and rotation.</param>
    /// <param name="fill">What lies outside after these.</param>
    public static void Apply(
        PixelBuffer image,
        PixelOperation operation,
        double magnitude,
        WarpSampling sampling,
        RgbColor fill
    )
    {
        var x = image.Width * 0.5;
        var y = image.Height * 0.5;
        switch (operation)
        {
            case PixelOperation.Identity:
                break;
            case PixelOperation.ShearX:
                AffineWarp.Apply(image, AffineMatrix.Shear(Degrees(magnitude), 0, 0, 0, 0, 0), sampling, fill);
                break;
            case PixelOperation.ShearY:
                AffineWarp.Apply(image, AffineMatrix.Shear(0, Degrees(magnitude), 0, 0, 0, 0), sampling, fill);
                break;
            case PixelOperation.TranslateX:
                AffineWarp.Apply(image, AffineMatrix.Shear(0, 0, (int)magnitude, 0, x, y), sampling, fill);
                break;
            case PixelOperation.TranslateY:
                AffineWarp.Apply(image, AffineMatrix.Shear(0, 0, 0, (int)magnitude, x, y), sampling, fill);
                break;
            default:
                // An enhancement's magnitude is how far its factor is from 1.
                var enhances =
                    operation
                    is PixelOperation.Brightness
                        or PixelOperation.Color
                        or PixelOperation.Contrast
                        or PixelOperation.Sharpness;
                if (PillowOperations.Apply(image, operation, enhances ? 1 + magnitude : magnitude, sampling, fill))
                {
                    break;
                }
                throw new ArgumentOutOfRangeException(
                    nameof(operation),
                    operation,
                    $"torchvision's policies have no operation {operation}."
                );
        }
    }

    private static double Degrees(double slope) => Math.Atan(slope) * (180.0 / Math.PI);
}

/// <summary>How strong a policy of torchvision makes its operations: the last of the magnitudes, which are evenly spaced from no change.</summary>
/// <param name="Shear">Slope.</param>
/// <param name="TranslateShare">Share of the image's side; 0 takes <paramref name="TranslatePixels"/>.</param>
/// <param name="TranslatePixels">Pixels.</param>
/// <param name="Rotate">Degrees.</param>
/// <param name="Enhance">Change of the factor of brightness, colour, contrast and sharpness.</param>
/// <param name="PosterizeFrom">Bits kept at the first magnitude.</param>
/// <param name="PosterizeBits">Bits lost by the last.</param>
internal sealed record TorchvisionMagnitudes(
    double Shear,
    double TranslateShare,
    double TranslatePixels,
    double Rotate,
    double Enhance,
    int PosterizeFrom,
    int PosterizeBits
)
{
    // The AVX2 kernel of linspace fills 16 numbers at a time, each eight from its first with two roundings, and the rest one by one with one.
    private const int Lanes = 8;

    /// <summary>The operation has no magnitude at all.</summary>
    public static bool IsPlain(PixelOperation operation) =>
        operation
            is PixelOperation.Identity
                or PixelOperation.AutoContrast
                or PixelOperation.Equalize
                or PixelOperation.Invert;

    /// <summary>The operation goes both ways, and which one is drawn.</summary>
    public static bool IsSigned(PixelOperation operation) =>
        !IsPlain(operation) && operation is not PixelOperation.Posterize and not PixelOperation.Solarize;

    /// <summary>The magnitude of a bin.</summary>
    /// <param name="operation">Of what.</param>
    /// <param name="index">0..bins - 1.</param>
    /// <param name="bins">How many there are, at least 2.</param>
    /// <param name="width">Of the image, in pixels.</param>
    /// <param name="height">Of the image, in pixels.</param>
    public double Of(PixelOperation operation, int index, int bins, int width, int height) =>
        operation switch
        {
            PixelOperation.ShearX or PixelOperation.ShearY => Linspace(0, Shear, bins, index),
            PixelOperation.TranslateX => Linspace(0, Translation(width), bins, index),
            PixelOperation.TranslateY => Linspace(0, Translation(height), bins, index),
            PixelOperation.Rotate => Linspace(0, Rotate, bins, index),
            PixelOperation.Brightness or PixelOperation.Color or PixelOperation.Contrast or PixelOperation.Sharpness =>
                Linspace(0, Enhance, bins, index),
            PixelOperation.Posterize => PosterizeFrom
                - (int)MathF.Round(index / (float)((bins - 1) / (double)PosterizeBits), MidpointRounding.ToEven),
            PixelOperation.Solarize => Linspace(255, 0, bins, index),
            _ => 0,
        };

    /// <summary>A number of <c>torch.linspace(from, to, count)</c> in float32, to libtorch 1.13's bit.</summary>
    internal static float Linspace(double from, double to, int count, int index)
    {
        var start = (float)from;
        var end = (float)to;
        var step = (end - start) / (count - 1);
        var half = count / 2;
        var vectors = count - (count % (2 * Lanes));
        if (index >= vectors)
        {
            return At(index);
        }
        var first = index - (index % Lanes);
        var offset = (index - first) * step;
        return At(first) + offset;

        float At(int i) =>
            i < half ? MathF.FusedMultiplyAdd(step, i, start) : MathF.FusedMultiplyAdd(-step, count - i - 1, end);
    }

    private double Translation(int side) => TranslateShare > 0 ? TranslateShare * side : TranslatePixels;
}
