using System.Buffers;

namespace VitNotebooks.Data;

/// <summary>What <see cref="RandomErasing"/> puts in a box, in units of the normalized numbers.</summary>
public enum ErasingMode
{
    /// <summary>0, the mean colour: timm's <c>const</c>.</summary>
    Constant,

    /// <summary>One normal number a channel: timm's <c>rand</c>.</summary>
    Color,

    /// <summary>One normal number a pixel and channel: timm's <c>pixel</c>.</summary>
    Pixel,
}

/// <summary>
/// Random erasing (Zhong et al. 2017, arXiv:1708.04896) as timm 0.4.12's <c>RandomErasing</c>, which works on normalized numbers: boxes of random area and
/// shape are overwritten. Its boxes come from Python's generator and its numbers from the device's: the distribution is theirs, the draws are not.
/// </summary>
/// <param name="Probability">0..1. Default 0.25, as DeiT, Swin and the localization paper train.</param>
/// <param name="Mode">Default pixel.</param>
/// <param name="MinArea">Smallest share of the image's area, above 0. Default 0.02.</param>
/// <param name="MaxArea">Largest share of the image's area, at most 1. Default 1/3.</param>
/// <param name="MinAspect">Smallest height / width, above 0; the largest is its inverse. Default 0.3.</param>
/// <param name="MinCount">Boxes at least, each with its share of the area. Default 1.</param>
/// <param name="MaxCount">Boxes at most. Default 1.</param>
public sealed record RandomErasing(
    double Probability = 0.25,
    ErasingMode Mode = ErasingMode.Pixel,
    double MinArea = 0.02,
    double MaxArea = 1.0 / 3.0,
    double MinAspect = 0.3,
    int MinCount = 1,
    int MaxCount = 1
) : NormalizedTransform, IBatchedNormalizedTransform
{
    private const int Tries = 10;

    /// <inheritdoc/>
    public override void Apply(Span<float> planes, int width, int height, TorchRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (planes.Length != 3 * width * height)
        {
            throw new ArgumentException(
                $"RandomErasing: {planes.Length} numbers for {width} x {height}; expected 3 x {height} x {width} = {3 * width * height}."
            );
        }
        if (random.UniformDouble() >= Probability)
        {
            return;
        }
        var count = MinCount == MaxCount ? MinCount : (int)random.RandInt(MinCount, MaxCount + 1);
        for (var i = 0; i < count; i++)
        {
            if (Draw(width, height, count, random) is { } box)
            {
                Erase(planes, width, height, box, random);
            }
        }
    }

    /// <inheritdoc/>
    public void Draw(TorchRandom random, int width, int height, BatchPatches patches)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentNullException.ThrowIfNull(patches);
        if (random.UniformDouble() >= Probability)
        {
            return;
        }
        var count = MinCount == MaxCount ? MinCount : (int)random.RandInt(MinCount, MaxCount + 1);
        for (var i = 0; i < count; i++)
        {
            if (Draw(width, height, count, random) is { Width: > 0, Height: > 0 } box)
            {
                Fill(patches.Add(box), box.Width * box.Height, random);
            }
        }
    }

    // The numbers of a box, as Erase draws them.
    private void Fill(Span<float> numbers, int area, TorchRandom random)
    {
        switch (Mode)
        {
            case ErasingMode.Pixel:
                random.FillNormal(numbers);
                break;
            case ErasingMode.Color:
                Span<float> colors = stackalloc float[3];
                random.FillNormal(colors);
                for (var c = 0; c < 3; c++)
                {
                    numbers.Slice(c * area, area).Fill(colors[c]);
                }
                break;
            default:
                numbers.Clear();
                break;
        }
    }

    /// <summary>A box for an image of the given sides, smaller than the image both ways; null if ten tries find none.</summary>
    /// <param name="width">Of the image, in pixels.</param>
    /// <param name="height">Of the image, in pixels.</param>
    /// <param name="count">Boxes that share the area.</param>
    /// <param name="random">Of the sample.</param>
    public CropBox? Draw(int width, int height, int count, TorchRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            var (w, h) = Sides((double)width * height / count, random.UniformDouble(), random.UniformDouble());
            if (w < width && h < height)
            {
                var top = (int)random.RandInt(0, height - h + 1);
                var left = (int)random.RandInt(0, width - w + 1);
                return new CropBox(left, top, w, h);
            }
        }
        return null;
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Faults()
    {
        if (!(Probability is >= 0 and <= 1))
        {
            yield return $"Probability is {Number(Probability)}, expected 0..1";
        }
        if (!(MinArea > 0 && MinArea <= MaxArea && MaxArea <= 1))
        {
            yield return $"area is {Number(MinArea)}..{Number(MaxArea)}, expected a range within 0..1 that begins above 0";
        }
        if (!(MinAspect is > 0 and <= 1))
        {
            yield return $"MinAspect is {Number(MinAspect)}, expected above 0 and at most 1";
        }
        if (MinCount < 1 || MaxCount < MinCount)
        {
            yield return $"count is {MinCount}..{MaxCount}, expected a range that begins at 1 or above";
        }
        if (!Enum.IsDefined(Mode))
        {
            yield return $"Mode is {Mode}, expected Constant, Color or Pixel";
        }
    }

    /// <inheritdoc/>
    public override string Describe() =>
        $"RandomErasing({Number(Probability)}, {Mode.ToString().ToLowerInvariant()}, area {Number(MinArea)}..{Number(MaxArea)}, "
        + $"aspect {Number(MinAspect)}..{Number(1 / MinAspect)}, count {MinCount}..{MaxCount})";

    /// <summary>The sides of a box, from two numbers of 0..1 that say where in its ranges area and (logarithm of) aspect lie.</summary>
    internal (int Width, int Height) Sides(double pixels, double area, double aspect)
    {
        var least = Math.Log(MinAspect);
        var most = Math.Log(1 / MinAspect);
        var target = (MinArea + ((MaxArea - MinArea) * area)) * pixels;
        var ratio = Math.Exp(least + ((most - least) * aspect));
        return (
            (int)Math.Round(Math.Sqrt(target / ratio), MidpointRounding.ToEven),
            (int)Math.Round(Math.Sqrt(target * ratio), MidpointRounding.ToEven)
        );
    }

    private void Erase(Span<float> planes, int width, int height, CropBox box, TorchRandom random)
    {
        var area = box.Width * box.Height;
        if (area == 0)
        {
            return;
        }
        var drawn = Mode switch
        {
            ErasingMode.Pixel => 3 * area,
            ErasingMode.Color => 3,
            _ => 0,
        };
        var rented = ArrayPool<float>.Shared.Rent(Math.Max(drawn, 1));
        var numbers = rented.AsSpan(0, drawn);
        random.FillNormal(numbers);
        for (var c = 0; c < 3; c++)
        {
            for (var y = 0; y < box.Height; y++)
            {
                var row = planes.Slice((((c * height) + box.Top + y) * width) + box.Left, box.Width);
                if (Mode == ErasingMode.Pixel)
                {
                    numbers.Slice((c * area) + (y * box.Width), box.Width).CopyTo(row);
                }
                else
                {
                    row.Fill(Mode == ErasingMode.Color ? numbers[c] : 0);
                }
            }
        }
        ArrayPool<float>.Shared.Return(rented);
    }
}
