using System.Diagnostics;
using TorchSharp;
using VitNotebooks.Data;
using static TorchSharp.torch;

namespace VitNotebooks.Training;

/// <summary>
/// Where the batches of a run come from: threads that read and transform, or, for data that is <see cref="VisionData.OnDevice"/>, the images themselves on the
/// model's device, which are read once, when they are first asked for; or both, where a chain begins with steps for single images and ends in a resize.
/// </summary>
/// <param name="data">The data.</param>
/// <param name="device">Where the model is.</param>
/// <param name="loading">
/// How the training split is read. Of the test split threads and prefetch are the same; broken images that are replaced in training would count another
/// twice there, and are left out (<see cref="OfTest"/>); the rest is as usual.
/// </param>
internal sealed class RunImages(VisionData data, Device device, LoaderOptions loading) : IDisposable
{
    private ImageTensors? _train;
    private ImageTensors? _test;
    private bool _costNoted;

    /// <summary>Hears a sentence before images are read onto the device.</summary>
    public Action<string>? Note { get; init; }

    /// <summary>How the training split is read.</summary>
    public LoaderOptions Loading { get; } = loading;

    /// <summary>Seconds that reading images onto the device took so far; they count as waiting for data.</summary>
    public double LoadSeconds { get; private set; }

    /// <summary>What is done with broken images of the test split.</summary>
    public static BrokenImagePolicy OfTest(BrokenImagePolicy onBroken) =>
        onBroken == BrokenImagePolicy.Replace ? BrokenImagePolicy.SkipAndCount : onBroken;

    /// <summary>The training batches.</summary>
    public IBatchSource Training() => Open(data.Train, data.TrainPipeline, Loading, ref _train);

    /// <summary>The test batches, in the dataset's order.</summary>
    /// <param name="batchSize">Images a batch.</param>
    public IBatchSource Testing(int batchSize) =>
        Open(
            data.Test,
            data.TestPipeline,
            new LoaderOptions
            {
                BatchSize = batchSize,
                Workers = Loading.Workers,
                Prefetch = Loading.Prefetch,
                OnBroken = OfTest(Loading.OnBroken),
            },
            ref _test
        );

    public void Dispose()
    {
        _train?.Dispose();
        _test?.Dispose();
    }

    private IBatchSource Open(IImageDataset images, Pipeline pipeline, LoaderOptions loading, ref ImageTensors? loaded)
    {
        var threaded = loading with { CudaDevice = device.type == DeviceType.CUDA ? device.index : null };
        if (!data.IsOnDevice)
        {
            return new Loader(images, pipeline, threaded);
        }
        if (BatchedLoader.SingleOnly(pipeline).Count > 0)
        {
            var parted = new DeviceTailLoader(images, pipeline, device, threaded);
            NoteCost(parted.Resampling);
            return parted;
        }
        if (loaded is null)
        {
            Note?.Invoke($"Reading the {images.Count:N0} images of {images.Name} onto {device}.");
            var began = Stopwatch.GetTimestamp();
            loaded = ImageTensors.Load(images, device, onBroken: loading.OnBroken);
            LoadSeconds += Stopwatch.GetElapsedTime(began).TotalSeconds;
        }
        var batched = new BatchedLoader(loaded, pipeline, loading);
        NoteCost(batched.Resampling);
        return batched;
    }

    // Once a run.
    private void NoteCost(IReadOnlyList<string> resampling)
    {
        if (device.type == DeviceType.CPU && resampling.Count > 0 && !_costNoted)
        {
            _costNoted = true;
            Note?.Invoke(
                $"OnDevice() on the CPU: {string.Join(", ", resampling)} of whole batches runs as dense matrix products, which are made for a GPU; "
                    + "without OnDevice() threads resample one image after another."
            );
        }
    }
}
