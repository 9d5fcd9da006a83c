using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Data;

/// <summary>
/// Images and labels of one step. The consumer owns it: <c>using</c> it frees both tensors, and a <see cref="Loader"/> may write its next batch where they lay; what
/// is to be kept longer without the batch is copied with <c>clone</c>. They are made on the loader's threads and so belong to no dispose
/// scope of the consumer's; a scope that should free them is given them with <c>MoveToOuterDisposeScope</c> or <c>Attach</c>.
/// </summary>
public sealed class Batch : IDisposable
{
    private readonly int _sampleSize;
    private BatchRing.Memory? _memory;

    internal Batch(int epoch, int index, int count, BatchRing.Memory memory, TailDraws? draws)
    {
        Epoch = epoch;
        Index = index;
        Count = count;
        Draws = draws;
        _memory = memory;
        _sampleSize = (int)(memory.Images.shape[1] * memory.Images.shape[2] * memory.Images.shape[3]);
        Images = memory.Images.narrow(0, 0, count);
        Labels = memory.Labels.narrow(0, 0, count);
    }

    internal Batch(int epoch, int index, Tensor images, Tensor labels)
    {
        Epoch = epoch;
        Index = index;
        Count = (int)images.shape[0];
        Images = images;
        Labels = labels;
    }

    /// <summary>float32 <c>[Count, 3, H, W]</c>, on the CPU or where the images of a <see cref="BatchedLoader"/> or the steps of a <see cref="DeviceTailLoader"/> are.</summary>
    public Tensor Images { get; private set; }

    /// <summary>int64 <c>[Count]</c>, beside them.</summary>
    public Tensor Labels { get; private set; }

    /// <summary>Images in it: the batch size, fewer in a last batch or where broken images were left out.</summary>
    public int Count { get; private set; }

    /// <summary>The epoch it belongs to, from 0.</summary>
    public int Epoch { get; }

    /// <summary>Its place in the epoch, from 0; the place to go on from after it is Index + 1.</summary>
    public int Index { get; }

    /// <summary>What the steps on the device drew for each image; null where there are none.</summary>
    internal TailDraws? Draws { get; }

    /// <summary>
    /// Frees both tensors. On CUDA the copies to the device must have been asked for by then, on the stream of the thread that disposes; they need not be done.
    /// </summary>
    public void Dispose()
    {
        Images.Dispose();
        Labels.Dispose();
        Interlocked.Exchange(ref _memory, null)?.GiveBack();
    }

    internal Span<float> Sample(int position) =>
        MemoryMarshal.Cast<byte, float>(Images.bytes).Slice(position * _sampleSize, _sampleSize);

    /// <summary>The bytes of an image, where the batch holds bytes.</summary>
    internal Span<byte> SampleBytes(int position) => Images.bytes.Slice(position * _sampleSize, _sampleSize);

    internal void SetLabel(int position, long label) => MemoryMarshal.Cast<byte, long>(Labels.bytes)[position] = label;

    /// <summary>Closes the gaps of the samples that were left out.</summary>
    internal void Keep(ReadOnlySpan<bool> kept)
    {
        var to = 0;
        var images = Images.bytes;
        var size = images.Length / Count;
        var labels = MemoryMarshal.Cast<byte, long>(Labels.bytes);
        for (var from = 0; from < kept.Length; from++)
        {
            if (kept[from])
            {
                if (to != from)
                {
                    images.Slice(from * size, size).CopyTo(images.Slice(to * size, size));
                    labels[to] = labels[from];
                    Draws?.Move(from, to);
                }
                to++;
            }
        }
        if (to < Count)
        {
            using var whole = Images;
            using var all = Labels;
            Images = whole.narrow(0, 0, to);
            Labels = all.narrow(0, 0, to);
            Count = to;
        }
    }
}
