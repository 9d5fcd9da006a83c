using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Data;

/// <summary>The rows and columns that CutMix takes from the partner.</summary>
/// <param name="Top">First row.</param>
/// <param name="Bottom">Row after the last.</param>
/// <param name="Left">First column.</param>
/// <param name="Right">Column after the last.</param>
public readonly record struct MixBox(int Top, int Bottom, int Left, int Right)
{
    /// <summary>timm's box: sides int(side x sqrt(1 - lambda)), halves of which lie on both sides of a place, clipped to the image.</summary>
    /// <param name="height">Rows of the image.</param>
    /// <param name="width">Columns of the image.</param>
    /// <param name="lambda">0..1.</param>
    /// <param name="row">Of the place.</param>
    /// <param name="column">Of the place.</param>
    public static MixBox Around(int height, int width, double lambda, int row, int column)
    {
        var ratio = Math.Sqrt(1 - lambda);
        var halfHeight = (int)(height * ratio) / 2;
        var halfWidth = (int)(width * ratio) / 2;
        return new MixBox(
            Math.Clamp(row - halfHeight, 0, height),
            Math.Clamp(row + halfHeight, 0, height),
            Math.Clamp(column - halfWidth, 0, width),
            Math.Clamp(column + halfWidth, 0, width)
        );
    }

    /// <summary>The share of the image that the box leaves.</summary>
    /// <param name="height">Rows of the image.</param>
    /// <param name="width">Columns of the image.</param>
    public double Lambda(int height, int width) =>
        1 - ((double)(Bottom - Top) * (Right - Left) / ((double)height * width));
}

/// <summary>How one batch, pair or image is mixed.</summary>
/// <param name="Lambda">Share of the image itself, 0..1.</param>
/// <param name="Box">What is taken from the partner; null blends.</param>
public readonly record struct MixPart(double Lambda, MixBox? Box)
{
    /// <summary>Not at all.</summary>
    public static MixPart None { get; } = new(1, null);
}

/// <summary>What a batch is mixed with, so that it can be looked at, and used for images and targets alike.</summary>
public sealed class MixDraw
{
    private readonly MixPart[] _parts;

    /// <summary>With parts of your own.</summary>
    /// <param name="mode">Who shares a part.</param>
    /// <param name="count">Images of the batch, B.</param>
    /// <param name="parts">1 for a batch, B / 2 for pairs, B for single images.</param>
    /// <exception cref="ArgumentException">Another number of parts.</exception>
    public MixDraw(MixMode mode, int count, IReadOnlyList<MixPart> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        var expected = mode switch
        {
            MixMode.Batch => 1,
            MixMode.Pair => count / 2,
            _ => count,
        };
        if (parts.Count != expected)
        {
            throw new ArgumentException(
                $"MixDraw: {parts.Count} parts given for {count} images in mode {mode}; expected {expected}.",
                nameof(parts)
            );
        }
        Mode = mode;
        Count = count;
        _parts = [.. parts];
    }

    /// <summary>Who shares a part.</summary>
    public MixMode Mode { get; }

    /// <summary>Images of the batch.</summary>
    public int Count { get; }

    /// <summary>As drawn.</summary>
    public IReadOnlyList<MixPart> Parts => _parts;

