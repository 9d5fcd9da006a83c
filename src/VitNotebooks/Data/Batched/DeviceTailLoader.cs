using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Data;

/// <summary>
/// Makes batches in two places: worker threads read images and do the steps that run on single images only, on bytes and at the images' own small size, and the
/// model's device does the steps behind them on whole batches: enlarges, normalizes, erases. What goes to the device is the small bytes: at 32 px a 196th of the numbers
/// of 224 px. For chains in which a resize stands behind the last step for single images, as in
/// <c>RandomCrop(32) > RandAugment > Resize(224) > RandomErasing</c>; no step is moved. What is drawn for an image is what a <see cref="Loader"/> of the whole chain
/// draws, and the bytes of batch n depend on (seed, epoch, n) alone.
/// </summary>
public sealed class DeviceTailLoader : IBatchSource
{
    private readonly Loader _loader;
    private readonly Device _device;

    /// <summary>No image is read before the first epoch, unless the steps of the threads leave open what size they make.</summary>
    /// <param name="data">The images.</param>
    /// <param name="pipeline">The whole chain.</param>
    /// <param name="device">Where the model computes.</param>
    /// <param name="options">As of a <see cref="Loader"/>.</param>
    /// <exception cref="ArgumentException">The chain has no such place, see <see cref="HeadOf"/>, or the options are out of range.</exception>
    public DeviceTailLoader(IImageDataset data, Pipeline pipeline, Device device, LoaderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        ArgumentNullException.ThrowIfNull(device);
        var head =
            HeadOf(pipeline)
            ?? throw new ArgumentException(
                $"DeviceTailLoader: in {pipeline} no resize stands behind the last step that runs on single images only; append one, or use Loader.",
                nameof(pipeline)
            );
        Pipeline = pipeline;
        _device = device;
        var first = pipeline.Transforms.Take(head).Aggregate(Pipeline.Empty, (chain, step) => chain.Then(step));
        _loader = new Loader(
            data,
            first,
            options,
            (width, height) => new BatchedSteps(pipeline, head, width, height, device)
        );
    }

    /// <summary>
    /// How many steps of a chain the threads do where the rest runs on the device; null where the chain has no place to part it: a resize stands behind the last
    /// step that runs on single images only, and the steps on the normalized numbers all run on batches.
    /// </summary>
    public static int? HeadOf(Pipeline pipeline)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        var head = pipeline.Transforms.Count;
        while (head > 0 && pipeline.Transforms[head - 1] is IBatchedTransform)
        {
            head--;
        }
        return
            pipeline.Transforms.Skip(head).Any(BatchedSteps.Resamples)
            && pipeline.NormalizedTransforms.All(t => t is IBatchedNormalizedTransform)
            ? head
            : null;
    }

    /// <summary>The whole chain.</summary>
    public Pipeline Pipeline { get; }

    /// <inheritdoc/>
    public LoaderOptions Options => _loader.Options;

    /// <inheritdoc/>
    public int BatchesPerEpoch => _loader.BatchesPerEpoch;

    /// <summary>Columns of every image in a batch.</summary>
    public int Width => _loader.Tail!.Width;

    /// <summary>Rows of every image in a batch.</summary>
    public int Height => _loader.Tail!.Height;

    /// <inheritdoc/>
    public double WaitSeconds => _loader.WaitSeconds;

    /// <inheritdoc/>
    public long Skipped => _loader.Skipped;

    /// <inheritdoc/>
    public IReadOnlyList<BrokenImage> Broken => _loader.Broken;

    /// <inheritdoc/>
    public Action<TimeSpan>? Waiting
    {
        get => _loader.Waiting;
        set => _loader.Waiting = value;
    }

    /// <summary>Its steps on the device that resample, by their names.</summary>
    internal IReadOnlyList<string> Resampling => _loader.Tail!.Resampling;

    /// <inheritdoc/>
    public IEnumerable<Batch> Epoch(int epoch, int fromBatch = 0, CancellationToken cancellationToken = default) =>
        _loader.Epoch(epoch, fromBatch, cancellationToken).Select(OnDevice);

    /// <summary>Stops all threads, and frees what it holds on the device.</summary>
    public void Dispose() => _loader.Dispose();

    /// <inheritdoc/>
    public override string ToString() =>
        $"{_loader}; on {_device} from {Pipeline.Transforms[HeadOf(Pipeline)!.Value]} on";

    private Batch OnDevice(Batch bytes)
    {
        using var head = bytes;
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var tail = _loader.Tail!;
        var images = head.Images.to(_device, non_blocking: true);
        var draws = head.Draws!;
        var drawn = tensor(draws.Numbers(head.Count)).view(head.Count, tail.Draws).to(_device, non_blocking: true);
        images = tail.Apply(images, drawn, draws.Patches(head.Count));
        // The batch's memory is written again.
        var labels = head.Labels.to(_device, copy: true, non_blocking: true);
        // The consumer's alone, as a loader's batches are.
        return new Batch(
            head.Epoch,
            head.Index,
            images.MoveToOuterDisposeScope().DetachFromDisposeScope(),
            labels.MoveToOuterDisposeScope().DetachFromDisposeScope()
        );
    }
}
