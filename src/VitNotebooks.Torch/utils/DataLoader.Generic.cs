using System.Collections;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.utils.data;

namespace TorchSharp.Modules;

/// <summary>
/// Goes through a data set in batches. With more than one worker, as many batches are loaded ahead, each on a thread of its own;
/// their order and content are the same for any number of workers, unless the data set draws from a generator that they share.
/// </summary>
/// <typeparam name="T">One sample.</typeparam>
/// <typeparam name="S">One batch.</typeparam>
public class DataLoader<T, S> : IEnumerable<S>, IDisposable
{
    /// <param name="dataset">The samples.</param>
    /// <param name="batchSize">Samples a batch, 1 or more.</param>
    /// <param name="collate_fn">Makes one batch, on the device given, of its samples.</param>
    /// <param name="shuffler">The indexes in their order; gone through anew for every pass.</param>
    /// <param name="device">Where the batches go; the CPU without.</param>
    /// <param name="num_worker">How many batches are loaded at once; with 1 the thread that asks loads them.</param>
    /// <param name="drop_last">Leaves out a last batch that is not full.</param>
    /// <param name="disposeBatch">Frees a batch when the next one is asked for.</param>
    /// <param name="disposeDataset">Disposes the data set with the loader.</param>
    public DataLoader(
        Dataset<T> dataset,
        int batchSize,
        Func<IEnumerable<T>, Device, S> collate_fn,
        IEnumerable<long> shuffler,
        Device? device = null,
        int num_worker = 1,
        bool drop_last = false,
        bool disposeBatch = true,
        bool disposeDataset = true
    )
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(collate_fn);
        ArgumentNullException.ThrowIfNull(shuffler);
        if (batchSize < 1)
        {
            throw new ArgumentOutOfRangeException(
                nameof(batchSize),
                batchSize,
                $"DataLoader: batchSize is {batchSize}, expected 1 or more."
            );
        }
        this.dataset = dataset;
        batch_size = batchSize;
        this.collate_fn = collate_fn;
        sampler = shuffler;
        Device = device ?? CPU;
        num_workers = Math.Max(1, num_worker);
        this.drop_last = drop_last;
        DisposeBatch = disposeBatch;
        DisposeDataset = disposeDataset;
    }

    /// <summary>In the data set's order; with <c>shuffle</c> in a random one, with a <c>seed</c> the same at every pass, without a
    /// new one.</summary>
    public DataLoader(
        Dataset<T> dataset,
        int batchSize,
        Func<IEnumerable<T>, Device, S> collate_fn,
        bool shuffle = false,
        Device? device = null,
        int? seed = null,
        int num_worker = 1,
        bool drop_last = false,
        bool disposeBatch = true,
        bool disposeDataset = true
    )
        : this(
            dataset,
            batchSize,
            collate_fn,
            shuffle ? new FisherYatesShuffler(dataset.Count, seed) : InOrder(dataset.Count),
            device,
            num_worker,
            drop_last,
            disposeBatch,
            disposeDataset
        ) { }

    public Dataset<T> dataset { get; }

    public int batch_size { get; }

    public bool drop_last { get; }

    public IEnumerable<long> sampler { get; }

    public int num_workers { get; }

    public Func<IEnumerable<T>, Device, S> collate_fn { get; }

    public Device Device { get; }

    public bool DisposeBatch { get; }

    public bool DisposeDataset { get; }

    /// <summary>Batches a pass over the whole data set.</summary>
    public long Count => (dataset.Count + (drop_last ? 0 : batch_size - 1)) / batch_size;

    /// <summary>A pass. Disposing it early waits for the batches that are being loaded and frees them.</summary>
    public IEnumerator<S> GetEnumerator() => new LoadingPass<T, S>(this);

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing && DisposeDataset)
        {
            dataset.Dispose();
        }
    }

    private static IEnumerable<long> InOrder(long count)
    {
        for (long i = 0; i < count; i++)
        {
            yield return i;
        }
    }
}
