using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Data;

/// <summary>
/// A whole dataset as two tensors where the model computes: uint8 images of one size and int64 labels. CIFAR-10's training split takes 154 MB. A
/// <see cref="BatchedLoader"/> makes batches of it without a thread, a copy from the host or a decoder.
/// </summary>
/// <example><code>
/// using var images = ImageTensors.Load(data.Train, device);
/// using var loader = new BatchedLoader(images, data.TrainPipeline, new LoaderOptions { BatchSize = 128, Sampler = Sampler.Shuffle });
/// </code></example>
public sealed class ImageTensors : IDisposable
{
    private readonly BrokenImage?[]? _broken;

    private ImageTensors(
        IImageDataset data,
        Tensor images,
        Tensor labels,
        BrokenImagePolicy policy,
        BrokenImage?[]? broken
    )
    {
        Data = data;
        Images = images;
        Labels = labels;
        OnBroken = policy;
        _broken = broken;
    }

    /// <summary>The dataset that was read: its name, classes and identity.</summary>
    public IImageDataset Data { get; }

    /// <summary>uint8 <c>[N, 3, H, W]</c>.</summary>
    public Tensor Images { get; }

    /// <summary>int64 <c>[N]</c>.</summary>
    public Tensor Labels { get; }

    /// <summary>Columns of every image.</summary>
    public int Width => (int)Images.shape[3];

    /// <summary>Rows of every image.</summary>
    public int Height => (int)Images.shape[2];

    /// <summary>What was done with images that cannot be read.</summary>
    public BrokenImagePolicy OnBroken { get; }

    /// <summary>The images that could not be read, in the dataset's order.</summary>
    public IReadOnlyList<BrokenImage> Broken => [.. _broken?.OfType<BrokenImage>() ?? []];

    /// <summary>Bytes that the images take.</summary>
    public long Bytes => Images.numel();

