using System.Diagnostics;
using TorchSharp;
using VitNotebooks.Acceleration;
using VitNotebooks.Data;

namespace VitNotebooks.Benchmarks;

/// <summary>
/// How many images a second a loader hands over, and how long the first batch of an epoch takes. Python's side is benchmarks/python/data.py; the
/// images are the same files, and nothing is done with the batches.
/// </summary>
internal static class DataRace
{
    /// <param name="ImagesPerSec">Over whole epochs.</param>
    /// <param name="FirstBatchMs">Median over the epochs: from asking for an epoch to its first batch.</param>
    /// <param name="PeakKb">Of the process.</param>
    internal sealed record Result(double ImagesPerSec, double FirstBatchMs, long PeakKb);

    private const int Batch = 64;

    // The localization paper's, for images this small.
    private const int SmallBatch = 128;
    private const int Workers = 2;

    public static IReadOnlyList<string> Names { get; } =
    [
        "jpeg_crop224",
        "jpeg_part224",
        "jpeg_randaugment224",
        "jpeg_part_randaugment224",
        "jpeg_packed224",
        "jpeg_packed_files224",
        "jpeg_packed_jpeg224",
        "jpeg_shrunk224",
        "jpeg_decode",
        "cifar_crop_flip",
        "cifar_batched",
        "cifar_resize224",
        "cifar_resize224_device",
    ];

    public static Result Run(string name, string folder, double seconds) =>
        name switch
        {
            "jpeg_crop224" => Load(Pictures(folder), Training(224), seconds),
            "jpeg_part224" => Load(Pictures(folder), Training(224), seconds, Options with { DecodesPart = true }),
            "jpeg_randaugment224" => Load(Pictures(folder), Augmented, seconds),
            "jpeg_part_randaugment224" => Load(
                Pictures(folder),
                Augmented,
                seconds,
                Options with
                {
                    DecodesPart = true,
                }
            ),
            "jpeg_packed224" => Packed(folder, seconds, Squares),
            "jpeg_packed_files224" => Packed(folder, seconds, new PackOptions()),
            "jpeg_packed_jpeg224" => Packed(folder, seconds, Shrunk),
            "jpeg_shrunk224" => ShrunkFolder(folder, seconds),
            "jpeg_decode" => Decode(folder, seconds),
            "cifar_crop_flip" => Load(Small(folder), SmallTraining, seconds, Options with { BatchSize = SmallBatch }),
            "cifar_batched" => Batched(folder, seconds),
            "cifar_resize224" => Load(Few(folder), Enlarged, seconds, Options with { BatchSize = SmallBatch }),
            "cifar_resize224_device" => Parted(folder, seconds),
            _ => throw new ArgumentException($"no data race '{name}'; there are {string.Join(", ", Names)}"),
        };

