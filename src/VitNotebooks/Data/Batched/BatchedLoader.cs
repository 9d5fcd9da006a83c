using System.Collections.Concurrent;
using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Data;

/// <summary>
/// Makes batches of images that lie where the model computes, transforming a whole batch at a time. The order of an epoch and what is drawn for each image
/// are those of a <see cref="Loader"/> with the same options, so that the two show a model the same; the bytes of batch n depend on (seed, epoch, n)
/// alone.
/// </summary>
public sealed class BatchedLoader : IBatchSource
{
    private readonly ConcurrentDictionary<int, BrokenImage> _broken = new();
    private readonly BatchedSteps _steps;
    private long _waitTicks;
    private long _skipped;

    /// <summary>No batch is made before the first epoch.</summary>
    /// <param name="images">The images; they stay the caller's.</param>
    /// <param name="pipeline">Of transforms that run on batches (<see cref="IBatchedTransform"/>).</param>
    /// <param name="options">Workers and prefetch have no meaning here.</param>
    /// <exception cref="ArgumentException">Options out of range, or transforms that run on single images only; all are named.</exception>
    public BatchedLoader(ImageTensors images, Pipeline pipeline, LoaderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(pipeline);
        Options = options ?? new LoaderOptions();
        Options.Check(images.Data);
        Images = images;
        Pipeline = pipeline;
        if (SingleOnly(pipeline) is { Count: > 0 } single)
        {
            throw new ArgumentException(
                $"BatchedLoader: {string.Join(", ", single)} cannot run on whole batches; leave it out, or use Loader.",
                nameof(pipeline)
            );
        }
        if (Options.DecodesPart)
        {
            throw new ArgumentException(
                "BatchedLoader: DecodesPart is on, but these images are decoded already; leave it off, or use Loader.",
                nameof(options)
            );
        }
        if (images.OnBroken != Options.OnBroken && images.Broken.Count > 0)
        {
            throw new ArgumentException(
                $"BatchedLoader: OnBroken is {Options.OnBroken}, but the images were loaded with {images.OnBroken}; give both the same.",
                nameof(options)
            );
        }
        _steps = new BatchedSteps(pipeline, 0, images.Width, images.Height, images.Images.device);
        var count = EpochOrder.CountOf(Options.Sampler.Count(images.Data), Options);
        BatchesPerEpoch = Options.DropLast
            ? count / Options.BatchSize
            : (count + Options.BatchSize - 1) / Options.BatchSize;
    }

