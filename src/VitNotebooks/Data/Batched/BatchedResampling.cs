using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Data;

/// <summary>
/// Antialiased resize of a whole batch, each image with a box of its own, a border and a flip: every row of the result is a
/// weighted sum of the image's rows, and every column of its columns, so a batch takes two batched matrix products with Pillow's weights. A
/// weight of 1 at one place is a crop, and then the result is exact; crops alone are <see cref="BatchedCrop"/>'s, which copies.
/// </summary>
/// <remarks>
/// Columns first and a rounding to bytes after each, as Pillow; its weights have 22 fractional bits and these are float32, so that now and then a value
/// that lies at a half is rounded to the other side.
/// </remarks>
internal static class BatchedResampling
{
    /// <summary>Numbers a box has: left, top, width, height in pixels of the image, and 1 where it is shown mirrored.</summary>
    public const int BoxNumbers = 5;

    /// <summary>Writes a box as <see cref="Run"/> reads it.</summary>
    public static void Write(Span<float> numbers, CropBox box, bool mirrored = false)
    {
        numbers[0] = box.Left;
        numbers[1] = box.Top;
        numbers[2] = box.Width;
        numbers[3] = box.Height;
        numbers[4] = mirrored ? 1 : 0;
    }

    /// <summary>Shows each image's box in a result of one size; what lies outside of the image is black.</summary>
    /// <param name="images">float32 <c>[B, 3, H, W]</c>.</param>
    /// <param name="boxes">float32 <c>[B, 5]</c>.</param>
    /// <param name="width">Columns of the result.</param>
    /// <param name="height">Rows of the result.</param>
    /// <param name="filter">What lies between pixels.</param>
    public static Tensor Run(Tensor images, Tensor boxes, int width, int height, Interpolation filter)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (rows, columns) = (images.shape[2], images.shape[3]);
        var across = Weights(
            boxes.narrow(1, 0, 1),
            boxes.narrow(1, 2, 1),
            boxes.narrow(1, 4, 1),
            columns,
            width,
            filter
        );
        var down = Weights(boxes.narrow(1, 1, 1), boxes.narrow(1, 3, 1), null, rows, height, filter);
        // [B, 3, H, W] x [B, 1, W, w], then [B, 1, h, H] x [B, 3, H, w]
        var result = Bytes(images.matmul(across.transpose(1, 2).unsqueeze(1)));
        return Bytes(down.unsqueeze(1).matmul(result)).MoveToOuterDisposeScope();
    }

    /// <summary>Whole numbers 0..255, halves upwards, as Pillow rounds.</summary>
    public static Tensor Bytes(Tensor values) => values.add_(0.5).floor_().clamp_(0, 255);

    // [B, size, length]: how much of each place of the image each place of the result holds.
    private static Tensor Weights(
        Tensor start,
        Tensor extent,
        Tensor? mirrored,
        long length,
        int size,
        Interpolation filter
    )
    {
        using var scope = NewDisposeScope();
        // In double until the last step: in float32 a place of 30 pixels is known to a millionth, which is a hundredth of a level in the sum.
        (start, extent) = (start.to(float64), extent.to(float64));
        var places = arange(size, dtype: float64, device: start.device).unsqueeze(0);
        if (mirrored is not null)
        {
            places = places + (mirrored * ((size - 1) - (2 * places)));
        }
        var scale = extent / size;
        var centers = ((places + 0.5) * scale).unsqueeze(2); // [B, size, 1], from the box's begin
        var inside = (arange(length, dtype: float64, device: start.device).unsqueeze(0) - start).unsqueeze(1); // [B, 1, length]
        var stretch = scale.clamp(min: 1).unsqueeze(2);
        var distance = ((inside - centers + 0.5) / stretch).abs();
        var weights = filter == Interpolation.Bicubic ? Cubic(distance) : (1 - distance).clamp(min: 0);
        // Only the box is looked at; what is outside of the image but in the box is black and weighs nothing, which matters to pure crops alone.
        weights = weights * (inside.ge(0) & inside.lt(extent.unsqueeze(2)));
        var sum = weights.sum(2, keepdim: true);
        return (weights / sum.where(sum.ne(0), ones_like(sum))).to(float32).MoveToOuterDisposeScope();
    }

    private static Tensor Cubic(Tensor x)
    {
        using var scope = NewDisposeScope();
        var near = (((1.5 * x) - 2.5) * x * x) + 1;
        var far = ((((x - 5) * x) + 8) * x - 4) * -0.5;
        return near.where(x.lt(1), far.where(x.lt(2), zeros_like(x))).MoveToOuterDisposeScope();
    }
}
