namespace VitNotebooks.Data;

/// <summary>
/// The operations of big_vision's RandAugment (0127fb6, pp/autoaugment.py), which are TensorFlow's and differ from Pillow's: warps take the nearest pixel,
/// counted from pixel middles, colours are float32 and cut off below the point, contrast has its code's slip (the grey it blends with is the number of
/// pixels / 256, not their mean), cutout is grey.
/// </summary>
/// <remarks>
/// Where TensorFlow's own order of float32 sums could decide (grey, sharpness at multiples of 13), exact arithmetic stands here; nothing else is known to
/// differ. A threshold above 255 is taken modulo 256 and bits above 8 keep the top bit, as numpy and TensorFlow convert them to uint8.
/// </remarks>
internal static class BigVisionOperations
{
    private const byte Replacement = 128;
    private const float UnitScale = 1f / 255f;

    /// <summary>The argument for a level.</summary>
    /// <param name="operation">Of what.</param>
    /// <param name="level">0..30.</param>
    /// <returns>Degrees, slope, pixels, factor, bits, threshold or addition, without sign; 0 where there is none.</returns>
    public static double Argument(PixelOperation operation, int level)
    {
        var share = level / 10.0;
        return operation switch
        {
            PixelOperation.Rotate => share * 30,
            PixelOperation.ShearX or PixelOperation.ShearY => share * 0.3,
            PixelOperation.TranslateX or PixelOperation.TranslateY => share * 100,
            PixelOperation.Posterize => (int)(share * 4),
            PixelOperation.Solarize => (int)(share * 256),
            PixelOperation.SolarizeAdd => (int)(share * 110),
            PixelOperation.Cutout => (int)(share * 40),
            PixelOperation.Color or PixelOperation.Contrast or PixelOperation.Brightness or PixelOperation.Sharpness =>
                (share * 1.8) + 0.1,
            _ => 0,
        };
    }

    /// <summary>Applies one operation.</summary>
    /// <param name="image">Changed.</param>
    /// <param name="operation">Which.</param>
    /// <param name="argument">From <see cref="Argument"/>, with its sign.</param>
    /// <param name="random">Places the cutout.</param>
    public static void Apply(PixelBuffer image, PixelOperation operation, double argument, TorchRandom random)
    {
        var value = (float)argument;
        switch (operation)
        {
            case PixelOperation.AutoContrast:
                AutoContrast(image);
                break;
            case PixelOperation.Equalize:
                PointOperations.Equalize(image);
                break;
            case PixelOperation.Invert:
                PointOperations.Invert(image);
                break;
            case PixelOperation.Rotate:
                Rotate(image, (float)(argument * (Math.PI / 180.0)));
                break;
            case PixelOperation.Posterize:
                PointOperations.Posterize(image, (int)argument is >= 1 and <= 8 ? (int)argument : 1);
                break;
            case PixelOperation.Solarize:
                PointOperations.Solarize(image, unchecked((byte)(int)argument));
                break;
            case PixelOperation.SolarizeAdd:
                PointOperations.SolarizeAdd(image, (int)argument);
                break;
            case PixelOperation.Color:
                Color(image, value);
                break;
            case PixelOperation.Contrast:
                var pixels = (long)image.Width * image.Height;
                PointOperations.BlendWith(image, (byte)Math.Min(pixels / 256, 255), value);
                break;
            case PixelOperation.Brightness:
                PointOperations.Brightness(image, argument);
                break;
            case PixelOperation.Sharpness:
                Sharpness(image, value);
                break;
            case PixelOperation.ShearX:
                Warp(image, 1, value, 0, 0, 1, 0);
                break;
            case PixelOperation.ShearY:
                Warp(image, 1, 0, 0, value, 1, 0);
                break;
            case PixelOperation.TranslateX:
                Warp(image, 1, 0, value, 0, 1, 0);
                break;
            case PixelOperation.TranslateY:
                Warp(image, 1, 0, 0, 0, 1, value);
                break;
            case PixelOperation.Cutout:
                Cutout(image, (int)argument, (int)random.RandInt(0, image.Height), (int)random.RandInt(0, image.Width));
                break;
            default:
                throw new ArgumentOutOfRangeException(
                    nameof(operation),
                    operation,
                    $"big_vision's policy has no operation {operation}."
                );
        }
    }