    /// <summary>Reads all images, on all processors.</summary>
    /// <param name="data">Images of one size.</param>
    /// <param name="device">Where they go; default the CPU.</param>
    /// <param name="maxBytes">More than this is an error, before anything is read; default 8 GiB.</param>
    /// <param name="onBroken">What to do with an image that cannot be read, as <see cref="LoaderOptions.OnBroken"/>; default: throw.</param>
    /// <exception cref="DataException">The images have several sizes, or are too many.</exception>
    /// <exception cref="ImageFileException">An image cannot be read.</exception>
    public static ImageTensors Load(
        IImageDataset data,
        Device? device = null,
        long maxBytes = DefaultMaxBytes,
        BrokenImagePolicy onBroken = BrokenImagePolicy.Throw
    )
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Count == 0)
        {
            throw new DataException($"{data.Name} has no images.");
        }
        var first = First(data, onBroken);
        var size = 3 * first.Width * first.Height;
        if ((long)size * data.Count > maxBytes)
        {
            throw new DataException(
                $"{data.Name}: {data.Count:N0} images of {first.Width} x {first.Height} take {(long)size * data.Count:N0} bytes, above the limit of {maxBytes:N0}; "
                    + "raise maxBytes, or read them batch by batch with Loader."
            );
        }
        using var scope = NewDisposeScope();
        var images = empty([data.Count, 3, first.Height, first.Width], dtype: uint8);
        var labels = empty([data.Count], dtype: int64);
        var broken = new BrokenImage?[data.Count];
        Read(data, first.Width, first.Height, images, labels, onBroken, broken);
        var all = Array.TrueForAll(broken, b => b is null);
        if (!all && onBroken == BrokenImagePolicy.Replace)
        {
            Replace(images, labels, broken);
        }
        var target = device ?? CPU;
        var result = new ImageTensors(data, images.to(target), labels.to(target), onBroken, all ? null : broken);
        result.Images.MoveToOuterDisposeScope();
        result.Labels.MoveToOuterDisposeScope();
        // They belong to the result, and not to the scope that it happens to be made in.
        result.Images.DetachFromDisposeScope();
        result.Labels.DetachFromDisposeScope();
        return result;
    }

    /// <summary>The limit of <see cref="Load"/> where none is given: 8 GiB.</summary>
    public const long DefaultMaxBytes = 8L << 30;

    /// <summary>What was wrong with an image; null for a whole one.</summary>
    internal BrokenImage? BrokenAt(int index) => _broken?[index];

    /// <summary>Frees both tensors.</summary>
    public void Dispose()
    {
        Images.Dispose();
        Labels.Dispose();
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Data.Name}: {Data.Count:N0} images of {Width} x {Height} in memory on {Images.device}, {Bytes:N0} bytes";

    // The first that can be read decides the size of all.
    private static RgbImage First(IImageDataset data, BrokenImagePolicy onBroken)
    {
        for (var i = 0; i < data.Count; i++)
        {
            try
            {
                return data.Read(i);
            }
            catch (ImageFileException) when (onBroken != BrokenImagePolicy.Throw)
            {
                // Listed when all are read.
            }
        }
        throw new DataException($"none of the {data.Count:N0} images of {data.Name} can be read");
    }

    // As a loader: the next whole one of the dataset, with its label.
    private static void Replace(Tensor images, Tensor labels, BrokenImage?[] broken)
    {
        using var scope = NewDisposeScope();
        for (var i = 0; i < broken.Length; i++)
        {
            if (broken[i] is null)
            {
                continue;
            }
            var next = i;
            while (broken[next] is not null)
            {
                next = (next + 1) % broken.Length;
            }
            images.select(0, i).copy_(images.select(0, next));
            labels.select(0, i).copy_(labels.select(0, next));
        }
    }

    // A tensor's bytes are more than one span holds.
    private static void Read(
        IImageDataset data,
        int width,
        int height,
        Tensor images,
        Tensor labels,
        BrokenImagePolicy onBroken,
        BrokenImage?[] broken
    )
    {
        var perBlock = Math.Max(1, (1 << 28) / (3 * width * height));
        for (var from = 0; from < data.Count; from += perBlock)
        {
            var count = Math.Min(perBlock, data.Count - from);
            using var block = images.narrow(0, from, count);
            using var names = labels.narrow(0, from, count);
            var bytes = GC.AllocateUninitializedArray<byte>(count * 3 * width * height);
            var values = new long[count];
            var errors = new ImageFileException?[count];
            var start = from;
            try
            {
                Parallel.For(
                    0,
                    count,
                    () => new PixelBuffer(),
                    (i, _, buffer) =>
                    {
                        try
                        {
                            ReadOne(
                                data,
                                start + i,
                                buffer,
                                width,
                                height,
                                bytes.AsSpan(i * 3 * width * height, 3 * width * height)
                            );
                        }
                        catch (ImageFileException e)
                        {
                            errors[i] = e;
                        }
                        values[i] = data.Label(start + i);
                        return buffer;
                    },
                    _ => { }
                );
            }
            catch (AggregateException e)
            {
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
            }
            // The first in the dataset's order, whichever thread was faster.
            if (onBroken == BrokenImagePolicy.Throw && Array.Find(errors, e => e is not null) is { } first)
            {
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
            }
            for (var i = 0; i < count; i++)
            {
                broken[from + i] = errors[i] is { } e ? new BrokenImage(e.File, e.Message) : null;
            }
            bytes.CopyTo(block.bytes);
            MemoryMarshal.AsBytes(values.AsSpan()).CopyTo(names.bytes);
        }
    }

    private static void ReadOne(
        IImageDataset data,
        int index,
        PixelBuffer buffer,
        int width,
        int height,
        Span<byte> planes
    )
    {
        data.ReadInto(index, buffer);
        if (buffer.Width != width || buffer.Height != height)
        {
            throw new DataException(
                $"{data.Source(index)} is {buffer.Width} x {buffer.Height}, and the first image {width} x {height}; one tensor holds one size. "
                    + "Read them batch by batch with Loader, or pack them to one size (PackedDataset)."
            );
        }
        buffer.WritePlanes(planes);
    }
}
