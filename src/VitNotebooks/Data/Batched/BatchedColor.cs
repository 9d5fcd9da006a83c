using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Data;

/// <summary>
/// Pillow's brightness, contrast, colour and hue of a whole batch, each image with factors of its own: the same numbers in the same order of operations and of
/// the same precision as <see cref="PointOperations"/> and <see cref="ColorOperations"/>, so that on the CPU every byte is the same.
/// </summary>
internal static class BatchedColor
{
    // Of each sixth of the circle of hues: which of p, q, t and the value is red, green, blue.
    private static readonly long[] s_red = [3, 1, 0, 0, 2, 3];
    private static readonly long[] s_green = [2, 3, 3, 1, 0, 0];
    private static readonly long[] s_blue = [0, 0, 2, 3, 3, 1];

    /// <summary>Each pixel's grey, <c>[B, 1, H, W]</c>: sums below 2^24, so that float32 holds them.</summary>
    public static Tensor Grey(Tensor images)
    {
        using var scope = NewDisposeScope();
        var sum =
            images.narrow(1, 0, 1) * 19595.0f
            + images.narrow(1, 1, 1) * 38470.0f
            + images.narrow(1, 2, 1) * 7471.0f
            + 32768.0f;
        return (sum / 65536.0f).floor().MoveToOuterDisposeScope();
    }

    /// <summary>Each image's mean grey, <c>[B, 1, 1, 1]</c>, rounded; the sum is exact in double.</summary>
    /// <param name="grey">As <see cref="Grey"/> gives it.</param>
    public static Tensor Mean(Tensor grey)
    {
        using var scope = NewDisposeScope();
        var sum = grey.sum([1L, 2, 3], keepdim: true, type: float64);
        return ((sum / (double)(grey.shape[2] * grey.shape[3])) + 0.5).floor().to(float32).MoveToOuterDisposeScope();
    }

    /// <summary>Pillow's <c>Image.blend</c>: in float32, cut off below the point, clipped.</summary>
    /// <param name="from">What a factor of 0 gives.</param>
    /// <param name="images">What a factor of 1 gives.</param>
    /// <param name="factor"><c>[B, 1, 1, 1]</c>.</param>
    public static Tensor Blend(Tensor from, Tensor images, Tensor factor)
    {
        using var scope = NewDisposeScope();
        var step = factor * (images - from);
        return (from + step).clamp(0, 255).floor().MoveToOuterDisposeScope();
    }

    /// <summary>Turns the hue over Pillow's 8-bit HSV.</summary>
    /// <param name="images">Whole numbers.</param>
    /// <param name="turn">What is added to the 8-bit hue modulo 256, <c>[B, 1, 1, 1]</c>.</param>
    public static Tensor Hue(Tensor images, Tensor turn)
    {
        using var scope = NewDisposeScope();
        var (hue, saturation, most) = ToHsv(images);
        return FromHsv((hue + turn).remainder(256), saturation, most).MoveToOuterDisposeScope();
    }

    private static (Tensor Hue, Tensor Saturation, Tensor Most) ToHsv(Tensor images)
    {
        var most = images.amax([1L], keepdim: true);
        var range = most - images.amin([1L], keepdim: true);
        var isGrey = range.eq(0);
        var divisor = range.where(isGrey.logical_not(), ones_like(range));
        var red = (most - images.narrow(1, 0, 1)) / divisor;
        var green = (most - images.narrow(1, 1, 1)) / divisor;
        var blue = (most - images.narrow(1, 2, 1)) / divisor;
        // The sums with a number are made in double and rounded, as C does it.
        var ofGreen = (red.to(float64) + 2.0 - blue.to(float64)).to(float32);
        var ofBlue = (green.to(float64) + 4.0 - red.to(float64)).to(float32);
        var hue = (blue - green).where(
            images.narrow(1, 0, 1).eq(most),
            ofGreen.where(images.narrow(1, 1, 1).eq(most), ofBlue)
        );
        var turns = (hue.to(float64) / 6.0) + 1.0;
        var part = (turns - turns.ge(1).to(float64)).to(float32);
        var saturation = range / most.where(isGrey.logical_not(), ones_like(most));
        return (Byte(part, isGrey), Byte(saturation, isGrey), most);
    }

    private static Tensor Byte(Tensor part, Tensor isGrey)
    {
        var value = (part.to(float64) * 255.0).floor().clamp(0, 255).to(float32);
        return value.where(isGrey.logical_not(), zeros_like(value));
    }

    private static Tensor FromHsv(Tensor hue, Tensor saturation, Tensor most)
    {
        var device = hue.device;
        var place = (arange(256, dtype: float64, device: device) * 6.0) / 255.0;
        var index = hue.to(int64).flatten();
        var sector = place.floor().to(int64).remainder(6).index_select(0, index);
        var within = (place - place.floor()).to(float32).to(float64).index_select(0, index).view_as(hue);
        var share = (saturation.to(float64) / 255.0).to(float32).to(float64);
        var value = most.to(float64);
        var p = Rounded(value * (1.0 - share));
        var q = Rounded(value * (1.0 - (share * within)));
        var t = Rounded(value * (1.0 - (share * (1.0 - within))));
        var all = cat([p, q, t, most], 1);
        Tensor[] channels =
        [
            .. new[] { s_red, s_green, s_blue }.Select(table =>
                all.gather(1, tensor(table).to(device).index_select(0, sector).view_as(hue))
            ),
        ];
        var colored = cat(channels, 1);
        return most.expand_as(colored).where(saturation.eq(0), colored);
    }

    // Halves upwards; values are 0..255.
    private static Tensor Rounded(Tensor value)
    {
        var whole = value.floor();
        return (whole + (value - whole).ge(0.5).to(float64)).to(float32);
    }
}
