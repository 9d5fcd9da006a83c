using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Data;

/// <summary>
/// Images and labels of one step. The consumer owns it: <c>using</c> it frees both tensors. They are made on the loader's threads and so belong to no dispose
/// scope of the consumer's; a scope that should free them is given them with <c>MoveToOuterDisposeScope</c> or <c>Attach</c>.
/// </summary>
public sealed class Batch : IDisposable
{
    private readonly int _sampleSize;

    internal Batch(int epoch, int index, int count, int width, int height)
    {
        Epoch = epoch;
        Index = index;
        Count = count;
        _sampleSize = 3 * height * width;
        Images = empty([count, 3, height, width], dtype: float32);
        Labels = empty([count], dtype: int64);
    }

    internal Batch(int epoch, int index, Tensor images, Tensor labels)
    {
        Epoch = epoch;
        Index = index;
        Count = (int)images.shape[0];
        Images = images;
        Labels = labels;
    }

    /// <summary>float32 <c>[Count, 3, H, W]</c>, on the CPU or where a <see cref="BatchedLoader"/>'s images are.</summary>
    public Tensor Images { get; private set; }

    /// <summary>int64 <c>[Count]</c>, beside them.</summary>
    public Tensor Labels { get; private set; }

    /// <summary>Images in it: the batch size, fewer in a last batch or where broken images were left out.</summary>
    public int Count { get; private set; }

    /// <summary>The epoch it belongs to, from 0.</summary>
    public int Epoch { get; }

    /// <summary>Its place in the epoch, from 0; the place to go on from after it is Index + 1.</summary>
    public int Index { get; }

    /// <summary>Frees both tensors.</summary>
    public void Dispose()
    {
        Images.Dispose();
        Labels.Dispose();
    }

    internal Span<float> Sample(int position) =>
        MemoryMarshal.Cast<byte, float>(Images.bytes).Slice(position * _sampleSize, _sampleSize);

    internal void SetLabel(int position, long label) => MemoryMarshal.Cast<byte, long>(Labels.bytes)[position] = label;

    /// <summary>Closes the gaps of the samples that were left out.</summary>
    internal void Keep(ReadOnlySpan<bool> kept)
    {
        int to = 0;
        Span<long> labels = MemoryMarshal.Cast<byte, long>(Labels.bytes);
        for (int from = 0; from < kept.Length; from++)
        {
            if (kept[from])
            {
                if (to != from)
                {
                    Sample(from).CopyTo(Sample(to));
                    labels[to] = labels[from];
                }
                to++;
            }
        }
        if (to < Count)
        {
            using Tensor images = Images;
            using Tensor all = Labels;
            Images = images.narrow(0, 0, to);
            Labels = all.narrow(0, 0, to);
            Count = to;
        }
    }
}
