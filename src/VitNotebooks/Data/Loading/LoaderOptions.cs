namespace VitNotebooks.Data;

/// <summary>How a <see cref="Loader"/> makes batches. Workers, prefetch and the device change its speed and never its bytes.</summary>
public sealed record LoaderOptions
{
    /// <summary>Images a batch, at least 1. Default 32.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Which images an epoch shows, and in which order. Default: the dataset's order.</summary>
    public Sampler Sampler { get; init; } = Sampler.Sequential;

    /// <summary>Seed of the order and of every sample's transforms.</summary>
    public long Seed { get; init; }

    /// <summary>Threads that read and transform, at least 1. Default: half of the processors, at most 8.</summary>
    public int Workers { get; init; } = Math.Clamp(Environment.ProcessorCount / 2, 1, 8);

    /// <summary>Batches made ahead of the one asked for, at least 0. Default 2; each takes its memory.</summary>
    public int Prefetch { get; init; } = 2;

    /// <summary>Leave out a last batch that is not full. Default false.</summary>
    public bool DropLast { get; init; }

    /// <summary>
    /// Processes that share each epoch, at least 1. Each reads every so-manieth image of the sampler's order; where the number does not divide, the
    /// first images are read once more, or with <see cref="DropLast"/> the last ones by none. Default 1.
    /// </summary>
    public int Ranks { get; init; } = 1;

    /// <summary>Which of them this is, 0..Ranks-1.</summary>
    public int Rank { get; init; }

    /// <summary>
    /// Decode of a JPEG no more than the box that the pipeline's first step, a random resized or an inception crop, has drawn, and no finer than its result needs:
    /// faster, and with slightly other pixels where the box is at least twice its result (libjpeg's scaled decoding instead of Pillow's filter).
    /// What a file does not need is not checked for damage. Default false: every pixel as torchvision and Pillow give it.
    /// </summary>
    public bool DecodesPart { get; init; }

    /// <summary>
    /// Number of the CUDA device that batches are copied to, -1 for the current one: they lie in page-locked memory then, so that a copy with <c>non_blocking</c> runs
    /// beside the thread that asked for it. Null for pageable memory, which is also what there is where page-locked memory cannot be watched (on TorchSharp).
    /// Default null; a run sets it by where its model is.
    /// </summary>
    public int? CudaDevice { get; init; }

    /// <summary>What to do with an image that cannot be read. Default: throw.</summary>
    public BrokenImagePolicy OnBroken { get; init; }

    /// <summary>All that decides the bytes of a batch, as text: everything here but <see cref="Workers"/>, <see cref="Prefetch"/> and <see cref="CudaDevice"/>.</summary>
    public string Identity =>
        $"batches of {BatchSize}{(DropLast ? ", the last left out unless it is full" : "")}, seed {Seed}, process {Rank} of {Ranks}, {Reading}";

    /// <summary>The part of <see cref="Identity"/> that no recipe, seed or place among processes says: order, broken images, decoding.</summary>
    internal string Reading =>
        $"{Sampler}, broken images: {Name(OnBroken)}{(DecodesPart ? ", of a JPEG the first crop alone" : "")}";

    /// <summary>What is done with a broken image, as a run's report says it.</summary>
    internal static string Name(BrokenImagePolicy policy) =>
        policy switch
        {
            BrokenImagePolicy.Throw => "an error",
            BrokenImagePolicy.SkipAndCount => "left out",
            BrokenImagePolicy.Replace => "replaced by the next",
            _ => policy.ToString(),
        };

    internal void Check(IImageDataset data)
    {
        List<string> faults = [.. Faults(data)];
        if (data.Count == 0)
        {
            faults.Add($"{data.Name} has no images");
        }
        else if (faults.Count == 0 && DropLast && BatchSize > EpochOrder.CountOf(Sampler.Count(data), this))
        {
            faults.Add(
                $"BatchSize {BatchSize} is above the {EpochOrder.CountOf(Sampler.Count(data), this)} images that an epoch of {data.Name} has here, and DropLast drops the only batch"
            );
        }
        if (faults.Count > 0)
        {
            throw new ArgumentException($"Loader: {string.Join("; ", faults)}.");
        }
    }

    /// <summary>What is out of range or does not fit the dataset's labels, a sentence without its full stop each; none where all is well.</summary>
    internal IReadOnlyList<string> Faults(IImageDataset data)
    {
        var faults = new List<string>();
        if (BatchSize < 1)
        {
            faults.Add($"BatchSize is {BatchSize}, expected at least 1");
        }
        if (Workers is < 1 or > 256)
        {
            faults.Add($"Workers is {Workers}, expected 1..256");
        }
        if (Prefetch is < 0 or > 1024)
        {
            faults.Add($"Prefetch is {Prefetch}, expected 0..1024");
        }
        if (CudaDevice < -1)
        {
            faults.Add($"CudaDevice is {CudaDevice}, expected -1 (the current one), a device's number, or null");
        }
        else if (CudaDevice is not null && !TorchSharp.torch.cuda.is_available())
        {
            faults.Add($"CudaDevice is {CudaDevice}, but there is no CUDA device here; leave it null");
        }
        if (Ranks is < 1 or > 65_536)
        {
            faults.Add($"Ranks is {Ranks}, expected 1..65536");
        }
        else if (Rank < 0 || Rank >= Ranks)
        {
            faults.Add($"Rank is {Rank}, expected 0..{Ranks - 1} with Ranks = {Ranks}");
        }
        if (!Enum.IsDefined(OnBroken))
        {
            faults.Add($"OnBroken is {OnBroken}, expected Throw, SkipAndCount or Replace");
        }
        faults.AddRange(Sampler.Faults(data));
        return faults;
    }
}
