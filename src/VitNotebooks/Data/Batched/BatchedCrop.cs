using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Data;

/// <summary>
/// Crops of a whole batch, each image at a place of its own, of any dtype and without arithmetic. Laid out as one line, a batch holds every row of the result
/// as a stretch of its numbers, and a view holds every stretch: the result is a choice of that view's rows, each a plain copy. The matrix products of
/// <see cref="BatchedResampling"/>, which give the same numbers, take a hundred times the work.
/// </summary>
internal static class BatchedCrop
{
    /// <summary>Shows each image's box.</summary>
    /// <param name="images"><c>[B, 3, H, W]</c>.</param>
    /// <param name="boxes">float32 <c>[B, 5]</c> as <see cref="BatchedResampling.Write"/> has them, of the result's size; none reaches beyond the border.</param>
    /// <param name="size">Columns and rows of the result.</param>
    /// <param name="border">Black pixels on every side.</param>
    public static Tensor Run(Tensor images, Tensor boxes, int size, int border)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var bordered = Bordered(images, border, border);
        var shape = bordered.shape;
        var (count, channels, rows, columns) = (shape[0], shape[1], shape[2], shape[3]);
        var device = images.device;
        var left = boxes.select(1, 0).to(int64) + border;
        var top = boxes.select(1, 1).to(int64) + border;
        var planes = arange(count * channels, dtype: int64, device: device).view(count, channels, 1);
        var lines = arange(size, dtype: int64, device: device).view(1, 1, -1) * columns;
        var starts = (planes * (rows * columns)) + lines + ((top * columns) + left).view(-1, 1, 1);
        return bordered
            .flatten()
            .unfold(0, size, 1)
            .index_select(0, starts.flatten())
            .view(count, channels, size, size)
            .MoveToOuterDisposeScope();
    }

    /// <summary>Shows the same box of every image.</summary>
    /// <param name="images"><c>[B, 3, H, W]</c>.</param>
    /// <param name="box">What lies outside of the image is black.</param>
    public static Tensor Run(Tensor images, CropBox box)
    {
        using var scope = NewDisposeScope();
        var (rows, columns) = (images.shape[2], images.shape[3]);
        var across = (int)Math.Max(Math.Max(-box.Left, box.Left + box.Width - columns), 0);
        var down = (int)Math.Max(Math.Max(-box.Top, box.Top + box.Height - rows), 0);
        return Bordered(images, across, down)
            .narrow(2, box.Top + down, box.Height)
            .narrow(3, box.Left + across, box.Width)
            .contiguous()
            .MoveToOuterDisposeScope();
    }

    /// <summary>Adds a border in which the images are mirrored at their outermost pixels.</summary>
    /// <param name="images"><c>[B, 3, H, W]</c>.</param>
    /// <param name="border">Pixels on every side.</param>
    public static Tensor Mirrored(Tensor images, int border)
    {
        using var scope = NewDisposeScope();
        return images
            .index_select(2, Places(images.shape[2], border, images.device))
            .index_select(3, Places(images.shape[3], border, images.device))
            .MoveToOuterDisposeScope();
    }

    private static Tensor Bordered(Tensor images, int across, int down) =>
        across == 0 && down == 0
            ? images.contiguous()
            : nn.functional.pad(images, [across, across, down, down], PaddingModes.Constant);

    private static Tensor Places(long length, int border, Device device)
    {
        var places = new long[length + (2 * border)];
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = PixelBuffer.Mirrored(i - border, (int)length);
        }
        return tensor(places).to(device);
    }
}