    /// <summary>The part of an image of the batch; the middle one of an odd number of pairs is not mixed.</summary>
    public MixPart Of(int image)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)image, (uint)Count, nameof(image));
        var partner = Count - 1 - image;
        return Mode switch
        {
            MixMode.Batch => _parts[0],
            MixMode.Pair => image == partner ? MixPart.None : _parts[Math.Min(image, partner)],
            _ => _parts[image],
        };
    }

    /// <summary>The mixed images.</summary>
    /// <param name="images">Float <c>[B, C, H, W]</c>; left as it is.</param>
    /// <returns>A new tensor of the same shape, type and device; the caller (or his dispose scope) owns it.</returns>
    public Tensor Images(Tensor images)
    {
        ArgumentNullException.ThrowIfNull(images);
        var shape = images.shape;
        if (shape.Length != 4 || shape[0] != Count)
        {
            throw new ArgumentException(
                $"MixDraw: images have shape [{string.Join(", ", shape)}]; expected [{Count}, C, H, W], as drawn.",
                nameof(images)
            );
        }
        using var scope = NewDisposeScope();
        var mixed = Mode == MixMode.Batch ? OfBatch(images, _parts[0]) : OfEach(images);
        return mixed.MoveToOuterDisposeScope();
    }

    /// <summary>The targets: labels as one-hot rows, smoothed, mixed with the partner's.</summary>
    /// <param name="labels">int64 <c>[B]</c>, each 0..classes - 1.</param>
    /// <param name="classes">K, at least 1.</param>
    /// <param name="smoothing">Share spread over all classes, 0..1.</param>
    /// <returns>float32 <c>[B, K]</c>, each row adding up to 1, on the labels' device; the caller (or his dispose scope) owns it.</returns>
    public Tensor Targets(Tensor labels, int classes, double smoothing = 0)
    {
        CheckLabels(labels);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        using var scope = NewDisposeScope();
        var off = smoothing / classes;
        var own = full([Count, classes], off, dtype: float32, device: labels.device);
        var on = full([Count, 1], 1 - smoothing + off, dtype: float32, device: labels.device);
        own = own.scatter(1, labels.unsqueeze(1), on);
        var partner = own.flip(0);
        Tensor mixed;
        if (Mode == MixMode.Batch)
        {
            var lambda = _parts[0].Lambda;
            mixed = own.mul(lambda) + partner.mul(1 - lambda);
        }
        else
        {
            var lambda = Column(i => (float)Of(i).Lambda, labels.device);
            mixed = (own * lambda) + (partner * (1 - lambda));
        }
        return mixed.MoveToOuterDisposeScope();
    }

    /// <summary>The label that each image shows most of, for an accuracy in training: its own where its lambda is at least a half, else its partner's.</summary>
    /// <param name="labels">int64 <c>[B]</c>.</param>
    /// <returns>int64 <c>[B]</c> on the labels' device; the caller (or his dispose scope) owns it.</returns>
    public Tensor Counted(Tensor labels)
    {
        CheckLabels(labels);
        using var scope = NewDisposeScope();
        Tensor counted;
        if (Mode == MixMode.Batch)
        {
            counted = _parts[0].Lambda >= 0.5 ? labels.clone() : labels.flip(0);
        }
        else
        {
            var own = Column(i => Of(i).Lambda >= 0.5 ? 1 : 0, labels.device).squeeze(1).gt(0);
            counted = where(own, labels, labels.flip(0));
        }
        return counted.MoveToOuterDisposeScope();
    }

    private void CheckLabels(Tensor labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var shape = labels.shape;
        if (shape.Length != 1 || shape[0] != Count)
        {
            throw new ArgumentException(
                $"MixDraw: labels have shape [{string.Join(", ", shape)}]; expected [{Count}], as drawn.",
                nameof(labels)
            );
        }
    }

    private static Tensor OfBatch(Tensor images, MixPart part)
    {
        if (part.Lambda == 1)
        {
            return images.clone();
        }
        var partner = images.flip(0);
        if (part.Box is not { } box)
        {
            return images.mul(part.Lambda).add_(partner.mul_(1 - part.Lambda));
        }
        var mixed = images.clone();
        var (height, width) = (box.Bottom - box.Top, box.Right - box.Left);
        if (height > 0 && width > 0)
        {
            mixed
                .narrow(2, box.Top, height)
                .narrow(3, box.Left, width)
                .copy_(partner.narrow(2, box.Top, height).narrow(3, box.Left, width));
        }
        return mixed;
    }

    // Numbers of a few bytes an image go to the device; masks and blends are made there, for all images at once.
    private Tensor OfEach(Tensor images)
    {
        var device = images.device;
        var partner = images.flip(0);
        var lambda = Column(i => Of(i).Box is null ? (float)Of(i).Lambda : 1, device)
            .to(images.dtype)
            .reshape(Count, 1, 1, 1);
        var blended = (images * lambda) + (partner * (1 - lambda));
        if (_parts.All(part => part.Box is null))
        {
            return blended;
        }
        var rows = Inside(images.shape[2], box => (box.Top, box.Bottom), device).unsqueeze(2);
        var columns = Inside(images.shape[3], box => (box.Left, box.Right), device).unsqueeze(1);
        var inside = rows.logical_and(columns).unsqueeze(1);
        return where(inside, partner, blended);
    }

    private Tensor Inside(long side, Func<MixBox, (int From, int To)> range, Device device)
    {
        var places = arange(side, device: device).unsqueeze(0);
        var from = Column(i => Of(i).Box is { } box ? range(box).From : 0, device);
        var to = Column(i => Of(i).Box is { } box ? range(box).To : 0, device);
        return places.ge(from).logical_and(places.lt(to));
    }

    // A few bytes an image; a copy that the device need not have made before we go on.
    private Tensor Column(Func<int, float> value, Device device)
    {
        float[] values = [.. Enumerable.Range(0, Count).Select(value)];
        return tensor(values, [Count, 1], dtype: float32).to(device, non_blocking: true);
    }
}
