using System.Collections.Concurrent;
using TorchSharp;

namespace VitNotebooks.Data;

/// <summary>
/// Makes batches of tensors on worker threads, ahead of the consumer and within bounds. The bytes of batch n depend on (seed, epoch, n) alone:
/// not on workers, prefetch, or where the epoch was begun.
/// </summary>
/// <example><code>
/// using var loader = new Loader(data.Train, data.TrainPipeline, new LoaderOptions { BatchSize = 64, Sampler = Sampler.Shuffle, Seed = 1 });
/// foreach (Batch batch in loader.Epoch(0)) using (batch) { .. }
/// </code></example>
public sealed class Loader : IBatchSource
{
    private readonly ConcurrentDictionary<int, BrokenImage> _broken = new();
    private readonly ConcurrentBag<PixelBuffer> _buffers = [];
    private readonly ConcurrentDictionary<EpochRun, bool> _runs = new();
    private readonly BatchRing _ring;
    private long _skipped;
    private long _waitTicks;
    private volatile bool _disposed;

    /// <summary>No image is read before the first epoch, unless the pipeline leaves open what size it makes.</summary>
    /// <exception cref="ArgumentException">Options out of range; all faults are named.</exception>
    public Loader(IImageDataset data, Pipeline pipeline, LoaderOptions? options = null)
        : this(data, pipeline, options, tail: null) { }

