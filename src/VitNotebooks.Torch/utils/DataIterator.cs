using System.Collections;
using TorchSharp.Dispatch;
using static TorchSharp.torch;

namespace TorchSharp.Data;

/// <summary>Batches of images and labels in the order of their file; the reader owns each batch.</summary>
public class DataIterator : IEnumerable<(Tensor data, Tensor target)>, IDisposable
{
    private readonly Tensor _images;
    private readonly Tensor _labels;
    private readonly long _batchSize;

    internal DataIterator(Tensor images, Tensor labels, long batchSize)
    {
        if (batchSize < 1)
        {
            throw new ArgumentOutOfRangeException(
                nameof(batchSize),
                batchSize,
                $"Loader: batchSize is {batchSize}, expected 1 or more."
            );
        }
        (_images, _labels, _batchSize) = (images.DetachFromDisposeScope(), labels.DetachFromDisposeScope(), batchSize);
    }

    /// <summary>How many samples there are.</summary>
    public long Size() => _labels.size(0);

    public IEnumerator<(Tensor data, Tensor target)> GetEnumerator()
    {
        for (long at = 0; at < Size(); at += _batchSize)
        {
            var length = Math.Min(_batchSize, Size() - at);
            yield return (Row(_images, at, length), Row(_labels, at, length));
        }
    }

    // A copy: the reader may change its batch.
    private static Tensor Row(Tensor all, long at, long length)
    {
        using var view = Aten.narrow(all, 0, at, length);
        return Aten.clone(view);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        _images.Dispose();
        _labels.Dispose();
    }
}
