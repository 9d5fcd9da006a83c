namespace VitNotebooks.Data;

/// <summary>
/// An operation of timm's policies, as <c>timm/data/auto_augment.py</c> 0.4.12 applies it: first a level of 0..10 becomes an argument, then Pillow is
/// called with it, to the bit. Oracle: tests/oracles/augmentations.py and tests/oracles/originals/timm_augmentations.py.
/// </summary>
internal static class TimmOperations
{
    internal const double MaxLevel = 10;

    /// <summary>How timm's names differ that have more than one scale of levels.</summary>
    internal enum Scale
    {
        /// <summary>As EfficientNet's TPU code: some grow weaker with the level.</summary>
        Plain,

        /// <summary>All grow stronger with the level: timm's <c>..Increasing</c>.</summary>
        Increasing,

        /// <summary>Posterize as in AutoAugment's paper, 4..8 bits; the others plain: timm's <c>PosterizeOriginal</c>.</summary>
        Original,

        /// <summary>Posterize increasing, the others plain, as in the research variants <c>v0r</c> and <c>originalr</c>.</summary>
        Research,
    }

    /// <summary>Whether a sign is drawn for the operation.</summary>
    public static bool IsSigned(PixelOperation operation, Scale scale) =>
        operation switch
        {
            PixelOperation.Rotate
            or PixelOperation.ShearX
            or PixelOperation.ShearY
            or PixelOperation.TranslateX
            or PixelOperation.TranslateY => true,
            PixelOperation.Color or PixelOperation.Contrast or PixelOperation.Brightness or PixelOperation.Sharpness =>
                scale == Scale.Increasing,
            _ => false,
        };

    /// <summary>The argument for a level.</summary>
    /// <param name="operation">Of what.</param>
    /// <param name="level">0..10.</param>
    /// <param name="negative">The sign drawn, where the operation has one.</param>
    /// <param name="scale">Which of timm's scales.</param>
    /// <returns>Degrees, slope, share of the side, factor, bits, threshold or addition; 0 where there is none.</returns>
    public static double Argument(PixelOperation operation, double level, bool negative, Scale scale)
    {
        var share = level / MaxLevel;
        return operation switch
        {
            PixelOperation.Rotate => Signed(share * 30, negative),
            PixelOperation.ShearX or PixelOperation.ShearY => Signed(share * 0.3, negative),
            PixelOperation.TranslateX or PixelOperation.TranslateY => Signed(share * 0.45, negative),
            PixelOperation.Posterize => scale switch
            {
                Scale.Plain => (int)(share * 4),
                Scale.Original => (int)(share * 4) + 4,
                _ => 4 - (int)(share * 4),
            },
            PixelOperation.Solarize => scale == Scale.Increasing ? 256 - (int)(share * 256) : (int)(share * 256),
            PixelOperation.SolarizeAdd => (int)(share * 110),
            PixelOperation.Color or PixelOperation.Contrast or PixelOperation.Brightness or PixelOperation.Sharpness =>
                scale == Scale.Increasing ? 1.0 + Signed(share * 0.9, negative) : (share * 1.8) + 0.1,
            _ => 0,
        };
    }

    /// <summary>Applies one operation.</summary>
    /// <param name="image">Changed.</param>
    /// <param name="operation">Which.</param>
    /// <param name="argument">From <see cref="Argument"/>.</param>
    /// <param name="sampling">Of shear, translation and rotation.</param>
    /// <param name="fill">What lies outside after these.</param>
    public static void Apply(
        PixelBuffer image,
        PixelOperation operation,
        double argument,
        WarpSampling sampling,
        RgbColor fill
    )
    {
        switch (operation)
        {
            case PixelOperation.SolarizeAdd:
                PointOperations.SolarizeAdd(image, (int)argument);
                break;
            case PixelOperation.ShearX:
                AffineWarp.Apply(image, AffineMatrix.Identity with { B = argument }, sampling, fill);
                break;
            case PixelOperation.ShearY:
                AffineWarp.Apply(image, AffineMatrix.Identity with { D = argument }, sampling, fill);
                break;
            case PixelOperation.TranslateX:
                AffineWarp.Apply(image, AffineMatrix.Identity with { C = argument * image.Width }, sampling, fill);
                break;
            case PixelOperation.TranslateY:
                AffineWarp.Apply(image, AffineMatrix.Identity with { F = argument * image.Height }, sampling, fill);
                break;
            default:
                if (PillowOperations.Apply(image, operation, argument, sampling, fill))
                {
                    break;
                }
                throw new ArgumentOutOfRangeException(
                    nameof(operation),
                    operation,
                    $"timm's policies have no operation {operation}."
                );
        }
    }

    /// <summary>Draws level, sign and sampling, and applies the operation.</summary>
    /// <param name="image">Changed.</param>
    /// <param name="operation">Which.</param>
    /// <param name="level">Mean of the level.</param>
    /// <param name="deviation">Its standard deviation; 0 takes the level as it is, infinity draws it evenly from 0 on.</param>
    /// <param name="scale">Which of timm's scales.</param>
    /// <param name="sampling">Of shear, translation and rotation.</param>
    /// <param name="fill">What lies outside after these.</param>
    /// <param name="random">The sample's generator.</param>
    public static void ApplyDrawn(
        PixelBuffer image,
        PixelOperation operation,
        double level,
        double deviation,
        Scale scale,
        WarpSampling sampling,
        RgbColor fill,
        TorchRandom random
    )
    {
        var drawn =
            double.IsPositiveInfinity(deviation) ? random.UniformDouble(0, level)
            : deviation > 0 ? level + (deviation * random.Normal())
            : level;
        drawn = Math.Clamp(drawn, 0, MaxLevel);
        var negative = IsSigned(operation, scale) && random.UniformDouble() > 0.5;
        var argument = Argument(operation, drawn, negative, scale);
        if (sampling == WarpSampling.BilinearOrBicubic)
        {
            sampling = random.RandInt(0, 2) == 0 ? WarpSampling.Bilinear : WarpSampling.Bicubic;
        }
        Apply(image, operation, argument, sampling, fill);
    }

    private static double Signed(double value, bool negative) => negative ? -value : value;
}