    /// <summary>Greys a square of 2 pad pixels a side, clipped to the image.</summary>
    /// <param name="image">Changed in place.</param>
    /// <param name="pad">Half a side, in pixels.</param>
    /// <param name="row">Of the middle.</param>
    /// <param name="column">Of the middle.</param>
    internal static void Cutout(PixelBuffer image, int pad, int row, int column)
    {
        var left = Math.Max(0, column - pad);
        var right = Math.Min(image.Width, column + pad);
        for (var y = Math.Max(0, row - pad); y < Math.Min(image.Height, row + pad); y++)
        {
            image.Pixels.Slice(((y * image.Width) + left) * 3, (right - left) * 3).Fill(Replacement);
        }
    }

    private static void Rotate(PixelBuffer image, float angle)
    {
        var cos = MathF.Cos(angle);
        var sin = MathF.Sin(angle);
        float right = image.Width - 1;
        float bottom = image.Height - 1;
        var x = (right - ((cos * right) - (sin * bottom))) / 2f;
        var y = (bottom - ((sin * right) + (cos * bottom))) / 2f;
        Warp(image, cos, -sin, x, sin, cos, y);
    }

    // From the middles of the result's pixels to the nearest middle of the source's, halves away from zero.
    private static void Warp(PixelBuffer image, float a, float b, float c, float d, float e, float f)
    {
        var (width, height) = (image.Width, image.Height);
        var target = image.Scratch(width, height);
        target.Fill(Replacement);
        ReadOnlySpan<byte> source = image.Pixels;
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var fromX = MathF.Round((a * x) + (b * y) + c, MidpointRounding.AwayFromZero);
                var fromY = MathF.Round((d * x) + (e * y) + f, MidpointRounding.AwayFromZero);
                if (fromX >= 0 && fromX < width && fromY >= 0 && fromY < height)
                {
                    source.Slice((((int)fromY * width) + (int)fromX) * 3, 3).CopyTo(target[(((y * width) + x) * 3)..]);
                }
            }
        }
        image.Commit(width, height);
    }

    private static void AutoContrast(PixelBuffer image)
    {
        Span<byte> table = stackalloc byte[3 * 256];
        ReadOnlySpan<byte> pixels = image.Pixels;
        for (var c = 0; c < 3; c++)
        {
            (byte low, byte high) = (255, 0);
            for (var i = c; i < pixels.Length; i += 3)
            {
                low = Math.Min(low, pixels[i]);
                high = Math.Max(high, pixels[i]);
            }
            var scale = high > low ? 255f / (high - low) : 1;
            var offset = high > low ? -low * scale : 0;
            for (var v = 0; v < 256; v++)
            {
                table[(c * 256) + v] = (byte)Math.Clamp((v * scale) + offset, 0f, 255f);
            }
        }
        PointOperations.Look(image, table);
    }

    private static void Color(PixelBuffer image, float factor)
    {
        var pixels = image.Pixels;
        for (var i = 0; i + 2 < pixels.Length; i += 3)
        {
            var unit =
                (pixels[i] * UnitScale * 0.2989f)
                + (pixels[i + 1] * UnitScale * 0.587f)
                + (pixels[i + 2] * UnitScale * 0.114f);
            var grey = (int)(unit * 255.5f);
            for (var c = i; c < i + 3; c++)
            {
                pixels[c] = PointOperations.Blend(grey, pixels[c], factor);
            }
        }
    }

    private static void Sharpness(PixelBuffer image, float factor)
    {
        var (width, height) = (image.Width, image.Height);
        var stride = width * 3;
        var target = image.Scratch(width, height);
        ReadOnlySpan<byte> source = image.Pixels;
        source.CopyTo(target);
        for (var y = 1; y < height - 1; y++)
        {
            for (var i = (y * stride) + 3; i < ((y + 1) * stride) - 3; i++)
            {
                var sum = 4 * source[i];
                for (var k = -stride; k <= stride; k += stride)
                {
                    sum += source[i + k - 3] + source[i + k] + source[i + k + 3];
                }
                target[i] = PointOperations.Blend(sum / 13, source[i], factor);
            }
        }
        image.Commit(width, height);
    }
}
