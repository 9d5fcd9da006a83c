namespace VitNotebooks.Data;

/// <summary>
/// The image a worker is busy with: bytes <c>[height, width, 3]</c> in memory that is used again for the next image. A transform that
/// cannot work in place writes into <see cref="Scratch"/> and calls <see cref="Commit"/>. Not thread-safe.
/// </summary>
public sealed class PixelBuffer
{
    // A vector may read past the last pixel.
    internal const int Slack = 64;
    private byte[] _image = [];
    private byte[] _scratch = [];
    private readonly Resampler _resampler = new();

    /// <summary>Columns.</summary>
    public int Width { get; private set; }

    /// <summary>Rows.</summary>
    public int Height { get; private set; }

    /// <summary>The image's bytes.</summary>
    public Span<byte> Pixels => _image.AsSpan(0, Width * Height * 3);

    /// <summary>Makes room for an image of the given sides, whose bytes the caller fills in; the previous image is gone.</summary>
    public Span<byte> Reset(int width, int height)
    {
        var bytes = Bytes(width, height);
        Ensure(ref _image, bytes);
        Width = width;
        Height = height;
        return _image.AsSpan(0, bytes);
    }

    /// <summary>Copies an image in.</summary>
    public void Load(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        image.Pixels.CopyTo(Reset(image.Width, image.Height));
    }

    /// <summary>Room for a result of the given sides, undefined content; the image stays readable until <see cref="Commit"/>.</summary>
    public Span<byte> Scratch(int width, int height)
    {
        var bytes = Bytes(width, height);
        Ensure(ref _scratch, bytes);
        return _scratch.AsSpan(0, bytes);
    }

    /// <summary>Makes what was written into <see cref="Scratch"/> the image.</summary>
    public void Commit(int width, int height)
    {
        if (_scratch.Length < Bytes(width, height))
        {
            throw new InvalidOperationException(
                $"PixelBuffer.Commit({width}, {height}): call Scratch({width}, {height}) first and fill it."
            );
        }
        (_image, _scratch) = (_scratch, _image);
        Width = width;
        Height = height;
    }

    /// <summary>A copy that lives on its own.</summary>
    public RgbImage ToImage() => new(Width, Height, Pixels.ToArray());

    /// <summary>Cuts out a box and resizes it, antialiased.</summary>
    internal void Resample(int left, int top, int width, int height, int newWidth, int newHeight, Interpolation filter)
    {
        var target = Scratch(newWidth, newHeight);
        _resampler.Run(_image, Width, new CropBox(left, top, width, height), target, newWidth, newHeight, filter);
        Commit(newWidth, newHeight);
    }

    /// <summary>Cuts out a box that may reach over the border; what lies outside is black.</summary>
    internal void CropPadded(int left, int top, int width, int height)
    {
        if (left == 0 && top == 0 && width == Width && height == Height)
        {
            return;
        }
        var target = Scratch(width, height);
        var firstColumn = Math.Clamp(-left, 0, width);
        var lastColumn = Math.Clamp(Width - left, firstColumn, width);
        for (var y = 0; y < height; y++)
        {
            var row = target.Slice(y * width * 3, width * 3);
            var from = top + y;
            if (from < 0 || from >= Height || lastColumn == firstColumn)
            {
                row.Clear();
                continue;
            }
            row[..(firstColumn * 3)].Clear();
            row[(lastColumn * 3)..].Clear();
            _image
                .AsSpan(((from * Width) + left + firstColumn) * 3, (lastColumn - firstColumn) * 3)
                .CopyTo(row[(firstColumn * 3)..]);
        }
        Commit(width, height);
    }

    /// <summary>Cuts out a box that may reach over the border; what lies outside is the image mirrored, as often as needed.</summary>
    internal void CropReflected(int left, int top, int width, int height)
    {
        if (left >= 0 && top >= 0 && left + width <= Width && top + height <= Height)
        {
            CropPadded(left, top, width, height);
            return;
        }
        var target = Scratch(width, height);
        for (var y = 0; y < height; y++)
        {
            var row = target.Slice(y * width * 3, width * 3);
            var from = Mirrored(top + y, Height) * Width;
            for (var x = 0; x < width; x++)
            {
                _image.AsSpan((from + Mirrored(left + x, Width)) * 3, 3).CopyTo(row[(x * 3)..]);
            }
        }
        Commit(width, height);
    }

    /// <summary>Writes the image as three planes, <c>[3, H, W]</c> bytes.</summary>
    internal void WritePlanes(Span<byte> planes)
    {
        ReadOnlySpan<byte> pixels = Pixels;
        var count = Width * Height;
        var red = planes[..count];
        var green = planes.Slice(count, count);
        var blue = planes.Slice(2 * count, count);
        for (int i = 0, at = 0; i < red.Length && at + 2 < pixels.Length; i++, at += 3)
        {
            red[i] = pixels[at];
            green[i] = pixels[at + 1];
            blue[i] = pixels[at + 2];
        }
    }

    internal void FlipHorizontally()
    {
        var pixels = Pixels;
        var stride = Width * 3;
        for (var y = 0; y < Height; y++)
        {
            var row = pixels.Slice(y * stride, stride);
            var done = RgbVectors.SwapEnds(row);
            for (int a = done, b = stride - 3 - done; a < b; a += 3, b -= 3)
            {
                (row[a], row[b]) = (row[b], row[a]);
                (row[a + 1], row[b + 1]) = (row[b + 1], row[a + 1]);
                (row[a + 2], row[b + 2]) = (row[b + 2], row[a + 2]);
            }
        }
    }

    internal void FlipVertically()
    {
        var stride = Width * 3;
        var target = Scratch(Width, Height);
        for (var y = 0; y < Height; y++)
        {
            Pixels.Slice(y * stride, stride).CopyTo(target[((Height - 1 - y) * stride)..]);
        }
        Commit(Width, Height);
    }

    /// <summary>Which pixel of a row or column shows at a place before, in or behind it, mirrored at its ends.</summary>
    internal static int Mirrored(int place, int count)
    {
        if (count == 1)
        {
            return 0;
        }
        var period = 2 * (count - 1);
        var within = ((place % period) + period) % period;
        return Math.Min(within, period - within);
    }

    private static int Bytes(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        return checked(width * height * 3);
    }

    private static void Ensure(ref byte[] array, int bytes)
    {
        if (array.Length < bytes + Slack)
        {
            array = GC.AllocateUninitializedArray<byte>(checked(bytes + Slack));
        }
    }
}
