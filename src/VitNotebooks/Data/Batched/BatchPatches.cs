using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Data;

/// <summary>
/// Boxes of a batch's images and the numbers that overwrite them. They are drawn on the host, since each comes from its image's own generator, and only they go
/// to the device: of a quarter of the images, about a sixth of the numbers.
/// </summary>
public sealed class BatchPatches
{
    private const int BoxNumbers = 4;

    // The first box of every image, then the second of every image that has one, and so on: a later one may cover an earlier one.
    private readonly List<Layer> _layers = [];
    private readonly int _images;
    private int _image = -1;
    private int _boxes;

    internal BatchPatches(int images) => _images = images;

    /// <summary>Adds a box of the image that is drawn for.</summary>
    /// <param name="box">Within the image.</param>
    /// <returns>Its numbers <c>[3, box.Height, box.Width]</c>, to be filled before the next box is added.</returns>
    public Span<float> Add(CropBox box)
    {
        if (_boxes == _layers.Count)
        {
            _layers.Add(new Layer(new float[_images * BoxNumbers], []));
        }
        var (boxes, values) = _layers[_boxes++];
        var numbers = boxes.AsSpan(_image * BoxNumbers, BoxNumbers);
        (numbers[0], numbers[1], numbers[2], numbers[3]) = (box.Left, box.Top, box.Width, box.Height);
        var at = values.Count;
        CollectionsMarshal.SetCount(values, at + (3 * box.Width * box.Height));
        return CollectionsMarshal.AsSpan(values)[at..];
    }

    /// <summary>The boxes of images that were drawn for one by one, as if they had been drawn for together.</summary>
    internal static BatchPatches Join(ReadOnlySpan<BatchPatches> single)
    {
        var all = new BatchPatches(single.Length);
        foreach (var image in single)
        {
            all.Next();
            foreach (var (box, values) in image._layers)
            {
                var place = new CropBox((int)box[0], (int)box[1], (int)box[2], (int)box[3]);
                CollectionsMarshal.AsSpan(values).CopyTo(all.Add(place));
            }
        }
        return all;
    }

    /// <summary>The next image is drawn for.</summary>
    internal void Next() => (_image, _boxes) = (_image + 1, 0);

    /// <summary>Overwrites the boxes.</summary>
    /// <param name="images">float32 <c>[B, 3, H, W]</c>, changed in place.</param>
    internal void Write(Tensor images)
    {
        using var scope = NewDisposeScope();
        var device = images.device;
        foreach (var (boxes, values) in _layers)
        {
            if (values.Count == 0)
            {
                continue;
            }
            var box = tensor(boxes).view(-1, BoxNumbers, 1).to(device, non_blocking: true);
            var columns = Within(box, 0, images.shape[3]).view(_images, 1, 1, -1);
            var rows = Within(box, 1, images.shape[2]).view(_images, 1, -1, 1);
            // A mask is filled in the order image, channel, row, column, which is that of the numbers.
            images.masked_scatter_((rows & columns).expand_as(images), tensor(values.ToArray()).to(device));
        }
    }

    private static Tensor Within(Tensor box, int axis, long length)
    {
        var place = arange(length, dtype: float32, device: box.device).unsqueeze(0);
        var start = box.select(1, axis);
        return place.ge(start) & place.lt(start + box.select(1, axis + 2));
    }

    private readonly record struct Layer(float[] Boxes, List<float> Values);
}