    /// <summary>The steps of a pipeline that run on single images only, by their names; a <see cref="BatchedLoader"/> takes a pipeline without any.</summary>
    public static IReadOnlyList<string> SingleOnly(Pipeline pipeline)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        return
        [
            .. pipeline.Transforms.Where(t => t is not IBatchedTransform).Select(t => t.Describe()),
            .. pipeline.NormalizedTransforms.Where(t => t is not IBatchedNormalizedTransform).Select(t => t.Describe()),
        ];
    }

    /// <summary>Its steps that resample, by their names: on a CPU they are what takes its time.</summary>
    internal IReadOnlyList<string> Resampling => _steps.Resampling;

    /// <summary>The images.</summary>
    public ImageTensors Images { get; }

    /// <summary>What is done to each.</summary>
    public Pipeline Pipeline { get; }

    /// <summary>As given.</summary>
    public LoaderOptions Options { get; }

    /// <summary>Batches an epoch, the last one perhaps shorter.</summary>
    public int BatchesPerEpoch { get; }

    /// <summary>Columns of every image in a batch.</summary>
    public int Width => _steps.Width;

    /// <summary>Rows of every image in a batch.</summary>
    public int Height => _steps.Height;

    /// <summary>
    /// Seconds in which the consumer's thread made batches, over all epochs: drawing, and on the CPU also transforming. On CUDA the device transforms them in its
    /// own time.
    /// </summary>
    public double WaitSeconds => TimeSpan.FromTicks(Interlocked.Read(ref _waitTicks)).TotalSeconds;

    /// <inheritdoc/>
    public long Skipped => Interlocked.Read(ref _skipped);

    /// <inheritdoc/>
    public IReadOnlyList<BrokenImage> Broken => [.. _broken.OrderBy(pair => pair.Key).Select(pair => pair.Value)];

    /// <summary>Never called: nobody waits for others here.</summary>
    public Action<TimeSpan>? Waiting { get; set; }

    /// <summary>The batches of an epoch, in order; each is made when it is asked for. The consumer disposes of each.</summary>
    /// <param name="epoch">From 0.</param>
    /// <param name="fromBatch">Begin here, 0..BatchesPerEpoch: what comes is what would have come.</param>
    /// <param name="cancellationToken">Ends the epoch between two batches.</param>
    public IEnumerable<Batch> Epoch(int epoch, int fromBatch = 0, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        if (fromBatch < 0 || fromBatch > BatchesPerEpoch)
        {
            throw new ArgumentOutOfRangeException(
                nameof(fromBatch),
                fromBatch,
                $"BatchedLoader: an epoch of {Images.Data.Name} has {BatchesPerEpoch} batches of {Options.BatchSize}; it cannot begin at batch {fromBatch}."
            );
        }
        return Run(epoch, fromBatch, cancellationToken);
    }

    /// <summary>Frees what it holds on the device; the images stay.</summary>
    public void Dispose() => _steps.Dispose();

    /// <inheritdoc/>
    public override string ToString() =>
        $"BatchedLoader of {Images.Data.Name} on {Images.Images.device}: {BatchesPerEpoch} batches of {Options.BatchSize}, {Width} x {Height}, "
        + $"seed {Options.Seed}, {Options.Sampler}";

    private IEnumerable<Batch> Run(int epoch, int fromBatch, CancellationToken cancellationToken)
    {
        var order = new EpochOrder(Images.Data, Options, epoch);
        var random = new TorchRandom(0);
        for (var index = fromBatch; index < BatchesPerEpoch; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var began = Stopwatch.GetTimestamp();
            var batch = Make(order, random, epoch, index);
            Interlocked.Add(ref _waitTicks, Stopwatch.GetElapsedTime(began).Ticks);
            if (batch is not null)
            {
                yield return batch;
            }
        }
    }

    private Batch? Make(EpochOrder order, TorchRandom random, int epoch, int index)
    {
        int[] places = [.. Places(order, index)];
        var count = places.Length;
        if (count == 0)
        {
            return null;
        }
        var chosen = new long[count];
        var drawn = new float[count * _steps.Draws];
        var patches = new BatchPatches(count);
        for (var i = 0; i < count; i++)
        {
            chosen[i] = order.Image(places[i]);
            random.ManualSeed(order.SeedAt(places[i], Options.Seed, epoch));
            _steps.Draw(random, drawn.AsSpan(i * _steps.Draws, _steps.Draws), patches);
        }
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var device = Images.Images.device;
        var indices = tensor(chosen).to(device, non_blocking: true);
        var numbers = tensor(drawn).view(count, _steps.Draws).to(device, non_blocking: true);
        var images = _steps.Apply(Images.Images.index_select(0, indices), numbers, patches);
        var labels = Images.Labels.index_select(0, indices);
        // The consumer's alone, as a loader's batches are.
        return new Batch(
            epoch,
            index,
            images.MoveToOuterDisposeScope().DetachFromDisposeScope(),
            labels.MoveToOuterDisposeScope().DetachFromDisposeScope()
        );
    }

    // Where the batch's images stand in the order; broken ones that are left out do not.
    private IEnumerable<int> Places(EpochOrder order, int index)
    {
        var first = index * Options.BatchSize;
        var end = Math.Min(first + Options.BatchSize, order.Count);
        for (var place = first; place < end; place++)
        {
            if (Images.BrokenAt(order.Image(place)) is { } broken)
            {
                Interlocked.Increment(ref _skipped);
                _broken[order.Image(place)] = broken;
                if (Options.OnBroken == BrokenImagePolicy.SkipAndCount)
                {
                    continue;
                }
            }
            yield return place;
        }
    }
}
