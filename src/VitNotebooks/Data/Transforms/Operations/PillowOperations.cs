namespace VitNotebooks.Data;

/// <summary>The operations that timm's and torchvision's policies have from Pillow with the same argument.</summary>
internal static class PillowOperations
{
    /// <summary>Applies one.</summary>
    /// <param name="image">Changed.</param>
    /// <param name="operation">Which.</param>
    /// <param name="argument">Degrees, bits, threshold or an enhancement's factor; not looked at by the others.</param>
    /// <param name="sampling">Of the rotation.</param>
    /// <param name="fill">What lies outside after it.</param>
    /// <returns>False where it is none of these: nothing was changed.</returns>
    public static bool Apply(
        PixelBuffer image,
        PixelOperation operation,
        double argument,
        WarpSampling sampling,
        RgbColor fill
    )
    {
        switch (operation)
        {
            case PixelOperation.AutoContrast:
                PointOperations.AutoContrast(image);
                return true;
            case PixelOperation.Equalize:
                PointOperations.Equalize(image);
                return true;
            case PixelOperation.Invert:
                PointOperations.Invert(image);
                return true;
            case PixelOperation.Rotate:
                AffineWarp.Apply(image, AffineMatrix.Rotation(argument, image.Width, image.Height), sampling, fill);
                return true;
            case PixelOperation.Posterize:
                PointOperations.Posterize(image, (int)argument);
                return true;
            case PixelOperation.Solarize:
                PointOperations.Solarize(image, argument);
                return true;
            case PixelOperation.Color:
                ColorOperations.Color(image, argument);
                return true;
            case PixelOperation.Contrast:
                PointOperations.Contrast(image, argument);
                return true;
            case PixelOperation.Brightness:
                PointOperations.Brightness(image, argument);
                return true;
            case PixelOperation.Sharpness:
                Smoothing.Sharpness(image, argument);
                return true;
            default:
                return false;
        }
    }
}