    /// <param name="data">The images.</param>
    /// <param name="pipeline">Where there is a tail, the steps before it.</param>
    /// <param name="options">As given.</param>
    /// <param name="tail">Makes the steps for whole batches of images of the given sides: batches are uint8 then, with what these steps draw.</param>
    internal Loader(IImageDataset data, Pipeline pipeline, LoaderOptions? options, Func<int, int, BatchedSteps>? tail)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(pipeline);
        Options = options ?? new LoaderOptions();
        Options.Check(data);
        if (Options.DecodesPart && pipeline.FirstPart is null)
        {
            throw new ArgumentException(
                $"Loader: DecodesPart is on, but the pipeline begins with {(pipeline.Transforms.Count > 0 ? pipeline.Transforms[0].Describe() : pipeline.ToString())}, which needs the whole image; "
                    + "begin it with RandomResizedCrop or InceptionCrop, or leave DecodesPart off.",
                nameof(pipeline)
            );
        }
        Data = data;
        Pipeline = pipeline;
        var images = EpochOrder.CountOf(Options.Sampler.Count(data), Options);
        BatchesPerEpoch = Options.DropLast
            ? images / Options.BatchSize
            : (images + Options.BatchSize - 1) / Options.BatchSize;
        (Width, Height) = pipeline.FixedSize ?? SizeOfFirst();
        Tail = tail?.Invoke(Width, Height);
        _ring = new BatchRing(
            Math.Min(Options.BatchSize, images),
            Width,
            Height,
            Tail is null ? torch.float32 : torch.uint8,
            // The one in the consumer's hand, the one wanted next, and those ahead of it.
            Math.Min(Options.Prefetch + 2, BatchesPerEpoch),
            Options.CudaDevice
        );
    }

    /// <summary>The images.</summary>
    public IImageDataset Data { get; }

    /// <summary>What is done to each.</summary>
    public Pipeline Pipeline { get; }

    /// <summary>As given.</summary>
    public LoaderOptions Options { get; }

    /// <summary>Batches an epoch, the last one perhaps shorter.</summary>
    public int BatchesPerEpoch { get; }

    /// <summary>Columns of every image in a batch.</summary>
    public int Width { get; }

    /// <summary>Rows of every image in a batch.</summary>
    public int Height { get; }

    /// <inheritdoc/>
    public Action<TimeSpan>? Waiting { get; set; }

    /// <summary>Seconds that consumers have waited for a batch so far, over all epochs; grows also while one waits.</summary>
    public double WaitSeconds => TimeSpan.FromTicks(Interlocked.Read(ref _waitTicks)).TotalSeconds;

    /// <summary>How often a broken image was left out or replaced so far, over all epochs.</summary>
    public long Skipped => Interlocked.Read(ref _skipped);

    /// <summary>The broken images that were left out or replaced, each once, in the dataset's order.</summary>
    public IReadOnlyList<BrokenImage> Broken => [.. _broken.OrderBy(pair => pair.Key).Select(pair => pair.Value)];

    /// <summary>
    /// The batches of an epoch, in order. Work begins with the first one asked for; leaving the loop early stops the threads. The consumer disposes
    /// of each batch. Threads make at most <see cref="LoaderOptions.Prefetch"/> batches ahead, in the memory of batches that were disposed of.
    /// </summary>
    /// <param name="epoch">From 0; decides the order and every sample's transforms.</param>
    /// <param name="fromBatch">Begin here, 0..BatchesPerEpoch: what comes is what would have come.</param>
    /// <param name="cancellationToken">Ends a wait.</param>
    /// <exception cref="ImageFileException">A broken image, at the batch that holds it.</exception>
    /// <exception cref="DataException">An image failed otherwise; the sentence names it.</exception>
    public IEnumerable<Batch> Epoch(int epoch, int fromBatch = 0, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        if (fromBatch < 0 || fromBatch > BatchesPerEpoch)
        {
            throw new ArgumentOutOfRangeException(
                nameof(fromBatch),
                fromBatch,
                $"Loader: an epoch of {Data.Name} has {BatchesPerEpoch} batches of {Options.BatchSize}; it cannot begin at batch {fromBatch}."
            );
        }
        return Run(epoch, fromBatch, cancellationToken);
    }

    /// <summary>Stops all threads and frees the memory of batches; epochs that are being read end with an <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        _disposed = true;
        foreach (var run in _runs.Keys)
        {
            run.Dispose();
        }
        _ring.Dispose();
        Tail?.Dispose();
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"Loader of {Data.Name}: {BatchesPerEpoch} batches of {Options.BatchSize}, {Width} x {Height}, seed {Options.Seed}"
        + $", {Options.Sampler}"
        + (Options.Ranks > 1 ? $", process {Options.Rank} of {Options.Ranks}" : "")
        + (Skipped > 0 ? $"; {Skipped} times a broken image was left out or replaced ({_broken.Count} files)" : "");

    /// <summary>What is done with its batches on the device; null for nothing: they are float32 and ready.</summary>
    internal BatchedSteps? Tail { get; }

    internal BatchRing.Memory RentMemory() => _ring.Rent();

    internal void AddWait(TimeSpan time) => Interlocked.Add(ref _waitTicks, time.Ticks);

    internal void AddBroken(int sample, ImageFileException error)
    {
        Interlocked.Increment(ref _skipped);
        _broken[sample] = new BrokenImage(error.File, error.Message);
    }

    internal PixelBuffer RentBuffer() => _buffers.TryTake(out var buffer) ? buffer : new PixelBuffer();

    internal void ReturnBuffer(PixelBuffer buffer) => _buffers.Add(buffer);

    private IEnumerable<Batch> Run(int epoch, int fromBatch, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        using var run = new EpochRun(this, epoch, fromBatch);
        _runs.TryAdd(run, true);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            while (run.Next(cancellationToken) is { } batch)
            {
                yield return batch;
            }
        }
        finally
        {
            _runs.TryRemove(run, out _);
        }
    }

    private (int Width, int Height) SizeOfFirst()
    {
        var buffer = new PixelBuffer();
        for (var i = 0; i < Data.Count; i++)
        {
            try
            {
                Data.ReadInto(i, buffer);
            }
            catch (ImageFileException) when (Options.OnBroken != BrokenImagePolicy.Throw && i + 1 < Data.Count)
            {
                // Counted when its batch is made.
                continue;
            }
            Pipeline.Apply(buffer, new TorchRandom(0));
            return (buffer.Width, buffer.Height);
        }
        throw new DataException($"{Data.Name}: no image could be read, so the size of a batch is unknown.");
    }
}
