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
/// <param name="workers">Threads; null for the loader's own choice.</param>
/// <param name="onBroken">What to do with broken images of the training split; of the test split one that is replaced would count another twice, and is left out.</param>
internal sealed class RunImages(VisionData data, Device device, int? workers, BrokenImagePolicy onBroken) : IDisposable
{
    private ImageTensors? _train;
    private ImageTensors? _test;
    private bool _costNoted;

    /// <summary>Hears a sentence before images are read onto the device.</summary>
    public Action<string>? Note { get; init; }

    /// <summary>Seconds that reading images onto the device took so far; they count as waiting for data.</summary>
    public double LoadSeconds { get; private set; }

    /// <summary>What is done with broken images of the test split.</summary>
    public static BrokenImagePolicy OfTest(BrokenImagePolicy onBroken) =>
        onBroken == BrokenImagePolicy.Replace ? BrokenImagePolicy.SkipAndCount : onBroken;

    /// <summary>The training batches.</summary>
    /// <param name="loading">Batch, order and seed; the caller's <c>workers</c> count where they are given.</param>
    public IBatchSource Training(LoaderOptions loading) =>
        Open(data.Train, data.TrainPipeline, loading with { OnBroken = onBroken }, ref _train);

    /// <summary>The test batches, in the dataset's order.</summary>
    /// <param name="batchSize">Images a batch.</param>
    public IBatchSource Testing(int batchSize) =>
        Open(
            data.Test,
            data.TestPipeline,
            new LoaderOptions { BatchSize = batchSize, OnBroken = OfTest(onBroken) },
            ref _test
        );

    public void Dispose()
    {
        _train?.Dispose();
        _test?.Dispose();
    }

    private IBatchSource Open(IImageDataset images, Pipeline pipeline, LoaderOptions loading, ref ImageTensors? loaded)
    {
        LoaderOptions threaded = loading with
        {
            Workers = workers ?? loading.Workers,
            CudaDevice = device.type == DeviceType.CUDA ? device.index : null,
        };
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
            long began = Stopwatch.GetTimestamp();
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