    private static Pipeline Training(int size) =>
        Pipeline
            .Empty.RandomResizedCrop(size)
            .RandomHorizontalFlip()
            .Normalize([0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);

    private static Pipeline Augmented { get; } =
        Pipeline
            .Empty.RandomResizedCrop(224)
            .RandomHorizontalFlip()
            .RandAugment("rand-m9-mstd0.5-inc1")
            .Normalize([0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f])
            .RandomErasing();

    private static Pipeline SmallTraining { get; } =
        Pipeline
            .Empty.RandomCrop(32, padding: 4)
            .RandomHorizontalFlip()
            .Normalize([0.4914f, 0.4822f, 0.4465f], [0.247f, 0.2435f, 0.2616f]);

    // The localization paper's steps on small images, enlarged behind those for single images.
    private static Pipeline Enlarged { get; } =
        Pipeline
            .Empty.RandomCrop(32, padding: 4)
            .RandomHorizontalFlip()
            .RandAugment("rand-m9-mstd0.5-inc1")
            .Resize(224)
            .Normalize([0.4914f, 0.4822f, 0.4465f], [0.247f, 0.2435f, 0.2616f])
            .RandomErasing();

    // The same 256 px squares as pixels in one file and as JPEG files in a folder.
    private static PackOptions Squares { get; } =
        new()
        {
            Records = PackedRecords.Pixels,
            ShorterSide = 256,
            CenterSquare = true,
        };

    private static PackOptions Shrunk { get; } = new() { Records = PackedRecords.Jpeg, ShorterSide = 256 };

    private static LoaderOptions Options { get; } =
        new()
        {
            BatchSize = Batch,
            Workers = Workers,
            Sampler = Sampler.Shuffle,
        };

    // A hundred files are an epoch too short to measure: each is there ten times.
    private static IndexedDataset Pictures(string folder) => Repeated(new ImageFolder(folder), 10);

    private static IndexedDataset Repeated(IImageDataset data, int times) =>
        new(data, [.. Enumerable.Range(0, times * data.Count).Select(i => i % data.Count)], $"{times} times");

    private static IImageDataset Small(string folder) => Cifar10.Open(folder).Train;

    // A whole epoch is measured, and enlarging is some hundred times the work of a crop.
    private static IndexedDataset Few(string folder) =>
        new(Small(folder), [.. Enumerable.Range(0, 5_000)], "first 5,000");

    private static Result Load(IImageDataset data, Pipeline pipeline, double seconds, LoaderOptions? options = null)
    {
        using var loader = new Loader(data, pipeline, options ?? Options);
        return Measure(epoch => loader.Epoch(epoch), seconds);
    }

    private static Result Packed(string folder, double seconds, PackOptions options)
    {
        var path = Path.Combine(Path.GetTempPath(), $"vitnb-race-{Environment.ProcessId}.vitpack");
        try
        {
            PackedDataset.Write(path, new ImageFolder(folder), options);
            using var packed = PackedDataset.Open(path);
            return Load(Repeated(packed, 10), Training(224), seconds);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static Result ShrunkFolder(string folder, double seconds)
    {
        var root = Path.Combine(Path.GetTempPath(), $"vitnb-race-{Environment.ProcessId}");
        var pictures = Path.Combine(root, "all");
        try
        {
            Directory.CreateDirectory(pictures);
            var squares = Pipeline.Empty.Resize(256).CenterCrop(256);
            var data = new ImageFolder(folder);
            for (var i = 0; i < data.Count; i++)
            {
                var square = squares.Apply(data.Read(i), new TorchRandom(0));
                File.WriteAllBytes(Path.Combine(pictures, $"{i}.jpg"), square.ToJpeg(95));
            }
            return Load(Pictures(root), Training(224), seconds);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    // On the GPU where there is one; what the device still has to do when an epoch ends is waited for.
    private static Result Parted(string folder, double seconds)
    {
        var cuda = torch.cuda.is_available();
        var device = cuda ? torch.CUDA : torch.CPU;
        var options = Options with { BatchSize = SmallBatch, CudaDevice = cuda ? device.index : null };
        using var loader = new DeviceTailLoader(Few(folder), Enlarged, device, options);
        return Measure(Epoch, seconds);

        IEnumerable<Batch> Epoch(int epoch)
        {
            foreach (var batch in loader.Epoch(epoch))
            {
                yield return batch;
            }
            if (cuda)
            {
                Cuda.Synchronize();
            }
        }
    }

    private static Result Batched(string folder, double seconds)
    {
        using var images = ImageTensors.Load(Small(folder));
        using var loader = new BatchedLoader(images, SmallTraining, Options with { BatchSize = 512 });
        return Measure(epoch => loader.Epoch(epoch), seconds);
    }

    // What libjpeg-turbo alone reaches on as many threads: whole files to pixels, one call each, and nothing else.
    private static Result Decode(string folder, double seconds)
    {
        var data = new ImageFolder(folder);
        using var first = new BareJpeg();
        BareJpeg.Picture[] files =
        [
            .. Enumerable.Range(0, data.Count).Select(i => first.Look(File.ReadAllBytes(data.Source(i)))),
        ];
        var most = files.Max(file => file.Bytes);
        long decoded = 0;
        var clock = Stopwatch.StartNew();
        Thread[] threads =
        [
            .. Enumerable
                .Range(0, Workers)
                .Select(t => new Thread(() =>
                {
                    using var codec = new BareJpeg();
                    var pixels = new byte[most];
                    for (var i = t; clock.Elapsed.TotalSeconds < seconds; i++)
                    {
                        codec.Decode(files[i % files.Length], pixels);
                        Interlocked.Increment(ref decoded);
                    }
                })),
        ];
        foreach (var thread in threads)
        {
            thread.Start();
        }
        foreach (var thread in threads)
        {
            thread.Join();
        }
        return new Result(decoded / clock.Elapsed.TotalSeconds, 0, ModelRace.PeakKilobytes());
    }

    private static Result Measure(Func<int, IEnumerable<Batch>> epochs, double seconds)
    {
        Count(epochs(0), out _); // compiles, fills caches
        long images = 0;
        var first = new List<double>();
        var clock = Stopwatch.StartNew();
        for (var epoch = 1; clock.Elapsed.TotalSeconds < seconds; epoch++)
        {
            images += Count(epochs(epoch), out var wait);
            first.Add(wait);
        }
        return new Result(
            images / clock.Elapsed.TotalSeconds,
            first.Order().ElementAt(first.Count / 2),
            ModelRace.PeakKilobytes()
        );
    }

    private static long Count(IEnumerable<Batch> epoch, out double firstMs)
    {
        long images = 0;
        var start = Stopwatch.GetTimestamp();
        firstMs = 0;
        foreach (var batch in epoch)
        {
            if (images == 0)
            {
                firstMs = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }
            images += batch.Count;
            batch.Dispose();
        }
        return images;
    }
}
