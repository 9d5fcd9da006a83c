namespace VitNotebooks.Data;

/// <summary>
/// A box of random area and shape, resized to a square: big_vision's <c>inception_crop</c> (0127fb6, pp/ops_image.py), which is TensorFlow's
/// <c>sample_distorted_bounding_box</c> and a bilinear resize, by default <b>without</b> antialiasing. Unlike <see cref="RandomResizedCrop"/> the shape is even in
/// 0.75..1.33, not in its logarithm; the height is even between those of the smallest and the largest area; the last row and column where the box
/// could begin are never drawn; and up to 100 tries are made before the whole image is taken. TensorFlow's own generator is not reproduced: the
/// distribution is its, the draws are not.
/// </summary>
/// <param name="Size">Side of the result, in pixels.</param>
/// <param name="MinArea">Smallest share of the image's area, above 0. Default 0.05.</param>
/// <param name="MaxArea">Largest share of the image's area, at most 1. Default 1.</param>
/// <param name="Antialias">Pillow's antialiased bilinear instead, big_vision's <c>antialias=True</c> up to rounding. Default false.</param>
public sealed record InceptionCrop(int Size, double MinArea = 0.05, double MaxArea = 1, bool Antialias = false)
    : Transform,
        IPartTransform
{
    private const int Tries = 100;
    private const float MinRatio = 0.75f;
    private const float MaxRatio = 1.33f;

    /// <inheritdoc/>
    public override (int Width, int Height)? FixedSize => (Size, Size);

    /// <summary>The box for an image of the given sides: always inside the image, at least one pixel.</summary>
    public CropBox Draw(int width, int height, TorchRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            var ratio = (random.Uniform() * (MaxRatio - MinRatio)) + MinRatio;
            if (Draw(width, height, ratio, random) is { } box)
            {
                return box;
            }
        }
        return new CropBox(0, 0, width, height);
    }

    /// <inheritdoc/>
    public override void Apply(PixelBuffer image, TorchRandom random)
    {
        ArgumentNullException.ThrowIfNull(image);
        ApplyTo(image, Draw(image.Width, image.Height, random), random);
    }

    /// <inheritdoc/>
    public (int Width, int Height) PartSize => (Size, Size);

    /// <inheritdoc/>
    public void ApplyTo(PixelBuffer image, CropBox box, TorchRandom random)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (Antialias)
        {
            image.Resample(box.Left, box.Top, box.Width, box.Height, Size, Size, Interpolation.Bilinear);
        }
        else
        {
            Resize(image, box, Size);
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Faults()
    {
        if (Size < 1)
        {
            yield return $"Size is {Size}, expected at least 1 pixel";
        }
        if (!(MinArea > 0 && MinArea <= MaxArea && MaxArea <= 1))
        {
            yield return $"area is {Number(MinArea)}..{Number(MaxArea)}, expected a range within 0..1 that begins above 0";
        }
    }

    /// <inheritdoc/>
    public override string Describe() =>
        $"InceptionCrop({Size}, area {Number(MinArea)}..{Number(MaxArea)}{(Antialias ? ", antialiased" : "")})";

    // TensorFlow's rule for one shape: sides by rounding, then one pixel more or less where the area has left its range.
    private CropBox? Draw(int width, int height, float ratio, TorchRandom random)
    {
        var least = (float)MinArea * width * height;
        var most = (float)MaxArea * width * height;
        var high = Round(MathF.Sqrt(most / ratio));
        if (Round(high * ratio) > width)
        {
            high = (int)((width + 0.5 - 1e-7f) / ratio);
            high -= Round(high * ratio) > width ? 1 : 0;
        }
        high = Math.Min(high, height);
        var h = Math.Min(Round(MathF.Sqrt(least / ratio)), high);
        if (h < high)
        {
            h += (int)random.RandInt(0, high - h + 1);
        }
        var w = Round(h * ratio);
        if ((float)w * h < least)
        {
            h++;
            w = Round(h * ratio);
        }
        if ((float)w * h > most)
        {
            h--;
            w = Round(h * ratio);
        }
        var area = (float)w * h;
        if (area < least || area > most || w > width || h > height || w < 1 || h < 1)
        {
            return null;
        }
        var top = h < height ? (int)random.RandInt(0, height - h) : 0;
        var left = w < width ? (int)random.RandInt(0, width - w) : 0;
        return new CropBox(left, top, w, h);
    }

    /// <summary>Bilinear between pixel middles in float32, cut off below the point, as <c>tf.image.resize</c> and a cast to uint8.</summary>
    internal static void Resize(PixelBuffer image, CropBox box, int size)
    {
        var target = image.Scratch(size, size);
        ReadOnlySpan<byte> source = image.Pixels;
        var stride = image.Width * 3;
        var scaleX = box.Width / (float)size;
        var scaleY = box.Height / (float)size;
        for (var y = 0; y < size; y++)
        {
            var (top, bottom, down) = Neighbours(y, scaleY, box.Height);
            var upper = source.Slice((box.Top + top) * stride, stride);
            var lower = source.Slice((box.Top + bottom) * stride, stride);
            var row = target.Slice(y * size * 3, size * 3);
            for (var x = 0; x < size; x++)
            {
                var (left, right, over) = Neighbours(x, scaleX, box.Width);
                for (var c = 0; c < 3; c++)
                {
                    var a = ((box.Left + left) * 3) + c;
                    var b = ((box.Left + right) * 3) + c;
                    var above = upper[a] + ((upper[b] - upper[a]) * over);
                    var below = lower[a] + ((lower[b] - lower[a]) * over);
                    row[(x * 3) + c] = (byte)(above + ((below - above) * down));
                }
            }
        }
        image.Commit(size, size);
    }

    private static (int First, int Second, float Share) Neighbours(int position, float scale, int count)
    {
        var place = ((position + 0.5f) * scale) - 0.5f;
        var floor = MathF.Floor(place);
        return (Math.Max((int)floor, 0), Math.Min((int)MathF.Ceiling(place), count - 1), place - floor);
    }

    private static int Round(float value) => (int)MathF.Round(value, MidpointRounding.ToEven);
}
